//! The quest being played and those before it: their seeds, the facts set, and how they ended.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::protocol::{CardGift, Event, Judgement, KeepsakeAward, Lending, Publishing, Slip};
use crate::vocabulary::{
    CardId, EndingId, KeepsakeId, Mark, QuestId, QuestionId, SeatNo, Seed, Version,
};

/// A quest whose Chronicle is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldQuest {
    /// The quest; none when the library had none to begin.
    pub quest: Option<QuestId>,
    /// Its edition.
    pub edition: u32,
    /// The ending reached; none when the quest was broken off.
    pub ending: Option<EndingId>,
    /// The source of all chance in it.
    pub seed: Seed,
    /// SHA-256 of the seed, as it stood before the quest began.
    pub commitment: String,
    /// The last version that belongs to it: what came later is told in later Chronicles.
    pub ended: Version,
    /// The public facts set in it, oldest first: later quests may ask for them.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// The cards given after it: from whom, to whom, which.
    #[serde(default)]
    pub cards: Vec<(SeatNo, SeatNo, CardId)>,
    /// Who said that which keepsake should go to whom.
    #[serde(default)]
    pub awards: Vec<(SeatNo, KeepsakeId, SeatNo)>,
    /// The seats that met their stakes in it.
    #[serde(default)]
    pub stakes_met: Vec<SeatNo>,
}

/// The quest being played and those before it: their seeds, the facts set, and how they ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Story {
    seed: Option<Seed>,
    commitment: String,
    quest: Option<QuestId>,
    edition: u32,
    /// In the order in which they were set.
    marks: Vec<Mark>,
    ending: Option<EndingId>,
    /// The question that all seats are asked last.
    open_question: Option<QuestionId>,
    /// What each seat said before the Chronicle; a seat that said nothing has no slips.
    judged: BTreeMap<SeatNo, Vec<Slip>>,
    /// The cards given after this quest: from whom, to whom, which.
    cards: Vec<(SeatNo, SeatNo, CardId)>,
    /// Who said that which keepsake should go to whom.
    awards: Vec<(SeatNo, KeepsakeId, SeatNo)>,
    /// The seats that met their stakes.
    stakes_met: Vec<SeatNo>,
    told: Vec<ToldQuest>,
    /// The version at which the story was given out, while it is. Each time it is another one.
    #[serde(default)]
    published: Option<Version>,
    /// The seats that lend their names and lines to its readers.
    #[serde(default)]
    lent: BTreeSet<SeatNo>,
}

impl Story {
    pub(crate) fn seed(&self) -> Option<Seed> {
        self.seed
    }

    pub(crate) fn commitment(&self) -> &str {
        &self.commitment
    }

    /// The quest and its edition.
    pub(crate) fn quest(&self) -> Option<(&QuestId, u32)> {
        self.quest.as_ref().map(|quest| (quest, self.edition))
    }

    pub(crate) fn has(&self, mark: &Mark) -> bool {
        self.marks.contains(mark)
    }

    /// The public facts set, oldest first.
    pub(crate) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    pub(crate) fn open_question(&self) -> Option<&QuestionId> {
        self.open_question.as_ref()
    }

    pub(crate) fn judged(&self) -> &BTreeMap<SeatNo, Vec<Slip>> {
        &self.judged
    }

    /// The cards given after the quest that has ended last.
    pub(crate) fn cards(&self) -> &[(SeatNo, SeatNo, CardId)] {
        match self.told.last() {
            Some(told) if self.quest.is_none() => &told.cards,
            _ => &self.cards,
        }
    }

    /// What was said of the keepsakes of the quest that has ended last.
    pub(crate) fn awards(&self) -> &[(SeatNo, KeepsakeId, SeatNo)] {
        match self.told.last() {
            Some(told) if self.quest.is_none() => &told.awards,
            _ => &self.awards,
        }
    }

    /// Between two quests a card is about the one before.
    fn given_cards(&mut self) -> &mut Vec<(SeatNo, SeatNo, CardId)> {
        match self.told.last_mut() {
            Some(told) if self.quest.is_none() => &mut told.cards,
            _ => &mut self.cards,
        }
    }

    fn given_awards(&mut self) -> &mut Vec<(SeatNo, KeepsakeId, SeatNo)> {
        match self.told.last_mut() {
            Some(told) if self.quest.is_none() => &mut told.awards,
            _ => &mut self.awards,
        }
    }

    /// The version at which the story was given out, while it is.
    pub(crate) fn published(&self) -> Option<Version> {
        self.published
    }

