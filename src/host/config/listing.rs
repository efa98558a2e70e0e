//! What is said of all variables together.

use std::fmt::Write as _;

use super::settings::{Setting, settings};
use super::{Config, Environment, Origin, Reading, parse};

impl Reading {
    /// Lists all that is in force, a variable a line, secrets masked.
    pub fn listing(&self) -> String {
        let mut listing = String::new();
        for setting in settings() {
            let value = format!("{}={}", setting.name, (setting.show)(&self.config));
            let origin = self
                .origins
                .get(setting.name)
                .map_or("default".to_owned(), Origin::to_string);
            let _ = writeln!(listing, "{value:<48} # {origin}");
        }
        listing
    }
}

/// Lists every variable, what it is and its default, for the help text.
pub(crate) fn manual(standard: &Config) -> String {
    let mut manual = String::from("Environment variables:\n");
    for setting in settings() {
        let Setting { name, what, .. } = setting;
        let default = setting.default(standard);
        let also = if setting.may_be_a_file() {
            format!(" Also read from the file that {name}_FILE names.")
        } else {
            String::new()
        };
        let _ = writeln!(manual, "  {name}\n      {what}. Default: {default}.{also}");
    }
    manual
}

/// Names the variables that look like one of ours and are not.
pub(super) fn doubts(environment: &Environment) -> Vec<String> {
    let ours: Vec<String> = settings().flat_map(Setting::names).collect();
    let unknown = environment.keys().filter(|name| !ours.contains(name));
    unknown
        .filter_map(|name| {
            let meant = ours
                .iter()
                .find(|known| parse::one_letter_apart(name, known))?;
            Some(format!(
                "{name} is not a variable of ours; is {meant} meant?"
            ))
        })
        .collect()
}
