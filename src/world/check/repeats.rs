//! Secrets that the public text gives away.

use std::collections::BTreeMap;

use game::content::{Quest, World};

use super::written::texts_of;
use super::{ContentError, WorldFindings, place_of};

/// Words in a row that are no longer chance.
const RUN: usize = 6;
/// Words a whole sentence has at least to be telling.
const SENTENCE_MIN: usize = 3;

pub(super) fn check(world: &World, quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let public = Public::of(world, quest);
    for scene in &quest.scenes {
        for whisper in &scene.whispers {
            let place = format!(
                "{}, whisper {}",
                place_of(place, scene),
                whisper.id.as_str()
            );
            public.search(&whisper.truth, &place, findings);
            public.search(&whisper.twist, &place, findings);
        }
    }
    for companion in &world.companions {
        let place = format!("companion {}", companion.id.as_str());
        public.search(&companion.flaw, &place, findings);
        public.search(&companion.agenda, &place, findings);
    }
}

/// All words anybody may read, in order, with an empty word between texts.
struct Public {
    words: Vec<String>,
    places: BTreeMap<String, Vec<usize>>,
}

impl Public {
    fn of(world: &World, quest: &Quest) -> Self {
        let mut words = Vec::new();
        for text in public_texts(world, quest) {
            words.extend(words_of(text));
            words.push(String::new());
        }
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, word) in words.iter().enumerate() {
            places.entry(word.clone()).or_default().push(at);
        }
        Self { words, places }
    }

    /// Finds the first run of words of `secret` that is public: a whole short sentence, or any six in a row.
    fn search(&self, secret: &str, place: &str, findings: &mut WorldFindings) {
        let sentences = secret.split_inclusive(['.', '!', '?', ';', ':', '”']);
        let whole: Vec<Vec<String>> = sentences
            .map(words_of)
            .filter(|sentence| (SENTENCE_MIN..RUN).contains(&sentence.len()))
            .collect();
        let words = words_of(secret);
        let mut runs = whole.iter().map(Vec::as_slice).chain(words.windows(RUN));
        if let Some(run) = runs.find(|run| self.holds(run)) {
            findings.add(place, ContentError::Repeats(run.join(" ")));
        }
    }

    fn holds(&self, run: &[String]) -> bool {
        let places = run.first().and_then(|first| self.places.get(first));
        places.is_some_and(|places| places.iter().any(|at| self.words[*at..].starts_with(run)))
    }
}

fn words_of(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '’' && letter != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn public_texts<'a>(world: &'a World, quest: &'a Quest) -> Vec<&'a str> {
    let companions = world.companions.iter();
    let seen = companions.flat_map(|sheet| [sheet.title.as_str(), &sheet.look, &sheet.parting]);
    let written = texts_of(quest, "").into_iter();
    let open = written.filter(|written| !written.kind.is_secret());
    open.map(|written| written.text).chain(seen).collect()
}
