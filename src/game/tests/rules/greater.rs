//! What each of the eight greater blessings does.

use OutcomeKind::{Disaster, Failure, Success, Triumph};
use game::content::{DecisionMode, Outcome, World};
use game::{
    Command, Event, Gift, God, Mark, MomentumReason, OptionId, OutcomeKind, Refusal, SeatNo, Sense,
    TimeLimit, TrustReason,
};

use crate::blessings::with;
use crate::happened::{came_out, done, marks, momentum_moves, trust_by};
use crate::party::{ANNA, Answer, BEN, CHRIS, Opened, Party, call, falls};
use crate::tale::{Told, deciding, id, tale, way};

#[test]
fn writ_lets_a_voice_weigh_four() {
    let gift = Gift::greater(God::Valdris);
    let mut party = with(gift, 2, tale(), 1);
    party.calls_on(ANNA, gift).unwrap();
    assert_eq!(party.sees(BEN).called_on[0].seat, ANNA, "everybody sees it");
    // Four against four: the bearer's.
    let votes = [(ANNA, "sing"), (BEN, "wait"), (CHRIS, "wait")];
    assert_eq!(done(&party.decides(&votes)), [("sing", vec![ANNA])]);
}

#[test]
fn writ_is_refused_to_one_alone_and_where_voices_are_not_counted() {
    let gift = Gift::greater(God::Valdris);
    let refused = |others, decide| {
        let mut party = with(gift, others, deciding(decide), 1);
        party.calls_on(ANNA, gift)
    };
    let useless = Err(Refusal::GiftUseless);
    assert_eq!(refused(0, DecisionMode::Party), useless);
    assert_eq!(refused(1, DecisionMode::Each), useless);
    assert_eq!(refused(1, DecisionMode::Bearer), useless);
    assert!(refused(1, DecisionMode::Secret).is_ok());
    let mut leashed = with(gift, 1, tale(), 1);
    leashed.bears(ANNA, Gift::curse(God::Drakmor));
    assert_eq!(leashed.calls_on(ANNA, gift), useless);
}

/// How an upside-down throw comes out in a party of one, whose chance is 50.
fn upside_down(fallen: u32) -> (OutcomeKind, i32) {
    let gift = Gift::greater(God::Kaitha);
    let mut party = with(gift, 0, tale(), fallen);
    party.calls_on(ANNA, gift).unwrap();
    let shown = party.chance(ANNA, "push");
    (came_out(&party.all_choose("push")), shown)
}

#[test]
fn upside_down_reads_the_better_of_both_readings() {
    let read = |fallen| upside_down(fallen).0;
    assert_eq!(read(82), Success, "28");
    assert_eq!(read(7), Success, "not 70");
    assert_eq!(read(50), Triumph, "5");
    assert_eq!(read(67), Failure, "either way");
    assert_eq!(read(97), Failure, "79, which is no disaster");
    assert_eq!(read(99), Disaster);
    assert_eq!(read(100), Disaster, "as itself");
}

#[test]
fn upside_down_succeeds_as_often_as_it_shows() {
    let outcomes: Vec<(OutcomeKind, i32)> = (1..=100).map(upside_down).collect();
    let good = outcomes.iter().filter(|(kind, _)| kind.is_good()).count();
    let shown = outcomes[0].1;
    assert_eq!(usize::try_from(shown), Ok(good));
    assert!(shown > 50);
}

#[test]
fn cold_count_sees_which_ways_hold_a_harm() {
    let world = tale().outcome("sing", |sung| sung.harm = Mark::parse("crushed"));
    let party = with(Gift::greater(God::Morvane), 1, world, 1);
    let seen = |seat| {
        let options = party.sees(seat).options.into_iter();
        let harms: Vec<Option<bool>> = options.map(|way| way.harm).take(3).collect();
        harms
    };
    assert_eq!(seen(ANNA), [Some(false), Some(false), Some(true)]);
    assert_eq!(seen(BEN), [None; 3]);
}

/// A world in which singing is a harm that costs trust, and each acts.
fn harmful() -> World {
    tale().outcome("sing", |sung| {
        sung.harm = Mark::parse("crushed");
        sung.trust = -8;
    })
}

