//! What one seat did and heard in a quest, counted from its scenes: what stakes are met by.

use crate::content::{DecisionMode, Scene, Weight, World};
use crate::protocol::{Ballot, Character, Done, Exposure, Manner};
use crate::rules::gifts::is_shared;
use crate::rules::scene;
use crate::state::{SceneState, Table};
use crate::vocabulary::{OptionId, OutcomeKind, SceneId, SeatNo, Tag, WhisperId};

/// The highest chance at which a success is a long shot.
const LONG_SHOT_MAX: i32 = 45;

/// The facts of one seat in the quest being played, or just played.
pub(super) struct Facts<'a> {
    pub(super) table: &'a Table,
    world: &'a World,
    seat: SeatNo,
    who: Character,
}

/// A scene as it was played, and as it is written.
type Played<'a> = (&'a SceneState, &'a Scene);

impl<'a> Facts<'a> {
    pub(super) fn of(table: &'a Table, world: &'a World, seat: SeatNo) -> Self {
        Self {
            table,
            world,
            seat,
            who: Character::Seat(seat),
        }
    }

    /// The decided scenes that this world has.
    fn played(&self) -> impl Iterator<Item = Played<'a>> + use<'a> {
        let quest = self.table.quest_in(self.world);
        let scenes = self.table.scenes().iter();
        let decided = scenes.filter(|log| !log.done.is_empty());
        decided.filter_map(move |log| Some((log.as_ref(), quest?.scene(&log.scene)?)))
    }

    /// The option that the seat stood for when the scene was decided.
    fn choice(log: &SceneState, seat: SeatNo) -> Option<&OptionId> {
        let alone = scene::acts_alone(log, seat);
        let chosen = log.choices.get(&seat).or(log.first_draft.get(&seat));
        alone.or(chosen)
    }

