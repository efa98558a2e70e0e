//! Checks an exported Chronicle: the chain, the commitment, what players noted, every roll, every decision.

use std::fmt;

use game::content::World;
use game::{
    Dice, Doubt, Event, Moment, Opening, Pressing, QuietDeed, RULES_EDITION, Seed, Table, Throw,
    Version,
};
use store::{Record, chain};

use crate::export::{ExportHeader, FORMAT};

mod report;
mod seen;

pub use report::{Verification, VerifyError};
use seen::ShownHashes;
pub use seen::{SeenAs, SeenHash, ShownAt};

/// Checks an exported Chronicle against the seed it reveals, against the hashes that its players noted and, where this
/// release plays by the same rules and library, against the rules.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify(text: &str, seen: &[SeenHash], world: &World) -> Result<Verification, VerifyError> {
    let (header, records) = read(text)?;
    chain::verify(&header.table, &records).map_err(|broken| VerifyError::Altered {
        version: broken.version,
        why: broken.why,
    })?;
    let mut table = Table::default();
    let mut shown = ShownHashes::default();
    let mut report = Verification {
        seals: check_seeds(&header, &records)?,
        head: String::new(),
        seen: Vec::new(),
        commits: 0,
        rolls: 0,
        decisions: 0,
        withheld: 0,
    };
    for record in &records {
        report.rolls += check_rolls(&table, record)?;
        if record.is_withheld {
            check_withheld(&table, world, record)?;
            report.withheld += 1;
        } else {
            report.decisions += check_decision(&table, world, record)?;
        }
        table.fold(&record.events);
        report.commits += 1;
        shown.note_record(&table, record);
        report.head.clone_from(&record.hash);
    }
    if table.phase() != game::Phase::Chronicle {
        return Err(VerifyError::BrokenOff);
    }
    shown.note_end(&report);
    for hash in seen {
        report.seen.push(shown.find(hash)?);
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

/// Returns the version of a line that has the form of a record, whatever its command and events are.
fn version_of_a_record(line: &str) -> Option<Version> {
    let form: serde_json::Value = serde_json::from_str(line).ok()?;
    form.get("command")?.get("do")?.as_str()?;
    let mut kinds = form.get("events")?.as_array()?.iter();
    kinds
        .all(|event| event.get("event").is_some_and(serde_json::Value::is_string))
        .then_some(())?;
    form.get("version")?.as_u64().map(Version)
}

/// Checks that every seed is the one its quest was committed to, and that the one told at the top is the
/// last. Returns the commitments, one a quest.
fn check_seeds(header: &ExportHeader, records: &[Record]) -> Result<Vec<String>, VerifyError> {
    let events = records.iter().flat_map(|record| &record.events);
    let committed: Vec<(Seed, String)> = events.filter_map(commitment_in).collect();
    let (_, last) = committed.last().ok_or(VerifyError::BrokenOff)?;
    let told = Seed::from_hex(&header.seed).ok_or_else(|| VerifyError::NotAChronicle {
        line: 1,
        why: "its seed is not 64 hexadecimal digits".to_owned(),
    })?;
    let of_the_top = [(told, &header.commitment), (told, last)];
    let of_the_quests = committed
        .iter()
        .map(|(seed, commitment)| (*seed, commitment));
    for (seed, committed) in of_the_top.into_iter().chain(of_the_quests) {
        let is = chain::commit_to(&seed);
        if is != *committed {
            return Err(VerifyError::OtherSeed {
                is,
                committed: committed.clone(),
            });
        }
    }
    Ok(committed.into_iter().map(|(_, seal)| seal).collect())
}

/// Returns the seed and the commitment of the quest that an event leads to.
fn commitment_in(event: &Event) -> Option<(Seed, String)> {
    if let Event::Opened {
        seed, commitment, ..
    }
    | Event::WentOn {
        seed, commitment, ..
    } = event
    {
        Some((*seed, commitment.clone()))
    } else {
        None
    }
}

fn check_rolls(table: &Table, record: &Record) -> Result<usize, VerifyError> {
    let Some(seed) = table.seed() else {
        return Ok(0);
    };
    let mut rolls = 0;
    for throw in record.events.iter().flat_map(throws_in) {
        // In the first edition a throw was addressed by the version at which it was decided.
        let given = match throw.at {
            Some(address) => Dice::at_address(seed, address),
            None => Dice::new(seed, table.version()),
        };
        let given = given.at(throw.number, 100) + 1;
        // Where rules give each throw an address, one without could be any of the version's.
        let is_addressed = throw.at.is_some() || table.is_outdated();
        if given != throw.value || !is_addressed {
            return Err(VerifyError::OtherRoll {
                version: record.version,
                told: throw.value,
                given,
            });
        }
        rolls += 1;
    }
    Ok(rolls)
}

/// Returns the throws of a hundred-sided die that an event tells of.
fn throws_in(event: &Event) -> Vec<&Throw> {
    if let Event::DeedDone(done) = event {
        let roll = done.roll.iter();
        let both = roll.flat_map(|roll| {
            let second = roll.second.as_ref().map(|second| &second.throw);
            [Some(&roll.throw), second]
        });
        return both.flatten().collect();
    }
    if let Event::QuietDone(QuietDeed { test, .. })
    | Event::Challenged(Doubt { test, .. })
    | Event::Pressed(Pressing { test, .. }) = event
    {
        return vec![&test.throw];
    }
    Vec::new()
}

/// Checks that what stands in place of a withheld record differs from what it told in names and lines alone. Its hash
/// says nothing of it, so whatever else it told could be anything.
fn check_withheld(table: &Table, world: &World, record: &Record) -> Result<(), VerifyError> {
    let more = VerifyError::WithheldMore {
        version: record.version,
    };
    match (&record.command, record.events.as_slice()) {
        (game::Command::Say { .. }, [Event::Said { seat, text }])
            if text.is_empty() && record.actor == game::Actor::Seat(*seat) =>
        {
            Ok(())
        }
        (game::Command::Open { .. }, _) => check_decision(table, world, record).map(drop),
        (game::Command::Sit { .. }, [Event::Sat { name, .. }]) => {
            if !table.is_understood() {
                return Ok(());
            }
            // By a name that nobody else has: the one in its place is not what was decided on.
            let sit = game::Command::Sit {
                name: format!("Withheld {}", record.version),
            };
            let moment = Moment {
                at_ms: record.at_ms,
            };
            let mut decided = table
                .decide(world, record.actor, &sit, moment)
                .unwrap_or_default();
            for event in &mut decided {
                if let Event::Sat { name: given, .. } = event {
                    given.clone_from(name);
                }
            }
            (decided == record.events).then_some(()).ok_or(more)
        }
        _ => Err(more),
    }
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
        (
            game::Command::GoOn {},
            Some(Event::WentOn {
                code,
                seed,
                commitment,
                ..
            }),
        ) if table.is_understood() && world.edition.decides_like(table.library()) => {
            let opening = Opening {
                code: code.clone(),
                seed: *seed,
                commitment: commitment.clone(),
            };
            table
                .go_on(&opening, world, record.actor, moment)
                .map(|decision| decision.events)
        }
        (game::Command::Forget { seat }, _) if record.actor == game::Actor::Operator => {
            table.forget(*seat)
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
