//! When blessings are laid and lifted, and what each of the eight does.

use OutcomeKind::{Disaster, Failure, Success};
use game::content::World;
use game::{
    Command, Event, Gift, God, Manner, MomentumReason, MomentumUse, OutcomeKind, Refusal, Sense,
};

use crate::happened::{came_out, laid, lifted, momentum_moves, rolled};
use crate::party::{ANNA, BEN, CHRIS, Party, push_falls};
use crate::tale::{Told, id, of, tale};

/// Anna bears a gift beside so many others, and the pushing falls so.
pub(crate) fn with(gift: Gift, others: usize, world: World, fallen: u32) -> Party {
    let is = |thrown| thrown == fallen;
    let mut party = Party::rigged(world, others, &[push_falls(&is)]);
    party.bears(ANNA, gift);
    party
}

#[test]
fn a_blessing_is_laid_at_seventy_and_lifted_under_fifty() {
    let blessing = (ANNA, Gift::blessing(God::Athena));
    let mut party = Party::in_hall(tale(), 1);
    party.favours(ANNA, God::Athena, 69);
    assert!(laid(&party.all_choose("wait")).is_empty());
    party.favours(ANNA, God::Athena, 1);
    assert_eq!(laid(&party.all_choose("wait")), [blessing]);
    party.favours(ANNA, God::Athena, -20);
    assert!(
        lifted(&party.all_choose("wait")).is_empty(),
        "at fifty it stays"
    );
    party.favours(ANNA, God::Athena, -1);
    assert_eq!(lifted(&party.all_choose("wait")), [blessing]);
}

#[test]
fn a_greater_one_is_laid_at_ninety_beside_the_lesser_and_lifted_under_seventy() {
    let greater = (ANNA, Gift::greater(God::Athena));
    let mut party = Party::in_hall(tale(), 1);
    party.favours(ANNA, God::Athena, 90);
    let both = [(ANNA, Gift::blessing(God::Athena)), greater];
    assert_eq!(laid(&party.all_choose("wait")), both);
    party.favours(ANNA, God::Athena, -20);
    assert!(lifted(&party.all_choose("wait")).is_empty());
    party.favours(ANNA, God::Athena, -1);
    assert_eq!(lifted(&party.all_choose("wait")), [greater]);
}

#[test]
fn the_blessings_of_the_two_gods_of_highest_favour_stay() {
    let mut party = Party::in_hall(tale(), 0);
    for (god, favour) in [(God::Valdris, 70), (God::Korvan, 80), (God::Mercus, 75)] {
        party.favours(ANNA, god, favour);
    }
    let stay = [God::Korvan, God::Mercus].map(|god| (ANNA, Gift::blessing(god)));
    assert_eq!(laid(&party.all_choose("wait")), stay);
}

#[test]
fn what_acts_by_itself_is_not_called_on_and_what_is_not_borne_cannot_be() {
    let mut party = with(Gift::blessing(God::Kaitha), 1, tale(), 1);
    let useless = party.calls_on(ANNA, Gift::blessing(God::Kaitha));
    assert_eq!(useless, Err(Refusal::GiftUseless));
    let lacking = party.calls_on(BEN, Gift::blessing(God::Valdris));
    assert_eq!(lacking, Err(Refusal::NotBlessed));
}

#[test]
fn sworn_hand_is_a_success_without_a_throw_and_teaches_nothing() {
    let gift = Gift::blessing(God::Valdris);
    for fallen in [3, 99] {
        let mut party = with(gift, 1, tale(), fallen);
        party.calls_on(ANNA, gift).unwrap();
        assert_eq!(party.chance(BEN, "push"), 100);
        assert_eq!(party.calls_on(ANNA, gift), Err(Refusal::GiftUsed));
        let events = party.all_choose("push");
        assert_eq!(came_out(&events), Success);
        let grew = |event: &Event| matches!(event, Event::SkillGrew(_));
        assert!(!events.iter().any(grew));
        assert_eq!(party.chance(BEN, "push"), 55, "in that scene only");
        assert_eq!(party.calls_on(ANNA, gift), Err(Refusal::GiftUsed));
    }
}

#[test]
fn loose_nail_adds_a_quarter_of_what_is_missing() {
    let chance = |difficulty: i32| {
        let world = tale().way("push", |push| {
            push.check.as_mut().unwrap().difficulty = difficulty;
        });
        with(Gift::blessing(God::Kaitha), 0, world, 1).chance(ANNA, "push")
    };
    assert_eq!(chance(40), 62, "of 50");
    assert_eq!(chance(100), 40, "of 20");
    assert_eq!(chance(-60), 95, "of 95");
}

