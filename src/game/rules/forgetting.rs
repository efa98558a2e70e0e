//! What the operator takes back: the name of a seat's players and what they said, or all that a table tells.

use crate::protocol::{Command, Event, Refusal};
use crate::state::Table;
use crate::vocabulary::{SeatNo, names};

impl Table {
    /// Answers [`Command::Forget`], whatever the table's phase. What happened before loses the same by [`without`].
    ///
    /// # Errors
    ///
    /// [`Refusal::SeatEmpty`] when nobody ever took the seat.
    pub fn forget(&self, seat: SeatNo) -> Result<Vec<Event>, Refusal> {
        if self.lobby.generation_of(seat) == 0 {
            return Err(Refusal::SeatEmpty);
        }
        Ok(vec![Event::Forgotten { seat }])
    }
}

/// Returns a commit without the name of a seat's players and without what they said; none if it tells neither.
///
/// The table that follows from such commits and [`Event::Forgotten`] is the one that follows from the commits as they
/// were and that event.
pub fn without(seat: SeatNo, command: &Command, told: &[Event]) -> Option<(Command, Vec<Event>)> {
    let events: Vec<Event> = told.iter().map(|event| without_in(seat, event)).collect();
    if events == told {
        return None;
    }
    let command = match command {
        Command::Open { limit, .. } => Command::Open {
            name: names::forgotten(seat),
            limit: *limit,
        },
        Command::Sit { .. } => Command::Sit {
            name: names::forgotten(seat),
        },
        Command::Say { .. } => Command::Say {
            text: String::new(),
        },
        Command::Begin { .. }
        | Command::Leave {}
        | Command::Vacate { .. }
        | Command::HandOver { .. }
        | Command::GoOn {}
        | Command::Close {}
        | Command::Answer { .. }
        | Command::TakeUp { .. }
        | Command::Tell { .. }
        | Command::TellAside { .. }
        | Command::Keep { .. }
        | Command::Challenge { .. }
        | Command::Nod { .. }
        | Command::Press { .. }
        | Command::Urge { .. }
        | Command::Act { .. }
        | Command::StayHand { .. }
        | Command::Withdraw { .. }
        | Command::Spend { .. }
        | Command::CallOn { .. }
        | Command::AnswerOffer { .. }
        | Command::Extend { .. }
        | Command::CallTime { .. }
        | Command::Skip { .. }
        | Command::Judge { .. }
        | Command::PassJudgement {}
        | Command::GiveCard { .. }
        | Command::AwardKeepsake { .. }
        | Command::Publish { .. }
        | Command::Lend { .. }
        | Command::SpendKeepsake { .. }
        | Command::TakeBoon { .. }
        | Command::AnswerCalling { .. }
        | Command::Look {}
        | Command::Invoke { .. }
        | Command::Choose { .. }
        | Command::PassTime {}
        | Command::Forget { .. }
        | Command::Erase {} => command.clone(),
    };
    Some((command, events))
}

#[expect(
    clippy::too_many_lines,
    reason = "one exhaustive match over all events"
)]
fn without_in(seat: SeatNo, event: &Event) -> Event {
    match event {
        Event::Sat {
            seat: taken,
            generation,
            ..
        } if *taken == seat => Event::Sat {
            seat,
            name: names::forgotten(seat),
            generation: *generation,
        },
        Event::Said { seat: speaker, .. } if *speaker == seat => Event::Said {
            seat,
            text: String::new(),
        },
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
        | Event::QuestNamed { .. }
        | Event::QuestBegan { .. }
        | Event::SceneOpened { .. }
        | Event::BearerPassed { .. }
        | Event::Told(_)
        | Event::Kept { .. }
        | Event::InsightDawned { .. }
        | Event::Invoked { .. }
        | Event::Chosen { .. }
        | Event::Said { .. }
        | Event::Decided { .. }
        | Event::DeedDone(_)
        | Event::Marked { .. }
        | Event::SkillGrew(_)
        | Event::TrustMoved(_)
        | Event::FavourMoved(_)
        | Event::CouncilHeld(_)
        | Event::ApprovalMoved(_)
        | Event::CompanionLeft { .. }
        | Event::WentOn { .. }
        | Event::QuestEnded { .. }
        | Event::Forgotten { .. }
        | Event::LookedInto {}
        | Event::CallingOffered { .. }
        | Event::CallingRefused { .. }
        | Event::StakeDealt(_)
        | Event::Challenged(_)
        | Event::Nodded(_)
        | Event::Pressed(_)
        | Event::Exposed(_)
        | Event::Urged { .. }
        | Event::Acted { .. }
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
        | Event::Withdrawn { .. }
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
        | Event::Published(_)
        | Event::Lent(_)
        | Event::KeepsakeTaken(_)
        | Event::KeepsakeSpent(_)
        | Event::BoonTaken { .. }
        | Event::TimeAsked { .. }
        | Event::Erased {} => event.clone(),
    }
}
