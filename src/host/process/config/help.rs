//! The settings as the program prints them: the help text, and the values in force.

use std::fmt::Write as _;

use super::source::ValueSource;
use super::{Config, LoadedConfig, Setting, settings};

impl LoadedConfig {
    /// Returns the value in force of every variable with its source, one a line. Secrets are masked.
    pub fn listing(&self) -> String {
        let mut listing = String::new();
        for setting in settings() {
            let value = format!("{}={}", setting.name, (setting.format)(&self.config));
            let source = self
                .sources
                .get(setting.name)
                .map_or("default".to_owned(), ValueSource::to_string);
            let _ = writeln!(listing, "{value:<48} # {source}");
        }
        listing
    }
}

/// Returns the help text about all variables: name, meaning, form and default.
pub(crate) fn help(defaults: &Config) -> String {
    let mut help = String::from("Environment variables:\n");
    for setting in settings() {
        let Setting {
            name,
            meaning,
            form,
            ..
        } = setting;
        let default = setting.default_text(defaults);
        let file = setting
            .file_variable()
            .map(|variable| format!(" Also read from the file that {variable} names."))
            .unwrap_or_default();
        let _ = writeln!(
            help,
            "  {name}\n      {meaning} ({form}). Default: {default}.{file}"
        );
    }
    help
}
