//! Sharing, twisting and keeping whispers, and what two of them open together.

use crate::content::{Scene, Weight, Whisper};
use crate::protocol::{Character, Event, Manner, Refusal, TrustReason};
use crate::rules::draft::Draft;
use crate::rules::trust::{self, Tier};
use crate::vocabulary::{CompanionId, OptionId, SeatNo, Sense, WhisperId};

impl Draft<'_> {
    pub(crate) fn tell(
        &mut self,
        seat: SeatNo,
        id: &WhisperId,
        manner: Manner,
    ) -> Result<(), Refusal> {
        let whisper = self.heard(seat, id)?;
        let (weight, first) = (
            whisper.weight,
            self.log()
                .is_some_and(|log| !log.told.iter().any(|told| told.whisper == *id)),
        );
        self.happen(Event::Told {
            by: Character::Seat(seat),
            whisper: id.clone(),
            manner,
        });
        if first {
            self.move_trust(trust::shared(weight), TrustReason::Shared(weight));
        }
        self.let_insights_dawn();
        Ok(())
    }

    pub(crate) fn keep(&mut self, seat: SeatNo, id: &WhisperId) -> Result<(), Refusal> {
        self.heard(seat, id)?;
        let kept = (seat, id.clone());
        if self.log().is_some_and(|log| log.kept.contains(&kept)) {
            return Err(Refusal::AlreadyKept);
        }
        self.happen(Event::Kept {
            seat,
            whisper: kept.1,
        });
        Ok(())
    }

    /// Uses the signature of the seat's class.
    pub(crate) fn invoke(&mut self, seat: SeatNo) -> Result<(), Refusal> {
        let class = self
            .table
            .seats
            .get(&seat)
            .and_then(|held| self.world.class(held.class.as_ref()?));
        let class = class.ok_or(Refusal::NotNow)?;
        if self
            .log()
            .is_some_and(|log| log.invoked.contains_key(&seat))
        {
            return Err(Refusal::SignatureUsed);
        }
        let heard = if class.signature.listen {
            Some(
                self.overhear([class.first, class.second])
                    .ok_or(Refusal::NothingToHear)?,
            )
        } else {
            None
        };
        self.happen(Event::Invoked { seat, heard });
        Ok(())
    }

    /// Companions speak up as the scene opens, by rule: how much they approve, and what they hide.
    pub(crate) fn companions_volunteer(&mut self) {
        let Some(scene) = self.scene() else { return };
        let Some(log) = self.log() else { return };
        let mut held: Vec<(CompanionId, &Whisper)> = Vec::new();
        for deal in &log.deals {
            let Some(whisper) = scene.whisper(&deal.whisper) else {
                continue;
            };
            for hearer in &deal.hearers {
                if let Character::Companion(id) = hearer {
                    held.push((id.clone(), whisper));
                }
            }
        }
        for (id, whisper) in held {
            if let Some(manner) = self.volunteered(&id, whisper) {
                let by = Character::Companion(id);
                self.happen(Event::Told {
                    by,
                    whisper: whisper.id.clone(),
                    manner,
                });
            }
        }
        self.let_insights_dawn();
    }

    /// How a companion tells a whisper, if they do.
    ///
    /// One that crosses their agenda they keep back, and twist when they have come to despise the party;
    /// only a bond, and real liking, makes them tell it. Any other they tell when they like the party well
    /// enough for its weight, or when there is a bond.
    fn volunteered(&self, id: &CompanionId, whisper: &Whisper) -> Option<Manner> {
        let approval = self.table.companions.get(id)?.approval;
        let bond = Tier::of(self.table.trust) == Tier::Bond;
        if whisper.crosses.as_ref() == Some(id) {
            return match approval {
                ..=29 => Some(Manner::Twist),
                80.. if bond => Some(Manner::Truth),
                _ => None,
            };
        }
        let enough = match whisper.weight {
            Weight::Minor => 40,
            Weight::Telling => 50,
            Weight::Critical => 60,
        };
        (bond || approval >= enough).then_some(Manner::Truth)
    }

    /// The whisper, if `seat` heard it and has not told it.
    fn heard(&self, seat: SeatNo, id: &WhisperId) -> Result<&Whisper, Refusal> {
        let hearer = Character::Seat(seat);
        let log = self.log().ok_or(Refusal::MovedOn)?;
        let whisper = self
            .scene()
            .and_then(|scene| scene.whisper(id))
            .ok_or(Refusal::NoSuchChoice)?;
        if !log.hears(&hearer, id) {
            return Err(Refusal::NotYourWhisper);
        }
        if log.told_by(&hearer, id).is_some() {
            return Err(Refusal::AlreadyTold);
        }
        Ok(whisper)
    }

    /// Finds one more whisper for `seat`: one that no seat holds and nobody has told, by its senses if there is one.
    fn overhear(&mut self, senses: [Sense; 2]) -> Option<WhisperId> {
        let scene = self.scene()?;
        let log = self.log()?;
        let of_a_seat = |id: &WhisperId| {
            log.deals
                .iter()
                .filter(|deal| deal.whisper == *id)
                .any(|deal| {
                    deal.hearers
                        .iter()
                        .any(|hearer| matches!(hearer, Character::Seat(_)))
                })
                || log.invoked.values().any(|heard| heard.as_ref() == Some(id))
        };
        let free: Vec<&Whisper> = scene
            .whispers
            .iter()
            .filter(|whisper| !of_a_seat(&whisper.id))
            .filter(|whisper| !log.told.iter().any(|told| told.whisper == whisper.id))
            .collect();
        let fitting = senses
            .iter()
            .find_map(|sense| free.iter().find(|whisper| whisper.sense == *sense));
        let heard = match fitting {
            Some(whisper) => Some(*whisper),
            None => self.dice.pick(&free).copied(),
        };
        heard.map(|whisper| whisper.id.clone())
    }

    fn let_insights_dawn(&mut self) {
        let Some(scene) = self.scene() else { return };
        for option in self.dawning(scene) {
            self.happen(Event::InsightDawned { option });
        }
    }

    fn dawning(&self, scene: &Scene) -> Vec<OptionId> {
        let Some(log) = self.log() else {
            return Vec::new();
        };
        scene
            .options
            .iter()
            .filter(|option| !log.insights.contains(&option.id))
            .filter(|option| {
                option
                    .insight
                    .as_ref()
                    .is_some_and(|pair| pair.iter().all(|half| log.told_truly(half)))
            })
            .map(|option| option.id.clone())
            .collect()
    }
}
