//! What generated players think of.

use game::content::{Question, Scene, Whisper};
use game::{Actor, Command, Manner, Phase, QuestId, SeatNo, Stage, TimeLimit, WhisperId};

use super::Play;

/// Names as people have them.
const NAMES: [&str; 10] = [
    "Ben",
    "Chidi",
    "Дарья",
    "愛子",
    "Éléonore",
    "فاطمة",
    "O’Neil",
    "Grete-Lise",
    "ด.ช. หนึ่ง",
    "👩‍🚀",
];
/// Names nobody may have.
const NO_NAMES: [&str; 4] = ["", "  \u{200b} ", "\u{202e}drowssap", "\u{3164}"];
/// What people say.
const LINES: [&str; 4] = [
    "Wait, what did you hear?",
    "I do not trust that.",
    "Go on then.",
    "<b>\"quoted\" & 'so' \\ on</b>",
];

/// An attempt without its moment.
type Idea = (Actor, Command);

impl<'w> Play<'w> {
    /// What a player would do.
    pub(super) fn sense(&mut self) -> Idea {
        let seat = self.some_seat();
        let idea = match (self.table.phase(), self.chance.below(400)) {
            (_, 0..=1) => return (Actor::Clock, Command::PassTime {}),
            (_, 2) => Some(self.departure(seat)),
            (_, 3..=12) => Some(self.line()),
            (Phase::Gathering, _) => return self.gather(),
            (Phase::Interrogation, _) => return self.answer(),
            (Phase::QuestChoice, _) => self.name_a_quest(),
            (Phase::Scene, _) => self.act(seat),
            (Phase::Chronicle | Phase::Closed, _) => None,
        };
        (Actor::Seat(seat), idea.unwrap_or_else(|| self.line()))
    }

    /// What nobody should do.
    pub(super) fn mischief(&mut self) -> Idea {
        let seat = self.some_seat();
        let stray = SeatNo(self.below_u8(9));
        let somebody = match self.chance.below(6) {
            0 => Actor::Newcomer,
            1 => Actor::Clock,
            2 => Actor::Seat(stray),
            _ => Actor::Seat(seat),
        };
        let idea = match self.chance.below(16) {
            0 => Some(self.bad_name()),
            1 => Some(Command::Say {
                text: "on and on ".repeat(1_000),
            }),
            2 => return (Actor::Clock, Command::PassTime {}),
            3 => return (Actor::Newcomer, Command::Vacate { seat }),
            4 => return (Actor::Seat(seat), Command::Vacate { seat }),
            5 => Some(Command::Begin {}),
            6 => Some(Command::Open {
                name: "Eve".to_owned(),
                limit: TimeLimit::Off,
            }),
            7 => QuestId::parse("no-such-quest").map(|quest| Command::TakeUp { quest }),
            8 => self.wrong_answer(),
            9 => self.wrong_invocation(),
            10 | 11 => self.wrong_choice(),
            12 => Some(Command::GoOn {}),
            _ => self.wrong_telling(),
        };
        (somebody, idea.unwrap_or(Command::Begin {}))
    }

    fn gather(&mut self) -> Idea {
        let seated = self.table.present().count();
        let host = self.table.host().unwrap_or(SeatNo(1));
        if seated >= self.party as usize {
            return (Actor::Seat(host), Command::Begin {});
        }
        let name = self.chance.pick(&NAMES).copied().unwrap_or_default();
        let name = format!("{name} {}", self.chance.below(20));
        (Actor::Newcomer, Command::Sit { name })
    }

    fn answer(&mut self) -> Idea {
        let asked: Vec<SeatNo> = self
            .table
            .present()
            .filter(|(_, held)| held.class.is_none())
            .map(|(no, _)| no)
            .collect();
        let seat = self.chance.pick(&asked).copied().unwrap_or(SeatNo(1));
        let command = self.question_of(seat).map(|question| {
            (
                question.id.clone(),
                u32::try_from(question.answers.len()).unwrap_or(1),
            )
        });
        match command {
            Some((question, answers)) => {
                let answer = self.below_u8(answers);
                (Actor::Seat(seat), Command::Answer { question, answer })
            }
            None => (Actor::Seat(seat), self.line()),
        }
    }

    fn question_of(&self, seat: SeatNo) -> Option<&Question> {
        let held = self.table.seats().get(&seat)?;
        self.world.question(held.questions.get(held.answers.len())?)
    }

    fn name_a_quest(&mut self) -> Option<Command> {
        let quests: Vec<&QuestId> = self.world.quests.keys().collect();
        let quest = self.chance.pick(&quests)?;
        Some(Command::TakeUp {
            quest: (*quest).clone(),
        })
    }

