//! What was read: words before each choice, and the minutes of an evening.

use std::collections::BTreeMap;

use game::content::{Choice, Quest, Scene, World};
use game::{Character, Manner, Phase, QuestionId, SceneState, SeatNo, Table};

/// What one game gave to read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// Words a seat read before choosing, by scene and seat, as authors budget them: the last outcome, prose, paragraphs
    /// that follow marks, options, and its own whispers with their twists.
    pub(super) budget: Vec<u32>,
    /// The same with all the rest: councils, tellings, quiet deeds.
    pub(super) all: Vec<u32>,
    /// Words each seat read from the first question to the Chronicle.
    pub(super) by_seat: BTreeMap<SeatNo, u32>,
    /// Decisions each seat took.
    pub(super) decisions: BTreeMap<SeatNo, u32>,
    /// The public texts that were shown, and their words.
    pub(super) public: BTreeMap<usize, u32>,
}

/// Counts what is shown while a game is played.
pub(super) struct Reader<'w> {
    world: &'w World,
    quest: &'w Quest,
    read: Reading,
}

/// The words of a text.
pub(super) fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

impl<'w> Reader<'w> {
    pub(super) fn new(world: &'w World, quest: &'w Quest) -> Self {
        Self {
            world,
            quest,
            read: Reading::default(),
        }
    }

    pub(super) fn finish(self) -> Reading {
        self.read
    }

    fn one_reads(&mut self, no: SeatNo, words: u32, decisions: u32) {
        *self.read.by_seat.entry(no).or_default() += words;
        *self.read.decisions.entry(no).or_default() += decisions;
    }

    /// A text that everybody reads: known again by where it stands in the world, which outlives the game.
    fn public(&mut self, text: &str) -> u32 {
        let count = words(text);
        self.read.public.insert(text.as_ptr() as usize, count);
        count
    }

    pub(super) fn question(&mut self, no: SeatNo, id: &QuestionId) {
        let Some(question) = self.world.question(id) else {
            return;
        };
        let greeting = self.world.gods.get(&question.god);
        let greeting = greeting.map_or(0, |god| words(&god.greeting));
        let answers: u32 = question
            .answers
            .iter()
            .map(|answer| words(&answer.text))
            .sum();
        self.one_reads(no, greeting + words(&question.text) + answers, 1);
    }

    /// The calling, the pitch of the quest, and the stake.
    pub(super) fn begin(&mut self, table: &Table) {
        let seats: Vec<SeatNo> = table.present().map(|(no, _)| no).collect();
        for no in seats {
            let Some(held) = table.seats().get(&no) else {
                continue;
            };
            let class = held.class.as_ref().and_then(|id| self.world.class(id));
            let called = class.map_or(0, |class| {
                words(&class.calling) + words(&class.signature.text)
            });
            let stake = held
                .stake
                .as_ref()
                .and_then(|held| self.world.stake(held.stake));
            let stake = stake.map_or(0, |sheet| words(&sheet.text) + words(&sheet.hint));
            let pitch = words(&self.quest.pitch);
            self.one_reads(no, called + stake + pitch, 1);
        }
    }

    /// A scene as its last choice is made: `seen` are the options that each seat sees.
    pub(super) fn scene(&mut self, table: &Table, seen: &[(SeatNo, Vec<usize>)]) {
        let quest = self.quest;
        let Some(log) = table.scenes().last() else {
            return;
        };
        let Some(written) = quest.scene(&log.scene) else {
            return;
        };
        let (outcomes, rest) = self.aftermath(table, 1);
        let mut scene = self.public(&written.prose);
        for also in table.shown_of(&written.also) {
            scene += self.public(&also.text);
        }
        for (no, options) in seen {
            let who = Character::Seat(*no);
            let options = options.iter().filter_map(|at| written.options.get(*at));
            let options: u32 = options.map(|option| self.option(option)).sum();
            let own: u32 = written
                .whispers
                .iter()
                .filter(|whisper| log.hears(&who, &whisper.id))
                .map(|whisper| words(&whisper.truth) + words(&whisper.twist))
                .sum();
            let told = told(log, written, *no);
            let budget = outcomes + scene + options + own;
            self.read.budget.push(budget);
            self.read.all.push(budget + rest + told);
            let chooses = u32::from(table.asks(self.world, *no));
            self.one_reads(*no, budget + rest + told, 1 + chooses);
        }
    }

    fn option(&mut self, option: &Choice) -> u32 {
        let label = self.public(&option.label);
        label + self.public(&option.detail)
    }

    /// The outcomes of the scene that was decided last, and all else that its aftermath shows.
    fn aftermath(&mut self, table: &Table, before: usize) -> (u32, u32) {
        let quest = self.quest;
        let Some(log) = table.scenes().iter().rev().nth(before) else {
            return (0, 0);
        };
        let Some(written) = quest.scene(&log.scene) else {
            return (0, 0);
        };
        let (mut outcomes, mut rest) = (0, 0);
        for done in &log.done {
            let option = written.option(&done.option);
            let outcome = option.and_then(|option| option.outcome_of(done.kind));
            outcomes += outcome.map_or(0, |outcome| self.public(&outcome.text));
        }
        for deed in log.quiet.iter().filter(|deed| deed.kind.is_good()) {
            let option = written.option(&deed.option);
            let outcome = option.and_then(|option| option.outcome_of(deed.kind));
            rest += outcome.map_or(0, |outcome| self.public(&outcome.text));
        }
        if let Some(council) = &log.council
            && let Some(option) = written.option(&council.option)
        {
            for vote in &council.votes {
                let line = game::spoken_line(self.world, option, vote, written.mood);
                rest += self.public(line);
            }
        }
        (outcomes, rest)
    }

    /// The last outcome, the ending, and the slips.
    pub(super) fn ending(&mut self, table: &Table) {
        let (outcomes, rest) = self.aftermath(table, 0);
        let quest = self.quest;
        let written = table.ending().and_then(|id| quest.ending(id));
        let mut ending = written.map_or(0, |ending| self.public(&ending.prose));
        for also in written.map_or(Vec::new(), |ending| table.shown_of(&ending.also)) {
            ending += self.public(&also.text);
        }
        let seats: Vec<SeatNo> = table.present().map(|(no, _)| no).collect();
        let others = u32::try_from(seats.len()).unwrap_or(1) - 1;
        let slips = if table.phase() == Phase::Naming {
            2 * others
        } else {
            0
        };
        for no in seats {
            self.one_reads(no, outcomes + rest + ending, slips);
        }
    }
}

/// The words of what a seat was told by others.
fn told(log: &SceneState, written: &Scene, no: SeatNo) -> u32 {
    let heard = log
        .told
        .iter()
        .filter(|told| told.by != Character::Seat(no) && told.to.is_none_or(|to| to == no));
    heard
        .filter_map(|told| {
            let whisper = written.whisper(&told.whisper)?;
            let text = match told.manner {
                Manner::Truth => &whisper.truth,
                Manner::Twist => &whisper.twist,
            };
            Some(words(text))
        })
        .sum()
}
