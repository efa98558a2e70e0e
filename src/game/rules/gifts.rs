//! Blessings, greater blessings and curses: when gods lay and lift them, and what a seat may ask of those it bears.

use std::cmp::Reverse;

use crate::content::{DecisionMode, Effect, Scene};
use crate::protocol::{
    Character, Command, Event, GiftCall, GiftLaying, Manner, MomentumReason, OfferAnswer, Refusal,
    SeatGift,
};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{challenge, momentum, scene};
use crate::state::Seat;
use crate::vocabulary::{Gift, GiftKind, God, OptionId, SeatNo, Sense, WhisperId};

/// Ends a curse that a verdict laid: the god has voted for the seat.
pub(super) fn relent(draft: &mut Draft<'_>, seat: SeatNo, god: God) {
    let gift = Gift::curse(god);
    let held = draft.table.party.seat(seat);
    if held.is_some_and(|held| held.gifts.contains(&(gift, true))) {
        draft.happen(Event::GiftLifted(SeatGift { seat, gift }));
    }
}

/// Lays a god's blessing on a seat until the quest ends; one that bears it already gains momentum.
pub(super) fn bless_by_verdict(draft: &mut Draft<'_>, seat: SeatNo, god: God) {
    let gift = Gift::blessing(god);
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    if held.bears(gift) {
        momentum::move_by(draft, seat, 1, MomentumReason::Verdict);
    } else {
        let by_verdict = true;
        draft.happen(Event::GiftLaid(GiftLaying {
            seat,
            gift,
            by_verdict,
        }));
    }
}

/// Lays a god's curse on a seat until that god votes for it, or the quest ends.
pub(super) fn curse_by_verdict(draft: &mut Draft<'_>, seat: SeatNo, god: God) {
    let gift = Gift::curse(god);
    let held = draft.table.party.seat(seat);
    if held.is_some_and(|held| !held.bears(gift)) {
        let by_verdict = true;
        draft.happen(Event::GiftLaid(GiftLaying {
            seat,
            gift,
            by_verdict,
        }));
        momentum::weigh_short(draft, seat);
    }
}

/// Lays and lifts what favour has come to. A seat bears the gifts of so many gods at most: the strongest stay.
pub(super) fn settle(draft: &mut Draft<'_>) {
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        settle_seat(draft, seat);
    }
}

/// Ends what verdicts laid, as a quest ends.
pub(super) fn end_verdicts(draft: &mut Draft<'_>) {
    let seats = draft.table.seats().iter();
    let ending: Vec<(SeatNo, Gift)> = seats
        .flat_map(|(no, seat)| {
            let by_verdict = seat.gifts.iter().filter(|(_, by_verdict)| *by_verdict);
            by_verdict.map(|(gift, _)| (*no, *gift))
        })
        .collect();
    for (seat, gift) in ending {
        draft.happen(Event::GiftLifted(SeatGift { seat, gift }));
    }
}

fn settle_seat(draft: &mut Draft<'_>, seat: SeatNo) {
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let wanted = wanted(draft, held);
    let borne: Vec<Gift> = held.gifts.iter().map(|(gift, _)| *gift).collect();
    for gift in borne.iter().filter(|gift| !wanted.contains(gift)) {
        draft.happen(Event::GiftLifted(SeatGift { seat, gift: *gift }));
    }
    for gift in wanted.iter().filter(|gift| !borne.contains(gift)) {
        draft.happen(Event::GiftLaid(GiftLaying {
            seat,
            gift: *gift,
            by_verdict: false,
        }));
    }
    momentum::weigh_short(draft, seat);
}

/// The gifts that a seat is to bear by its favour, and by verdicts that stand.
fn wanted(draft: &Draft<'_>, held: &Seat) -> Vec<Gift> {
    let mut gods: Vec<God> = God::ALL.to_vec();
    gods.sort_by_key(|god| Reverse(held.favour_of(*god).abs()));
    let fits = |gift: &Gift| stands(draft, held, *gift);
    let most = draft.edition.gift.gods_max;
    let blessed = |god: &God| fits(&Gift::blessing(*god)) || fits(&Gift::greater(*god));
    let blessing: Vec<God> = gods.iter().copied().filter(blessed).take(most).collect();
    let cursed = |god: &God| fits(&Gift::curse(*god));
    let cursing: Vec<God> = gods.iter().copied().filter(cursed).take(most).collect();
    let given = blessing
        .into_iter()
        .flat_map(|god| [Gift::blessing(god), Gift::greater(god)]);
    given
        .chain(cursing.into_iter().map(Gift::curse))
        .filter(fits)
        .collect()
}