#[test]
fn root_and_rain_averts_the_next_harm_and_heals_everybody() {
    let gift = Gift::greater(God::Sylara);
    let mut party = with(gift, 1, harmful(), 1);
    party.rewrites(|world| {
        let mut world = world;
        world = Sense::ALL.iter().fold(world, |world, sense| {
            world.whisper(*sense, |whisper| whisper.warns = Mark::parse("crushed"))
        });
        world
    });
    party.given(&[Event::HpMoved { seat: BEN, by: -30 }]);
    party.calls_on(ANNA, gift).unwrap();
    assert!(
        party.sees(BEN).called_on.is_empty(),
        "it is armed in secret"
    );
    let events = party.all_choose("sing");
    assert_eq!(trust_by(&events, &TrustReason::Outcome), 0);
    assert_eq!(trust_by(&events, &TrustReason::Unwarned), 0);
    assert!(marks(&events).is_empty());
    assert!(events.contains(&Event::HpMoved { seat: BEN, by: 20 }));
    assert!(events.contains(&Event::HarmCame {
        harm: id!(Mark, "crushed"),
        averted: true
    }));
}

#[test]
fn root_and_rain_averts_one_harm_where_each_acts() {
    let gift = Gift::greater(God::Sylara);
    let each = harmful().hall(|hall| hall.decide = DecisionMode::Each);
    let mut party = with(gift, 1, each, 1);
    party.calls_on(ANNA, gift).unwrap();
    let events = party.decides(&[(ANNA, "sing"), (BEN, "sing")]);
    let averted: Vec<bool> = events
        .iter()
        .filter_map(|event| match event {
            Event::HarmCame { averted, .. } => Some(*averted),
            _ => None,
        })
        .collect();
    assert_eq!(averted, [true, false]);
    assert_eq!(trust_by(&events, &TrustReason::Outcome), -8);
}

#[test]
fn what_was_armed_and_not_needed_lapses_with_the_scene() {
    let gift = Gift::greater(God::Sylara);
    let mut party = with(gift, 1, tale(), 1);
    party.calls_on(ANNA, gift).unwrap();
    party.all_choose("wait");
    assert_eq!(party.calls_on(ANNA, gift), Err(Refusal::GiftUsed));
}

#[test]
fn stand_here_takes_a_harms_cost_in_momentum() {
    let gift = Gift::greater(God::Korvan);
    let mut party = with(gift, 1, harmful(), 1);
    party.gains(ANNA, 2);
    party.calls_on(ANNA, gift).unwrap();
    let events = party.all_choose("sing");
    assert_eq!(trust_by(&events, &TrustReason::Outcome), 0);
    assert_eq!(momentum_moves(&events, ANNA), [(-2, MomentumReason::Gift)]);
    assert_eq!(marks(&events), ["crushed"], "the harm is counted");
}

/// Anna has asked for a second draft, and all three have chosen.
fn drafting() -> Party {
    let gift = Gift::greater(God::Athena);
    let mut party = with(gift, 2, tale(), 1);
    party.calls_on(ANNA, gift).unwrap();
    for (seat, option) in [(ANNA, "sing"), (BEN, "sing"), (CHRIS, "wait")] {
        party.chooses(seat, option).unwrap();
    }
    party
}

#[test]
fn a_second_draft_shows_all_choices_and_everybody_chooses_anew_its_seat_last() {
    let mut party = drafting();
    assert_eq!(party.sees(CHRIS).first_draft.len(), 3);
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::NotNow));
    party.chooses(BEN, "sing").unwrap();
    party.chooses(CHRIS, "wait").unwrap();
    party.chooses(ANNA, "wait").unwrap();
    let events = party.time_passes();
    assert_eq!(done(&events), [("wait", vec![ANNA, CHRIS])]);
}

#[test]
fn who_is_silent_in_a_second_draft_keeps_the_old_choice() {
    let mut party = drafting();
    party.chooses(BEN, "wait").unwrap();
    let events = party.time_passes();
    assert_eq!(done(&events), [("wait", vec![BEN, CHRIS])]);
    assert_eq!(momentum_moves(&events, ANNA).len(), 1, "Anna was outvoted");
}

