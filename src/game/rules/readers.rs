//! Who may read a told story: its host gives it out and takes it back, and each seat lends its own name and lines.

use crate::protocol::{Command, Event, Lending, Publishing, Refusal};
use crate::rules::draft::Draft;
use crate::rules::{lobby, talk};
use crate::state::{Phase, Table};
use crate::vocabulary::SeatNo;

/// Whether a command is about the readers of a story. One that was broken off is given to nobody: an operator may have closed
/// the table because of what was said. What was given is taken back at any time.
pub(super) fn is_theirs(table: &Table, command: &Command) -> bool {
    takes_back(command) || (gives(command) && table.ending().is_some())
}

/// Whether a command gives readers something.
fn gives(command: &Command) -> bool {
    matches!(
        command,
        Command::Publish { open: true } | Command::Lend { lent: true }
    )
}

fn takes_back(command: &Command) -> bool {
    matches!(
        command,
        Command::Publish { open: false } | Command::Lend { lent: false }
    )
}

/// Gives the story out, or takes it back: under another link when it is given out again.
pub(super) fn publish(draft: &mut Draft<'_>, seat: SeatNo, open: bool) -> Result<(), Refusal> {
    is_told(draft)?;
    lobby::only_host(draft, seat)?;
    if draft.table.published().is_some() == open {
        return Err(Refusal::AlreadyChosen);
    }
    if open {
        talk::stir(draft, seat)?;
    }
    draft.happen(Event::Published(Publishing { seat, open }));
    Ok(())
}

/// Lends a seat's name and lines to the readers, or takes them back.
pub(super) fn lend(draft: &mut Draft<'_>, seat: SeatNo, lent: bool) -> Result<(), Refusal> {
    is_told(draft)?;
    if draft.table.lent().contains(&seat) == lent {
        return Err(Refusal::AlreadyChosen);
    }
    if lent {
        talk::stir(draft, seat)?;
    }
    draft.happen(Event::Lent(Lending { seat, lent }));
    Ok(())
}

fn is_told(draft: &Draft<'_>) -> Result<(), Refusal> {
    if draft.table.phase() == Phase::Chronicle {
        Ok(())
    } else {
        Err(Refusal::NotNow)
    }
}
