//! Checks an exported Chronicle: the chain, the commitment, every roll, every decision.

use std::fmt;

use game::content::World;
use game::{Dice, Event, Moment, Opening, RULES_EDITION, Seed, Table, Version};
use store::{Record, chain};

use crate::export::{ExportHeader, FORMAT};

/// What was found in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The seal: the hash of the seed, as the table showed it from its first moment.
    pub seal: String,
    /// Commits checked.
    pub commits: usize,
    /// Rolls recomputed from the seed.
    pub rolls: usize,
    /// Decisions taken again from the commands; none when the Chronicle was played under other rules or
    /// another library than this release has.
    pub decisions: usize,
}

impl fmt::Display for Verification {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seal,
            commits,
            rolls,
            decisions,
        } = self;
        writeln!(
            to,
            "The Chronicle is whole: {commits} commits, each chained to the one before."
        )?;
        writeln!(to, "Its seed fits the seal {seal}.")?;
        writeln!(
            to,
            "Compare that seal with the one your table showed from its first moment."
        )?;
        writeln!(to, "{rolls} rolls are those the seed gives.")?;
        match decisions {
            0 => write!(
                to,
                "The decisions were not taken again: this Chronicle was played under other rules or \
                 another library than this release has."
            ),
            _ => write!(
                to,
                "{decisions} decisions, taken again from the commands, came out the same."
            ),
        }
    }
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The text is not an exported Chronicle.
    #[error("line {line} is not part of an exported Chronicle: {why}")]
    NotAChronicle {
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A newer release played it.
    #[error(
        "commit {version} was made by a newer release than this one, which can check it: {why}"
    )]
    NewerRelease {
        /// The first commit that this release does not understand.
        version: Version,
        /// What it does not understand.
        why: String,
    },
    /// The chain of hashes is broken.
    #[error("commit {version} was altered: {why}")]
    Altered {
        /// Which commit.
        version: Version,
        /// What does not fit.
        why: String,
    },
    /// The seed is not the one committed to.
    #[error(
        "the seed is not the one committed to when the table opened: its SHA-256 is {is}, not {committed}"
    )]
    OtherSeed {
        /// The hash of the seed given.
        is: String,
        /// The hash committed to.
        committed: String,
    },
    /// A roll is not what the seed gives.
    #[error("commit {version}: a roll of {told} is told, but the seed gives {given}")]
    OtherRoll {
        /// Which commit.
        version: Version,
        /// The roll told.
        told: u32,
        /// The roll the seed gives.
        given: u32,
    },
    /// The rules decide the command differently.
    #[error("commit {version}: the rules do not lead from this command to these events")]
    OtherDecision {
        /// Which commit.
        version: Version,
    },
    /// The story is not over, or goes on after its end.
    #[error("the Chronicle breaks off before the story is over")]
    BrokenOff,
}

/// Checks an exported Chronicle against the seed it reveals and, where this release plays by the same rules
/// and library, against the rules.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify(text: &str, world: &World) -> Result<Verification, VerifyError> {
    let (header, records) = read(text)?;
    chain::verify(&header.table, &records).map_err(|broken| VerifyError::Altered {
        version: broken.version,
        why: broken.why,
    })?;
    let seed = check_seed(&header, &records)?;
    let mut table = Table::default();
    let mut report = Verification {
        seal: header.commitment.clone(),
        commits: 0,
        rolls: 0,
        decisions: 0,
    };
    for record in &records {
        report.rolls += check_rolls(seed, table.version(), record)?;
        report.decisions += check_decision(&table, world, record)?;
        table.fold(&record.events);
        report.commits += 1;
    }
    if table.phase() != game::Phase::Chronicle {
        return Err(VerifyError::BrokenOff);
    }
    Ok(report)
}

