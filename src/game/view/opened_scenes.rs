//! Scenes, opened at the end: who heard what, and what they did with it.

use serde::Serialize;

use crate::content::{Scene, Weight, Whisper, World};
use crate::protocol::{Character, Manner, Test};
use crate::state::{SceneState, Table};
use crate::view::aftermath::{self, Aftermath, Eyes};
use crate::view::text;
use crate::vocabulary::{OptionId, SeatNo, Sense, WhisperId};

/// A scene, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleScene {
    pub title: String,
    pub place: String,
    /// What all read of it at first; what was added for what had been done before is not told again.
    pub prose: Vec<String>,
    pub bearer: SeatNo,
    pub whispers: Vec<ChronicleWhisper>,
    pub asides: Vec<ChronicleAside>,
    pub challenges: Vec<ChronicleChallenge>,
    pub aftermath: Option<Aftermath>,
}

/// A word apart, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleAside {
    pub by: Character,
    pub to: SeatNo,
    pub manner: Manner,
    pub text: String,
}

/// A challenge, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleChallenge {
    pub by: Character,
    pub of: Character,
    pub test: Test,
    pub caught: bool,
    /// Whether what was doubted was a lie.
    pub was_twist: bool,
}

/// A whisper, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleWhisper {
    pub sense: Sense,
    pub weight: Weight,
    pub truth: String,
    pub twist: String,
    pub hearers: Vec<HearerFate>,
    /// What it could be used for.
    pub good_for: Option<WhisperUse>,
}

/// What a whisper could be used for: the strongest use it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "use", rename_all = "kebab-case")]
pub enum WhisperUse {
    /// It opened a way to whoever heard it.
    Opens {
        /// The option's label.
        label: String,
    },
    /// Told truly to the table, it made a success of an option a triumph.
    Deepens {
        /// The option's label.
        label: String,
    },
    /// Told truly to the table, it warned of a harm.
    Warns {},
    /// It spoke for an option.
    SpeaksFor {
        /// The option's label.
        label: String,
    },
}

/// A hearer of a whisper, and what they did with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct HearerFate {
    pub who: Character,
    pub fate: Fate,
}

/// What a hearer did with a whisper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each fate is its own word")]
pub enum Fate {
    Shared,
    Twisted,
    Confided,
    Kept,
}

pub(super) fn fates_of(table: &Table, who: &Character) -> Vec<Fate> {
    let heard = |state: &SceneState| {
        let mine = state.heard_by(who).into_iter();
        mine.map(|id| fate(state, who, &id)).collect::<Vec<_>>()
    };
    let scenes = table.scenes().iter();
    scenes.flat_map(|state| heard(state)).collect()
}

pub(super) fn opened_scene(
    table: &Table,
    world: &World,
    state: &SceneState,
) -> Option<ChronicleScene> {
    let scene = table.quest_in(world)?.scene(&state.scene)?;
    let whispers = scene.whispers.iter();
    Some(ChronicleScene {
        title: scene.title.clone(),
        place: scene.place.clone(),
        prose: text::paragraphs(&scene.prose),
        bearer: state.bearer,
        whispers: whispers
            .map(|whisper| opened_whisper(table, state, (scene, whisper)))
            .collect(),
        asides: asides(scene, state),
        challenges: challenges(state),
        aftermath: aftermath::of(table, world, state, Eyes::All),
    })
}

fn asides(scene: &Scene, state: &SceneState) -> Vec<ChronicleAside> {
    let asides = state.asides();
    asides
        .filter_map(|told| {
            let whisper = scene.whisper(&told.whisper)?;
            let text = match told.manner {
                Manner::Truth => &whisper.truth,
                Manner::Twist => &whisper.twist,
            };
            Some(ChronicleAside {
                by: told.by.clone(),
                to: told.to?,
                manner: told.manner,
                text: text.clone(),
            })
        })
        .collect()
}

fn challenges(state: &SceneState) -> Vec<ChronicleChallenge> {
    let made = state.challenges.iter();
    made.filter_map(|made| {
        let told = state.told.get(usize::from(made.telling))?;
        Some(ChronicleChallenge {
            by: made.by(),
            of: told.by.clone(),
            test: made.test.clone(),
            caught: made.caught,
            was_twist: told.manner == Manner::Twist,
        })
    })
    .collect()
}

fn opened_whisper(
    table: &Table,
    state: &SceneState,
    (scene, whisper): (&Scene, &Whisper),
) -> ChronicleWhisper {
    let seats = table.seats().keys().map(|no| Character::Seat(*no));
    let companions = table.party.companions().keys().cloned();
    let party = seats.chain(companions.map(Character::Companion));
    ChronicleWhisper {
        sense: whisper.sense,
        weight: whisper.weight,
        truth: whisper.truth.clone(),
        twist: whisper.twist.clone(),
        hearers: party
            .filter(|who| state.hears(who, &whisper.id))
            .map(|who| HearerFate {
                fate: fate(state, &who, &whisper.id),
                who,
            })
            .collect(),
        good_for: good_for(scene, whisper),
    }
}

fn good_for(scene: &Scene, whisper: &Whisper) -> Option<WhisperUse> {
    let label = |id: &OptionId| scene.option(id).map(|option| option.label.clone());
    let mut options = scene.options.iter();
    let opened = options.find(|option| {
        let only = option.only.as_ref();
        only.is_some_and(|only| only.as_str() == whisper.id.as_str())
    });
    if let Some(option) = opened {
        let label = option.label.clone();
        return Some(WhisperUse::Opens { label });
    }
    if let Some(label) = whisper.deepens.as_ref().and_then(label) {
        return Some(WhisperUse::Deepens { label });
    }
    if whisper.warns.is_some() {
        return Some(WhisperUse::Warns {});
    }
    let label = whisper.urges.as_ref().and_then(label)?;
    Some(WhisperUse::SpeaksFor { label })
}

fn fate(state: &SceneState, who: &Character, id: &WhisperId) -> Fate {
    match state.told_by(who, id) {
        Some(Manner::Truth) => Fate::Shared,
        Some(Manner::Twist) => Fate::Twisted,
        None if state.confided_by(who, id) => Fate::Confided,
        None => Fate::Kept,
    }
}
