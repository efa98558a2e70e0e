//! Where values come from: the process environment, or a file that a variable names.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

const MIB: usize = 1_024 * 1_024;

/// The environment variables of a process, by name.
pub type Environment = BTreeMap<String, OsString>;

/// The source of a value that is not a platform's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueSource {
    /// The variable itself.
    Environment,
    /// The file at this path, named by the variable `<NAME>_FILE`.
    File(String),
    /// The memory limit of the container, in bytes, from which the default follows.
    MemoryLimit(usize),
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::File(path) => write!(f, "file {path}"),
            Self::MemoryLimit(bytes) => {
                write!(f, "default for a memory limit of {} MiB", bytes / MIB)
            }
        }
    }
}

/// Returns the trimmed value of a variable, or `None` when it is unset or blank.
///
/// Compose files and manifests often pass `NAME=` for an unset variable, so a blank value counts as unset.
pub(super) fn value(environment: &Environment, name: &str) -> Result<Option<String>, String> {
    let Some(value) = environment.get(name) else {
        return Ok(None);
    };
    let value = value
        .to_str()
        .ok_or_else(|| format!("{name}: the value is not UTF-8 text"))?
        .trim();
    Ok((!value.is_empty()).then(|| value.to_owned()))
}