#[test]
fn a_second_draft_waits_as_long_as_a_scene_and_a_day_where_nothing_hurries() {
    for (limit, waits) in [(TimeLimit::Minute, 86_000), (TimeLimit::Off, 86_400_000)] {
        let opened = Opened {
            limit,
            ..Opened::default()
        };
        let mut party = opened.in_hall(tale(), 1);
        let gift = Gift::greater(God::Athena);
        party.bears(ANNA, gift);
        party.calls_on(ANNA, gift).unwrap();
        party.chooses(ANNA, "sing").unwrap();
        party.chooses(BEN, "sing").unwrap();
        let left = party.table.deadline_ms().unwrap() - party.at_ms;
        assert!(left.abs_diff(waits) < 20_000, "{left}");
    }
}

#[test]
fn a_second_draft_that_is_asked_for_by_the_last_to_stir_begins_at_once() {
    let gift = Gift::greater(God::Athena);
    let mut party = with(gift, 1, tale(), 1);
    party.chooses(ANNA, "sing").unwrap();
    party.chooses(BEN, "sing").unwrap();
    party.calls_on(ANNA, gift).unwrap();
    assert_eq!(party.sees(BEN).first_draft.len(), 2);
}

fn offer(party: &mut Party, from: SeatNo, to: Option<SeatNo>) -> Answer {
    let gift = Gift::greater(God::Mercus);
    let mut command = call(party.scene(), gift);
    if let Command::CallOn { seat, .. } = &mut command {
        *seat = to;
    }
    party.does(from, command)
}

fn answer(party: &mut Party, seat: SeatNo, takes: bool) -> Answer {
    let scene = party.scene();
    party.does(seat, Command::AnswerOffer { scene, takes })
}

#[test]
fn broker_exchanges_what_two_seats_were_dealt_first() {
    let mut party = with(Gift::greater(God::Mercus), 2, tale(), 1);
    assert_eq!(offer(&mut party, ANNA, None), Err(Refusal::SeatEmpty));
    assert_eq!(offer(&mut party, ANNA, Some(ANNA)), Err(Refusal::OwnEar));
    assert_eq!(answer(&mut party, BEN, true), Err(Refusal::NoOffer));
    offer(&mut party, ANNA, Some(BEN)).unwrap();
    assert_eq!(party.sees(BEN).offered_by, Some(ANNA));
    assert_eq!(party.sees(CHRIS).offered_by, None);
    let heard = |party: &Party, seat| party.sees(seat).whispers.len();
    assert_eq!((heard(&party, ANNA), heard(&party, BEN)), (1, 1));
    answer(&mut party, BEN, true).unwrap();
    assert_eq!((heard(&party, ANNA), heard(&party, BEN)), (2, 2));
    assert_eq!(answer(&mut party, BEN, true), Err(Refusal::NoOffer));
}

#[test]
fn an_offer_that_is_refused_exchanges_nothing() {
    let mut party = with(Gift::greater(God::Mercus), 2, tale(), 1);
    offer(&mut party, ANNA, Some(BEN)).unwrap();
    answer(&mut party, BEN, false).unwrap();
    assert_eq!(party.sees(ANNA).whispers.len(), 1);
}

#[test]
fn each_of_two_offers_is_answered_on_its_own() {
    let mut party = with(Gift::greater(God::Mercus), 2, tale(), 1);
    party.bears(CHRIS, Gift::greater(God::Mercus));
    offer(&mut party, ANNA, Some(BEN)).unwrap();
    offer(&mut party, CHRIS, Some(BEN)).unwrap();
    answer(&mut party, BEN, false).unwrap();
    answer(&mut party, BEN, true).unwrap();
    let heard = [ANNA, BEN, CHRIS].map(|seat| party.sees(seat).whispers.len());
    assert_eq!(heard, [1, 2, 2]);
}

fn acts_alone(party: &mut Party, seat: SeatNo, way: &str) -> Answer {
    let mut command = call(party.scene(), Gift::greater(God::Drakmor));
    if let Command::CallOn { option, .. } = &mut command {
        *option = OptionId::parse(way);
    }
    party.does(seat, command)
}

