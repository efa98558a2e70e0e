//! `store`: what a journal needs at its server before the first start.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::CommandContext;
use super::report::{CommandError, CommandReport};

/// The subcommands of `store`.
#[derive(Debug, clap::Subcommand)]
pub enum StoreSubcommand {
    /// Makes the table of `DYNAMODB_TABLE`, if it is not there, and waits until it can be used
    Create(StoreCreateArgs),
}

/// The arguments of the subcommand `store create`.
#[derive(Debug, clap::Args)]
pub struct StoreCreateArgs {
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(
    subcommand: &StoreSubcommand,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let StoreSubcommand::Create(_) = subcommand;
    context.progress_bar.begin("making the table");
    let parts = context.opener.create_database().await?;
    let address = context.settings.database.as_ref();
    let address = address
        .map(|facts| facts.address.clone())
        .unwrap_or_default();
    let mut text = address.clone();
    for part in &parts {
        let _ = write!(text, "\n{:<24} {}", part.name, part.state);
    }
    let listed: Vec<Value> = parts
        .iter()
        .map(|part| json!({ "part": part.name, "state": part.state }))
        .collect();
    Ok(CommandReport::new(
        text,
        json!({ "store": address, "parts": listed }),
    ))
}
