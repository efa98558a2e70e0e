//! A scene of the quest being played: what happened in it, as its events have left it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::protocol::{
    ApprovalMove, Ballot, CarriedKeepsake, Character, Council, DeadlineMove, DeadlineReason, Deal,
    Done, Doubt, Event, Exposure, FavourMove, GiftCall, GiftLaying, MomentumMove, MomentumReason,
    MomentumUse, Nod, OfferAnswer, Pressing, Purchase, QuietDeed, SeatGift, SkillGrowth, Telling,
    TimeLimit, TrustMove, Unmasking,
};
use crate::vocabulary::{
    CompanionId, Gift, KeepsakeId, Mark, OptionId, QuestId, SceneId, SeatNo, Tag, Vote, WhisperId,
};

/// How far a scene has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SceneProgress {
    /// The party decides once.
    #[default]
    Decision,
    /// A fight is fought round by round.
    Fight {
        /// The round being fought, counted from 1.
        round: u32,
    },
}

/// All that happened in one scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field holds the events of its name")]
pub struct SceneState {
    pub scene: SceneId,
    pub bearer: SeatNo,
    pub progress: SceneProgress,
    /// How long it waits, its reading time included, in milliseconds.
    pub wait_ms: u64,
    pub deals: Vec<Deal>,
    /// Tellings to the table and asides, in order: their place is their number.
    pub told: Vec<Telling>,
    pub kept: Vec<(SeatNo, WhisperId)>,
    pub challenges: Vec<Doubt>,
    /// The latest sign of each seat at each telling, by the telling's number; true where it was doubted.
    pub nods: Vec<(SeatNo, u8, bool)>,
    /// Who pressed which companion, and whether they gave way.
    pub pressed: Option<(SeatNo, CompanionId, bool)>,
    pub exposures: Vec<(Character, Exposure)>,
    pub insights: Vec<OptionId>,
    pub invoked: BTreeMap<SeatNo, Vec<WhisperId>>,
    pub urges: BTreeMap<SeatNo, OptionId>,
    /// Whose hand is at which quiet option.
    pub acting: BTreeMap<SeatNo, OptionId>,
    pub spent: Vec<(SeatNo, MomentumUse)>,
    /// What gods hinted to each seat.
    pub hints: BTreeMap<SeatNo, BTreeMap<OptionId, Vote>>,
    pub called_on: Vec<GiftCall>,
    /// Offers of an exchange, oldest first.
    pub offers: Vec<OfferState>,
    pub keepsakes_spent: Vec<(SeatNo, QuestId, KeepsakeId)>,
    pub choices: BTreeMap<SeatNo, OptionId>,
    /// What was chosen before a second draft: who is silent keeps it.
    pub first_draft: BTreeMap<SeatNo, OptionId>,
    /// Every choice in order, changes of mind included.
    pub choosing: Vec<(SeatNo, OptionId)>,
    /// How often seats had told something when the first seat chose.
    pub told_at_first_choice: usize,
    pub withdrawn: BTreeSet<SeatNo>,
    pub skipped: BTreeSet<SeatNo>,
    /// Seats that asked for the scene to be decided.
    pub time_asked: Vec<SeatNo>,
    pub deadline_moves: Vec<(DeadlineReason, Option<SeatNo>)>,
    /// When the scene would be decided had not all chosen.
    pub unlocked_deadline_ms: u64,
    pub ballots: Vec<Ballot>,
    pub by_silence: bool,
    /// It was decided: what leaves the table after that changes nothing in it.
    pub decided: bool,
    pub offered: Vec<Tag>,
    pub quiet: Vec<QuietDeed>,
    pub done: Vec<Done>,
    /// Harms that came about, and whether a blessing took their sting.
    pub harms: Vec<(Mark, bool)>,
    pub growths: Vec<SkillGrowth>,
    pub trust_moves: Vec<TrustMove>,
    pub favour_moves: Vec<FavourMove>,
    pub momentum_moves: Vec<(SeatNo, i32, MomentumReason)>,
    pub hp_moves: Vec<(SeatNo, i32)>,
    pub approval_moves: Vec<ApprovalMove>,
    /// What the gods laid on seats as the scene ended (true) or took back (false), and blessings that acted.
    pub gifts: Vec<GiftChange>,
    pub departures: Vec<CompanionId>,
    pub council: Option<Council>,
}

/// One seat's offer to another to exchange what they heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferState {
    /// The seat that offers.
    pub from: SeatNo,
    /// The seat that is asked.
    pub to: SeatNo,
    /// Whether it was taken; none as long as it is open.
    pub taken: Option<bool>,
}

