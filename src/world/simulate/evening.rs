//! One game from the first seat to the Chronicle, played by bots.

use game::content::{Quest, World};
use game::{
    Actor, Character, Code, Command, God, Mark, Moment, Opening, Phase, SceneState, SeatNo, Seed,
    Sitting, Slip, Table, TimeLimit,
};

use super::bots::{BotKind, PartyKind};
use super::luck::Luck;
use super::words::{Reader, Reading};

/// A moment before any deadline.
const NOW_MS: u64 = 1_800_000_000_000;
/// Scenes after which a game is given up; no quest has a road so long.
const SCENES_MAX: usize = 40;

/// How a game is set up.
#[derive(Clone, Copy, Debug)]
pub(super) struct EveningPlan {
    pub(super) number: u64,
    pub(super) party: PartyKind,
    pub(super) seats: usize,
    pub(super) sitting: Sitting,
    /// Whether what is read is counted.
    pub(super) reads: bool,
    /// Whether every seat is kind, whatever the party: the same evening, and nobody plays for a stake.
    pub(super) all_kind: bool,
}

/// How the table stood as a scene opened.
#[derive(Clone, Debug)]
pub(super) struct SceneOpening {
    pub(super) marks: Vec<Mark>,
    pub(super) trust: i32,
}

/// A game that was played.
pub(super) struct EveningPlayed {
    pub(super) plan: EveningPlan,
    pub(super) bots: Vec<BotKind>,
    pub(super) table: Table,
    pub(super) openings: Vec<SceneOpening>,
    /// For each scene, the options that were open to each seat that was asked: by seat, by option.
    pub(super) ways: Vec<Vec<(SeatNo, Vec<usize>)>>,
    pub(super) reading: Option<Reading>,
    pub(super) commands: u64,
}

/// A game being played.
pub(super) struct Evening<'w> {
    pub(super) world: &'w World,
    pub(super) quest: &'w Quest,
    pub(super) plan: EveningPlan,
    pub(super) bots: Vec<BotKind>,
    pub(super) table: Table,
    pub(super) luck: Luck,
    openings: Vec<SceneOpening>,
    ways: Vec<Vec<(SeatNo, Vec<usize>)>>,
    reader: Option<Reader<'w>>,
    commands: u64,
}

impl<'w> Evening<'w> {
    /// Plays a whole game.
    pub(super) fn play(world: &'w World, quest: &'w Quest, plan: EveningPlan) -> EveningPlayed {
        let mut luck = Luck::new(plan.number);
        let mut bots = plan.party.seated(plan.seats, &mut luck);
        if plan.all_kind {
            bots.fill(BotKind::Kind);
        }
        let mut evening = Self {
            world,
            quest,
            plan,
            bots,
            table: Table::default(),
            luck,
            openings: Vec::new(),
            ways: Vec::new(),
            reader: plan.reads.then(|| Reader::new(world, quest)),
            commands: 0,
        };
        evening.gather();
        evening.be_questioned();
        evening.take_up();
        evening.play_scenes();
        evening.judge();
        EveningPlayed {
            plan,
            bots: evening.bots,
            table: evening.table,
            openings: evening.openings,
            ways: evening.ways,
            reading: evening.reader.map(Reader::finish),
            commands: evening.commands,
        }
    }

    /// Gives a command. Returns whether it was taken.
    pub(super) fn attempt(&mut self, actor: Actor, command: &Command) -> bool {
        let deadline_ms = self.table.deadline_ms();
        let at_ms = match deadline_ms {
            Some(deadline_ms) if actor == Actor::Clock => deadline_ms,
            _ => NOW_MS,
        };
        self.commands += 1;
        let moment = Moment { at_ms };
        let Ok(decision) = self.table.consider(self.world, actor, command, moment) else {
            return false;
        };
        self.table = decision.after;
        true
    }

    pub(super) fn seat(&mut self, no: SeatNo, command: &Command) -> bool {
        self.attempt(Actor::Seat(no), command)
    }

    pub(super) fn pass_time(&mut self) {
        self.attempt(Actor::Clock, &Command::PassTime {});
    }

    /// The kind of bot on a seat.
    pub(super) fn bot(&self, no: SeatNo) -> BotKind {
        let at = usize::from(no.0).saturating_sub(1);
        self.bots.get(at).copied().unwrap_or(BotKind::Silent)
    }

    /// The stake that a greedy bot plays for.
    pub(super) fn aim(&self, no: SeatNo) -> Option<&game::HeldStake> {
        let greedy = self.bot(no) == BotKind::Greedy;
        let held = self.table.seats().get(&no).filter(|_| greedy)?;
        held.stake.as_ref()
    }

    pub(super) fn seats(&self) -> Vec<SeatNo> {
        self.table.present().map(|(no, _)| no).collect()
    }

    fn gather(&mut self) {
        let seed = std::array::from_fn(|_| u8::try_from(self.luck.below(256)).unwrap_or(0));
        let opening = Opening {
            code: Code::from_random([0; 6]),
            seed: Seed(seed),
            commitment: String::new(),
        };
        let moment = Moment { at_ms: NOW_MS };
        let opened = Table::open(&opening, self.world, "Bot a", TimeLimit::Day, moment);
        self.table.fold(&opened.unwrap_or_default());
        for letter in ["b", "c", "d", "e", "f"].iter().take(self.plan.seats - 1) {
            let name = format!("Bot {letter}");
            self.attempt(Actor::Newcomer, &Command::Sit { name });
        }
        let sitting = self.plan.sitting;
        self.seat(SeatNo(1), &Command::Begin { sitting });
    }

