//! Whispers in the open scene: what the viewer heard, and what it was told.

use serde::Serialize;

use crate::content::{Weight, Whisper};
use crate::protocol::{Character, Manner, Telling};
use crate::rules::challenge;
use crate::view::scene::Eye;
use crate::vocabulary::{SeatNo, Sense, WhisperId};

/// A whisper the viewer heard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct OwnWhisper {
    pub whisper: WhisperId,
    pub sense: Sense,
    pub weight: Weight,
    pub truth: String,
    pub twist: String,
    pub told: Option<Manner>,
    pub kept: bool,
    /// Whom it was told apart, and how.
    pub aside: Option<(SeatNo, Manner)>,
    /// Who would overhear it if it were told to the table.
    pub heard_by: Option<String>,
}

/// A whisper told to everybody, or to the viewer apart. Nothing here says whether it is true.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ToldWhisper {
    /// Its number among all tellings of the scene.
    pub telling: u8,
    pub by: Character,
    pub sense: Sense,
    pub text: String,
    /// Whether it was told to the viewer apart.
    pub apart: bool,
    /// Who doubted it, and whether that caught a lie.
    pub challenge: Option<ChallengeView>,
    /// What it truly was, once a lie was caught.
    pub truth: Option<String>,
    /// The chance with which the viewer would catch it, if it were a lie; none where it cannot be doubted.
    pub doubt: Option<i32>,
    pub believed_by: Vec<SeatNo>,
    pub doubted_by: Vec<SeatNo>,
    /// What the viewer's god says of it.
    pub holds: Option<bool>,
}

/// A challenge, as everybody sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChallengeView {
    pub by: Character,
    pub caught: bool,
}

/// A word apart: that it was had, and not what was said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct AsideView {
    pub telling: u8,
    pub by: SeatNo,
    pub to: SeatNo,
    /// Who doubted it, and whether that caught a lie.
    pub challenge: Option<ChallengeView>,
    /// What was said and what it truly was, once a lie was caught: everybody reads it.
    pub caught: Option<(String, String)>,
}

impl Eye<'_> {
    pub(super) fn own_whispers(&self) -> Vec<OwnWhisper> {
        let Some(no) = self.you else {
            return Vec::new();
        };
        let hearer = Character::Seat(no);
        let open = self.open;
        let whispers = self.scene.whispers.iter();
        let heard = whispers.filter(|whisper| open.hears(&hearer, &whisper.id));
        heard
            .map(|whisper| {
                let mut asides = open.asides();
                let aside = asides
                    .find(|aside| aside.by == hearer && aside.whisper == whisper.id)
                    .and_then(|aside| Some((aside.to?, aside.manner)));
                OwnWhisper {
                    whisper: whisper.id.clone(),
                    sense: whisper.sense,
                    weight: whisper.weight,
                    truth: whisper.truth.clone(),
                    twist: whisper.twist.clone(),
                    told: open.told_by(&hearer, &whisper.id),
                    kept: open.kept.contains(&(no, whisper.id.clone())),
                    aside,
                    heard_by: whisper.heard_by.clone(),
                }
            })
            .collect()
    }

    /// The tellings that the viewer hears: to the table, and to itself.
    pub(super) fn told(&self) -> Vec<ToldWhisper> {
        let told = self.open.told.iter().zip(0..);
        told.filter(|(told, _)| told.to.is_none() || told.to == self.you)
            .filter_map(|(told, at)| self.told_whisper(told, at))
            .collect()
    }

    pub(super) fn told_whisper(&self, told: &Telling, at: u8) -> Option<ToldWhisper> {
        let whisper = self.scene.whisper(&told.whisper)?;
        let challenge = self.challenge(at);
        let caught = challenge.as_ref().is_some_and(|made| made.caught);
        let signs = self.open.nods.iter().filter(|(_, of, _)| *of == at);
        let by_sign = |wanted: bool| {
            let fitting = signs.clone().filter(move |(.., doubts)| *doubts == wanted);
            fitting.map(|(seat, ..)| *seat).collect()
        };
        Some(ToldWhisper {
            telling: at,
            by: told.by.clone(),
            sense: whisper.sense,
            text: version(whisper, told.manner),
            apart: told.to.is_some(),
            truth: caught.then(|| whisper.truth.clone()),
            doubt: self.doubt(told, at),
            challenge,
            believed_by: by_sign(false),
            doubted_by: by_sign(true),
            holds: self.holds(at),
        })
    }

    pub(super) fn challenge(&self, at: u8) -> Option<ChallengeView> {
        let mut made = self.open.challenges.iter();
        let made = made.find(|made| made.telling == at)?;
        Some(ChallengeView {
            by: made.by(),
            caught: made.caught,
        })
    }

    /// The chance with which the viewer would catch a lie, where it may doubt the telling.
    pub(super) fn doubt(&self, told: &Telling, at: u8) -> Option<i32> {
        let who = Character::Seat(self.you?);
        let made = &self.open.challenges;
        let used = made
            .iter()
            .any(|made| made.telling == at || made.by() == who);
        let shown = challenge::is_open(self.table) && !used && told.by != who;
        shown.then(|| challenge::chance_of(self.table, self.world, &who, told))
    }

    /// What the viewer's god said of the telling.
    pub(super) fn holds(&self, at: u8) -> Option<bool> {
        let mut own = self.open.called_on.iter();
        own.find(|called| Some(called.seat) == self.you && called.telling == Some(at))?
            .holds
    }

    pub(super) fn asides(&self) -> Vec<AsideView> {
        let told = self.open.told.iter().zip(0..);
        told.filter_map(|(told, at)| {
            let Character::Seat(by) = told.by else {
                return None;
            };
            let challenge = self.challenge(at);
            let caught = challenge.as_ref().is_some_and(|made| made.caught);
            let whisper = self.scene.whisper(&told.whisper)?;
            Some(AsideView {
                telling: at,
                by,
                to: told.to?,
                challenge,
                caught: caught.then(|| (version(whisper, told.manner), whisper.truth.clone())),
            })
        })
        .collect()
    }
}

/// A whisper as it was told.
fn version(whisper: &Whisper, manner: Manner) -> String {
    match manner {
        Manner::Truth => whisper.truth.clone(),
        Manner::Twist => whisper.twist.clone(),
    }
}
