//! Who plays: the seats, the companions, and the trust between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::protocol::{
    Boon, Calling, CarriedKeepsake, Character, Done, Event, GiftCall, GiftLaying, LegendGain,
    MomentumMove, Purchase, SeatGift, StakeDeal,
};
use crate::state::seat::PRACTICE;
use crate::state::{HeldStake, Seat};
use crate::vocabulary::{CompanionId, Mark, SeatNo, Verdict, names};

/// A party's trust when it sits down.
const TRUST_START: i32 = 50;

/// A companion at the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ally {
    /// 0 to 100.
    pub(crate) approval: i32,
    pub(crate) present: bool,
    /// Facts that they alone carry in this quest. Secret.
    pub(crate) carried: BTreeSet<Mark>,
    /// The quest, counted from 1, in which they left of their own will.
    pub(crate) left_in: Option<u32>,
}

/// Who plays: the seats, the companions, and the trust between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Party {
    /// Shared with the copies of the table, as the companions are: most commands change none of them.
    seats: Arc<BTreeMap<SeatNo, Seat>>,
    companions: Arc<BTreeMap<CompanionId, Ally>>,
    trust: i32,
    /// Quests begun so far.
    quests_begun: u32,
    /// The last council was a deadlock, so the next counts double.
    watched: bool,
    /// The gathering is over: a seat that is left stays, without its player.
    settled: bool,
}

impl Party {
    pub(crate) fn seats(&self) -> &BTreeMap<SeatNo, Seat> {
        &self.seats
    }

    pub(crate) fn seat(&self, no: SeatNo) -> Option<&Seat> {
        self.seats.get(&no)
    }

    /// The seats whose players are at the table.
    pub(crate) fn present(&self) -> impl Iterator<Item = (SeatNo, &Seat)> {
        self.seats
            .iter()
            .filter(|(_, seat)| seat.present)
            .map(|(no, seat)| (*no, seat))
    }

    pub(crate) fn is_present(&self, no: SeatNo) -> bool {
        self.seat(no).is_some_and(|seat| seat.present)
    }

    /// Every companion that ever joined.
    pub(crate) fn companions(&self) -> &BTreeMap<CompanionId, Ally> {
        &self.companions
    }

    /// The companions still at the table.
    pub(crate) fn allies(&self) -> impl Iterator<Item = (&CompanionId, &Ally)> {
        self.companions.iter().filter(|(_, ally)| ally.present)
    }

    pub(crate) fn trust(&self) -> i32 {
        self.trust
    }

