//! What a first evening, after a short sitting, hides until the second quest.

use game::content::{DecisionMode, World};
use game::{
    Boon, Command, CompanionId, Event, Gift, God, Manner, MomentumUse, OptionId, OutcomeKind,
    Phase, Refusal, SceneId, Sense, Sitting, Skill,
};

use crate::happened::laid;
use crate::party::{ANNA, BEN, Opened, Party};
use crate::tale::{Told, id, quest, tale, vera};

/// Three on their first evening.
fn evening(world: World) -> Party {
    let opened = Opened {
        sitting: Sitting::Short,
        ..Opened::default()
    };
    opened.in_hall(world, 2)
}

#[test]
fn quests_for_a_first_evening_are_offered_first() {
    let mut world = tale();
    let mut easy = quest(
        "zebra",
        world.quests.values().next().unwrap().scenes.clone(),
    );
    easy.first_evening = true;
    world.quests.insert(easy.id.clone(), easy);
    assert_eq!(evening(world).table.quest().unwrap().0.as_str(), "zebra");
}

#[test]
fn telling_twisting_keeping_voting_and_quiet_deeds_are_there_from_the_first_room() {
    let mut party = evening(tale());
    party.lies(ANNA, Sense::Wild);
    party.acts(BEN, "pocket").unwrap();
    party.all_choose("wait");
}

#[test]
fn there_are_challenges_from_the_second_room_on() {
    let mut party = evening(tale());
    party.lies(ANNA, Sense::Wild);
    assert_eq!(party.challenges(BEN, 0), Err(Refusal::NotNow));
    assert_eq!(party.sees(BEN).told[0].doubt, None);
    party.all_choose("wait");
    party.lies(ANNA, Sense::Wild);
    assert!(party.sees(BEN).told[0].doubt.is_some());
    party.challenges(BEN, 0).unwrap();
}

#[test]
fn there_are_words_apart_from_the_third_room_on() {
    let mut party = evening(tale());
    let open: Vec<bool> = (0..3)
        .map(|_| {
            party.hears(ANNA, Sense::Wild);
            let told = party.tells_aside(ANNA, Sense::Wild, (Manner::Truth, BEN));
            assert_eq!(
                party.sees(BEN).may.tell_aside,
                party.log().scene.as_str() == "room-3"
            );
            party.all_choose("wait");
            told.is_ok()
        })
        .collect();
    assert_eq!(open, [false, false, true]);
}

#[test]
fn the_second_throw_is_offered_after_the_first_failure() {
    let offered = |party: &mut Party| {
        party.gains(ANNA, 2);
        let (scene, on) = (party.scene(), MomentumUse::SecondThrow);
        let shown = party.sees(ANNA).purchases;
        let bought = party.does(ANNA, Command::Spend { scene, on });
        assert_eq!(shown.len(), usize::from(bought.is_ok()));
        bought.is_ok()
    };
    for (kind, open) in [(OutcomeKind::Success, false), (OutcomeKind::Failure, true)] {
        let mut party = evening(tale());
        assert!(!offered(&mut party));
        party.given(&[Event::DeedDone(game::Done {
            doers: vec![ANNA],
            option: id!(OptionId, "push"),
            roll: None,
            kind,
            tags: Vec::new(),
        })]);
        assert_eq!(offered(&mut party), open);
    }
}

#[test]
fn hints_presses_and_urging_wait_for_the_second_quest() {
    let world = tale()
        .guest(vera(50))
        .hall(|hall| hall.decide = DecisionMode::Bearer);
    let mut party = evening(world);
    let scene = || id!(SceneId, "hall");
    let refused = Err(Refusal::NotNow);
    let on = MomentumUse::Hint;
    assert_eq!(
        party.does(ANNA, Command::Spend { scene: scene(), on }),
        refused
    );
    let companion = id!(CompanionId, "vera");
    let press = Command::Press {
        scene: scene(),
        companion,
    };
    assert_eq!(party.does(ANNA, press), refused);
    let option = id!(OptionId, "sing");
    let urge = Command::Urge {
        scene: scene(),
        option,
    };
    assert_eq!(party.does(BEN, urge), refused);
    let seen = party.sees(BEN);
    assert!(seen.presses.is_empty() && seen.purchases.is_empty() && !seen.may.urge);
}

#[test]
fn a_greater_blessing_waits_and_a_lesser_does_not() {
    let mut party = evening(tale());
    party.favours(ANNA, God::Athena, 100);
    let events = party.all_choose("wait");
    assert_eq!(laid(&events), [(ANNA, Gift::blessing(God::Athena))]);
}

#[test]
fn nobody_is_wounded() {
    let wound = |sitting: Sitting| {
        let opened = Opened {
            sitting,
            ..Opened::default()
        };
        let world = tale().outcome("sing", |sung| sung.wound = 10);
        let events = opened.in_hall(world, 0).all_choose("sing");
        events.contains(&Event::HpMoved {
            seat: ANNA,
            by: -10,
        })
    };
    assert!(!wound(Sitting::Short));
    assert!(wound(Sitting::Long));
}

#[test]
fn cards_keepsakes_and_boons_wait_for_the_second_quest() {
    let mut party = evening(tale());
    for _ in 0..4 {
        party.all_choose("wait");
    }
    party.time_passes();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    let card = id!(game::CardId, "you-knew");
    let keepsake = id!(game::KeepsakeId, "pin");
    let (to, skill) = (BEN, Skill::Strength);
    let boon = Boon::Practice { skill };
    let refused = Err(Refusal::NotNow);
    assert_eq!(party.does(ANNA, Command::GiveCard { to, card }), refused);
    assert_eq!(
        party.does(ANNA, Command::AwardKeepsake { keepsake, to }),
        refused
    );
    assert_eq!(party.does(ANNA, Command::TakeBoon { boon }), refused);
}
