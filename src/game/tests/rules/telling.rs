//! Telling, twisting and keeping; a word apart; and what whispers open.

use Manner::{Truth, Twist};
use Sense::{Arcana, Steel, Wild};
use game::content::DecisionMode;
use game::{Event, Manner, OptionId, Refusal, Sense};

use crate::party::{ANNA, BEN, CHRIS, Party};
use crate::tale::{Told, deciding, id, tale, vera};

fn three() -> Party {
    Party::in_hall(tale(), 2)
}

#[test]
fn a_telling_moves_nothing_before_the_scene_ends() {
    for manner in [Truth, Twist] {
        let mut party = three();
        party.hears(ANNA, Wild);
        let events = party.tells(ANNA, Wild, manner).unwrap();
        assert!(matches!(events.as_slice(), [Event::Told(_)]), "{events:?}");
    }
}

#[test]
fn a_whisper_is_told_to_the_table_once_and_only_by_who_heard_it() {
    let mut party = three();
    let deaf = party.deaf(Wild, ANNA);
    let refused = party.tells(deaf, Wild, Truth);
    assert_eq!(refused, Err(Refusal::NotYourWhisper));
    party.lies(ANNA, Wild);
    let refused = party.tells(ANNA, Wild, Truth);
    assert_eq!(refused, Err(Refusal::AlreadyTold));
}

#[test]
fn one_whisper_a_scene_is_told_apart_and_may_still_be_told_to_the_table() {
    let mut party = three();
    party.hears(ANNA, Wild);
    party.hears(ANNA, Steel);
    party.tells_aside(ANNA, Wild, (Truth, BEN)).unwrap();
    let again = party.tells_aside(ANNA, Steel, (Truth, CHRIS));
    assert_eq!(again, Err(Refusal::AsideUsed));
    party.tells(ANNA, Wild, Twist).unwrap();
}

#[test]
fn the_table_sees_that_there_was_a_word_and_its_ear_alone_hears_it() {
    let mut party = three();
    party.hears(ANNA, Wild);
    party.tells_aside(ANNA, Wild, (Twist, BEN)).unwrap();
    let told_to_ben = party.sees(BEN).told;
    assert_eq!(told_to_ben[0].text, "wild is not so");
    let chris = party.sees(CHRIS);
    assert!(chris.told.is_empty());
    assert_eq!((chris.asides[0].by, chris.asides[0].to), (ANNA, BEN));
    assert_eq!(chris.asides[0].caught, None);
}

#[test]
fn a_word_apart_needs_three_voices_and_another_ear() {
    let mut party = Party::in_hall(tale(), 1);
    party.hears(ANNA, Wild);
    let refused = party.tells_aside(ANNA, Wild, (Truth, BEN));
    assert_eq!(refused, Err(Refusal::TooFewToWhisper));

    let mut party = Party::in_hall(tale().guest(vera(50)), 1);
    party.hears(ANNA, Wild);
    let own = party.tells_aside(ANNA, Wild, (Truth, ANNA));
    assert_eq!(own, Err(Refusal::OwnEar));
    let nobody = party.tells_aside(ANNA, Wild, (Truth, CHRIS));
    assert_eq!(nobody, Err(Refusal::SeatEmpty));
    party.tells_aside(ANNA, Wild, (Truth, BEN)).unwrap();
}

#[test]
fn what_one_was_told_apart_one_can_only_talk_about() {
    let mut party = three();
    party.hears(ANNA, Wild);
    let deaf = party.deaf(Wild, ANNA);
    party.tells_aside(ANNA, Wild, (Truth, deaf)).unwrap();
    let refused = party.tells(deaf, Wild, Truth);
    assert_eq!(refused, Err(Refusal::NotYourWhisper));
}

/// Whether a way dawned on the table.
fn dawned(events: &[Event]) -> bool {
    let mut events = events.iter();
    events.any(|event| matches!(event, Event::InsightDawned { .. }))
}