    fn own(&self, log: &'a SceneState) -> Option<&'a OptionId> {
        Self::choice(log, self.seat)
    }

    /// Whether one of the deeds bears one of the tags.
    fn bears(done: &Done, tags: &[Tag]) -> bool {
        done.tags.iter().any(|tag| tags.contains(tag))
    }

    /// Deeds with one of the tags that the seat chose and was a doer of.
    pub(super) fn did(&self, tags: &[Tag]) -> usize {
        let done = self.played().flat_map(|(log, _)| {
            let own = self.own(log);
            log.done
                .iter()
                .filter(move |done| Some(&done.option) == own)
        });
        done.filter(|done| done.doers.contains(&self.seat) && Self::bears(done, tags))
            .count()
    }

    /// Scenes in which a deed bore one of the tags.
    pub(super) fn done(&self, tags: &[Tag]) -> usize {
        let scenes = self.played();
        scenes
            .filter(|(log, _)| log.done.iter().any(|done| Self::bears(done, tags)))
            .count()
    }

    /// Scenes in which a way open to the table bore one of the tags.
    pub(super) fn offered(&self, tags: &[Tag]) -> usize {
        let scenes = self.played();
        scenes
            .filter(|(log, _)| log.offered.iter().any(|tag| tags.contains(tag)))
            .count()
    }

    /// The seat's own quiet deeds that bore one of the tags and were not seen.
    pub(super) fn quiet(&self, tags: &[Tag]) -> usize {
        let done = self.played().flat_map(|(log, scene)| {
            let quiet = log.quiet.iter();
            quiet.filter_map(move |deed| Some((deed, scene.option(&deed.option)?)))
        });
        done.filter(|(deed, _)| deed.hand == self.who && deed.kind == OutcomeKind::Success)
            .filter(|(_, option)| option.tags.iter().any(|tag| tags.contains(tag)))
            .count()
    }

    /// The scenes decided by the voices of all.
    fn shared(&self) -> impl Iterator<Item = Played<'a>> + use<'a> {
        self.played().filter(|(_, scene)| is_shared(scene.decide))
    }

    /// The option that was decided.
    fn decided(log: &SceneState) -> Option<&OptionId> {
        let mut done = log.done.iter();
        let voted = |done: &&Done| {
            let alone = |doer: &SeatNo| scene::acts_alone(log, *doer) == Some(&done.option);
            !(done.doers.len() == 1 && done.doers.iter().all(alone))
        };
        done.find(voted).map(|done| &done.option)
    }

    /// Shared scenes in which what the seat chose was not done.
    pub(super) fn outvoted(&self) -> usize {
        self.shared().filter(|(log, _)| self.lost(log)).count()
    }

    fn lost(&self, log: &'a SceneState) -> bool {
        // Who acted alone left the vote to the others.
        let own = self
            .own(log)
            .filter(|_| scene::acts_alone(log, self.seat).is_none());
        own.is_some() && !log.ballots.is_empty() && own != Self::decided(log)
    }

    /// Those of them in which somebody else spoke for the same.
    pub(super) fn minority(&self) -> usize {
        let lost = self.shared().filter(|(log, _)| self.lost(log));
        lost.filter(|(log, _)| {
            let own = self.own(log);
            let beside = |ballot: &Ballot| ballot.voice != self.who && Some(&ballot.option) == own;
            log.ballots.iter().any(beside)
        })
        .count()
    }

    /// Shared scenes whose bearer, another seat, chose otherwise.
    fn against_bearer(&self) -> impl Iterator<Item = &'a SceneState> + '_ {
        let shared = self.shared().map(|(log, _)| log);
        shared.filter(|log| {
            let bearers = Self::choice(log, log.bearer);
            let own = self.own(log);
            log.bearer != self.seat && own.is_some() && bearers.is_some() && own != bearers
        })
    }

    pub(super) fn unlike_bearer(&self) -> usize {
        self.against_bearer().count()
    }

    /// Those of them in which what the seat chose was done.
    pub(super) fn beat_bearer(&self) -> usize {
        let against = self.against_bearer();
        against
            .filter(|log| self.own(log) == Self::decided(log))
            .count()
    }

    /// Shared scenes in which the seat chose first, before any seat had told anything, and never chose otherwise; and those
    /// of them in which it had its way.
    pub(super) fn first(&self) -> (usize, usize) {
        let shared = self.shared().map(|(log, _)| log);
        let first = shared.filter(|log| {
            let own = log.choosing.iter().filter(|(no, _)| *no == self.seat);
            let opened = log.choosing.first().is_some_and(|(no, _)| *no == self.seat);
            opened && own.count() == 1 && log.told_at_first_choice == 0
        });
        first.fold((0, 0), |(first, done), log| {
            let had_its_way = self.own(log) == Self::decided(log);
            (first + 1, done + usize::from(had_its_way))
        })
    }

    /// How often the seat and its kin chose alike: in shared scenes, of how many, and whether in one secret ballot, if there
    /// was any.
    pub(super) fn agreed(&self, kin: &Character) -> (usize, usize, bool) {
        let (mut alike, mut all, mut in_secret) = (0, 0, None);
        for (log, scene) in self.shared() {
            let kins = log.ballots.iter().find(|ballot| ballot.voice == *kin);
            let agrees = kins.is_some_and(|ballot| Some(&ballot.option) == self.own(log));
            all += 1;
            alike += usize::from(agrees);
            if scene.decide == DecisionMode::Secret {
                in_secret = Some(agrees || in_secret == Some(true));
            }
        }
        (alike, all, in_secret != Some(false))
    }

    /// Every scene, also one that is open.
    fn every_scene(&self) -> impl Iterator<Item = Played<'a>> + use<'a> {
        let quest = self.table.quest_in(self.world);
        let scenes = self.table.scenes().iter();
        scenes.filter_map(move |log| Some((log.as_ref(), quest?.scene(&log.scene)?)))
    }

    /// Whispers that the seat told falsely, to the table, apart, or both.
    pub(super) fn twists(&self) -> usize {
        let scenes = self.every_scene();
        scenes.map(|played| self.twists_in(played)).sum()
    }

    /// Whispers that the seat told falsely in scenes in which it was not exposed.
    pub(super) fn standing_lies(&self) -> usize {
        let scenes = self.every_scene();
        scenes.map(|played| self.standing_in(played)).sum()
    }

    /// Whether one of them was told in the last scene, where another carried the book.
    pub(super) fn lied_at_last(&self) -> bool {
        let last = self.every_scene().last();
        last.is_some_and(|played| played.0.bearer != self.seat && self.standing_in(played) > 0)
    }

    fn standing_in(&self, played: Played<'_>) -> usize {
        let mut exposures = played.0.exposures.iter();
        if exposures.any(|(who, _)| *who == self.who) {
            return 0;
        }
        self.twists_in(played)
    }

    fn twists_in(&self, (log, scene): Played<'_>) -> usize {
        let whispers = scene.whispers.iter().filter(|whisper| {
            let mut told = log.told.iter().filter(|told| told.whisper == whisper.id);
            told.any(|told| told.by == self.who && told.manner == Manner::Twist)
        });
        whispers.count()
    }

    /// True asides that the seat gave.
    pub(super) fn confided(&self) -> usize {
        let asides = self.every_scene().flat_map(|(log, _)| log.asides());
        asides
            .filter(|told| told.by == self.who && told.manner == Manner::Truth)
            .count()
    }

    /// True asides that the seat was given.
    pub(super) fn was_confided(&self) -> usize {
        let asides = self.every_scene().flat_map(|(log, _)| log.asides());
        asides
            .filter(|told| told.to == Some(self.seat) && told.manner == Manner::Truth)
            .count()
    }

    /// Whispers that the seat heard and told to nobody: scene, whisper, weight.
    fn kept_ones(&self) -> impl Iterator<Item = (&'a SceneState, WhisperId, Weight)> + '_ {
        self.played().flat_map(move |(log, scene)| {
            let heard = log.heard_by(&self.who).into_iter();
            let kept = heard.filter(move |id| {
                let own =
                    |told: &crate::protocol::Telling| told.by == self.who && told.whisper == *id;
                !log.told.iter().any(own)
            });
            kept.filter_map(move |id| {
                let weight = scene.whisper(&id)?.weight;
                Some((log, id, weight))
            })
        })
    }

    pub(super) fn kept(&self) -> usize {
        self.kept_ones().count()
    }

    /// Critical whispers that it kept, and whether one of these was told truly to the table by somebody else.
    pub(super) fn kept_critical(&self) -> (usize, bool) {
        let critical = self
            .kept_ones()
            .filter(|(_, _, weight)| *weight == Weight::Critical);
        critical.fold((0, false), |(count, out), (log, id, _)| {
            (count + 1, out || log.told_truly(&id))
        })
    }

    /// Scenes in which the seat did something that its god hears of: told a twist, told a critical whisper truly, kept one.
    pub(super) fn heard_by_gods(&self) -> (usize, usize, usize) {
        let scenes_with = |manner: Manner, critical: bool| {
            let scenes = self.played();
            scenes
                .filter(|(log, scene)| {
                    let mut own = log.told.iter().filter(|told| told.by == self.who);
                    own.any(|told| {
                        let weight = scene.whisper(&told.whisper).map(|whisper| whisper.weight);
                        told.manner == manner && (!critical || weight == Some(Weight::Critical))
                    })
                })
                .count()
        };
        // No road comes back to a scene, so its id tells it apart.
        let critical = self
            .kept_ones()
            .filter(|(_, _, weight)| *weight == Weight::Critical);
        let mut kept: Vec<&SceneId> = critical.map(|(log, ..)| &log.scene).collect();
        kept.dedup();
        (
            scenes_with(Manner::Twist, false),
            scenes_with(Manner::Truth, true),
            kept.len(),
        )
    }

    /// Different whispers that the seat heard or was told truly; and that anybody heard.
    pub(super) fn knows(&self) -> (usize, usize) {
        let (mut known, mut dealt) = (0, 0);
        for (log, written) in self.every_scene() {
            for whisper in &written.whispers {
                let heard = !log.hearers(&whisper.id).is_empty();
                dealt += usize::from(heard);
                known += usize::from(scene::knows(log, &self.who, &whisper.id));
            }
        }
        (known, dealt)
    }

    /// How often the seat was exposed; and how often anybody was.
    pub(super) fn exposed(&self) -> (usize, usize) {
        let exposures = self.every_scene().flat_map(|(log, _)| &log.exposures);
        exposures.fold((0, 0), |(own, all), (who, _)| {
            (own + usize::from(*who == self.who), all + 1)
        })
    }

    pub(super) fn was_exposed(&self, who: &Character) -> bool {
        let mut exposures = self.every_scene().flat_map(|(log, _)| &log.exposures);
        exposures.any(|(exposed, _)| exposed == who)
    }

    /// How often the seat's challenge exposed somebody.
    pub(super) fn exposed_by_me(&self) -> usize {
        let exposures = self.every_scene().flat_map(|(log, _)| &log.exposures);
        exposures
            .filter(
                |(_, how)| matches!(how, Exposure::Challenge { seat, .. } if *seat == self.seat),
            )
            .count()
    }

    /// Successes of the own hand at a chance that was low before blessings and second throws.
    pub(super) fn long_shots(&self) -> usize {
        let done = self.played().flat_map(|(log, _)| &log.done);
        let rolled = done.filter_map(|done| Some((done, done.roll.as_ref()?)));
        rolled
            .filter(|(done, roll)| {
                let gifts = roll.chance.parts.iter().filter(|part| part.is_gift());
                let plain = roll.chance.percent - gifts.map(|part| part.by()).sum::<i32>();
                done.kind.is_good() && roll.hand == self.who && plain <= LONG_SHOT_MAX
            })
            .count()
    }

    /// Harms that came about, those that a blessing averted apart.
    pub(super) fn harms(&self) -> usize {
        let harms = self.played().flat_map(|(log, _)| &log.harms);
        harms.filter(|(_, averted)| !averted).count()
    }

    /// Companions who left.
    pub(super) fn left_any(&self) -> usize {
        let left = self.every_scene().map(|(log, _)| log.departures.len());
        left.sum()
    }

    /// Whether the quest's secret was told truly to anybody, or read out as its twist was caught.
    pub(super) fn secret_out(&self) -> bool {
        self.every_scene().any(|(log, scene)| {
            let mut secrets = scene.whispers.iter().filter(|whisper| whisper.secret);
            secrets.any(|whisper| {
                let mut told = log.told.iter().filter(|told| told.whisper == whisper.id);
                told.any(|told| told.manner == Manner::Truth) || log.told_truly(&whisper.id)
            })
        })
    }

    /// Scenes in which the seat chose a deed with the tag, done or not.
    pub(super) fn chose(&self, tag: Tag) -> usize {
        let chose = self.played().filter(|(log, scene)| {
            let option = self.own(log).and_then(|id| scene.option(id));
            option.is_some_and(|option| {
                let mut tags = option.tags.iter().chain(option.tags_if.values().flatten());
                tags.any(|other| *other == tag)
            })
        });
        chose.count()
    }

    /// Whether the quest is a long one.
    pub(super) fn is_long(&self) -> bool {
        let quest = self.table.quest_in(self.world);
        quest.is_none_or(|quest| quest.shortest_road() >= LONG_MIN)
    }
}

/// The scenes of the shortest road from which on a quest is long.
pub(crate) const LONG_MIN: usize = 8;