#[test]
fn no_collar_does_ones_own_deed_beside_the_vote_and_it_leads_nowhere() {
    let world = tale().outcome("sing", |sung| {
        sung.marks = [id!(Mark, "sung")].into();
        sung.next = Some(crate::tale::room_name(4));
    });
    let mut party = with(Gift::greater(God::Drakmor), 2, world, 1);
    assert_eq!(
        acts_alone(&mut party, ANNA, "pocket"),
        Err(Refusal::NoSuchChoice)
    );
    acts_alone(&mut party, ANNA, "sing").unwrap();
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::BearerOnly));
    let events = party.decides(&[(BEN, "wait"), (CHRIS, "wait")]);
    let both = [("sing", vec![ANNA]), ("wait", vec![BEN, CHRIS])];
    assert_eq!(done(&events), both);
    assert_eq!(marks(&events), ["sung"]);
    assert_eq!(party.scene(), crate::tale::room_name(2));
    assert!(
        momentum_moves(&events, ANNA).is_empty(),
        "she was not outvoted"
    );
}

#[test]
fn no_collar_is_refused_to_the_last_who_would_vote_and_for_great_deeds_and_ends() {
    let mut lone = with(Gift::greater(God::Drakmor), 0, tale(), 1);
    assert_eq!(
        acts_alone(&mut lone, ANNA, "sing"),
        Err(Refusal::GiftUseless)
    );

    let mut party = with(Gift::greater(God::Drakmor), 1, tale(), 1);
    party.bears(BEN, Gift::greater(God::Drakmor));
    acts_alone(&mut party, ANNA, "sing").unwrap();
    assert_eq!(
        acts_alone(&mut party, BEN, "sing"),
        Err(Refusal::GiftUseless)
    );

    let great = tale().hall(|hall| {
        way(hall, "sing").great = true;
        way(hall, "wait").outcome = Some(Outcome {
            ending: Some(id!(game::EndingId, "home")),
            ..Outcome::default()
        });
    });
    let mut party = with(Gift::greater(God::Drakmor), 1, great, 1);
    for way in ["sing", "wait"] {
        assert_eq!(acts_alone(&mut party, ANNA, way), Err(Refusal::DiceDecide));
    }
}

#[test]
fn no_collar_shows_the_chance_of_ones_own_hand_and_rolls_it() {
    let own_falls = falls(game::Purpose::Deed, 1, &|fallen| fallen == 51);
    let mut party = Party::rigged(tale(), 2, &[own_falls]);
    let gift = Gift::greater(God::Drakmor);
    party.bears(ANNA, gift);
    let shown = |party: &Party, seat| {
        let push = party.sees(seat).options.remove(0);
        push.alone.map(|chance| chance.percent)
    };
    assert_eq!(party.chance(ANNA, "push"), 60, "with two who help");
    assert_eq!((shown(&party, ANNA), shown(&party, BEN)), (Some(50), None));
    acts_alone(&mut party, ANNA, "push").unwrap();
    assert_eq!(shown(&party, ANNA), Some(50));
    let events = party.decides(&[(BEN, "wait"), (CHRIS, "wait")]);
    assert_eq!(crate::happened::rolled(&events).chance.percent, 50);
    assert_eq!(crate::happened::came_out(&events), OutcomeKind::Failure);
}

#[test]
fn what_is_said_before_choosing_is_refused_to_who_has_chosen() {
    for gift in [Gift::blessing(God::Valdris), Gift::greater(God::Kaitha)] {
        let mut party = with(gift, 1, tale(), 1);
        party.chooses(ANNA, "push").unwrap();
        assert_eq!(party.calls_on(ANNA, gift), Err(Refusal::NotNow));
        let scene = party.scene();
        party.does(ANNA, Command::Withdraw { scene }).unwrap();
        party.calls_on(ANNA, gift).unwrap();
    }
}

#[test]
fn writ_comes_too_late_when_the_last_has_chosen() {
    let gift = Gift::greater(God::Valdris);
    let mut party = with(gift, 1, tale(), 1);
    party.chooses(ANNA, "sing").unwrap();
    party.chooses(BEN, "wait").unwrap();
    assert_eq!(party.calls_on(ANNA, gift), Err(Refusal::NotNow));
}
