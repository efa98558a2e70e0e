//! `key`: which keys are believed, and how the one that a server once made is believed no more.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde_json::json;
use store::backup;

use super::context::{KeyRole, KeySettings};
use super::report::{CommandError, CommandReport};
use super::timestamp::Timestamp;
use super::{CommandContext, blocking};

/// The arguments of the subcommand `key`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct KeyArgs {
    #[command(subcommand)]
    action: Option<KeySubcommand>,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum KeySubcommand {
    /// Puts the key file beside the journal aside, so that the next start no longer believes it
    Retire(KeyRetireArgs),
}

/// The arguments of the subcommand `key retire`.
#[derive(Debug, clap::Args)]
struct KeyRetireArgs {
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

impl KeyArgs {
    pub(super) fn wants_json(&self) -> bool {
        match &self.action {
            None => self.json,
            Some(KeySubcommand::Retire(args)) => args.json,
        }
    }
}

pub(super) async fn work(
    args: KeyArgs,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let keys = &context.settings.keys;
    match args.action {
        None => Ok(told(keys)),
        Some(KeySubcommand::Retire(_)) => retire(keys, context.now()).await,
    }
}

fn told(keys: &KeySettings) -> CommandReport {
    let mut text = String::new();
    for key in &keys.known {
        let role = role(key.role);
        let _ = writeln!(text, "{role:<10} {}  {}", key.fingerprint, key.origin);
    }
    if keys.known.is_empty() {
        let file = keys.file.display();
        let _ = writeln!(
            text,
            "there is none yet: the first start makes one and keeps it in {file}"
        );
    }
    let listed = keys.known.iter().map(|key| {
        json!({ "role": role(key.role), "origin": key.origin, "fingerprint": key.fingerprint })
    });
    let object = json!({ "keys": listed.collect::<Vec<_>>() });
    let mut report = CommandReport::new(text.trim_end().to_owned(), object);
    if let Some(sentence) = &keys.doubt {
        report.note(sentence);
    }
    report
}

fn role(role: KeyRole) -> &'static str {
    match role {
        KeyRole::Signs => "signs",
        KeyRole::Accepted => "accepted",
        KeyRole::Ignored => "ignored",
    }
}

/// Renames the key file. It is not deleted: a key that is gone cannot be brought back, nor can its seats.
async fn retire(keys: &KeySettings, now: Timestamp) -> Result<CommandReport, CommandError> {
    let file = keys.file.clone();
    if !file.try_exists().map_err(CommandError::absent)? {
        let text = format!(
            "There is no key file at {}: nothing to retire.",
            file.display()
        );
        return Ok(CommandReport::new(text, json!({ "retired": null })));
    }
    if !keys.is_set {
        return Err(CommandError::misused(anyhow!(
            "SECRET_KEY is not set, so {} is the key in use, and without it everybody loses their seat: set SECRET_KEY \
             first (openssl rand -hex 32), and retire this one when everybody has been back",
            file.display()
        )));
    }
    let aside = aside(&file, now);
    blocking({
        let aside = aside.clone();
        move || backup::settle(&file, &aside).map_err(CommandError::unplaced)
    })
    .await?;
    let text = format!(
        "{} is put aside as {}. From the next start on, seats and recovery phrases from before SECRET_KEY was set are \
         no longer accepted, except those of players who have been back since. To take that back, rename the file.",
        keys.file.display(),
        aside.display()
    );
    Ok(CommandReport::new(
        text,
        json!({ "retired": keys.file, "kept": aside }),
    ))
}

fn aside(file: &Path, now: Timestamp) -> PathBuf {
    let mut aside = file.as_os_str().to_owned();
    aside.push(format!(".retired-{now}"));
    aside.into()
}

/// Returns the file that a key made by a server is kept in, beside its journal.
pub(super) fn file_beside(journal: &Path) -> PathBuf {
    let mut file = journal.as_os_str().to_owned();
    file.push(".key");
    file.into()
}

/// Returns where the keys come from that whoever restores a journal needs: a backup of it holds none.
pub(super) fn origins(keys: &KeySettings, journal: &Path) -> Vec<String> {
    let file = file_beside(journal);
    let of_settings = keys.known.iter().filter(|key| key.role != KeyRole::Ignored);
    let mut origins: Vec<String> = if file == keys.file {
        of_settings.map(|key| key.origin.clone()).collect()
    } else {
        // The keys of another journal are not those of the file beside the one in use.
        of_settings
            .filter(|key| !key.is_file_beside)
            .map(|key| key.origin.clone())
            .collect()
    };
    if file != keys.file && fs::exists(&file).unwrap_or(false) {
        origins.push(file.display().to_string());
    }
    origins
}
