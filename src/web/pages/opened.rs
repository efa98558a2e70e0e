//! What the Chronicle opens: who lied and what came of it, and what each kept from the others.

use std::cmp::Reverse;

use game::content::Weight;
use game::{
    Character, Chronicle, ChronicleScene, ChronicleSeat, ChronicleWhisper, DoneView, Fate, Manner,
    SeatNo, Sense, WhisperUse,
};

use super::table::Main;
use super::words::{Word as _, listed};
use crate::say;

/// Secrets of each kind that the Chronicle begins with.
const OF_A_KIND_MAX: usize = 2;
/// Secrets that the Chronicle begins with.
const SECRETS_MAX: usize = 6;

/// A lie, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Lie<'a> {
    pub(crate) by: &'a Character,
    /// The one ear it was told to; none where the table heard it.
    pub(crate) to: Option<SeatNo>,
    pub(crate) number: usize,
    pub(crate) scene: &'a str,
    pub(crate) sense: Sense,
    pub(crate) weight: Weight,
    pub(crate) told: &'a str,
    pub(crate) truth: &'a str,
    pub(crate) end: LieEnd,
    /// What the party did in that scene.
    pub(crate) done: Option<&'a DoneView>,
}

/// How a lie ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LieEnd {
    /// Nobody doubted it, or nobody could prove it.
    Believed,
    /// It was doubted, and held.
    Doubted,
    /// It was found out.
    Exposed,
}

/// A whisper that nobody told truly.
#[derive(Clone, Debug)]
pub(crate) struct Untold<'a> {
    /// Who heard and kept it; none where nobody heard it.
    pub(crate) by: Option<&'a Character>,
    pub(crate) number: usize,
    pub(crate) scene: &'a str,
    pub(crate) whisper: &'a ChronicleWhisper,
}

/// A quiet deed, and whose it was.
#[derive(Clone, Debug)]
pub(crate) struct QuietHand<'a> {
    pub(crate) by: &'a Character,
    pub(crate) number: usize,
    pub(crate) scene: &'a str,
    pub(crate) label: &'a str,
}

