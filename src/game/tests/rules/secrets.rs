//! What one seat does in secret changes nothing for another; and refusals tell nothing of what others hold.

use game::content::World;
use game::{
    Command, CompanionId, Event, Gift, God, Manner, MomentumUse, OptionId, Refusal, SeatNo, Sense,
};

use crate::party::{ANNA, Answer, BEN, CHRIS, Party, call};
use crate::tale::{Told, id, of, tale, vera_who};

/// Three in the hall, where Anna bears all that is called on in secret.
fn secretive() -> Party {
    let mut world = tale();
    world.classes[0].signature.edge.clear();
    world.classes[0].signature.listen = true;
    let mut party = Party::in_hall(world, 2);
    for gift in [
        Gift::blessing(God::Sylara),
        Gift::greater(God::Sylara),
        Gift::greater(God::Korvan),
        Gift::greater(God::Athena),
        Gift::blessing(God::Athena),
    ] {
        party.bears(ANNA, gift);
    }
    party.gains(ANNA, 4);
    party.lies(BEN, Sense::Wild);
    party
}

/// All that a seat can do in secret in a scene.
fn secret_commands(party: &Party) -> Vec<Command> {
    let scene = || party.scene();
    let whisper = party.log().first_dealt(ANNA).unwrap().clone();
    let gift = |gift| call(scene(), gift);
    let mut note = gift(Gift::blessing(God::Athena));
    if let Command::CallOn { telling, .. } = &mut note {
        *telling = Some(0);
    }
    vec![
        Command::Keep {
            scene: scene(),
            whisper,
        },
        Command::Act {
            scene: scene(),
            option: id!(OptionId, "pocket"),
        },
        Command::StayHand { scene: scene() },
        Command::Spend {
            scene: scene(),
            on: MomentumUse::SecondThrow,
        },
        Command::Spend {
            scene: scene(),
            on: MomentumUse::Hint,
        },
        Command::Invoke { scene: scene() },
        gift(Gift::blessing(God::Sylara)),
        gift(Gift::greater(God::Sylara)),
        gift(Gift::greater(God::Korvan)),
        gift(Gift::greater(God::Athena)),
        note,
    ]
}

#[test]
fn a_secret_command_changes_neither_page_nor_number_nor_deadline_of_anybody_else() {
    let mut party = secretive();
    for command in secret_commands(&party) {
        let before = (
            party.view(BEN),
            party.view(CHRIS),
            party.table.view(&party.world, None),
        );
        let own = party.view(ANNA).version;
        let done = party.does(ANNA, command.clone());
        let events = done.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        assert!(
            events.iter().all(|event| event.secret_of() == Some(ANNA)),
            "{command:?}"
        );
        let after = (
            party.view(BEN),
            party.view(CHRIS),
            party.table.view(&party.world, None),
        );
        assert_eq!(after, before, "{command:?}");
        assert!(party.view(ANNA).version > own, "{command:?}");
    }
}

#[test]
fn what_all_may_see_moves_everybodys_number() {
    let mut party = secretive();
    let before = party.view(CHRIS).version;
    party.chooses(ANNA, "wait").unwrap();
    let seen = party.view(CHRIS).version;
    assert!(seen > before);
    party.lies(ANNA, Sense::Song);
    assert!(party.view(CHRIS).version > seen);
}

#[test]
fn an_armed_blessing_is_on_its_own_sheet_alone() {
    let mut party = secretive();
    party.calls_on(ANNA, Gift::greater(God::Sylara)).unwrap();
    let annas = |seat| {
        let called_on = party.sees(seat).called_on.into_iter();
        called_on.filter(|called| called.seat == ANNA).count()
    };
    assert_eq!((annas(ANNA), annas(BEN)), (1, 0));
}

#[test]
fn a_way_that_a_seat_does_not_see_answers_as_one_that_is_not_there() {
    let world = || {
        tale()
            .way("pocket", |pocket| {
                pocket.only = game::HoldingId::parse("wild");
            })
            .way("sing", |sing| sing.only = game::HoldingId::parse("wild"))
    };
    let mut party = Party::in_hall(world(), 2);
    let deaf = party.deaf(Sense::Wild, SeatNo(0));
    for option in ["sing", "hatch", "nothing"] {
        assert_eq!(party.chooses(deaf, option), Err(Refusal::NoSuchChoice));
    }
    for option in ["pocket", "nothing", "wait"] {
        assert_eq!(party.acts(deaf, option), Err(Refusal::NoSuchChoice));
    }
}

