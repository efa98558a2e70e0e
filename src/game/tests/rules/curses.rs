//! What each of the eight curses does.

use game::content::{DecisionMode, World};
use game::{
    Character, Command, Gift, God, Manner, MomentumReason, MomentumUse, Refusal, Sense, Skill, Tag,
};

use crate::happened::{done, laid, lifted, momentum_moves, rolled};
use crate::party::{ANNA, BEN, CHRIS, Party, push_falls};
use crate::tale::{Told, tale, way};

/// Anna bears the curse of a god beside so many others.
fn cursed(god: God, others: usize, world: World) -> Party {
    let mut party = Party::in_hall(world, others);
    party.bears(ANNA, Gift::curse(god));
    party
}

#[test]
fn a_curse_is_laid_at_minus_sixty_and_lifted_above_minus_thirty() {
    let curse = (ANNA, Gift::curse(God::Athena));
    let mut party = Party::in_hall(tale(), 1);
    party.favours(ANNA, God::Athena, -59);
    assert!(laid(&party.all_choose("wait")).is_empty());
    party.favours(ANNA, God::Athena, -1);
    assert_eq!(laid(&party.all_choose("wait")), [curse]);
    party.favours(ANNA, God::Athena, 30);
    assert!(lifted(&party.all_choose("wait")).is_empty());
    party.favours(ANNA, God::Athena, 1);
    assert_eq!(lifted(&party.all_choose("wait")), [curse]);
}

#[test]
fn the_curses_of_the_two_gods_that_hate_most_stay() {
    let mut party = Party::in_hall(tale(), 0);
    for (god, favour) in [(God::Valdris, -60), (God::Korvan, -80), (God::Mercus, -75)] {
        party.favours(ANNA, god, favour);
    }
    let stay = [God::Korvan, God::Mercus].map(|god| (ANNA, Gift::curse(god)));
    assert_eq!(laid(&party.all_choose("wait")), stay);
}

#[test]
fn forked_no_more_tells_nothing_but_the_truth() {
    let mut party = cursed(God::Valdris, 2, tale());
    party.hears(ANNA, Sense::Wild);
    let tied = Err(Refusal::TongueTied);
    assert_eq!(party.tells(ANNA, Sense::Wild, Manner::Twist), tied);
    let apart = party.tells_aside(ANNA, Sense::Wild, (Manner::Twist, BEN));
    assert_eq!(apart, tied);
    party.tells(ANNA, Sense::Wild, Manner::Truth).unwrap();
}

#[test]
fn said_is_said_holds_to_the_first_choice() {
    let mut party = cursed(God::Kaitha, 1, tale());
    party.chooses(ANNA, "sing").unwrap();
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::SaidIsSaid));
    let scene = party.scene();
    let withdrawn = party.does(ANNA, Command::Withdraw { scene });
    assert_eq!(withdrawn, Err(Refusal::SaidIsSaid));
}

#[test]
fn said_is_said_lets_everybody_choose_anew_when_somebody_leaves() {
    let mut party = cursed(God::Kaitha, 2, tale());
    party.chooses(ANNA, "sing").unwrap();
    party.does(CHRIS, Command::Leave {}).unwrap();
    party.chooses(ANNA, "wait").unwrap();
}

#[test]
fn said_is_said_keeps_its_choice_in_a_second_draft() {
    let mut party = cursed(God::Kaitha, 1, tale());
    let draft = Gift::greater(God::Athena);
    party.bears(BEN, draft);
    party.calls_on(BEN, draft).unwrap();
    party.chooses(ANNA, "sing").unwrap();
    party.chooses(BEN, "wait").unwrap();
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::SaidIsSaid));
    party.chooses(BEN, "sing").unwrap();
    assert_eq!(done(&party.time_passes()), [("sing", vec![ANNA, BEN])]);
}

#[test]
fn a_second_draft_of_none_but_held_seats_is_decided_at_once() {
    let mut party = cursed(God::Kaitha, 1, tale());
    party.bears(BEN, Gift::curse(God::Kaitha));
    let draft = Gift::greater(God::Athena);
    party.bears(BEN, draft);
    party.calls_on(BEN, draft).unwrap();
    party.chooses(ANNA, "sing").unwrap();
    party.chooses(BEN, "sing").unwrap();
    assert_eq!(party.table.deadline_ms(), Some(party.at_ms + 5_000));
}