/// A secret that the Chronicle begins with.
#[derive(Clone, Debug)]
pub(crate) enum OpenedSecret<'a> {
    Lied(Lie<'a>),
    Untold(Untold<'a>),
    Quiet(QuietHand<'a>),
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass every argument by reference"
)]
impl Main<'_> {
    /// Every lie that was told, in the order of the story.
    pub(crate) fn lies<'a>(&self, chronicle: &'a Chronicle) -> Vec<Lie<'a>> {
        let scenes = chronicle.scenes.iter().enumerate();
        scenes
            .flat_map(|(at, scene)| lies_of(at + 1, scene))
            .collect()
    }

    /// The lies of one seat.
    pub(crate) fn lies_by<'a>(&self, lies: &[Lie<'a>], seat: &SeatNo) -> Vec<Lie<'a>> {
        let own = Character::Seat(*seat);
        let lies = lies.iter().filter(|lie| *lie.by == own);
        lies.cloned().collect()
    }

    /// The lies that companions told.
    pub(crate) fn lies_by_companions<'a>(&self, lies: &[Lie<'a>]) -> Vec<Lie<'a>> {
        let told = lies.iter();
        let told = told.filter(|lie| matches!(lie.by, Character::Companion(_)));
        told.cloned().collect()
    }

    /// Who lied most, and how lies fared, in a sentence or two.
    pub(crate) fn lies_said(&self, lies: &[Lie<'_>], chronicle: &Chronicle) -> String {
        let counted = chronicle.seats.iter();
        let counted = counted.map(|seat| (seat, self.lies_by(lies, &seat.seat).len()));
        let counted: Vec<(&ChronicleSeat, usize)> = counted.collect();
        let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(0);
        if most == 0 {
            return say::lies_said_none().to_string();
        }
        let liars = counted.iter().filter(|(_, count)| *count == most);
        let liars: Vec<&str> = liars.map(|(seat, _)| seat.name.as_str()).collect();
        let [told, found] = [
            counted.iter().map(|(_, count)| *count).sum::<usize>(),
            lies.iter()
                .filter(|lie| lie.end == LieEnd::Exposed && matches!(lie.by, Character::Seat(_)))
                .count(),
        ];
        let times = say::times(most);
        let who = match (liars.len(), chronicle.seats.len()) {
            (1, 1) if self.view.you.is_some() => say::lies_said_alone(times).to_string(),
            (1, 1) => say::lies_said_one(listed(&liars), times).to_string(),
            (1, _) => say::lies_said_most(listed(&liars), times).to_string(),
            _ => say::lies_said_alike(listed(&liars), times).to_string(),
        };
        format!("{who} {}", found_of(found, told))
    }

    /// The most telling of what was secret: lies that were believed, warnings that were kept, hands that were not seen,
    /// and what nobody heard. Who played alone knows its own.
    pub(crate) fn best_secrets<'a>(&self, chronicle: &'a Chronicle) -> Vec<OpenedSecret<'a>> {
        let alone = chronicle.seats.len() == 1;
        let is_news = |who: &Character| matches!(who, Character::Companion(_)) == alone;
        let mut lies = self.lies(chronicle);
        lies.retain(|lie| lie.end != LieEnd::Exposed && is_news(lie.by));
        lies.sort_by_key(|lie| Reverse(rank(lie.weight)));
        let scenes = || chronicle.scenes.iter().enumerate();
        let kept = scenes().flat_map(|(at, scene)| kept_of(at + 1, scene));
        let kept = kept.filter(|kept| kept.by.is_some_and(is_news));
        let unheard = scenes().flat_map(|(at, scene)| unheard_of(at + 1, scene));
        let hands = scenes().flat_map(|(at, scene)| hands_of(at + 1, scene));
        let hands = hands
            .filter(|hand| is_news(hand.by))
            .map(OpenedSecret::Quiet);
        let lies = lies.into_iter().map(OpenedSecret::Lied).take(OF_A_KIND_MAX);
        let told = lies
            .chain(most_telling(kept))
            .chain(hands.take(OF_A_KIND_MAX));
        told.chain(most_telling(unheard))
            .take(SECRETS_MAX)
            .collect()
    }

    /// What one may send on: how the story ended, and none of what players wrote.
    pub(crate) fn story_to_send(&self, chronicle: &Chronicle) -> String {
        let lies = say::story_lies(self.lies(chronicle).len());
        let trust = chronicle.trust;
        let quest = &chronicle.quest;
        match &chronicle.ending {
            Some(ending) => {
                let tone = ending.tone.title();
                say::story_ended(&ending.title, tone, quest, lies, trust).to_string()
            }
            None => say::story_broke_off(quest, lies, trust).to_string(),
        }
    }

    /// What a whisper could have been used for.
    pub(crate) fn use_said(&self, good_for: &WhisperUse) -> String {
        match good_for {
            WhisperUse::Opens { label } => say::use_opens(label).to_string(),
            WhisperUse::Deepens { label } => say::use_deepens(label).to_string(),
            WhisperUse::Warns {} => say::use_warns().to_string(),
            WhisperUse::SpeaksFor { label } => say::use_speaks_for(label).to_string(),
        }
    }

    /// What a seat was called, where its name does not say so already: who lends the readers no name has their calling for one.
    pub(crate) fn calling_beside<'c>(&self, seat: &'c ChronicleSeat) -> Option<&'c str> {
        let class = seat.class.as_deref();
        class.filter(|class| !seat.name.starts_with(class))
    }

    /// Whether the party has said what it thinks of one another, so that it has seen how the story ended.
    pub(crate) fn was_named(&self, chronicle: &Chronicle) -> bool {
        let stayed = chronicle.seats.iter().filter(|seat| seat.stayed).count();
        chronicle.ending.is_some() && (stayed > 1 || !chronicle.named.slips.is_empty())
    }
}

