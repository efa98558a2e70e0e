//! The settings as documentation: the reference by group, the defaults by platform, the short table of README and
//! `.env.example`.
//!
//! `make docs` writes them into their files, and a test of the crate `profiles` compares.

use std::fmt::Write as _;

use super::{Config, GROUPS, Setting, settings};
use crate::Platform;

/// Characters of a line in `.env.example` at most.
const LINE_MAX: usize = 118;

/// Returns a section for each group with a table of its settings, with the defaults of `standard`.
pub fn sections(standard: &Platform) -> String {
    let defaults = Config::defaults(standard);
    let mut sections = String::new();
    for group in GROUPS {
        let _ = writeln!(sections, "## {}\n\n{}\n", group.title, cell(group.summary));
        sections += "| variable | meaning | form | default |\n|---|---|---|---|\n";
        for setting in group.settings {
            let _ = writeln!(
                sections,
                "| {} | {} | {} | {} |",
                names(setting),
                cell(setting.meaning),
                cell(setting.form),
                default_cell(setting, &defaults)
            );
        }
        sections.push('\n');
    }
    sections
}

/// Returns a table of the settings whose defaults differ between platforms.
pub fn platform_table(platforms: &[Platform]) -> String {
    let defaults: Vec<Config> = platforms.iter().map(Config::defaults).collect();
    let heads = platforms.iter().fold(String::new(), |mut heads, platform| {
        let _ = write!(heads, " `{}` |", platform.name);
        heads
    });
    let rule = "---|".repeat(platforms.len());
    let mut table = format!("| variable |{heads}\n|---|{rule}\n");
    for setting in settings() {
        let row: Vec<String> = defaults
            .iter()
            .map(|defaults| default_cell(setting, defaults))
            .collect();
        if row.iter().any(|value| *value != row[0]) {
            let _ = writeln!(table, "| `{}` | {} |", setting.name, row.join(" | "));
        }
    }
    table
}

/// Returns the table of the few settings that most operators need, with the defaults of `standard`.
pub fn short_table(standard: &Platform) -> String {
    let defaults = Config::defaults(standard);
    let mut table = String::from("| variable | meaning | default |\n|---|---|---|\n");
    for setting in settings().filter(|setting| setting.essential) {
        let _ = writeln!(
            table,
            "| `{}` | {} ({}) | {} |",
            setting.name,
            cell(setting.meaning),
            cell(setting.form),
            default_cell(setting, &defaults)
        );
    }
    table
}

/// Returns every variable as a commented-out line of an environment file, with the defaults of `standard`.
pub fn env_example(standard: &Platform) -> String {
    let defaults = Config::defaults(standard);
    let mut example = String::new();
    for group in GROUPS {
        for setting in group.settings {
            let file = setting
                .file_variable()
                .map(|variable| format!(" Or {variable}."))
                .unwrap_or_default();
            let Setting { meaning, form, .. } = setting;
            example += &comment(&format!("{meaning} ({form}).{file}"));
            let value = (setting.format)(&defaults);
            let _ = writeln!(example, "#{}={value}\n", setting.name);
        }
    }
    example
}

/// Wraps a text into comment lines that begin with `# `.
fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > LINE_MAX {
            lines = lines + &line + "\n";
            line = String::from("#");
        }
        line = line + " " + word;
    }
    lines + &line + "\n"
}

/// Returns the variables that set a setting: its own, and that of a file with its value.
fn names(setting: &Setting) -> String {
    let file = setting.file_variable();
    let file = file.map(|name| format!(", `{name}`")).unwrap_or_default();
    format!("`{}`{file}", setting.name)
}

/// Returns a default: as code where it is a value, as words where there is none.
fn default_cell(setting: &Setting, defaults: &Config) -> String {
    let value = (setting.format)(defaults);
    if value.is_empty() {
        setting.unset.to_owned()
    } else {
        format!("`{value}`")
    }
}

/// Writes a sentence as Markdown: names of variables as code, stars as themselves.
fn cell(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let name = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        if settings().any(|setting| setting.name == name) {
            word.replace(name, &format!("`{name}`"))
        } else {
            word.replace('*', "\\*")
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