fn stands(draft: &Draft<'_>, held: &Seat, gift: Gift) -> bool {
    if held.gifts.contains(&(gift, true)) {
        return true;
    }
    let numbers = &draft.edition.gift;
    let (borne, favour) = (held.bears(gift), held.favour_of(gift.god));
    match gift.kind {
        GiftKind::Blessing => {
            favour >= numbers.blessing || borne && favour >= numbers.blessing_lifted
        }
        GiftKind::Greater if draft.is_first_evening() => false,
        GiftKind::Greater => favour >= numbers.greater || borne && favour >= numbers.greater_lifted,
        GiftKind::Curse => favour <= numbers.curse || borne && favour <= numbers.curse_lifted,
    }
}

/// What a seat asks of a god, and of whom.
pub(super) struct Call<'a> {
    pub(super) gift: Gift,
    pub(super) with: Option<SeatNo>,
    pub(super) telling: Option<u8>,
    pub(super) option: Option<&'a OptionId>,
}

impl<'a> Call<'a> {
    /// The call that a command makes; none of another command.
    pub(super) fn of(command: &'a Command) -> Option<Self> {
        let Command::CallOn {
            god,
            gift,
            seat,
            telling,
            option,
            ..
        } = command
        else {
            return None;
        };
        Some(Self {
            gift: Gift {
                god: *god,
                kind: *gift,
            },
            with: *seat,
            telling: *telling,
            option: option.as_ref(),
        })
    }
}

/// Calls on a blessing.
pub(super) fn call_on(draft: &mut Draft<'_>, seat: SeatNo, call: &Call<'_>) -> Result<(), Refusal> {
    let held = draft.table.party.seat(seat).ok_or(Refusal::NoSeat)?;
    if !held.bears(call.gift) {
        return Err(Refusal::NotBlessed);
    }
    if held.gifts_spent.contains(&call.gift) {
        return Err(Refusal::GiftUsed);
    }
    let scene = draft.scene().ok_or(Refusal::QuestUnknown)?;
    let mut called = Called::default();
    match (call.gift.god, call.gift.kind) {
        (God::Valdris, GiftKind::Blessing) | (God::Kaitha, GiftKind::Greater) => {
            has_not_chosen(draft, seat)?;
            some_roll_may_be_helped(draft, scene, seat)?;
        }
        (God::Valdris, GiftKind::Greater) => may_weigh_more(draft, scene, seat)?,
        (God::Sylara, GiftKind::Blessing) => called.heard = Some(overhear(draft, scene, seat)?),
        (God::Sylara | God::Korvan, GiftKind::Greater) => {}
        (God::Athena, GiftKind::Blessing) => {
            let number = call.telling.ok_or(Refusal::NoSuchTelling)?;
            let told = challenge::telling_to(draft, seat, number)?;
            called.holds = Some(told.manner == Manner::Truth);
            called.telling = Some(number);
        }
        (God::Athena, GiftKind::Greater) => may_draft(draft, scene)?,
        (God::Mercus, GiftKind::Greater) => called.with = Some(trades_with(draft, seat, call)?),
        (God::Drakmor, GiftKind::Greater) => called.option = Some(alone(draft, scene, seat, call)?),
        _ => return Err(Refusal::GiftUseless),
    }
    draft.happen(Event::CalledOn(GiftCall {
        seat,
        gift: call.gift,
        with: called.with,
        telling: called.telling,
        option: called.option,
        heard: called.heard,
        holds: called.holds,
    }));
    // Who acts alone is waited for no more; and who asks for a second draft may be the last to stir.
    if [God::Drakmor, God::Athena].contains(&call.gift.god) && call.gift.kind == GiftKind::Greater {
        scene::resolve_when_all_have_chosen(draft);
    }
    Ok(())
}

#[derive(Default)]
struct Called {
    with: Option<SeatNo>,
    telling: Option<u8>,
    option: Option<OptionId>,
    heard: Option<WhisperId>,
    holds: Option<bool>,
}