    /// What a seat does in a scene: tell what it heard, use what it can, choose from what it sees.
    fn act(&mut self, seat: SeatNo) -> Option<Command> {
        let Stage::Scene(shown) = self.table.view(self.world, Some(seat)).stage else {
            return None;
        };
        let scene = shown.scene.clone();
        let untold: Vec<&WhisperId> = shown
            .whispers
            .iter()
            .filter(|own| own.told.is_none())
            .map(|own| &own.whisper)
            .collect();
        let whisper = self.chance.pick(&untold).map(|id| (*id).clone());
        match (whisper, self.chance.below(20)) {
            (Some(whisper), 0..=7) => {
                return Some(Command::Tell {
                    scene,
                    whisper,
                    manner: Manner::Truth,
                });
            }
            (Some(whisper), 8..=9) => {
                return Some(Command::Tell {
                    scene,
                    whisper,
                    manner: Manner::Twist,
                });
            }
            (Some(whisper), 10) => return Some(Command::Keep { scene, whisper }),
            (_, 11) => return Some(Command::Invoke { scene }),
            _ => {}
        }
        let option = self.chance.pick(&shown.options)?.option.clone();
        Some(Command::Choose { scene, option })
    }

    fn departure(&mut self, seat: SeatNo) -> Command {
        let others: Vec<SeatNo> = self
            .table
            .present()
            .map(|(no, _)| no)
            .filter(|no| *no != seat)
            .collect();
        match (self.chance.pick(&others), self.chance.below(8)) {
            (Some(_), 0) => Command::Close {},
            (Some(other), 4) => Command::HandOver { seat: *other },
            (Some(other), 1..=3) => Command::Vacate { seat: *other },
            _ => Command::Leave {},
        }
    }

    fn line(&mut self) -> Command {
        let text = self.chance.pick(&LINES).copied().unwrap_or_default();
        Command::Say {
            text: text.to_owned(),
        }
    }

    fn bad_name(&mut self) -> Command {
        let name = self.chance.pick(&NO_NAMES).copied().unwrap_or_default();
        let times = 1 + 400 * self.chance.below(2);
        Command::Sit {
            name: name.repeat(times as usize),
        }
    }

    fn wrong_answer(&mut self) -> Option<Command> {
        let question = self.chance.pick(&self.world.questions)?.id.clone();
        let answer = self.below_u8(256);
        Some(Command::Answer { question, answer })
    }

    fn wrong_invocation(&mut self) -> Option<Command> {
        let scene = self.some_scene()?.id.clone();
        Some(Command::Invoke { scene })
    }

    /// Any option of any scene, sometimes claimed to be in the open one.
    fn wrong_choice(&mut self) -> Option<Command> {
        let scene = self.some_scene()?;
        let option = self.chance.pick(&scene.options)?.id.clone();
        let scene = self.claimed_scene(scene)?;
        Some(Command::Choose { scene, option })
    }

    /// Any whisper of any scene, sometimes claimed to be in the open one.
    fn wrong_telling(&mut self) -> Option<Command> {
        let scene = self.some_scene()?;
        let whispers: Vec<&Whisper> = scene.whispers.iter().collect();
        let whisper = self.chance.pick(&whispers)?.id.clone();
        let scene = self.claimed_scene(scene)?;
        let manner = *self.chance.pick(&[Manner::Truth, Manner::Twist])?;
        Some(match self.chance.below(4) {
            0 => Command::Keep { scene, whisper },
            _ => Command::Tell {
                scene,
                whisper,
                manner,
            },
        })
    }

    fn claimed_scene(&mut self, scene: &Scene) -> Option<game::SceneId> {
        let open = self.table.scenes().last().map(|log| log.scene.clone());
        match self.chance.below(2) {
            0 => open,
            _ => Some(scene.id.clone()),
        }
    }

    fn some_seat(&mut self) -> SeatNo {
        let seats: Vec<SeatNo> = self.table.present().map(|(no, _)| no).collect();
        self.chance.pick(&seats).copied().unwrap_or(SeatNo(1))
    }

    /// Any scene of any quest, the open one most often.
    fn some_scene(&mut self) -> Option<&'w Scene> {
        let world = self.world;
        let scenes: Vec<&Scene> = world
            .quests
            .values()
            .flat_map(|quest| &quest.scenes)
            .collect();
        let open = self.table.scenes().last().map(|log| &log.scene);
        let open = scenes.iter().find(|scene| Some(&scene.id) == open).copied();
        match self.chance.below(3) {
            0 => self.chance.pick(&scenes).copied(),
            _ => open,
        }
    }

    fn below_u8(&mut self, sides: u32) -> u8 {
        u8::try_from(self.chance.below(sides)).unwrap_or(u8::MAX)
    }
}