    /// The seats that lend their names and lines to its readers.
    pub(crate) fn lent(&self) -> &BTreeSet<SeatNo> {
        &self.lent
    }

    pub(crate) fn ending(&self) -> Option<&EndingId> {
        self.ending.as_ref()
    }

    /// The quests told before this one, oldest first.
    pub(crate) fn told(&self) -> &[ToldQuest] {
        &self.told
    }

    /// Whether the party plays a quest, or has played it.
    pub(crate) fn has_played(&self, quest: &QuestId) -> bool {
        let before = self.told.iter().filter_map(|told| told.quest.as_ref());
        before.chain(&self.quest).any(|played| played == quest)
    }

    /// The quest being played as it is told when its last version is `ended`.
    pub(crate) fn as_told(&self, ended: Version) -> Option<ToldQuest> {
        Some(ToldQuest {
            quest: self.quest.clone(),
            edition: self.edition,
            ending: self.ending.clone(),
            seed: self.seed?,
            commitment: self.commitment.clone(),
            ended,
            marks: self.marks.clone(),
            cards: self.cards.clone(),
            awards: self.awards.clone(),
            stakes_met: self.stakes_met.clone(),
        })
    }

    /// `version` is that of the table before the commit the event is part of.
    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match over all events"
    )]
    pub(super) fn apply(&mut self, event: &Event, version: Version) {
        match event {
            Event::Opened {
                seed, commitment, ..
            } => {
                self.seed = Some(*seed);
                self.commitment.clone_from(commitment);
            }
            Event::QuestBegan { quest, edition, .. } => {
                self.quest = Some(quest.clone());
                self.edition = *edition;
            }
            Event::InterrogationBegan { open_question, .. } => {
                self.open_question.clone_from(open_question);
            }
            Event::Marked { mark } => {
                if !self.has(mark) {
                    self.marks.push(mark.clone());
                }
            }
            Event::StakeSettled { seat, met: true } => self.stakes_met.push(*seat),
            Event::Judged(Judgement { seat, slips }) => {
                self.judged.insert(*seat, slips.clone());
            }
            Event::CardGiven(CardGift { seat, to, card }) => {
                let cards = self.given_cards();
                cards.retain(|(from, _, _)| from != seat);
                cards.push((*seat, *to, card.clone()));
            }
            Event::KeepsakeAwarded(KeepsakeAward { seat, keepsake, to }) => {
                let awards = self.given_awards();
                awards.retain(|(by, id, _)| by != seat || id != keepsake);
                awards.push((*seat, keepsake.clone(), *to));
            }
            Event::Published(Publishing { open, .. }) => self.published = open.then_some(version),
            Event::Lent(Lending { seat, lent: true }) => {
                self.lent.insert(*seat);
            }
            Event::Lent(Lending { seat, lent: false })
            | Event::Forgotten { seat }
            | Event::Left { seat, .. } => {
                self.lent.remove(seat);
            }
            Event::NamingBegan { ending, .. } | Event::QuestEnded { ending } => {
                self.ending.clone_from(ending);
            }
            Event::WentOn {
                seed, commitment, ..
            } => {
                let mut told = std::mem::take(&mut self.told);
                told.extend(self.as_told(version));
                *self = Self {
                    seed: Some(*seed),
                    commitment: commitment.clone(),
                    told,
                    ..Self::default()
                };
            }
            Event::Sat { .. }
            | Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::Questioned { .. }
            | Event::Answered { .. }
            | Event::Called(_)
            | Event::CompanionJoined { .. }
            | Event::QuestsOffered { .. }
            | Event::QuestNamed { .. }
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
            | Event::SkillGrew(_)
            | Event::TrustMoved(_)
            | Event::FavourMoved(_)
            | Event::CouncilHeld(_)
            | Event::ApprovalMoved(_)
            | Event::CompanionLeft { .. }
            | Event::LookedInto {}
            | Event::CallingOffered { .. }
            | Event::CallingRefused { .. }
            | Event::StakeDealt(_)
            | Event::Challenged(_)
            | Event::Nodded(_)
            | Event::Pressed(_)
            | Event::Urged { .. }
            | Event::Acted { .. }
            | Event::HandStayed { .. }
            | Event::Spent(_)
            | Event::MomentumMoved(_)
            | Event::Exposed(_)
            | Event::HarmCame { .. }
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
            | Event::StakeSettled { met: false, .. }
            | Event::LegendGrew(_)
            | Event::KeepsakeTaken(_)
            | Event::KeepsakeSpent(_)
            | Event::BoonTaken { .. }
            | Event::TimeAsked { .. }
            | Event::Erased {} => {}
        }
    }
}
