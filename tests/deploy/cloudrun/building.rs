//! A build as Cloud Build knows it: its fields, and no others.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Build {
    pub(crate) substitutions: BTreeMap<String, String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) timeout: String,
    pub(crate) options: Options,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Options {
    pub(crate) logging: String,
    pub(crate) dynamic_substitutions: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) env: Vec<String>,
    #[serde(default)]
    pub(crate) args: Vec<String>,
    pub(crate) script: Option<String>,
}

/// Reads a build, or says what Cloud Build would not take.
pub(crate) fn read(text: &str) -> Result<Build, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}
