//! How a table was opened, who is host, and where it stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::{DeadlineMove, Event, Sitting, TimeLimit};
use crate::vocabulary::{Code, SeatNo};

/// Where a table stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Others may join.
    #[default]
    Gathering,
    /// The gods question all seats at once.
    Interrogation,
    /// The party chooses a quest.
    QuestChoice,
    /// A scene is open.
    Scene,
    /// The ending is read, and the party may say who lied.
    Naming,
    /// All is told.
    Chronicle,
    /// Closed before there was anything to tell.
    Closed,
}

impl Phase {
    /// Whether anything can still happen.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Chronicle | Self::Closed)
    }
}

/// How a table was opened, who is host, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lobby {
    phase: Phase,
    code: Option<Code>,
    rules: u32,
    library: String,
    limit: TimeLimit,
    sitting: Sitting,
    deadline_ms: Option<u64>,
    host: Option<SeatNo>,
    /// The table ended for good, though its story may be told.
    closed: bool,
    /// It ended because its rules are no longer decided.
    outdated: bool,
    /// How often the operator has looked into the table while it was live.
    looks: u32,
    /// How often each seat has been taken.
    generations: BTreeMap<SeatNo, u32>,
}

impl Lobby {
    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    pub(crate) fn rules(&self) -> u32 {
        self.rules
    }

    pub(crate) fn library(&self) -> &str {
        &self.library
    }

    pub(crate) fn limit(&self) -> TimeLimit {
        self.limit
    }

    /// How many questions the gods ask here.
    pub(crate) fn sitting(&self) -> Sitting {
        self.sitting
    }

    /// Whether the table ended because its rules are no longer decided.
    pub(crate) fn is_outdated(&self) -> bool {
        self.outdated
    }

    /// How often the operator has looked into the table while it was live.
    pub(crate) fn looks(&self) -> u32 {
        self.looks
    }

    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        self.deadline_ms
    }

    pub(crate) fn host(&self) -> Option<SeatNo> {
        self.host
    }

    /// Whether the table ended for good.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// How often `seat` has been taken.
    pub(crate) fn generation_of(&self, seat: SeatNo) -> u32 {
        self.generations.get(&seat).copied().unwrap_or(0)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match over all events"
    )]
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened {
                code,
                rules,
                library,
                limit,
                deadline_ms,
                ..
            } => {
                self.code = Some(code.clone());
                self.rules = *rules;
                self.library.clone_from(library);
                self.limit = *limit;
                self.deadline_ms = Some(*deadline_ms);
            }
            Event::Sat {
                seat, generation, ..
            } => {
                self.host.get_or_insert(*seat);
                self.generations.insert(*seat, *generation);
            }
            Event::Left { seat, .. } => self.host = self.host.filter(|host| host != seat),
            Event::HostPassed { seat, .. } => self.host = Some(*seat),
            Event::LookedInto {} => self.looks += 1,
            Event::InterrogationBegan {
                deadline_ms,
                sitting,
                ..
            } => {
                self.sitting = *sitting;
                self.go_to(Phase::Interrogation, Some(*deadline_ms));
            }
            Event::QuestsOffered { deadline_ms } => {
                self.go_to(Phase::QuestChoice, Some(*deadline_ms));
            }
            Event::SceneOpened { deadline_ms, .. } => {
                self.go_to(Phase::Scene, Some(*deadline_ms));
            }
            Event::DeadlineMoved(DeadlineMove { deadline_ms, .. }) => {
                self.deadline_ms = Some(*deadline_ms);
            }
            Event::NamingBegan { deadline_ms, .. } => {
                self.go_to(Phase::Naming, Some(*deadline_ms));
            }
            Event::QuestEnded { .. } => self.go_to(Phase::Chronicle, None),
            Event::WentOn {
                code, deadline_ms, ..
            } => {
                self.code = Some(code.clone());
                self.go_to(Phase::QuestChoice, Some(*deadline_ms));
            }
            Event::Closed { outdated, .. } => {
                self.outdated = *outdated;
                self.close();
            }
            Event::Questioned { .. }
            | Event::Answered { .. }
            | Event::Called(_)
            | Event::CompanionJoined { .. }
            | Event::QuestNamed { .. }
            | Event::QuestBegan { .. }
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
            | Event::Forgotten { .. }
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
            | Event::QuietDone(_)
            | Event::MarkCarried { .. }
            | Event::HarmCame { .. }
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
            | Event::Erased {} => {}
        }
    }

    fn go_to(&mut self, phase: Phase, deadline_ms: Option<u64>) {
        self.phase = phase;
        self.deadline_ms = deadline_ms;
    }

    /// A story that has begun is told; before its first scene there is nothing to tell.
    fn close(&mut self) {
        let phase = match self.phase {
            Phase::Scene | Phase::Naming | Phase::Chronicle => Phase::Chronicle,
            Phase::Gathering | Phase::Interrogation | Phase::QuestChoice | Phase::Closed => {
                Phase::Closed
            }
        };
        self.go_to(phase, None);
        self.closed = true;
    }
}
