//! Eight gods vote on a great deed before the dice fall.

use game::content::{DecisionMode, World};
use game::{Event, FavourMove, Gift, God, Mark, MomentumReason, Refusal, Tag, Verdict, Vote};

use crate::happened::{council, laid, lifted, marks, momentum_moves};
use crate::party::{ANNA, BEN, Party};
use crate::tale::{Told, id, tale, vera_who, way};

/// In every room singing is a great deed of mercy; the first `ayes` gods love mercy and the `nays` after them abhor it.
fn judging(ayes: usize, nays: usize) -> World {
    weighing(&|at| {
        if at < ayes {
            1
        } else {
            -i32::from(at < ayes + nays)
        }
    })
}

/// The same, where each god by its place weighs mercy so.
fn weighing(weight: &dyn Fn(usize) -> i32) -> World {
    let gods = God::ALL.iter().enumerate();
    let world = gods.fold(tale(), |world, (at, god)| {
        world.weighs(*god, Tag::Mercy, weight(at))
    });
    world.quest(|quest| {
        for scene in &mut quest.scenes {
            let sing = way(scene, "sing");
            sing.great = true;
            sing.tags = vec![Tag::Mercy];
        }
    })
}

/// How far the favour of the first god moved.
fn moved(events: &[Event]) -> i32 {
    let moved = events.iter().find_map(|event| match event {
        Event::FavourMoved(FavourMove { god, by, .. }) if *god == God::Valdris => Some(*by),
        _ => None,
    });
    moved.unwrap_or(0)
}

#[test]
fn votes_make_the_verdict_and_the_verdict_weighs_the_favour() {
    use Verdict::{Concord, Deadlock, Narrow, Strong};
    let expected = [
        // Five times a score of one, times 1.5, 1, 0.75 or 0.5, rounded towards nothing.
        ((8, 0), (Concord, Vote::For, 7)),
        ((5, 0), (Concord, Vote::For, 7)),
        ((5, 1), (Concord, Vote::For, 7)),
        ((0, 8), (Concord, Vote::Against, -7)),
        ((4, 0), (Strong, Vote::For, 5)),
        ((4, 1), (Strong, Vote::For, 5)),
        ((5, 2), (Strong, Vote::For, 5)),
        ((6, 2), (Strong, Vote::For, 5)),
        ((5, 3), (Narrow, Vote::For, 3)),
        ((1, 0), (Narrow, Vote::For, 3)),
        ((1, 2), (Narrow, Vote::Against, 3)),
        ((4, 4), (Deadlock, Vote::Abstained, 2)),
        ((0, 0), (Deadlock, Vote::Abstained, 0)),
    ];
    for ((ayes, nays), outcome) in expected {
        let mut party = Party::in_hall(judging(ayes, nays), 0);
        let events = party.all_choose("sing");
        let held = council(&events).unwrap();
        let came = (held.verdict, held.carried, moved(&events));
        assert_eq!(came, outcome, "{ayes} for, {nays} against");
    }
}

#[test]
fn each_council_sets_a_mark_that_says_how_and_which_it_was() {
    for ((ayes, nays), word) in [((8, 0), "aye"), ((0, 8), "nay"), ((4, 4), "split")] {
        let mut party = Party::in_hall(judging(ayes, nays), 0);
        let first = party.all_choose("sing");
        assert_eq!(marks(&first), [format!("{word}-1").as_str()]);
        party.all_choose("wait");
        let second = party.all_choose("sing");
        assert_eq!(marks(&second).len(), 1);
        assert!(marks(&second)[0].ends_with("-2"));
    }
}

#[test]
fn after_a_deadlock_the_next_great_deed_counts_double() {
    let mut party = Party::in_hall(judging(4, 4), 0);
    assert_eq!(moved(&party.all_choose("sing")), 2);
    assert_eq!(moved(&party.all_choose("sing")), 4);
}

#[test]
fn a_deed_that_is_not_great_convenes_nobody() {
    let mut party = Party::in_hall(judging(8, 0), 0);
    assert_eq!(council(&party.all_choose("wait")), None);
}

#[test]
fn the_scores_stand_before_the_deed_is_done() {
    // What the deed itself moves comes too late for the vote.
    let world = judging(0, 0).outcome("sing", |sung| {
        sung.favour = [(God::Valdris, 8)].into();
    });
    let mut party = Party::in_hall(world, 0);
    party.favours(ANNA, God::Valdris, 45);
    let held = council(&party.all_choose("sing")).unwrap();
    assert_eq!(
        (held.votes[0].score_50ths, held.votes[0].vote),
        (45, Vote::Abstained)
    );
}

#[test]
fn a_score_is_the_tags_and_the_mean_favour_of_the_doers() {
    let mut party = Party::in_hall(judging(1, 0), 1);
    party.favours(ANNA, God::Valdris, 21);
    party.favours(BEN, God::Valdris, 10);
    let held = council(&party.all_choose("sing")).unwrap();
    assert_eq!(held.votes[0].score_50ths, 65, "50, and half of 31");
    assert_eq!(held.doers, [ANNA, BEN]);
}

