//! What a harm comes to that somebody could have warned of.

use crate::content::{DecisionMode, Effect, Outcome, Scene};
use crate::protocol::{Character, Event, Exposure, MomentumReason, SeatGift, TrustReason};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::levers::{self, Warning};
use crate::rules::{exposure, momentum, trust};
use crate::vocabulary::{Gift, God, Mark, SeatNo};

/// HP that a blessing gives every seat as a harm comes about.
const RAIN_HP: i32 = 20;

/// Who stands between the party and a harm.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelter {
    /// The harm costs nothing, and is not counted.
    Rain(SeatNo),
    /// The harm costs no trust; this seat gives momentum instead.
    Stand(SeatNo),
}

/// A harm that came about, and whether it may cost trust.
pub(super) struct Harm {
    mark: Mark,
    shelter: Option<Shelter>,
}

/// Looks at what came of a deed: the harm in it, and who shelters the party from it. A blessing that sheltered from one of
/// the harms `before` in the scene does not do so again.
pub(super) fn of(draft: &Draft<'_>, outcome: &Outcome, before: &[Harm]) -> Option<Harm> {
    let mark = outcome.harm.clone()?;
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    let armed = |effect| {
        let mut seats = seats.iter().copied();
        seats.find(|no| has(&draft.table, draft.world, *no, effect))
    };
    let unused = |shelter: &Shelter| !before.iter().any(|harm| harm.shelter == Some(*shelter));
    let rain = armed(Effect::RootAndRain).map(Shelter::Rain);
    let stand = || armed(Effect::StandHere).map(Shelter::Stand);
    let shelter = rain.filter(unused).or_else(|| stand().filter(unused));
    Some(Harm { mark, shelter })
}

impl Harm {
    /// Whether what came of the deed may cost the party's trust.
    pub(super) fn costs_trust(&self) -> bool {
        self.shelter.is_none()
    }

    /// The harm.
    pub(super) fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Whether the harm's own mark is set.
    pub(super) fn is_counted(&self) -> bool {
        !matches!(self.shelter, Some(Shelter::Rain(_)))
    }
}

/// Lets harms come about: what they cost, and whom they expose. What happens once happens for the first harm alone.
pub(super) fn come(draft: &mut Draft<'_>, scene: &Scene, harms: &[Harm]) {
    let mut blamed = false;
    for harm in harms {
        draft.happen(Event::HarmCame {
            harm: harm.mark.clone(),
            averted: !harm.is_counted(),
        });
        spend_shelter(draft, harm.shelter);
        if harm.costs_trust() && !blamed && was_kept_from_the_table(draft, scene, &harm.mark) {
            blamed = true;
            trust::move_by(draft, draft.edition.trust.unwarned, TrustReason::Unwarned);
        }
        expose_liars(draft, scene, &harm.mark);
    }
}

fn spend_shelter(draft: &mut Draft<'_>, shelter: Option<Shelter>) {
    match shelter {
        Some(Shelter::Rain(seat)) => {
            let gift = Gift::greater(God::Sylara);
            draft.happen(Event::GiftSpent(SeatGift { seat, gift }));
            let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
            for no in seats {
                move_hp(draft, no, RAIN_HP);
            }
        }
        Some(Shelter::Stand(seat)) => {
            let gift = Gift::greater(God::Korvan);
            draft.happen(Event::GiftSpent(SeatGift { seat, gift }));
            momentum::move_by(draft, seat, -2, MomentumReason::Gift);
        }
        None => {}
    }
}

/// Whether a seat had heard of the harm, and nobody at all told the table.
fn was_kept_from_the_table(draft: &Draft<'_>, scene: &Scene, harm: &Mark) -> bool {
    let Some(log) = draft.table.scene.last() else {
        return false;
    };
    let mut warnings = levers::warnings(scene, harm);
    warnings.any(|whisper| {
        let mut seats = draft.table.present().map(|(no, _)| Character::Seat(no));
        let heard = seats.any(|who| log.hears(&who, &whisper.id));
        heard && levers::warning(log, whisper) == Warning::Kept
    })
}

/// Where only the twist was told, everybody who told it is exposed.
fn expose_liars(draft: &mut Draft<'_>, scene: &Scene, harm: &Mark) {
    let Some(log) = draft.table.scene.last() else {
        return;
    };
    let mut liars = Vec::new();
    for whisper in levers::warnings(scene, harm) {
        if levers::warning(log, whisper) == Warning::Twisted {
            let told = log.to_table().filter(|told| told.whisper == whisper.id);
            liars.extend(told.map(|told| (told.by.clone(), whisper.id.clone())));
        }
    }
    for (who, whisper) in liars {
        exposure::expose(draft, who, Exposure::Trap { whisper });
    }
}

/// What an outcome costs the hand, or every doer where all act. Outside fights nobody falls: at least 1 HP is left.
pub(super) fn wound(
    draft: &mut Draft<'_>,
    scene: &Scene,
    (doers, hand): (&[SeatNo], Option<&Character>),
    outcome: &Outcome,
) {
    if outcome.wound <= 0 || draft.is_first_evening() {
        return;
    }
    let wounded: Vec<SeatNo> = match (scene.decide, hand) {
        (DecisionMode::Each, _) | (_, None) => doers.to_vec(),
        (_, Some(Character::Seat(seat))) => vec![*seat],
        (_, Some(Character::Companion(_))) => Vec::new(),
    };
    for seat in wounded {
        move_hp(draft, seat, -outcome.wound);
    }
}

/// Moves a seat's HP by what there is room for.
fn move_hp(draft: &mut Draft<'_>, seat: SeatNo, by: i32) {
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let class = held.class.as_ref().and_then(|id| draft.world.class(id));
    let (Some(hp), Some(class)) = (held.hp, class) else {
        return;
    };
    let by = hp.saturating_add(by).clamp(1, class.hp.max(hp)) - hp;
    if by != 0 {
        draft.happen(Event::HpMoved { seat, by });
    }
}
