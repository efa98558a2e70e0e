//! Who heard which whisper in a scene, and who told it to whom.

use crate::protocol::{Character, Manner, Telling};
use crate::state::{GiftChange, GiftFate, SceneState};
use crate::vocabulary::{Gift, SeatNo, WhisperId};

impl SceneState {
    /// Whether `who` hears `whisper`, by the deal or by having overheard it.
    pub fn hears(&self, who: &Character, whisper: &WhisperId) -> bool {
        let dealt = self
            .deals
            .iter()
            .any(|deal| deal.whisper == *whisper && deal.hearers.contains(who));
        let overheard = match who {
            Character::Seat(seat) => {
                let by_signature = self.invoked.get(seat).into_iter().flatten();
                let by_gift = self
                    .called_on
                    .iter()
                    .filter(|called| called.seat == *seat)
                    .filter_map(|called| called.heard.as_ref());
                by_signature.chain(by_gift).any(|heard| heard == whisper)
            }
            Character::Companion(_) => false,
        };
        dealt || overheard || self.was_traded_to(who, whisper)
    }

    /// Whether `who` got `whisper` from another seat in exchange for their own.
    fn was_traded_to(&self, who: &Character, whisper: &WhisperId) -> bool {
        let Character::Seat(seat) = who else {
            return false;
        };
        self.trades().any(|(one, other)| {
            (one == *seat && self.first_dealt(other) == Some(whisper))
                || (other == *seat && self.first_dealt(one) == Some(whisper))
        })
    }

    /// Offers of an exchange that were taken: who offered, who took.
    fn trades(&self) -> impl Iterator<Item = (SeatNo, SeatNo)> {
        let taken = self.offers.iter().filter(|offer| offer.taken == Some(true));
        taken.map(|offer| (offer.from, offer.to))
    }

    /// The seat whose offer waits for an answer of `seat`.
    pub fn offered_to(&self, seat: SeatNo) -> Option<SeatNo> {
        let mut open = self.offers.iter().filter(|offer| offer.taken.is_none());
        open.find(|offer| offer.to == seat).map(|offer| offer.from)
    }

    /// Whether a gift of `seat` has acted in the scene.
    pub fn has_spent(&self, seat: SeatNo, gift: Gift) -> bool {
        let change = GiftFate::Spent;
        self.gifts.contains(&GiftChange { seat, gift, change })
    }

    /// The first whisper that was dealt to `seat`.
    pub fn first_dealt(&self, seat: SeatNo) -> Option<&WhisperId> {
        let dealt = self
            .deals
            .iter()
            .find(|deal| deal.hearers.contains(&Character::Seat(seat)));
        dealt.map(|deal| &deal.whisper)
    }

    /// Whether `seat` has used its signature twice in this scene.
    pub fn used_twice(&self, seat: SeatNo) -> bool {
        self.invoked
            .get(&seat)
            .is_some_and(|heard| heard.len() >= 2)
    }

    /// Everybody who hears `whisper`: by the deal, by a signature or a blessing, or in an exchange.
    pub fn hearers(&self, whisper: &WhisperId) -> Vec<Character> {
        let mut hearers: Vec<Character> = Vec::new();
        let dealt = self.deals.iter().filter(|deal| deal.whisper == *whisper);
        hearers.extend(dealt.flat_map(|deal| deal.hearers.iter().cloned()));
        let further = self.invoked.keys().copied();
        let called = self.called_on.iter();
        let called = called.flat_map(|called| [Some(called.seat), called.with]);
        for no in further.chain(called.flatten()) {
            let who = Character::Seat(no);
            if !hearers.contains(&who) && self.hears(&who, whisper) {
                hearers.push(who);
            }
        }
        hearers
    }

    /// Every whisper that `who` has heard, in the order of the deal, then by what else they heard it.
    pub fn heard_by(&self, who: &Character) -> Vec<WhisperId> {
        let dealt = self.deals.iter().map(|deal| &deal.whisper);
        let by_signature = self.invoked.values().flatten();
        let by_gift = self
            .called_on
            .iter()
            .filter_map(|called| called.heard.as_ref());
        let mut heard: Vec<WhisperId> = Vec::new();
        for id in dealt.chain(by_signature).chain(by_gift) {
            if !heard.contains(id) && self.hears(who, id) {
                heard.push(id.clone());
            }
        }
        heard
    }

    /// How `who` told `whisper` to the table, if they did.
    pub fn told_by(&self, who: &Character, whisper: &WhisperId) -> Option<Manner> {
        self.to_table()
            .find(|told| told.by == *who && told.whisper == *whisper)
            .map(|told| told.manner)
    }

    /// Whether `who` told `whisper` to one seat alone, in whatever manner.
    pub fn confided_by(&self, who: &Character, whisper: &WhisperId) -> bool {
        self.asides()
            .any(|told| told.by == *who && told.whisper == *whisper)
    }

    /// What was told to the table.
    pub fn to_table(&self) -> impl Iterator<Item = &Telling> {
        self.told.iter().filter(|told| told.to.is_none())
    }

    /// What was told to one seat alone.
    pub fn asides(&self) -> impl Iterator<Item = &Telling> {
        self.told.iter().filter(|told| told.to.is_some())
    }

    /// Whether `whisper` was told to the table, truly or not.
    pub fn was_told(&self, whisper: &WhisperId) -> bool {
        self.to_table().any(|told| told.whisper == *whisper)
    }

    /// Whether the table was told `whisper` truly, by whoever told it or by a challenge that caught the lie.
    pub fn told_truly(&self, whisper: &WhisperId) -> bool {
        let told = self
            .to_table()
            .any(|told| told.whisper == *whisper && told.manner == Manner::Truth);
        told || self.is_laid_bare(whisper)
    }

    /// Whether a challenge caught somebody who told `whisper` falsely: then it is read out truly.
    pub fn is_laid_bare(&self, whisper: &WhisperId) -> bool {
        let caught = self.challenges.iter().filter(|challenge| challenge.caught);
        caught
            .filter_map(|challenge| self.told.get(usize::from(challenge.telling)))
            .any(|told| told.whisper == *whisper)
    }
}
