//! One setting as a row: name, meaning, form, parser, formatter; and the groups that rows belong to.

use std::fs;

use super::source::{Environment, ValueSource, value};
use super::{Config, parse};

/// What some editors put at the beginning of a file.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// One environment variable that sets one field of a [`Config`].
pub(super) struct Setting {
    /// The name of the variable.
    pub(super) name: &'static str,
    /// What it sets, as sentences without the last full stop.
    pub(super) meaning: &'static str,
    /// What its value looks like: a unit and a range, a list of words, a pattern.
    pub(super) form: &'static str,
    /// The default in words, where the formatted default is empty.
    pub(super) unset: &'static str,
    /// Whether it is one of the few that README lists.
    pub(super) essential: bool,
    /// Whether its value may be printed.
    pub(super) visibility: Visibility,
    /// Parses a value into the configuration, or returns what would have been a value: "a number from 1 to 5".
    pub(super) parse: fn(&mut Config, &str) -> Result<(), String>,
    /// Formats the value in force as the variable would give it; empty if there is none.
    pub(super) format: fn(&Config) -> String,
}

/// Whether the value of a setting may be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    /// Its value is always shown.
    Public,
    /// Only in its parsed form, which hides the password. An error does not repeat what was given, because
    /// the password cannot be found in a URL that cannot be parsed. May come from a file.
    MaskedUrl,
    /// Never. May come from a file.
    Secret,
}

/// The settings of one concern.
pub(super) struct SettingGroup {
    /// The title of its section in the reference.
    pub(super) title: &'static str,
    /// What its settings are about, as one sentence.
    pub(super) summary: &'static str,
    /// Its settings, in the order of the reference.
    pub(super) settings: &'static [Setting],
    /// Returns a sentence for each combination of valid settings that is not valid.
    pub(super) contradictions: fn(&Config) -> Vec<String>,
}

impl SettingGroup {
    /// The base of groups whose settings cannot contradict others.
    pub(super) const CONSISTENT: Self = Self {
        title: "",
        summary: "",
        settings: &[],
        contradictions: |_| Vec::new(),
    };
}

impl Setting {
    /// The base of rows whose value may be printed.
    pub(super) const PUBLIC: Self = Self {
        name: "",
        meaning: "",
        form: "",
        unset: "none",
        essential: false,
        visibility: Visibility::Public,
        parse: |_, _| Ok(()),
        format: |_| String::new(),
    };
    /// The base of rows whose value is a URL that may hold a password.
    pub(super) const MASKED_URL: Self = Self {
        visibility: Visibility::MaskedUrl,
        ..Self::PUBLIC
    };
    /// The base of rows whose value is a secret.
    pub(super) const SECRET: Self = Self {
        visibility: Visibility::Secret,
        ..Self::PUBLIC
    };

    /// Returns the name of the variable that may name a file with the value, if this setting has one.
    pub(super) fn file_variable(&self) -> Option<String> {
        (self.visibility != Visibility::Public).then(|| format!("{}_FILE", self.name))
    }

    /// Returns the default as text for people.
    pub(super) fn default_text(&self, defaults: &Config) -> String {
        let value = (self.format)(defaults);
        if value.is_empty() {
            self.unset.to_owned()
        } else {
            value
        }
    }

    /// Reads this setting from the environment into `config`. Returns the source of the value, or `None` when
    /// the setting is unset.
    pub(super) fn read(
        &self,
        environment: &Environment,
        defaults: &Config,
        config: &mut Config,
    ) -> Result<Option<ValueSource>, String> {
        let Some((value, source)) = self.find(environment)? else {
            return Ok(None);
        };
        if is_quoted(&value) {
            return Err(format!(
                "{} stands in quotes, which a shell takes away and nobody else; write it without them",
                self.given(&value, &source)
            ));
        }
        (self.parse)(config, &value).map_err(|expected| {
            format!(
                "{} is not {} (default {})",
                self.given(&value, &source),
                self.with_unit(&expected),
                self.default_text(defaults)
            )
        })?;
        Ok(Some(source))
    }

    /// Says what was given and where it came from, without what nobody may read.
    fn given(&self, value: &str, source: &ValueSource) -> String {
        match (source, self.file_variable()) {
            (ValueSource::File(path), Some(variable)) => {
                format!("{variable}: the content of {path:?}")
            }
            _ if self.visibility == Visibility::Public => format!("{}: {value:?}", self.name),
            _ => format!("{}: the value given", self.name),
        }
    }