#[test]
fn thin_blood_makes_a_second_throw_cost_three() {
    let mut party = cursed(God::Morvane, 1, tale());
    party.gains(ANNA, 1);
    let (scene, on) = (party.scene(), MomentumUse::SecondThrow);
    let spend = Command::Spend { scene, on };
    assert_eq!(
        party.does(ANNA, spend.clone()),
        Err(Refusal::TooLittleMomentum)
    );
    party.gains(ANNA, 1);
    party.does(ANNA, spend).unwrap();
}

#[test]
fn brambled_hinders_survival_and_medicine_and_gives_way_to_other_hands() {
    let world = |skill: Skill| {
        let mut world = tale().way("push", |push| {
            push.check.as_mut().unwrap().skill = skill;
        });
        world.classes[0].skills = [(skill, 40)].into();
        world
    };
    for (skill, chance) in [
        (Skill::Survival, 35),
        (Skill::Medicine, 35),
        (Skill::Stealth, 50),
    ] {
        assert_eq!(
            cursed(God::Sylara, 0, world(skill)).chance(ANNA, "push"),
            chance
        );
    }
    let party = cursed(God::Sylara, 1, world(Skill::Medicine));
    let check = party.sees(ANNA).options[0].check.clone().unwrap();
    assert_eq!(check.hand, Character::Seat(BEN));
}

#[test]
fn white_feather_shuts_flight_and_ambush_but_never_the_default() {
    let world = tale().hall(|hall| {
        way(hall, "sing").tags = vec![Tag::Flight];
        way(hall, "wait").tags = vec![Tag::Ambush];
    });
    let mut party = cursed(God::Korvan, 2, world);
    assert_eq!(party.chooses(ANNA, "sing"), Err(Refusal::WhiteFeather));
    assert!(party.sees(ANNA).options[2].shut);
    assert!(!party.sees(BEN).options[2].shut);
    // The table may still do it.
    let votes = [(ANNA, "wait"), (BEN, "sing"), (CHRIS, "sing")];
    assert_eq!(done(&party.decides(&votes)), [("sing", vec![BEN, CHRIS])]);
}

#[test]
fn blank_page_learns_nothing_and_its_signature_hears_nothing() {
    let grows = |curse: bool| {
        let low = |fallen: u32| fallen <= 5;
        let mut party = Party::rigged(tale(), 0, &[push_falls(&low)]);
        if curse {
            party.bears(ANNA, Gift::curse(God::Athena));
        }
        let events = party.all_choose("push");
        assert!(rolled(&events).throw.value <= 5);
        party.table.seats()[&ANNA].skill(Skill::Strength)
    };
    assert_eq!((grows(false), grows(true)), (45, 40));
    let mut world = tale();
    world.classes[0].signature.edge.clear();
    world.classes[0].signature.listen = true;
    let mut party = cursed(God::Athena, 1, world);
    assert_eq!(party.invokes(ANNA), Err(Refusal::NothingToHear));
    party.invokes(BEN).unwrap();
}

#[test]
fn short_weight_holds_two_and_loses_the_rest() {
    let mut party = Party::in_hall(tale(), 0);
    party.gains(ANNA, 3);
    party.favours(ANNA, God::Mercus, -60);
    let events = party.all_choose("wait");
    assert_eq!(momentum_moves(&events, ANNA), [(-2, MomentumReason::Gift)]);
    assert_eq!(party.momentum(ANNA), 2);
}

#[test]
fn leashed_weighs_one_unless_the_bearer_chooses_the_same() {
    // Anna bears the Codex and Ben is leashed: two voices of one seat's weight against Anna's.
    let mut party = Party::in_hall(tale(), 2);
    party.bears(BEN, Gift::curse(God::Drakmor));
    let votes = [(ANNA, "sing"), (BEN, "wait"), (CHRIS, "wait")];
    assert_eq!(done(&party.decides(&votes)), [("wait", vec![BEN, CHRIS])]);

    let mut party = Party::in_hall(tale().hall(|hall| hall.decide = DecisionMode::Party), 1);
    party.bears(ANNA, Gift::curse(God::Drakmor));
    let own = party.decides(&[(ANNA, "sing"), (BEN, "wait")]);
    assert_eq!(
        done(&own),
        [("sing", vec![ANNA])],
        "the bearer is of one mind with itself"
    );

    let mut party = Party::in_hall(tale(), 3);
    party.bears(BEN, Gift::curse(God::Drakmor));
    let votes = [
        (ANNA, "sing"),
        (BEN, "wait"),
        (CHRIS, "wait"),
        (crate::party::DORA, "sing"),
    ];
    assert_eq!(done(&party.decides(&votes))[0].0, "sing");
}
