//! Writes the golden journal anew: only before its release, for afterwards it is for ever.

#[path = "../golden/journal_1/mod.rs"]
mod journal_1;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    std::fs::write(journal_1::FILE, journal_1::text().await?)?;
    Ok(())
}
