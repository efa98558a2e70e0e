//! The table of all variables: name, meaning, parser.

mod keeping;
mod serving;
mod sharing;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::{Config, Environment, Origin, parse};

/// One variable.
pub(super) struct Setting {
    /// Its name in the environment.
    pub(super) name: &'static str,
    /// What it sets, for the help text.
    pub(super) what: &'static str,
    /// When its value is shown.
    pub(super) shown: Shown,
    /// Puts a value into a configuration, or says what would have been one.
    take: fn(&mut Config, &str) -> Result<(), String>,
    /// Returns the value in force as its variable would give it.
    pub(super) show: fn(&Config) -> String,
}

/// When the value of a variable is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Always.
    Always,
    /// Not in error sentences: a secret stands in it, which only what could be read is shown without. It may
    /// come from a file.
    IfRight,
    /// Never: it is a secret, and may come from a file.
    Never,
}

/// Every variable, in the order of the help text.
pub(super) fn settings() -> impl Iterator<Item = &'static Setting> {
    [serving::SETTINGS, keeping::SETTINGS, sharing::SETTINGS]
        .into_iter()
        .flatten()
}

/// Returns a value that may be missing as its variable would give it.
fn shown(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

impl Setting {
    /// Returns the names this variable may be given under.
    pub(super) fn names(&self) -> Vec<String> {
        let file = self.may_be_a_file().then(|| self.file_name());
        std::iter::once(self.name.to_owned()).chain(file).collect()
    }

    /// Returns the default as the help text and error sentences say it.
    pub(super) fn default(&self, standard: &Config) -> String {
        match (self.show)(standard) {
            none if none.is_empty() && self.name == "SECRET_KEY" => {
                "one is made and kept beside the journal".to_owned()
            }
            none if none.is_empty() => "none".to_owned(),
            value => value,
        }
    }

    /// Takes this variable from the environment into `config`, if it is set.
    pub(super) fn read(
        &self,
        environment: &Environment,
        standard: &Config,
        config: &mut Config,
    ) -> Result<Option<Origin>, String> {
        let Some((value, origin)) = self.given(environment)? else {
            return Ok(None);
        };
        (self.take)(config, &value).map_err(|expected| {
            let given = match self.shown {
                Shown::Always => format!("{value:?}"),
                Shown::IfRight | Shown::Never => "the value given".to_owned(),
            };
            format!(
                "{}: {given} is not {expected} (default {})",
                self.name,
                self.default(standard)
            )
        })?;
        Ok(Some(origin))
    }

    fn given(&self, environment: &Environment) -> Result<Option<(String, Origin)>, String> {
        let value = text(environment, self.name)?;
        let file_name = self.file_name();
        let file = if self.may_be_a_file() {
            text(environment, &file_name)?
        } else {
            None
        };
        match (value, file) {
            (Some(_), Some(_)) => Err(format!(
                "{}: {file_name} is set too; keep one of the two",
                self.name
            )),
            (Some(value), None) => Ok(Some((value, Origin::Environment))),
            (None, Some(path)) => {
                let content = fs::read_to_string(Path::new(&path))
                    .map_err(|error| format!("{file_name}: cannot read {path:?}: {error}"))?;
                let value = content.trim_end_matches(['\r', '\n']);
                if value.is_empty() {
                    return Err(format!("{file_name}: {path:?} is empty"));
                }
                Ok(Some((value.to_owned(), Origin::File(path))))
            }
            (None, None) => Ok(None),
        }
    }

    pub(super) fn may_be_a_file(&self) -> bool {
        self.shown != Shown::Always
    }

    fn file_name(&self) -> String {
        format!("{}_FILE", self.name)
    }
}

/// Returns the value of a variable; an empty one counts as not set.
fn text(environment: &Environment, name: &str) -> Result<Option<String>, String> {
    let value = environment
        .get(name)
        .cloned()
        .map(OsString::into_string)
        .transpose();
    let value = value.map_err(|_| format!("{name}: the value is not UTF-8 text"))?;
    Ok(value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty()))
}