/// The answers to what Chris does, whatever Anna holds, has told or keeps.
fn answers(prepare: &dyn Fn(&mut Party)) -> Vec<Answer> {
    let mut party = Party::in_hall(tale().guest(vera_who(50, &["keeps song"])), 2);
    party.bears(CHRIS, Gift::greater(God::Mercus));
    party.hears(CHRIS, Sense::Wild);
    prepare(&mut party);
    let scene = || party.scene();
    let (whisper, manner) = (of(Sense::Wild), Manner::Twist);
    let tell = Command::Tell {
        scene: scene(),
        whisper: whisper.clone(),
        manner,
    };
    let aside = Command::TellAside {
        scene: scene(),
        whisper,
        manner,
        to: ANNA,
    };
    let mut broker = call(scene(), Gift::greater(God::Mercus));
    if let Command::CallOn { seat, .. } = &mut broker {
        *seat = Some(ANNA);
    }
    let companion = id!(CompanionId, "vera");
    let press = Command::Press {
        scene: scene(),
        companion,
    };
    let commands = [tell, aside, broker, press];
    let answers = commands.into_iter().map(|command| {
        let done = party.does(CHRIS, command);
        // What happens may differ; whether it is refused may not.
        done.map(|_| Vec::new())
    });
    answers.collect()
}

#[test]
fn no_refusal_depends_on_what_another_holds_has_told_or_keeps() {
    let plain = answers(&|_| ());
    assert!(plain.iter().all(Result::is_ok), "{plain:?}");
    let holds_all = |party: &mut Party| {
        for sense in Sense::ALL {
            party.hears(ANNA, *sense);
        }
    };
    let has_told = |party: &mut Party| {
        holds_all(party);
        party.tells(ANNA, Sense::Wild, Manner::Truth).unwrap();
    };
    let keeps = |party: &mut Party| {
        party.hears(ANNA, Sense::Wild);
        let (scene, whisper) = (party.scene(), of(Sense::Wild));
        party.does(ANNA, Command::Keep { scene, whisper }).unwrap();
    };
    assert_eq!(answers(&holds_all), plain);
    assert_eq!(answers(&has_told), plain);
    assert_eq!(answers(&keeps), plain);
}

#[test]
fn a_challenge_shows_its_throw_in_the_chronicle_alone() {
    let mut party = Party::in_hall(tale(), 2);
    party.lies(ANNA, Sense::Wild);
    party.challenges(BEN, 0).unwrap();
    let page = format!("{:?}", party.view(CHRIS));
    assert!(!page.contains("throw: Throw"), "{page}");
    while party.table.phase().is_live() {
        party.time_passes();
    }
    let told = party.table.chronicle(&party.world).unwrap();
    let test = &told.scenes[0].challenges[0];
    assert!((1..=100).contains(&test.test.throw.value));
}

/// A table that has taken so many commits.
fn full(world: World) -> Party {
    let mut party = Party::in_hall(world, 1);
    let line = |number: u64| Event::Said {
        seat: BEN,
        text: number.to_string(),
    };
    let commits = party.table.version().0..game::COMMITS_MAX;
    commits.for_each(|number| party.table.fold(&[line(number)]));
    party.time_passes();
    party
}

#[test]
fn a_full_table_takes_what_moves_it_and_nothing_it_can_do_without() {
    let mut party = full(tale());
    let scene = || id!(game::SceneId, "yard");
    let too_much = Err(Refusal::TooMuch);
    let text = "Hello.".to_owned();
    assert_eq!(party.does(ANNA, Command::Say { text }), too_much);
    assert_eq!(party.does(ANNA, Command::HandOver { seat: BEN }), too_much);
    party.lies(ANNA, Sense::Wild);
    let (telling, doubts) = (0, true);
    let nod = Command::Nod {
        scene: scene(),
        telling,
        doubts,
    };
    assert_eq!(party.does(BEN, nod), too_much);
    party.acts(ANNA, "pocket").unwrap();
    let stay = Command::StayHand { scene: scene() };
    assert_eq!(party.does(ANNA, stay), too_much);
    assert_eq!(party.acts(ANNA, "pocket"), too_much);
    party.chooses(ANNA, "sing").unwrap();
    assert_eq!(party.chooses(ANNA, "wait"), too_much);
    let withdraw = Command::Withdraw { scene: scene() };
    assert_eq!(party.does(ANNA, withdraw), too_much);
    party.chooses(BEN, "sing").unwrap();
    while party.table.phase().is_live() {
        party.time_passes();
    }
    let card = id!(game::CardId, "you-knew");
    let given = party.does(ANNA, Command::GiveCard { to: BEN, card });
    assert_eq!(given, too_much);
}