fn lies_of(number: usize, scene: &ChronicleScene) -> Vec<Lie<'_>> {
    let mut lies = Vec::new();
    for whisper in &scene.whispers {
        let twisted = whisper.hearers.iter();
        let twisted = twisted.filter(|hearer| hearer.fate == Fate::Twisted);
        lies.extend(twisted.map(|hearer| lie_about(number, scene, whisper, (&hearer.who, None))));
        let apart = scene.asides.iter();
        let apart =
            apart.filter(|aside| aside.manner == Manner::Twist && aside.text == whisper.twist);
        lies.extend(
            apart.map(|aside| lie_about(number, scene, whisper, (&aside.by, Some(aside.to)))),
        );
    }
    lies
}

fn lie_about<'a>(
    number: usize,
    scene: &'a ChronicleScene,
    whisper: &'a ChronicleWhisper,
    (by, to): (&'a Character, Option<SeatNo>),
) -> Lie<'a> {
    let aftermath = scene.aftermath.as_ref();
    let exposures = aftermath.map_or(&[][..], |after| &after.exposures);
    let exposed = exposures
        .iter()
        .any(|one| one.who == *by && one.said.as_deref() == Some(whisper.twist.as_str()));
    let mut doubts = scene.challenges.iter().filter(|doubt| doubt.of == *by);
    let caught = doubts.clone().any(|doubt| doubt.caught);
    let end = if exposed || caught {
        LieEnd::Exposed
    } else if doubts.any(|doubt| doubt.was_twist) {
        LieEnd::Doubted
    } else {
        LieEnd::Believed
    };
    Lie {
        by,
        to,
        number,
        scene: &scene.title,
        sense: whisper.sense,
        weight: whisper.weight,
        told: &whisper.twist,
        truth: &whisper.truth,
        end,
        done: aftermath.and_then(|after| after.done.first()),
    }
}

/// The whispers that a hearer kept, and nobody else told.
fn kept_of(number: usize, scene: &ChronicleScene) -> impl Iterator<Item = Untold<'_>> {
    weighty(scene).filter_map(move |whisper| {
        let hearers = &whisper.hearers;
        let was_told = hearers.iter().any(|one| one.fate == Fate::Shared);
        let mut kept = hearers.iter().filter(|one| one.fate == Fate::Kept);
        let by = &kept.next().filter(|_| !was_told)?.who;
        Some(Untold {
            by: Some(by),
            number,
            scene: &scene.title,
            whisper,
        })
    })
}

fn unheard_of(number: usize, scene: &ChronicleScene) -> impl Iterator<Item = Untold<'_>> {
    let unheard = weighty(scene).filter(|whisper| whisper.hearers.is_empty());
    unheard.map(move |whisper| Untold {
        by: None,
        number,
        scene: &scene.title,
        whisper,
    })
}

/// The whispers of a scene that could have changed something.
fn weighty(scene: &ChronicleScene) -> impl Iterator<Item = &ChronicleWhisper> {
    let whispers = scene.whispers.iter();
    whispers.filter(|whisper| whisper.weight != Weight::Minor)
}

/// The most telling of them, each as a secret.
fn most_telling<'a>(
    untold: impl Iterator<Item = Untold<'a>>,
) -> impl Iterator<Item = OpenedSecret<'a>> {
    let mut untold: Vec<Untold<'a>> = untold.collect();
    untold.sort_by_key(|one| Reverse(rank(one.whisper.weight)));
    untold
        .into_iter()
        .take(OF_A_KIND_MAX)
        .map(OpenedSecret::Untold)
}

/// Whose hand did what nobody was told of.
fn hands_of(number: usize, scene: &ChronicleScene) -> impl Iterator<Item = QuietHand<'_>> {
    let quiet = scene.aftermath.iter().flat_map(|after| &after.quiet);
    quiet.filter_map(move |quiet| {
        Some(QuietHand {
            by: quiet.hand.as_ref()?,
            number,
            scene: &scene.title,
            label: &quiet.label,
        })
    })
}

fn rank(weight: Weight) -> u8 {
    match weight {
        Weight::Minor => 0,
        Weight::Telling => 1,
        Weight::Critical => 2,
    }
}

fn found_of(found: usize, told: usize) -> String {
    match (found, told) {
        (0, 1) => say::found_never().to_string(),
        (0, _) => say::found_none().to_string(),
        (_, 1) => say::lie_exposed().to_string(),
        _ => say::found_some(told, found).to_string(),
    }
}