#[test]
fn what_was_done_before_adds_to_what_a_deed_is() {
    let world = judging(0, 0).way("sing", |sing| {
        sing.tags_if = [(id!(Mark, "sworn"), vec![Tag::OathBroken])].into();
    });
    let world = world.weighs(God::Valdris, Tag::OathBroken, -3);
    let mut party = Party::in_hall(world, 0);
    party.marked("sworn");
    let held = council(&party.all_choose("sing")).unwrap();
    assert_eq!(held.votes[0].vote, Vote::Against);
}

#[test]
fn a_clear_verdict_lays_the_loudest_gods_gift_on_every_doer() {
    // Kaitha is louder than the others.
    let loud = |sign: i32| weighing(&move |at| if at == 1 { 2 * sign } else { sign });
    let mut party = Party::in_hall(loud(1), 1);
    let blessing = Gift::blessing(God::Kaitha);
    let events = party.all_choose("sing");
    assert_eq!(council(&events).unwrap().loudest, God::Kaitha);
    assert_eq!(laid(&events), [(ANNA, blessing), (BEN, blessing)]);

    let mut party = Party::in_hall(loud(-1), 1);
    let curse = Gift::curse(God::Kaitha);
    assert_eq!(
        laid(&party.all_choose("sing")),
        [(ANNA, curse), (BEN, curse)]
    );
}

#[test]
fn a_blessing_that_is_borne_already_becomes_momentum() {
    let mut party = Party::in_hall(judging(8, 0), 0);
    party.bears(ANNA, Gift::blessing(God::Valdris));
    let events = party.all_choose("sing");
    assert!(!laid(&events).contains(&(ANNA, Gift::blessing(God::Valdris))));
    assert_eq!(
        momentum_moves(&events, ANNA),
        [(1, MomentumReason::Verdict)]
    );
}

#[test]
fn a_verdicts_curse_ends_when_its_god_votes_for_the_doer() {
    let mut party = Party::in_hall(judging(0, 8), 0);
    let curse = (ANNA, Gift::curse(God::Valdris));
    assert_eq!(laid(&party.all_choose("sing")), [curse]);
    assert!(lifted(&party.all_choose("wait")).is_empty());
    party.rewrites(|world| {
        let gods = God::ALL.iter();
        gods.fold(world, |world, god| world.weighs(*god, Tag::Mercy, 2))
    });
    assert_eq!(lifted(&party.all_choose("sing")), [curse]);
}

#[test]
fn what_verdicts_laid_ends_with_the_quest() {
    let mut party = Party::in_hall(judging(8, 0), 0);
    party.all_choose("sing");
    party.all_choose("wait");
    party.all_choose("wait");
    let events = party.all_choose("wait");
    assert!(lifted(&events).contains(&(ANNA, Gift::blessing(God::Valdris))));
}

#[test]
fn a_narrow_verdict_gives_momentum_and_leaves_a_grudge_which_the_next_council_spends() {
    let mut party = Party::in_hall(judging(2, 1), 0);
    let grudged = Event::Grudged {
        seat: ANNA,
        god: God::Morvane,
    };
    let events = party.all_choose("sing");
    assert!(events.contains(&grudged));
    assert_eq!(
        momentum_moves(&events, ANNA),
        [(1, MomentumReason::Verdict)]
    );
    let before = party.favour(ANNA, God::Morvane);

    party.rewrites(|world| {
        let gods = God::ALL.iter();
        gods.fold(world, |world, god| world.weighs(*god, Tag::Mercy, 3))
    });
    let held = council(&party.all_choose("sing")).unwrap();
    assert_eq!(held.grudges, [God::Morvane]);
    assert_eq!(held.votes[2].score_50ths, 150 + before - 50);
    assert!(party.table.seats()[&ANNA].grudges.is_empty());
}

#[test]
fn the_loudest_of_a_narrow_verdict_bless_whom_they_like_and_curse_whom_they_do_not() {
    let of_favour = |liked: i32, disliked: i32| {
        let world = weighing(&|at| [3, 3, -3].get(at).copied().unwrap_or(0));
        let mut party = Party::in_hall(world, 1);
        party.favours(ANNA, God::Valdris, liked);
        party.favours(ANNA, God::Morvane, disliked);
        let events = party.all_choose("sing");
        assert_eq!(council(&events).unwrap().verdict, Verdict::Narrow);
        let grudges = party.table.seats()[&ANNA].grudges.iter().copied();
        let grudges: Vec<God> = grudges.collect();
        let gifts: Vec<Gift> = laid(&events).into_iter().map(|(_, gift)| gift).collect();
        (gifts, momentum_moves(&events, ANNA), grudges)
    };
    // What the council itself moved counts: eleven either way.
    let momentum = vec![(1, MomentumReason::Verdict)];
    let stranger = (vec![], momentum.clone(), vec![God::Morvane]);
    assert_eq!(of_favour(0, 0), stranger);
    let both = [Gift::blessing(God::Valdris), Gift::curse(God::Morvane)];
    assert_eq!(
        of_favour(40, -30),
        (both.to_vec(), vec![], vec![God::Morvane])
    );
}