/// It is said before choosing.
fn has_not_chosen(draft: &Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if log.choices.contains_key(&seat) {
        return Err(Refusal::NotNow);
    }
    Ok(())
}

/// Great deeds and ends are left to the dice: there must be another roll.
pub(super) fn some_roll_may_be_helped(
    draft: &Draft<'_>,
    scene: &Scene,
    seat: SeatNo,
) -> Result<(), Refusal> {
    let open = scene::options_for(&draft.table, scene, seat);
    let mut rolled = open
        .iter()
        .filter(|option| !option.quiet && option.check.is_some());
    if rolled.any(|option| !option.leaves_to_dice()) {
        Ok(())
    } else {
        Err(Refusal::DiceDecide)
    }
}

fn may_weigh_more(draft: &Draft<'_>, scene: &Scene, seat: SeatNo) -> Result<(), Refusal> {
    let leashed = has(&draft.table, draft.world, seat, Effect::Leashed);
    if draft.table.present().count() == 1 || !is_shared(scene.decide) || leashed {
        return Err(Refusal::GiftUseless);
    }
    // Before the last has chosen.
    if !scene::waits_for_somebody(draft) {
        return Err(Refusal::NotNow);
    }
    Ok(())
}

fn may_draft(draft: &Draft<'_>, scene: &Scene) -> Result<(), Refusal> {
    if is_shared(scene.decide) && draft.table.present().count() > 1 {
        Ok(())
    } else {
        Err(Refusal::GiftUseless)
    }
}

/// Whether a scene is decided by the voices of all.
pub(crate) fn is_shared(mode: DecisionMode) -> bool {
    matches!(mode, DecisionMode::Party | DecisionMode::Secret)
}

/// One more whisper of the scene: of the wild, then of the spirit, then any that the seat does not hold.
fn overhear(draft: &Draft<'_>, scene: &Scene, seat: SeatNo) -> Result<WhisperId, Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let who = Character::Seat(seat);
    let unheard = || {
        let whispers = scene.whispers.iter();
        whispers.filter(|whisper| !log.hears(&who, &whisper.id))
    };
    let of_sense = |sense: Sense| unheard().find(|whisper| whisper.sense == sense);
    let heard = of_sense(Sense::Wild)
        .or_else(|| of_sense(Sense::Spirit))
        .or_else(|| unheard().next());
    heard
        .map(|whisper| whisper.id.clone())
        .ok_or(Refusal::NothingToHear)
}

fn trades_with(draft: &Draft<'_>, seat: SeatNo, call: &Call<'_>) -> Result<SeatNo, Refusal> {
    let with = call.with.ok_or(Refusal::SeatEmpty)?;
    if with == seat {
        return Err(Refusal::OwnEar);
    }
    if !draft.table.party.is_present(with) {
        return Err(Refusal::SeatEmpty);
    }
    Ok(with)
}

/// Acts alone besides a vote of the others: not in a great deed, not at the end, and not for the last who would vote.
fn alone(
    draft: &Draft<'_>,
    scene: &Scene,
    seat: SeatNo,
    call: &Call<'_>,
) -> Result<OptionId, Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let others = draft
        .table
        .present()
        .filter(|(no, _)| *no != seat && scene::has_say(scene.decide, log, *no));
    if !is_shared(scene.decide) || others.count() == 0 {
        return Err(Refusal::GiftUseless);
    }
    let id = call.option.ok_or(Refusal::NoSuchChoice)?;
    let open = scene::options_for(&draft.table, scene, seat);
    let option = open
        .into_iter()
        .find(|option| option.id == *id && !option.quiet)
        .ok_or(Refusal::NoSuchChoice)?;
    if scene::is_shut(&draft.table, draft.world, scene, (seat, option)) {
        return Err(Refusal::WhiteFeather);
    }
    if option.leaves_to_dice() {
        return Err(Refusal::DiceDecide);
    }
    Ok(option.id.clone())
}

/// Answers an offer of an exchange.
pub(super) fn answer_offer(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    takes: bool,
) -> Result<(), Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    log.offered_to(seat).ok_or(Refusal::NoOffer)?;
    draft.happen(Event::OfferAnswered(OfferAnswer { seat, takes }));
    Ok(())
}