    /// Quests begun so far.
    pub(crate) fn quests_begun(&self) -> u32 {
        self.quests_begun
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match over all events"
    )]
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { .. } => self.trust = TRUST_START,
            Event::Sat {
                seat,
                name,
                generation,
            } => {
                self.seats_mut().insert(*seat, Seat::new(name, *generation));
            }
            Event::Left { seat, .. } => self.leave(*seat),
            Event::InterrogationBegan { .. } => self.settled = true,
            Event::Questioned { seat, questions } => {
                self.change(*seat, |seat| seat.questions.extend_from_slice(questions));
            }
            Event::Answered {
                seat,
                question,
                answer,
                moves,
            } => self.change(*seat, |seat| seat.answer(question, *answer, moves)),
            Event::Called(Calling {
                seat,
                class,
                skills,
                hp,
                favour,
            }) => self.change(*seat, |seat| {
                seat.call(class, skills);
                seat.hp = *hp;
                seat.offered = None;
                seat.close_questions();
                if let Some(favour) = favour {
                    seat.favour.clone_from(favour);
                }
            }),
            Event::CallingOffered { seat, class } => {
                self.change(*seat, |seat| seat.offered = Some(class.clone()));
            }
            Event::CallingRefused { seat } => self.change(*seat, |seat| seat.offered = None),
            Event::QuestBegan { guest, .. } => self.begin_quest(guest.is_some()),
            Event::StakeDealt(StakeDeal { seat, stake, kin }) => self.change(*seat, |seat| {
                seat.stake = Some(HeldStake {
                    stake: *stake,
                    kin: kin.clone(),
                    met: None,
                });
            }),
            Event::StakeSettled { seat, met } => self.change(*seat, |seat| {
                if let Some(held) = &mut seat.stake {
                    held.met = Some(*met);
                }
            }),
            Event::MarkCarried { who, mark } => self.carry(who, mark),
            Event::Spent(Purchase { seat, cost, .. }) => {
                self.change(*seat, |seat| seat.momentum -= cost);
            }
            Event::MomentumMoved(MomentumMove { seat, by, .. }) => {
                self.change(*seat, |seat| seat.momentum += by);
            }
            Event::HpMoved { seat, by } => {
                self.change(*seat, |seat| seat.hp = seat.hp.map(|hp| hp + by));
            }
            Event::CalledOn(GiftCall { seat, gift, .. })
            | Event::GiftSpent(SeatGift { seat, gift }) => {
                self.change(*seat, |seat| seat.gifts_spent.push(*gift));
            }
            Event::GiftLaid(GiftLaying {
                seat,
                gift,
                by_verdict,
            }) => self.change(*seat, |seat| seat.gifts.push((*gift, *by_verdict))),
            Event::GiftLifted(SeatGift { seat, gift }) => self.change(*seat, |seat| {
                seat.gifts.retain(|(borne, _)| borne != gift);
            }),
            Event::Grudged { seat, god } => self.change(*seat, |seat| {
                seat.grudges.insert(*god);
            }),
            Event::Invoked { seat, .. } => {
                self.change(*seat, |seat| seat.signature_spent = true);
            }
            Event::DeedDone(done) => self.learn_from(done),
            Event::LegendGrew(LegendGain { seat, by, .. }) => {
                self.change(*seat, |seat| seat.legend += by);
            }
            Event::KeepsakeTaken(CarriedKeepsake {
                seat,
                quest,
                keepsake,
            }) => self.change(*seat, |seat| {
                seat.keepsakes.push((quest.clone(), keepsake.clone()));
            }),
            Event::KeepsakeSpent(CarriedKeepsake {
                seat,
                quest,
                keepsake,
            }) => self.change(*seat, |seat| {
                seat.keepsakes
                    .retain(|(from, kept)| from != quest || kept != keepsake);
            }),
            Event::BoonTaken { seat, boon } => self.change(*seat, |seat| {
                if let Boon::Practice { skill } = boon {
                    seat.grow(*skill, PRACTICE);
                }
                seat.boons.push(*boon);
            }),
            Event::CompanionJoined {
                companion,
                approval,
            } => self.join(companion, *approval),
            Event::QuestNamed { seat, quest } => {
                self.change(*seat, |seat| seat.quest = Some(quest.clone()));
            }
            Event::WentOn { .. } => self
                .seats_mut()
                .values_mut()
                .for_each(|seat| seat.quest = None),
            Event::SkillGrew(grown) => {
                self.change(grown.seat, |seat| seat.grow(grown.skill, grown.by));
            }
            Event::TrustMoved(moved) => self.trust = (self.trust + moved.by).clamp(0, 100),
            Event::FavourMoved(moved) => {
                self.change(moved.seat, |seat| seat.move_favour(moved.god, moved.by));
            }
            Event::CouncilHeld(council) => {
                self.watched = council.verdict == Verdict::Deadlock;
                for seat in self.seats_mut().values_mut() {
                    seat.signature_spent = false;
                }
                for doer in &council.doers {
                    self.change(*doer, |seat| {
                        seat.grudges.retain(|god| !council.grudges.contains(god));
                    });
                }
            }
            Event::ApprovalMoved(moved) => self.change_ally(&moved.companion, |ally| {
                ally.approval = (ally.approval + moved.by).clamp(0, 100);
            }),
            Event::CompanionLeft { companion } => {
                let quest = self.quests_begun;
                self.change_ally(companion, |ally| {
                    ally.present = false;
                    ally.left_in = Some(quest);
                });
            }
            Event::Forgotten { seat } => {
                self.change(*seat, |held| held.name = names::forgotten(*seat));
            }
            Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::QuestsOffered { .. }
            | Event::SceneOpened { .. }
            | Event::BearerPassed { .. }
            | Event::Told(_)
            | Event::Kept { .. }
            | Event::InsightDawned { .. }
            | Event::Chosen { .. }
            | Event::Said { .. }
            | Event::Decided { .. }
            | Event::CardGiven(_)
            | Event::Marked { .. }
            | Event::QuestEnded { .. }
            | Event::LookedInto {}
            | Event::Challenged(_)
            | Event::Nodded(_)
            | Event::Pressed(_)
            | Event::Exposed(_)
            | Event::Urged { .. }
            | Event::Acted { .. }
            | Event::HandStayed { .. }
            | Event::OfferAnswered(_)
            | Event::Withdrawn { .. }
            | Event::Skipped { .. }
            | Event::DeadlineMoved(_)
            | Event::QuietDone(_)
            | Event::HarmCame { .. }
            | Event::NamingBegan { .. }
            | Event::Judged(_)
            | Event::KeepsakeAwarded(_)
            | Event::Published(_)
            | Event::Lent(_)
            | Event::TimeAsked { .. }
            | Event::Erased {} => {}
        }
    }

    /// Gives seats other names.
    pub(super) fn rename(&mut self, names: &BTreeMap<SeatNo, String>) {
        for (no, name) in names {
            self.change(*no, |held| held.name.clone_from(name));
        }
    }

    fn seats_mut(&mut self) -> &mut BTreeMap<SeatNo, Seat> {
        Arc::make_mut(&mut self.seats)
    }

    fn change(&mut self, no: SeatNo, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seats_mut().get_mut(&no) {
            change(seat);
        }
    }

    fn change_ally(&mut self, id: &CompanionId, change: impl FnOnce(&mut Ally)) {
        if let Some(ally) = Arc::make_mut(&mut self.companions).get_mut(id) {
            change(ally);
        }
    }

    fn join(&mut self, id: &CompanionId, approval: i32) {
        let present = true;
        let carried = BTreeSet::new();
        Arc::make_mut(&mut self.companions).insert(
            id.clone(),
            Ally {
                approval,
                present,
                carried,
                left_in: None,
            },
        );
    }

    /// Where the quest has a guest, whoever sits at this table joins after this.
    fn begin_quest(&mut self, has_guest: bool) {
        self.seats_mut().values_mut().for_each(Seat::begin_quest);
        self.quests_begun += 1;
        for ally in Arc::make_mut(&mut self.companions).values_mut() {
            ally.carried.clear();
            ally.present &= !has_guest;
        }
    }

    fn carry(&mut self, who: &Character, mark: &Mark) {
        match who {
            Character::Seat(no) => self.change(*no, |seat| {
                seat.carried.insert(mark.clone());
            }),
            Character::Companion(id) => self.change_ally(id, |ally| {
                ally.carried.insert(mark.clone());
            }),
        }
    }

    /// Who fails is ready to use its signature again.
    fn learn_from(&mut self, done: &Done) {
        let failed = !done.kind.is_good();
        if let Some(Character::Seat(hand)) = done.roll.as_ref().map(|roll| &roll.hand)
            && failed
        {
            self.change(*hand, |seat| seat.signature_spent = false);
        }
    }

    fn leave(&mut self, no: SeatNo) {
        if self.settled {
            self.change(no, |seat| seat.present = false);
        } else {
            self.seats_mut().remove(&no);
        }
    }
}
