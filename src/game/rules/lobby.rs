//! Sitting down, getting up, and who is host.

use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::state::Phase;
use crate::vocabulary::{God, SeatNo};
use crate::{NAME_CHARS_MAX, SAY_CHARS_MAX, SEATS_MAX};

/// Characters that change how text around them reads, or cannot be seen at all.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that may stand between others but show nothing themselves: joiners, variation selectors,
/// fillers.
fn is_joining(letter: char) -> bool {
    matches!(
        letter,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'
            ..='\u{fe0f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{3164}'
                | '\u{ffa0}'
    )
}

/// A name as it is compared: what two people would take for the same is the same.
fn seen(name: &str) -> String {
    name.chars()
        .filter(|letter| !is_joining(*letter))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Reads a name as it was typed: trimmed, inner white space folded to one space.
pub(crate) fn checked_name(typed: &str) -> Result<String, Refusal> {
    // Typed text is cut before it is looked at, so that its length bounds the work.
    let few: String = typed.chars().take(NAME_CHARS_MAX * 8).collect();
    let name = few.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Refusal::NameMissing);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Refusal::NameTooLong);
    }
    let shows = name
        .chars()
        .any(|letter| !letter.is_whitespace() && !is_joining(letter));
    if !shows || name.chars().any(is_unseen) {
        return Err(Refusal::NameUnreadable);
    }
    Ok(name)
}

impl Draft<'_> {
    pub(crate) fn sit(&mut self, typed: &str) -> Result<(), Refusal> {
        if self.table.phase != Phase::Gathering {
            return Err(Refusal::AlreadyBegun);
        }
        let name = checked_name(typed)?;
        let shown = seen(&name);
        if self
            .table
            .seats
            .values()
            .any(|seat| seen(&seat.name) == shown)
        {
            return Err(Refusal::NameTaken);
        }
        let free = (1..=SEATS_MAX)
            .map(SeatNo)
            .find(|seat| !self.table.seats.contains_key(seat));
        let seat = free.ok_or(Refusal::TableFull)?;
        let generation = self.table.generations.get(&seat).copied().unwrap_or(0) + 1;
        self.happen(Event::Sat {
            seat,
            name,
            generation,
        });
        Ok(())
    }

    pub(crate) fn begin(&mut self, seat: SeatNo) -> Result<(), Refusal> {
        self.only_host(seat)?;
        if self.table.phase != Phase::Gathering {
            return Err(Refusal::MovedOn);
        }
        let complete = God::ALL
            .iter()
            .all(|god| self.world.questions.iter().any(|asked| asked.god == *god));
        if self.world.quests.is_empty() || self.world.classes.is_empty() || !complete {
            return Err(Refusal::QuestUnknown);
        }
        self.begin_interrogation();
        Ok(())
    }

    pub(crate) fn leave(&mut self, seat: SeatNo) {
        self.happen(Event::Left {
            seat,
            vacated_by: None,
        });
        self.after_leaving();
    }

    /// Frees a seat. The host may free any; anybody may free the host's, so that a table whose host is
    /// gone is not lost. Whether the player has been away long enough is for the caller to know.
    pub(crate) fn vacate(&mut self, by: SeatNo, other: SeatNo) -> Result<(), Refusal> {
        if by == other {
            return Err(Refusal::OwnSeat);
        }
        if self.table.host != Some(other) {
            self.only_host(by)?;
        }
        if !self.table.present().any(|(no, _)| no == other) {
            return Err(Refusal::SeatEmpty);
        }
        self.happen(Event::Left {
            seat: other,
            vacated_by: Some(by),
        });
        self.after_leaving();
        Ok(())
    }

    pub(crate) fn close(&mut self, seat: SeatNo) -> Result<(), Refusal> {
        self.only_host(seat)?;
        self.happen(Event::Closed { by: Some(seat) });
        Ok(())
    }

    pub(crate) fn say(&mut self, seat: SeatNo, typed: &str) -> Result<(), Refusal> {
        if typed.chars().count() > SAY_CHARS_MAX {
            return Err(Refusal::SaidTooMuch);
        }
        let text: String = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().filter(|letter| !is_unseen(*letter)).collect();
        if text.is_empty() {
            return Err(Refusal::NothingSaid);
        }
        self.stir(seat)?;
        self.happen(Event::Said { seat, text });
        Ok(())
    }

    fn only_host(&self, seat: SeatNo) -> Result<(), Refusal> {
        if self.table.host == Some(seat) {
            Ok(())
        } else {
            Err(Refusal::HostOnly)
        }
    }

    /// Whatever waited for the one who left need not wait any more.
    fn after_leaving(&mut self) {
        let Some((first, _)) = self.table.present().next() else {
            return self.happen(Event::Closed { by: None });
        };
        if self.table.host.is_none() {
            self.happen(Event::HostPassed { seat: first });
        }
        match self.table.phase {
            Phase::Gathering | Phase::Chronicle | Phase::Closed => {}
            Phase::Interrogation => self.offer_quests_when_all_are_called(),
            Phase::QuestChoice => self.begin_quest_when_all_have_named_one(),
            Phase::Scene => {
                self.pass_the_codex();
                self.resolve_when_all_have_chosen();
            }
        }
    }

    fn pass_the_codex(&mut self) {
        let Some(bearer) = self.log().map(|log| log.bearer) else {
            return;
        };
        if !self.table.present().any(|(no, _)| no == bearer) {
            let seat = self.next_bearer(Some(bearer));
            self.happen(Event::BearerPassed { seat });
        }
    }

    /// The seat after `last`, going round; the first at the start of a quest.
    pub(crate) fn next_bearer(&self, last: Option<SeatNo>) -> SeatNo {
        let seats: Vec<SeatNo> = self.table.present().map(|(no, _)| no).collect();
        let after = last.and_then(|last| seats.iter().find(|no| **no > last));
        after.or(seats.first()).copied().unwrap_or(SeatNo(1))
    }
}