    /// Every seat answers at random, whatever its kind: what it plays for comes after.
    fn be_questioned(&mut self) {
        for no in self.seats() {
            while let Some(question) = self.question_of(no) {
                let answers = self
                    .world
                    .question(&question)
                    .map(|asked| asked.answers.len());
                let answer = self.luck.below(answers.unwrap_or(1));
                let answer = u8::try_from(answer).unwrap_or(0);
                if let Some(reader) = &mut self.reader {
                    reader.question(no, &question);
                }
                if !self.seat(no, &Command::Answer { question, answer }) {
                    break;
                }
            }
        }
    }

    fn question_of(&self, no: SeatNo) -> Option<game::QuestionId> {
        let held = self.table.seats().get(&no)?;
        let open = self.table.phase() == Phase::Interrogation && held.class.is_none();
        held.questions
            .get(held.answers.len())
            .filter(|_| open)
            .cloned()
    }

    fn take_up(&mut self) {
        for no in self.seats() {
            let quest = self.quest.id.clone();
            self.seat(no, &Command::TakeUp { quest });
        }
        if let Some(reader) = &mut self.reader {
            reader.begin(&self.table);
        }
    }

    fn play_scenes(&mut self) {
        let mut played = 0;
        while self.table.phase() == Phase::Scene && played < SCENES_MAX {
            played += 1;
            self.openings.push(SceneOpening {
                marks: self.table.marks().to_vec(),
                trust: self.table.trust(),
            });
            let number = self.table.scenes().len();
            self.take_turns();
            // Silence: the deadline decides, and where a choice is taken anew it does so twice.
            while self.table.phase() == Phase::Scene && self.table.scenes().len() == number {
                self.before_the_decision();
                self.pass_time();
            }
        }
    }

    /// Notes what was open, and what was read, as the last choice is made.
    pub(super) fn before_the_decision(&mut self) {
        let number = self.table.scenes().len();
        if self.ways.len() >= number {
            return;
        }
        let Some(log) = self.table.scenes().last() else {
            return;
        };
        let Some(written) = self.quest.scene(&log.scene) else {
            return;
        };
        let place = |id| written.options.iter().position(|option| option.id == id);
        let seen = self.seats().into_iter().map(|no| {
            let ways = self.table.ways(self.world, no).into_iter();
            let open = ways.filter(|way| !way.is_shut || way.option.quiet);
            (
                no,
                open.filter_map(|way| place(way.option.id.clone()))
                    .collect(),
            )
        });
        let seen: Vec<(SeatNo, Vec<usize>)> = seen.collect();
        if let Some(reader) = &mut self.reader {
            reader.scene(&self.table, &seen);
        }
        self.ways.push(seen);
    }

    pub(super) fn log(&self) -> Option<&SceneState> {
        let open = self.table.phase() == Phase::Scene;
        self.table
            .scenes()
            .last()
            .filter(|_| open)
            .map(AsRef::as_ref)
    }

    /// What everybody says of the others once the last scene is decided.
    fn judge(&mut self) {
        if let Some(reader) = &mut self.reader {
            reader.ending(&self.table);
        }
        if self.table.phase() != Phase::Naming {
            return;
        }
        for no in self.seats() {
            if self.bot(no) == BotKind::Silent {
                continue;
            }
            let others = self.seats().into_iter().filter(|other| *other != no);
            let slips = others.map(|about| self.slip(no, about)).collect();
            self.seat(no, &Command::Judge { slips });
        }
        if self.table.phase() == Phase::Naming {
            self.pass_time();
        }
    }

    /// A guess: from what was seen, or at random.
    fn slip(&mut self, by: SeatNo, about: SeatNo) -> Slip {
        let random = self.bot(by) == BotKind::Random;
        let who = Character::Seat(about);
        let mut logs = self.table.scenes().iter();
        let seen_lying = logs.any(|log| log.exposures.iter().any(|(by, _)| *by == who));
        let twisted = if random {
            self.luck.percent(50)
        } else {
            seen_lying || self.luck.percent(15)
        };
        let god = if random {
            self.luck.pick(God::ALL).copied()
        } else {
            self.likely_god(about)
        };
        Slip {
            about,
            twisted: Some(twisted),
            stake: god,
        }
    }

    /// The god whose stake a seat's public class and deeds speak for.
    fn likely_god(&mut self, about: SeatNo) -> Option<God> {
        let class = self.table.seats().get(&about)?.class.as_ref()?;
        let leaning = &self.world.class(class)?.leaning;
        let mut gods: Vec<(f64, God)> = God::ALL
            .iter()
            .map(|god| {
                let leans = f64::from(leaning.get(god).copied().unwrap_or(0));
                (leans + 2.0 * self.luck.share(), *god)
            })
            .collect();
        gods.sort_by(|one, other| other.0.total_cmp(&one.0));
        gods.first().map(|(_, god)| *god)
    }
}