#[test]
fn two_halves_told_truly_to_the_table_open_the_way_to_all() {
    let mut party = three();
    assert!(!dawned(&party.tells_truly(ANNA, Steel)));
    assert!(dawned(&party.tells_truly(BEN, Arcana)));
    party.chooses(CHRIS, "hatch").unwrap();
}

#[test]
fn a_twisted_half_opens_nothing() {
    let mut party = three();
    let deaf = party.deaf(Steel, ANNA);
    party.lies(ANNA, Steel);
    assert!(!dawned(&party.tells_truly(ANNA, Arcana)));
    let closed = party.chooses(deaf, "hatch");
    assert_eq!(closed, Err(Refusal::NoSuchChoice));
}

#[test]
fn who_was_told_both_halves_apart_or_heard_them_sees_the_way_and_opens_it_by_choosing() {
    let mut party = three();
    party.hears(ANNA, Steel);
    party.hears(BEN, Arcana);
    party.tells_aside(ANNA, Steel, (Truth, BEN)).unwrap();
    let sees = |party: &Party, seat| {
        let options = party.sees(seat).options.into_iter();
        let mut ways = options.filter(|way| way.option.as_str() == "hatch");
        ways.next().map(|way| way.private)
    };
    assert_eq!(sees(&party, BEN), Some(true));
    assert!(dawned(&party.chooses(BEN, "hatch").unwrap()));
    assert_eq!(sees(&party, CHRIS), Some(false));
    party.chooses(CHRIS, "hatch").unwrap();
}

#[test]
fn a_lie_told_apart_opens_nothing() {
    let mut party = three();
    party.hears(ANNA, Steel);
    party.hears(BEN, Arcana);
    if party
        .log()
        .hears(&game::Character::Seat(BEN), &crate::tale::of(Steel))
    {
        return;
    }
    party.tells_aside(ANNA, Steel, (Twist, BEN)).unwrap();
    assert_eq!(party.chooses(BEN, "hatch"), Err(Refusal::NoSuchChoice));
}

#[test]
fn in_a_secret_ballot_a_way_opens_to_nobody_else_and_the_ballot_counts() {
    let mut party = Party::in_hall(deciding(DecisionMode::Secret), 2);
    party.hears(BEN, Steel);
    party.hears(BEN, Arcana);
    assert!(!dawned(&party.chooses(BEN, "hatch").unwrap()));
    let events = party.time_passes();
    assert_eq!(crate::happened::done(&events), [("hatch", vec![BEN])]);
}

#[test]
fn a_way_for_those_who_heard_a_whisper_is_shown_to_them() {
    let world = tale().way("sing", |sing| sing.only = game::HoldingId::parse("wild"));
    let mut party = Party::in_hall(world, 2);
    let wild = crate::tale::of(Wild);
    for seat in [ANNA, BEN, CHRIS] {
        let hears = party.log().hears(&game::Character::Seat(seat), &wild);
        let sing = id!(OptionId, "sing");
        let options = party.sees(seat).options;
        assert_eq!(options.iter().any(|way| way.option == sing), hears);
    }
    party.hears(CHRIS, Wild);
    party.chooses(CHRIS, "sing").unwrap();
    party.chooses(ANNA, "sing").unwrap();
}

#[test]
fn keeping_is_noted_once_and_binds_nobody() {
    let mut party = three();
    party.hears(ANNA, Wild);
    let keep = || game::Command::Keep {
        scene: id!(game::SceneId, "hall"),
        whisper: crate::tale::of(Wild),
    };
    party.does(ANNA, keep()).unwrap();
    assert_eq!(party.does(ANNA, keep()), Err(Refusal::AlreadyKept));
    party.tells(ANNA, Wild, Truth).unwrap();
    assert_eq!(party.does(ANNA, keep()), Err(Refusal::AlreadyTold));
}