    /// Names the unit of a number, with which the form of its setting begins.
    fn with_unit(&self, expected: &str) -> String {
        match self.form.split_once(", ") {
            Some((unit, _)) => {
                expected.replacen(parse::NUMBER, &format!("{} of {unit}", parse::NUMBER), 1)
            }
            None => expected.to_owned(),
        }
    }

    fn find(&self, environment: &Environment) -> Result<Option<(String, ValueSource)>, String> {
        let given = value(environment, self.name)?;
        let Some(file_variable) = self.file_variable() else {
            return Ok(given.map(|value| (value, ValueSource::Environment)));
        };
        match (given, value(environment, &file_variable)?) {
            // Which of the two is newer cannot be known, and the wrong key would log every player out.
            (Some(value), Some(path)) => {
                if read_file(&file_variable, &path)? == value {
                    return Ok(Some((value, ValueSource::File(path))));
                }
                Err(format!(
                    "{}: {file_variable} is set too, and the file {path:?} holds another value; keep one of the two",
                    self.name
                ))
            }
            (Some(value), None) => Ok(Some((value, ValueSource::Environment))),
            (None, Some(path)) => {
                let value = read_file(&file_variable, &path)?;
                Ok(Some((value, ValueSource::File(path))))
            }
            (None, None) => Ok(None),
        }
    }
}

/// Reads a value from a file, without the mark that some editors put before it and the line end that others and `echo`
/// put behind it. Blanks stay: a key that was taken with them would be another one.
fn read_file(variable: &str, path: &str) -> Result<String, String> {
    let content =
        fs::read(path).map_err(|error| format!("{variable}: cannot read {path:?}: {error}"))?;
    let content = String::from_utf8(content)
        .map_err(|_| format!("{variable}: {path:?} is not UTF-8 text; save it as that"))?;
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&content);
    let value = content.trim_end_matches(['\r', '\n']);
    if value.trim().is_empty() {
        return Err(format!("{variable}: {path:?} is empty"));
    }
    Ok(value.to_owned())
}

/// Whether a value stands in quotes, as files of variables are often written.
fn is_quoted(value: &str) -> bool {
    ['"', '\''].iter().any(|quote| {
        let inner = value.strip_prefix(*quote);
        inner.is_some_and(|inner| inner.ends_with(*quote))
    })
}

#[cfg(test)]
mod tests {
    use super::super::settings;
    use super::*;
    use crate::Platform;

    #[test]
    fn the_range_that_is_documented_is_the_range_that_is_accepted() {
        let mut config = Config::defaults(&Platform::PLAIN);
        let mut accepts = |setting: &Setting, number: i64| {
            (setting.parse)(&mut config, &number.to_string()).is_ok()
        };
        let mut ranges = 0;
        for setting in settings() {
            let Some((least, most)) = range(setting.form) else {
                continue;
            };
            ranges += 1;
            let bounds = [least - 1, least, most, most + 1].map(|number| accepts(setting, number));
            assert_eq!(bounds, [false, true, true, false], "{}", setting.name);
        }
        assert!(ranges > 10, "{ranges} settings have a range");
    }

    #[test]
    fn a_secret_given_twice_must_be_the_same() {
        let key = "2c9d7fa0b1e84d63958e7a1c40fb36d29e5a";
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("key");
        fs::write(&path, format!("{key}\n")).expect("its folder can be written");
        let read = |given: &str| {
            let environment = Environment::from([
                ("SECRET_KEY".to_owned(), given.into()),
                ("SECRET_KEY_FILE".to_owned(), path.clone().into()),
            ]);
            Config::read(&Platform::PLAIN, &environment)
        };
        let loaded = read(key).expect("both hold the same");
        assert_eq!(loaded.config.secrets.key.expect("it is read").reveal(), key);
        let twice = read("another key of more than 32 characters").expect_err("they differ");
        let expected = format!(
            "SECRET_KEY: SECRET_KEY_FILE is set too, and the file {path:?} holds another value; keep one of the two"
        );
        assert_eq!(twice.0, [expected]);
    }

    #[test]
    fn every_row_is_filled_in_and_no_name_stands_twice() {
        let mut names: Vec<_> = settings().map(|setting| setting.name).collect();
        let rows = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rows);
        for setting in settings() {
            let texts = [setting.name, setting.meaning, setting.form];
            assert!(texts.iter().all(|text| !text.is_empty()), "{texts:?}");
            assert!(!setting.meaning.ends_with('.'), "{}", setting.meaning);
        }
    }

    /// Returns the bounds of a form such as "seconds, 1 to 600".
    fn range(form: &str) -> Option<(i64, i64)> {
        let (least, most) = form.split_once(" to ")?;
        Some((least.rsplit(' ').next()?.parse().ok()?, most.parse().ok()?))
    }
}