#[test]
fn second_winter_reads_a_disaster_of_ones_own_as_a_failure_once() {
    let gift = Gift::blessing(God::Morvane);
    let mut party = with(gift, 0, tale(), 96);
    let events = party.all_choose("push");
    assert_eq!(came_out(&events), Failure);
    assert!(party.table.seats()[&ANNA].gifts_spent.contains(&gift));
    let mut spent = with(gift, 0, tale(), 96);
    spent.given(&[Event::GiftSpent(game::SeatGift { seat: ANNA, gift })]);
    assert_eq!(came_out(&spent.all_choose("push")), Disaster);
}

#[test]
fn moss_ear_hears_the_wild_then_the_spirit_then_any_and_nobody_sees_it() {
    let gift = Gift::blessing(God::Sylara);
    let mut party = with(gift, 2, tale(), 1);
    let version = party.view(BEN).version;
    let held: Vec<Sense> = Sense::ALL
        .iter()
        .copied()
        .filter(|sense| party.log().hears(&game::Character::Seat(ANNA), &of(*sense)))
        .collect();
    let order = [Sense::Wild, Sense::Spirit];
    let expected = order.into_iter().find(|sense| !held.contains(sense));
    let events = party.calls_on(ANNA, gift).unwrap();
    let heard = events.iter().find_map(|event| match event {
        Event::CalledOn(call) => call.heard.clone(),
        _ => None,
    });
    assert_eq!(heard, expected.map(of));
    assert_eq!(party.view(BEN).version, version);
    assert!(party.sees(BEN).called_on.is_empty());
}

#[test]
fn odds_taken_lifts_a_chance_under_sixty_by_ten_and_no_higher_than_sixty() {
    let chance = |difficulty: i32| {
        let world = tale().way("push", |push| {
            push.check.as_mut().unwrap().difficulty = difficulty;
        });
        with(Gift::blessing(God::Korvan), 0, world, 1).chance(ANNA, "push")
    };
    assert_eq!(chance(80), 40, "of 30");
    assert_eq!(chance(30), 60, "of 55");
    assert_eq!(chance(10), 65, "of 65");
}

#[test]
fn marginal_note_tells_its_seat_alone_whether_a_telling_is_true() {
    let gift = Gift::blessing(God::Athena);
    for manner in [Manner::Truth, Manner::Twist] {
        let mut party = with(gift, 2, tale(), 1);
        party.hears(BEN, Sense::Wild);
        party.tells(BEN, Sense::Wild, manner).unwrap();
        let ask = |telling| Command::CallOn {
            scene: id!(game::SceneId, "hall"),
            god: gift.god,
            gift: gift.kind,
            seat: None,
            telling,
            option: None,
        };
        assert_eq!(party.does(ANNA, ask(None)), Err(Refusal::NoSuchTelling));
        party.does(ANNA, ask(Some(0))).unwrap();
        let holds = |seat| party.sees(seat).told[0].holds;
        assert_eq!(holds(ANNA), Some(manner == Manner::Truth));
        assert_eq!(holds(CHRIS), None);
    }
}

#[test]
fn standing_credit_makes_the_first_purchase_of_a_scene_one_less_and_never_free() {
    let cost = |party: &Party| {
        let purchases = party.sees(ANNA).purchases.into_iter();
        let costs: Vec<i32> = purchases.map(|purchase| purchase.cost).collect();
        costs
    };
    let mut party = with(Gift::blessing(God::Mercus), 1, tale(), 51);
    assert_eq!(cost(&party), [1, 1]);
    let (scene, on) = (party.scene(), MomentumUse::SecondThrow);
    party.does(ANNA, Command::Spend { scene, on }).unwrap();
    party.gains(ANNA, 1);
    let (scene, on) = (party.scene(), MomentumUse::Hint);
    party.does(ANNA, Command::Spend { scene, on }).unwrap();
    assert_eq!(cost(&party), [1, 1], "the throw was bought first");
}

#[test]
fn warm_ash_gives_one_more_for_a_failed_roll_of_ones_own() {
    let mut party = with(Gift::blessing(God::Drakmor), 0, tale(), 51);
    let events = party.all_choose("push");
    assert_eq!(rolled(&events).throw.value, 51);
    assert_eq!(momentum_moves(&events, ANNA), [(2, MomentumReason::Failed)]);
}