#[test]
fn a_side_of_a_narrow_verdict_with_nobody_on_it_does_nothing() {
    let mut party = Party::in_hall(judging(0, 1), 0);
    let events = party.all_choose("sing");
    assert!(momentum_moves(&events, ANNA).is_empty());
    let mut party = Party::in_hall(judging(1, 0), 0);
    let events = party.all_choose("sing");
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Grudged { .. }))
    );
}

/// Anna has answered the first question of each of these gods.
fn answered(party: &mut Party, gods: &[God]) {
    for god in gods {
        let question = id!(game::QuestionId, &format!("{god}-1"));
        party.given(&[Event::Answered {
            seat: ANNA,
            question,
            answer: 1,
            moves: [].into(),
        }]);
    }
}

#[test]
fn the_loudest_god_that_questioned_a_doer_quotes_it_once_a_quest() {
    let mut party = Party::in_hall(weighing(&|at| if at == 1 { 2 } else { 1 }), 0);
    answered(&mut party, &[God::Valdris, God::Kaitha]);
    let quotes = |events: &[Event]| council(events).unwrap().callback.map(|quote| quote.god);
    assert_eq!(quotes(&party.all_choose("sing")), Some(God::Kaitha));
    assert_eq!(quotes(&party.all_choose("sing")), Some(God::Valdris));
    assert_eq!(quotes(&party.all_choose("sing")), None);
}

#[test]
fn a_god_that_abstains_quotes_nobody() {
    let mut party = Party::in_hall(judging(1, 0), 0);
    answered(&mut party, &[God::Kaitha]);
    assert_eq!(council(&party.all_choose("sing")).unwrap().callback, None);
}

#[test]
fn everybody_sees_the_votes_and_each_doer_alone_how_far_its_favour_moved() {
    let mut party = Party::in_hall(judging(8, 0), 1);
    party.decides(&[(ANNA, "sing"), (BEN, "wait")]);
    let seen = |seat| party.view(seat).aftermath.unwrap().council.unwrap();
    assert_eq!(seen(BEN).votes.len(), 8);
    assert!(seen(BEN).moves.is_empty());
    assert_eq!(seen(ANNA).moves.len(), 8);
}

#[test]
fn a_companion_that_speaks_against_the_doers_is_heard_by_every_god_and_leaves() {
    let guest = vera_who(40, &["speaks_against if approval < 50 and done waste >= 1"]);
    let world = judging(8, 0).guest(guest).way("wait", |wait| {
        wait.tags = vec![Tag::Waste];
    });
    let mut party = Party::in_hall(world, 0);
    party.all_choose("wait");
    let events = party.all_choose("sing");
    let held = council(&events).unwrap();
    assert_eq!(held.spoke_against.len(), 1);
    assert!(
        held.votes.iter().all(|vote| vote.score_50ths == 0),
        "50 less 50"
    );
    let left = |event: &Event| matches!(event, Event::CompanionLeft { .. });
    assert!(events.iter().any(left));
}

#[test]
fn where_each_acts_the_gods_judge_the_great_deed_of_most() {
    let world = judging(8, 0).hall(|hall| {
        hall.decide = DecisionMode::Each;
        let mut other = way(hall, "sing").clone();
        other.id = id!(game::OptionId, "shout");
        hall.options.push(other);
    });
    let mut party = Party::in_hall(world, 2);
    let shouted = [
        (ANNA, "sing"),
        (BEN, "shout"),
        (crate::party::CHRIS, "shout"),
    ];
    let held = council(&party.decides(&shouted)).unwrap();
    assert_eq!(held.option.as_str(), "shout");
    assert_eq!(held.doers, [BEN, crate::party::CHRIS]);
}

#[test]
fn great_deeds_and_ends_are_left_to_the_dice() {
    let great = tale().hall(|hall| {
        for name in ["push", "wait", "sing"] {
            way(hall, name).great = true;
        }
    });
    for gift in [Gift::blessing(God::Valdris), Gift::greater(God::Kaitha)] {
        let mut party = Party::in_hall(great.clone(), 1);
        let before = party.chance(ANNA, "push");
        party.bears(ANNA, gift);
        assert_eq!(party.calls_on(ANNA, gift), Err(Refusal::DiceDecide));
        assert_eq!(party.chance(ANNA, "push"), before);
    }
    let mut party = Party::in_hall(great, 1);
    party.gains(ANNA, 4);
    let on = game::MomentumUse::SecondThrow;
    let scene = party.scene();
    let spent = party.does(ANNA, game::Command::Spend { scene, on });
    assert_eq!(spent, Err(Refusal::DiceDecide));
    let check = party.sees(ANNA).options[0].check.clone().unwrap();
    assert!(check.chance.parts.iter().all(|part| !part.is_gift()));
}
