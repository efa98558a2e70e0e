//! What nobody may be shown before the Chronicle, and how to find it in anything that was sent.

use std::collections::BTreeMap;

use game::content::World;
use game::{Character, CompanionId, Manner, Phase, SceneId, SceneState, SeatNo, Table, WhisperId};

/// Letters by which a search recognises where a secret may begin.
const KEY: usize = 8;
/// Words from which on a sentence is too long to be said by chance.
const SENTENCE_MIN: usize = 5;
/// Digits of the seed that are enough to know it by.
const SEED_DIGITS: usize = 16;

/// Where a secret sentence stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SecretOrigin {
    Whisper(SceneId, WhisperId, Manner),
    Companion(CompanionId),
}

/// A sentence that is secret, and every text it stands in.
#[derive(Clone, Debug)]
struct SecretSentence {
    text: String,
    origins: Vec<SecretOrigin>,
}

/// All secret sentences of a world, ready to be searched for.
#[derive(Clone, Debug)]
pub struct Secrets {
    by_key: BTreeMap<[u8; KEY], Vec<SecretSentence>>,
    /// Which pairs of bytes secrets have at their first six places: a quick no for nearly every place in a
    /// long text.
    begins: [Vec<bool>; 3],
}

impl Secrets {
    /// Gathers the secrets of `world`.
    pub fn of(world: &World) -> Self {
        let texts = secret_texts(world);
        let mut secrets = Self {
            by_key: BTreeMap::new(),
            begins: std::array::from_fn(|_| vec![false; 1 << 16]),
        };
        let sentences = texts.iter().flat_map(|(text, _)| sentences_of(text));
        for sentence in sentences {
            let Some(key) = sentence.as_bytes().first_chunk::<KEY>() else {
                continue;
            };
            let known = secrets.by_key.entry(*key).or_default();
            if known.iter().any(|known| known.text == sentence) {
                continue;
            }
            for (at, begins) in secrets.begins.iter_mut().enumerate() {
                begins[pair(key[2 * at], key[2 * at + 1])] = true;
            }
            known.push(SecretSentence {
                text: sentence.to_owned(),
                origins: texts
                    .iter()
                    .filter(|(text, _)| text.contains(sentence))
                    .map(|(_, origin)| origin.clone())
                    .collect(),
            });
        }
        secrets
    }

    /// Finds a secret in `sent` that `viewer`, a seat or a spectator of `table`, may not know.
    ///
    /// Looks for whole sentences of whispers the viewer neither heard nor was told, of what companions hide,
    /// and for the table's seed. Once the Chronicle is open nothing is secret.
    pub fn leak(&self, table: &Table, viewer: Option<SeatNo>, sent: &str) -> Option<String> {
        if table.phase() == Phase::Chronicle {
            return None;
        }
        let seed = table.seed().map(game::Seed::to_hex).unwrap_or_default();
        if let Some(digits) = seed.get(..SEED_DIGITS)
            && sent.contains(digits)
        {
            return Some("the table's seed".to_owned());
        }
        let bytes = sent.as_bytes();
        // Plain loops over slices: this runs for every byte of every page, in unoptimised tests too.
        let [first, second, third] = self.begins.each_ref().map(Vec::as_slice);
        let mut at = 0;
        while at + KEY <= bytes.len() {
            if first[((bytes[at] as usize) << 8) | bytes[at + 1] as usize]
                && second[pair(bytes[at + 2], bytes[at + 3])]
                && third[pair(bytes[at + 4], bytes[at + 5])]
                && let Some(leaked) = self.leak_at(table, viewer, &bytes[at..])
            {
                return Some(leaked.to_owned());
            }
            at += 1;
        }
        None
    }

    fn leak_at(&self, table: &Table, viewer: Option<SeatNo>, rest: &[u8]) -> Option<&str> {
        let known = self.by_key.get(rest.first_chunk::<KEY>()?)?;
        let leaked = known.iter().find(|sentence| {
            rest.starts_with(sentence.text.as_bytes())
                && !sentence
                    .origins
                    .iter()
                    .any(|origin| may_know(table, viewer, origin))
        });
        leaked.map(|sentence| sentence.text.as_str())
    }
}

fn pair(one: u8, next: u8) -> usize {
    (usize::from(one) << 8) | usize::from(next)
}

fn may_know(table: &Table, viewer: Option<SeatNo>, origin: &SecretOrigin) -> bool {
    let SecretOrigin::Whisper(scene, whisper, manner) = origin else {
        return false;
    };
    let viewer = viewer.filter(|no| table.present().any(|(present, _)| present == *no));
    table
        .scenes()
        .iter()
        .filter(|log| log.scene == *scene)
        .any(|log| {
            let heard = viewer.is_some_and(|no| log.hears(&Character::Seat(no), whisper));
            heard || was_told(log, viewer, (whisper, *manner)) || log.is_laid_bare(whisper)
        })
}

/// Whether the whisper was told so to the table, or to the viewer apart.
fn was_told(
    log: &SceneState,
    viewer: Option<SeatNo>,
    (whisper, manner): (&WhisperId, Manner),
) -> bool {
    let mut told = log.told.iter();
    told.any(|told| {
        let to_viewer = told.to.is_none() || told.to == viewer;
        told.whisper == *whisper && told.manner == manner && to_viewer
    })
}

fn secret_texts(world: &World) -> Vec<(&str, SecretOrigin)> {
    let mut texts = Vec::new();
    for scene in world.every_quest().flat_map(|quest| &quest.scenes) {
        for whisper in &scene.whispers {
            for (text, manner) in [
                (&whisper.truth, Manner::Truth),
                (&whisper.twist, Manner::Twist),
            ] {
                let origin = SecretOrigin::Whisper(scene.id.clone(), whisper.id.clone(), manner);
                texts.push((text.as_str(), origin));
            }
        }
    }
    for sheet in &world.companions {
        for text in [&sheet.flaw, &sheet.agenda] {
            texts.push((text.as_str(), SecretOrigin::Companion(sheet.id.clone())));
        }
    }
    texts
}

/// The sentences of a text, without the signs between them.
fn sentences_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '!', '?', ';', '“', '”', '"', '\n'])
        .map(str::trim)
        .filter(|sentence| sentence.split_whitespace().count() >= SENTENCE_MIN)
}