fn read(text: &str) -> Result<(ExportHeader, Vec<Record>), VerifyError> {
    let fault = |line: usize, why: &dyn fmt::Display| VerifyError::NotAChronicle {
        line,
        why: why.to_string(),
    };
    let mut lines = text.lines().enumerate();
    let (_, first) = lines.next().ok_or_else(|| fault(1, &"the file is empty"))?;
    let header: ExportHeader = serde_json::from_str(first).map_err(|error| fault(1, &error))?;
    if header.format != FORMAT {
        return Err(fault(
            1,
            &format!("its format is {:?}, not {FORMAT:?}", header.format),
        ));
    }
    let records = lines
        .map(|(at, line)| {
            let record = serde_json::from_str(line);
            record.map_err(|error| {
                // A record whose form is right but whose words are unknown is no fault of the Chronicle.
                match version_of_a_record(line) {
                    Some(version) => VerifyError::NewerRelease {
                        version,
                        why: error.to_string(),
                    },
                    None => fault(at + 1, &error),
                }
            })
        })
        .collect::<Result<Vec<Record>, VerifyError>>()?;
    Ok((header, records))
}

/// The version of a line that has the form of a record, whatever its command and events are.
fn version_of_a_record(line: &str) -> Option<Version> {
    let form: serde_json::Value = serde_json::from_str(line).ok()?;
    form.get("command")?.get("do")?.as_str()?;
    let mut kinds = form.get("events")?.as_array()?.iter();
    kinds
        .all(|event| event.get("event").is_some_and(serde_json::Value::is_string))
        .then_some(())?;
    form.get("version")?.as_u64().map(Version)
}

/// Checks that the seed told at the top is the one the table opened with, and the one committed to.
fn check_seed(header: &ExportHeader, records: &[Record]) -> Result<Seed, VerifyError> {
    let opened = records
        .first()
        .and_then(|record| match record.events.first() {
            Some(Event::Opened {
                seed, commitment, ..
            }) => Some((*seed, commitment.clone())),
            _ => None,
        });
    let (opened_with, committed) = opened.ok_or(VerifyError::BrokenOff)?;
    let told = Seed::from_hex(&header.seed).ok_or_else(|| VerifyError::NotAChronicle {
        line: 1,
        why: "its seed is not 64 hexadecimal digits".to_owned(),
    })?;
    for (seed, committed) in [
        (told, &header.commitment),
        (opened_with, &committed),
        (told, &committed),
    ] {
        let is = chain::commit_to(&seed);
        if is != *committed {
            return Err(VerifyError::OtherSeed {
                is,
                committed: committed.clone(),
            });
        }
    }
    Ok(opened_with)
}

fn check_rolls(seed: Seed, decided_on: Version, record: &Record) -> Result<usize, VerifyError> {
    let dice = Dice::new(seed, decided_on);
    let mut rolls = 0;
    for event in &record.events {
        let Event::DeedDone(done) = event else {
            continue;
        };
        let Some(roll) = &done.roll else { continue };
        let given = dice.at(roll.throw.number, 100) + 1;
        if given != roll.throw.value {
            return Err(VerifyError::OtherRoll {
                version: record.version,
                told: roll.throw.value,
                given,
            });
        }
        rolls += 1;
    }
    Ok(rolls)
}

/// Takes the decision again, where this release can.
fn check_decision(table: &Table, world: &World, record: &Record) -> Result<usize, VerifyError> {
    let other = VerifyError::OtherDecision {
        version: record.version,
    };
    let moment = Moment {
        at_ms: record.at_ms,
    };
    let decided = match (&record.command, record.events.first()) {
        (
            game::Command::Open { name, limit },
            Some(Event::Opened {
                code,
                seed,
                commitment,
                rules,
                library,
                ..
            }),
        ) => {
            if table.version() != Version(0) {
                return Err(other);
            }
            if *rules != RULES_EDITION || !world.edition.decides_like(library) {
                return Ok(0);
            }
            let opening = Opening {
                code: code.clone(),
                seed: *seed,
                commitment: commitment.clone(),
            };
            Table::open(&opening, world, name, *limit, moment)
        }
        _ if !table.is_understood() || !world.edition.decides_like(table.library()) => {
            return Ok(0);
        }
        _ => table.decide(world, record.actor, &record.command, moment),
    };
    match decided {
        Ok(events) if events == record.events => Ok(1),
        Ok(_) | Err(_) => Err(other),
    }
}
