//! Whispers on which nothing depends, and insights that cannot be dealt.

use game::content::IfTold;
use game::{CompanionId, WhisperId};

use super::{
    ContentError, SOUND, assert_counted, assert_found, in_quest, in_quest_of, in_scene, in_whisper,
    inland, mark, option_id,
};

#[test]
fn missing_and_doubled_senses_are_found() {
    let few = in_scene(|scene| scene.whispers.truncate(5));
    assert_counted(&few, "whispers", 5);
    let doubled = in_scene(|scene| scene.whispers[2].sense = scene.whispers[1].sense);
    let sense = SOUND.quests[&inland()].scenes[0].whispers[1].sense;
    assert_eq!(doubled, [ContentError::SenseTwice(sense)]);
}

#[test]
fn a_whisper_without_a_lever_is_found() {
    let idle = in_whisper(3, |whisper| whisper.deepens = None);
    assert_eq!(idle, [ContentError::NoLever]);
    let half = in_scene(|scene| {
        scene
            .options
            .iter_mut()
            .for_each(|option| option.insight = None);
    });
    assert_eq!(
        half.iter()
            .filter(|fault| **fault == ContentError::NoLever)
            .count(),
        2
    );
}

#[test]
fn levers_that_move_nothing_are_found() {
    let deep = |id: &str| in_whisper(3, |whisper| whisper.deepens = Some(option_id(id)));
    assert_eq!(
        deep("dance"),
        [ContentError::OptionUnknown(option_id("dance"))]
    );
    assert_eq!(
        deep("ask-how-long"),
        [ContentError::DeepensNothing(option_id("ask-how-long"))]
    );
    let calm = mark("rain");
    let found = in_whisper(0, |whisper| whisper.warns = Some(calm.clone()));
    assert_eq!(found, [ContentError::WarnsOfNothing(calm)]);
    let sure = in_scene(|scene| {
        for option in &mut scene.options {
            if let Some(disaster) = &mut option.disaster {
                let harm = disaster.harm.take();
                option.failure.as_mut().unwrap().harm = harm;
            }
        }
    });
    assert_found(&sure, &ContentError::WarnsOfNothing(mark("bolt-loosed")));
}

#[test]
fn what_is_overheard_does_something() {
    let half = in_whisper(0, |whisper| whisper.heard_by = Some("Maud".to_owned()));
    assert_eq!(half, [ContentError::HalfInEarshot]);
    let nobody = in_whisper(0, |whisper| {
        whisper.if_told = Some(IfTold {
            trust: 2,
            ..IfTold::default()
        });
    });
    assert_eq!(nobody, [ContentError::HalfInEarshot]);
    let nothing = in_whisper(0, |whisper| {
        whisper.heard_by = Some("Maud".to_owned());
        whisper.if_told = Some(IfTold::default());
    });
    assert_eq!(nothing, [ContentError::ToldForNothing]);
}

#[test]
fn truth_and_twist_urge_options_that_there_are_and_that_differ() {
    let unknown = in_whisper(0, |whisper| whisper.urges = Some(option_id("dance")));
    assert_eq!(unknown, [ContentError::OptionUnknown(option_id("dance"))]);
    let none = in_whisper(0, |whisper| whisper.twist_urges = None);
    assert_eq!(none, [ContentError::UrgesNothing("twist_urges")]);
    let none = in_whisper(0, |whisper| whisper.urges = None);
    assert_eq!(none, [ContentError::UrgesNothing("urges")]);
    let alike = in_whisper(0, |whisper| whisper.twist_urges.clone_from(&whisper.urges));
    assert_eq!(alike, [ContentError::UrgesAlike]);
}

#[test]
fn insights_that_cannot_be_dealt_are_found() {
    let insight = |pair: [WhisperId; 2]| {
        in_scene(|scene| {
            let option = scene
                .options
                .iter_mut()
                .find(|option| option.insight.is_some());
            option.unwrap().insight = Some(pair);
        })
    };
    let scene = &SOUND.quests[&inland()].scenes[0];
    let known = scene.whispers[0].id.clone();
    let unknown = WhisperId::parse("hum").unwrap();
    let found = insight([known.clone(), unknown.clone()]);
    assert_found(&found, &ContentError::InsightUnknown(unknown));
    assert_found(
        &insight([known.clone(), known]),
        &ContentError::InsightOfOne,
    );
    let crowded = in_scene(|scene| {
        let pair = [scene.whispers[2].id.clone(), scene.whispers[3].id.clone()];
        scene.options[1].insight = Some(pair);
    });
    assert_eq!(crowded, [ContentError::InsightsCrowded(2)]);
}

#[test]
fn a_first_evening_has_no_insight_in_its_first_scene() {
    let found = in_quest_of("the-thirteenth-stroke", |quest| {
        let scene = &mut quest.scenes[0];
        let pair = [scene.whispers[0].id.clone(), scene.whispers[1].id.clone()];
        scene.options[1].insight = Some(pair);
    });
    assert_eq!(found, [ContentError::InsightTooEarly]);
}

#[test]
fn crossings_that_touch_nobody_are_found() {
    let nobody = CompanionId::parse("nobody").unwrap();
    let unknown = in_whisper(0, |whisper| whisper.crosses = Some(nobody.clone()));
    assert_eq!(unknown, [ContentError::CompanionUnknown(nobody)]);
    let deaf = SOUND.companions[0].clone();
    let found = in_scene(|scene| {
        let unheard = |sense| ![deaf.first, deaf.second].contains(&sense);
        let whisper = scene
            .whispers
            .iter_mut()
            .find(|whisper| unheard(whisper.sense));
        whisper.unwrap().crosses = Some(deaf.id.clone());
    });
    assert_eq!(found, [ContentError::CompanionDeaf(deaf.id)]);
}

fn repeats(found: &[ContentError]) -> bool {
    found
        .iter()
        .any(|fault| matches!(fault, ContentError::Repeats(_)))
}

#[test]
fn secrets_that_the_public_text_tells_are_found() {
    let told = |place: fn(&mut game::content::Quest, String)| {
        in_quest(|quest| {
            let words: Vec<&str> = quest.scenes[0].whispers[0]
                .truth
                .split_whitespace()
                .collect();
            let run = words[2..8].join(" ");
            place(quest, format!("Look: {run}!"));
        })
    };
    for found in [
        told(|quest, run| quest.scenes[0].options[1].detail = run),
        told(|quest, run| {
            for call in quest.summons.values_mut() {
                call.push_str(&run);
            }
        }),
        told(|quest, run| quest.endings[0].also[0].text = run),
    ] {
        assert!(repeats(&found), "{found:?}");
    }
    let sentence = in_scene(|scene| {
        scene.whispers[0].twist += " Iron remembers rain.";
        scene.options[1].detail = "They say iron remembers rain.".to_owned();
    });
    assert_eq!(
        sentence,
        [ContentError::Repeats("iron remembers rain".to_owned())]
    );
    let companion = in_quest(|quest| {
        quest.pitch.clone_from(&SOUND.companions[0].flaw);
    });
    assert!(repeats(&companion), "{companion:?}");
}
