//! What was said, and how often each seat has stirred.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::protocol::{Event, Lending, Nod, Publishing};
use crate::state::Party;
use crate::vocabulary::{SeatNo, names};

/// Chat lines a table remembers.
const LINES_MAX: usize = 80;

/// A line a player said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SpokenLine {
    pub(crate) seat: SeatNo,
    /// The player's name then: the seat may pass to another player.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// What was said, and how often each seat has stirred.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Talk {
    /// Shared with the copies of the table, all of them and each: lines do not change.
    lines: Arc<Vec<Arc<SpokenLine>>>,
    /// How often each seat has spoken, chosen or named a quest since the last scene opened.
    stirred: BTreeMap<SeatNo, u32>,
}

impl Talk {
    pub(crate) fn lines(&self) -> &[Arc<SpokenLine>] {
        &self.lines
    }

    pub(crate) fn stirred(&self, seat: SeatNo) -> u32 {
        self.stirred.get(&seat).copied().unwrap_or(0)
    }

    /// Keeps what these seats said, and nothing else.
    pub(super) fn keep(&mut self, seats: &BTreeSet<SeatNo>) {
        let lines = self.lines.iter();
        let kept = lines.filter(|line| seats.contains(&line.seat)).cloned();
        self.lines = Arc::new(kept.collect());
    }

    /// `party` gives a line the name of its speaker.
    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match over all events"
    )]
    pub(super) fn apply(&mut self, event: &Event, party: &Party) {
        match event {
            Event::Said { seat, text } => {
                self.stir(*seat);
                let held = party.seat(*seat);
                let name = held.map(|held| held.name.clone()).unwrap_or_default();
                self.say(*seat, name, text.clone());
            }
            Event::QuestNamed { seat, .. }
            | Event::Chosen { seat, .. }
            | Event::Withdrawn { seat }
            | Event::Acted { seat, .. }
            | Event::Nodded(Nod { seat, .. })
            | Event::Urged { seat, .. }
            | Event::Published(Publishing { seat, .. })
            | Event::Lent(Lending { seat, .. }) => self.stir(*seat),
            Event::SceneOpened { .. } | Event::WentOn { .. } => self.stirred.clear(),
            Event::Forgotten { seat } => self.forget(*seat),
            Event::Opened { .. }
            | Event::Sat { .. }
            | Event::Left { .. }
            | Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::InterrogationBegan { .. }
            | Event::Questioned { .. }
            | Event::Answered { .. }
            | Event::Called(_)
            | Event::CompanionJoined { .. }
            | Event::QuestsOffered { .. }
            | Event::QuestBegan { .. }
            | Event::BearerPassed { .. }
            | Event::Told(_)
            | Event::Kept { .. }
            | Event::InsightDawned { .. }
            | Event::Invoked { .. }
            | Event::Decided { .. }
            | Event::DeedDone(_)
            | Event::Marked { .. }
            | Event::SkillGrew(_)
            | Event::TrustMoved(_)
            | Event::FavourMoved(_)
            | Event::CouncilHeld(_)
            | Event::ApprovalMoved(_)
            | Event::CompanionLeft { .. }
            | Event::QuestEnded { .. }
            | Event::LookedInto {}
            | Event::CallingOffered { .. }
            | Event::CallingRefused { .. }
            | Event::StakeDealt(_)
            | Event::Challenged(_)
            | Event::Pressed(_)
            | Event::Exposed(_)
            | Event::HandStayed { .. }
            | Event::Spent(_)
            | Event::MomentumMoved(_)
            | Event::HpMoved { .. }
            | Event::CalledOn(_)
            | Event::OfferAnswered(_)
            | Event::GiftSpent(_)
            | Event::GiftLaid(_)
            | Event::GiftLifted(_)
            | Event::Grudged { .. }
            | Event::Skipped { .. }
            | Event::DeadlineMoved(_)
            | Event::QuietDone(_)
            | Event::MarkCarried { .. }
            | Event::HarmCame { .. }
            | Event::NamingBegan { .. }
            | Event::Judged(_)
            | Event::StakeSettled { .. }
            | Event::LegendGrew(_)
            | Event::CardGiven(_)
            | Event::KeepsakeAwarded(_)
            | Event::KeepsakeTaken(_)
            | Event::KeepsakeSpent(_)
            | Event::BoonTaken { .. }
            | Event::TimeAsked { .. }
            | Event::Erased {} => {}
        }
    }

    /// Empties the lines of a seat. They keep their places: a table whose lines were said empty is the same.
    fn forget(&mut self, seat: SeatNo) {
        for line in Arc::make_mut(&mut self.lines)
            .iter_mut()
            .filter(|line| line.seat == seat)
        {
            *line = Arc::new(SpokenLine {
                seat,
                name: names::forgotten(seat),
                text: String::new(),
            });
        }
    }

    fn stir(&mut self, seat: SeatNo) {
        *self.stirred.entry(seat).or_default() += 1;
    }

    fn say(&mut self, seat: SeatNo, name: String, text: String) {
        let lines = Arc::make_mut(&mut self.lines);
        lines.push(Arc::new(SpokenLine { seat, name, text }));
        let surplus = lines.len().saturating_sub(LINES_MAX);
        lines.drain(..surplus);
    }
}