impl OfferState {
    /// Whether it waits for an answer, and the seat is one of the two.
    fn is_open_with(&self, seat: SeatNo) -> bool {
        self.taken.is_none() && (self.from == seat || self.to == seat)
    }
}

/// What became of a gift in a scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftChange {
    /// The seat.
    pub seat: SeatNo,
    /// The gift.
    pub gift: Gift,
    /// What became of it.
    pub change: GiftFate,
}

/// What became of a gift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GiftFate {
    /// It was laid on the seat.
    Laid,
    /// It was taken back.
    Lifted,
    /// It acted, and will not again in this quest.
    Spent,
}

impl SceneState {
    /// How long it waits at most, all that it was extended by included.
    pub(crate) fn longest_wait_ms(&self) -> u64 {
        let extended = self.deadline_moves.iter();
        let extended = extended.filter(|(why, _)| *why == DeadlineReason::Extended);
        let waits = u64::try_from(extended.count())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        self.wait_ms
            .saturating_mul(waits)
            .min(TimeLimit::WAIT_MAX_MS)
    }

    pub(super) fn new(
        scene: SceneId,
        bearer: SeatNo,
        deals: Vec<Deal>,
        wait_ms: u64,
        deadline_ms: u64,
    ) -> Self {
        Self {
            scene,
            bearer,
            progress: SceneProgress::Decision,
            wait_ms,
            deals,
            told: Vec::new(),
            kept: Vec::new(),
            challenges: Vec::new(),
            nods: Vec::new(),
            pressed: None,
            exposures: Vec::new(),
            insights: Vec::new(),
            invoked: BTreeMap::new(),
            urges: BTreeMap::new(),
            acting: BTreeMap::new(),
            spent: Vec::new(),
            hints: BTreeMap::new(),
            called_on: Vec::new(),
            offers: Vec::new(),
            keepsakes_spent: Vec::new(),
            choices: BTreeMap::new(),
            first_draft: BTreeMap::new(),
            choosing: Vec::new(),
            told_at_first_choice: 0,
            withdrawn: BTreeSet::new(),
            skipped: BTreeSet::new(),
            time_asked: Vec::new(),
            deadline_moves: Vec::new(),
            unlocked_deadline_ms: deadline_ms,
            ballots: Vec::new(),
            by_silence: false,
            decided: false,
            offered: Vec::new(),
            quiet: Vec::new(),
            done: Vec::new(),
            harms: Vec::new(),
            growths: Vec::new(),
            trust_moves: Vec::new(),
            favour_moves: Vec::new(),
            momentum_moves: Vec::new(),
            hp_moves: Vec::new(),
            approval_moves: Vec::new(),
            gifts: Vec::new(),
            departures: Vec::new(),
            council: None,
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match over all events"
    )]
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            // Without the one who left every chance is another: nobody is held to a choice made before.
            Event::Left { seat, .. } if !self.decided => {
                self.choices.clear();
                self.first_draft.clear();
                self.acting.remove(seat);
                self.urges.remove(seat);
                self.time_asked.retain(|asked| asked != seat);
                self.offers.retain(|offer| !offer.is_open_with(*seat));
            }
            Event::BearerPassed { seat } => self.bearer = *seat,
            Event::Told(told) => self.told.push(told.clone()),
            Event::Kept { seat, whisper } => self.kept.push((*seat, whisper.clone())),
            Event::InsightDawned { option } => self.insights.push(option.clone()),
            Event::Challenged(doubt) => self.challenges.push(doubt.clone()),
            Event::Nodded(Nod {
                seat,
                telling,
                doubts,
            }) => {
                self.nods.retain(|(by, at, _)| (by, at) != (seat, telling));
                self.nods.push((*seat, *telling, *doubts));
            }
            Event::Pressed(Pressing {
                seat,
                companion,
                won,
                ..
            }) => self.pressed = Some((*seat, companion.clone(), *won)),
            Event::Exposed(Unmasking { who, how }) => {
                self.exposures.push((who.clone(), how.clone()));
            }
            Event::Invoked { seat, heard } => {
                self.invoked.entry(*seat).or_default().extend(heard.clone());
            }
            Event::Urged { seat, option } => {
                self.urges.insert(*seat, option.clone());
            }
            Event::Acted { seat, option } => {
                self.acting.insert(*seat, option.clone());
            }
            Event::HandStayed { seat } => {
                self.acting.remove(seat);
            }
            Event::Spent(Purchase { seat, on, hint, .. }) => {
                self.spent.push((*seat, *on));
                if *on == MomentumUse::Hint {
                    self.hints.insert(*seat, hint.clone());
                }
            }
            Event::CalledOn(call) => self.call_on(call),
            Event::OfferAnswered(OfferAnswer { seat, takes }) => self.answer(*seat, *takes),
            Event::KeepsakeSpent(CarriedKeepsake {
                seat,
                quest,
                keepsake,
            }) => self
                .keepsakes_spent
                .push((*seat, quest.clone(), keepsake.clone())),
            Event::Chosen { seat, option } => self.choose(*seat, option),
            Event::Withdrawn { seat } => {
                self.choices.remove(seat);
                self.withdrawn.insert(*seat);
            }
            Event::TimeAsked { seat } => self.time_asked.push(*seat),
            Event::Skipped { seat, .. } => {
                self.skipped.insert(*seat);
            }
            Event::DeadlineMoved(DeadlineMove {
                deadline_ms,
                why,
                by,
            }) => {
                if *why != DeadlineReason::LockedIn {
                    self.unlocked_deadline_ms = *deadline_ms;
                }
                if *why == DeadlineReason::SecondDraft {
                    self.first_draft = std::mem::take(&mut self.choices);
                }
                self.deadline_moves.push((*why, *by));
            }
            Event::Decided {
                ballots,
                by_silence,
                offered,
            } => {
                self.ballots.clone_from(ballots);
                self.by_silence = *by_silence;
                self.decided = true;
                self.offered.clone_from(offered);
            }
            Event::QuietDone(deed) => self.quiet.push(deed.clone()),
            Event::HarmCame { harm, averted } => self.harms.push((harm.clone(), *averted)),
            Event::MomentumMoved(MomentumMove { seat, by, why }) => {
                self.momentum_moves.push((*seat, *by, *why));
            }
            Event::HpMoved { seat, by } => self.hp_moves.push((*seat, *by)),
            Event::GiftLaid(GiftLaying { seat, gift, .. }) => {
                self.change_gift(*seat, *gift, GiftFate::Laid);
            }
            Event::GiftLifted(SeatGift { seat, gift }) => {
                self.change_gift(*seat, *gift, GiftFate::Lifted);
            }
            Event::GiftSpent(SeatGift { seat, gift }) => {
                self.change_gift(*seat, *gift, GiftFate::Spent);
            }
            Event::DeedDone(done) => self.done.push(done.clone()),
            Event::SkillGrew(grown) => self.growths.push(grown.clone()),
            Event::TrustMoved(moved) => self.trust_moves.push(moved.clone()),
            Event::FavourMoved(moved) => self.favour_moves.push(moved.clone()),
            Event::CouncilHeld(council) => self.council = Some(council.clone()),
            Event::ApprovalMoved(moved) => self.approval_moves.push(moved.clone()),
            Event::CompanionLeft { companion } => self.departures.push(companion.clone()),
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
            | Event::Said { .. }
            | Event::Marked { .. }
            | Event::WentOn { .. }
            | Event::QuestEnded { .. }
            | Event::Forgotten { .. }
            | Event::LookedInto {}
            | Event::CallingOffered { .. }
            | Event::CallingRefused { .. }
            | Event::StakeDealt(_)
            | Event::Grudged { .. }
            | Event::MarkCarried { .. }
            | Event::NamingBegan { .. }
            | Event::Judged(_)
            | Event::StakeSettled { .. }
            | Event::LegendGrew(_)
            | Event::CardGiven(_)
            | Event::KeepsakeAwarded(_)
            | Event::Published(_)
            | Event::Lent(_)
            | Event::KeepsakeTaken(_)
            | Event::BoonTaken { .. }
            | Event::Erased {} => {}
        }
    }

    fn choose(&mut self, seat: SeatNo, option: &OptionId) {
        if self.choosing.is_empty() {
            let by_seats = |told: &&Telling| matches!(told.by, Character::Seat(_));
            self.told_at_first_choice = self.told.iter().filter(by_seats).count();
        }
        self.choosing.push((seat, option.clone()));
        self.choices.insert(seat, option.clone());
    }

    fn call_on(&mut self, call: &GiftCall) {
        if let Some(to) = call.with {
            self.offers.push(OfferState {
                from: call.seat,
                to,
                taken: None,
            });
        }
        self.called_on.push(call.clone());
    }

    /// Answers the oldest offer that waits for the seat.
    fn answer(&mut self, seat: SeatNo, takes: bool) {
        let mut waiting = self.offers.iter_mut();
        let offer = waiting.find(|offer| offer.to == seat && offer.taken.is_none());
        if let Some(offer) = offer {
            offer.taken = Some(takes);
        }
    }

    fn change_gift(&mut self, seat: SeatNo, gift: Gift, change: GiftFate) {
        self.gifts.push(GiftChange { seat, gift, change });
    }
}
