//! What generated players think of that nobody should.

use game::content::{Scene, Whisper};
use game::{
    Actor, Boon, CardId, Command, KeepsakeId, Manner, MomentumUse, QuestId, SceneId, SeatNo, Skill,
    Slip, TimeLimit,
};

use super::Play;
use super::attempt::Idea;

/// Names nobody may have.
const NO_NAMES: [&str; 4] = ["", "  \u{200b} ", "\u{202e}drowssap", "\u{3164}"];
/// Places at a table that are tried: two more than there are, and none.
const PLACES: u32 = 9;
/// Tellings of a scene that are tried.
const TELLINGS: u32 = 12;

impl<'w> Play<'w> {
    /// What nobody should do.
    pub(super) fn mischief(&mut self) -> Idea {
        let seat = self.some_seat();
        let stray = SeatNo(self.below_u8(PLACES));
        let somebody = match self.chance.below(8) {
            0 => Actor::Newcomer,
            1 => Actor::Clock,
            2 => Actor::Seat(stray),
            3 => Actor::Operator,
            _ => Actor::Seat(seat),
        };
        let idea = match self.chance.below(24) {
            0 => Some(self.bad_name()),
            1 => Some(Command::Say {
                text: "on and on ".repeat(1_000),
            }),
            2 => return (Actor::Clock, Command::PassTime {}),
            3 => return (Actor::Newcomer, Command::Vacate { seat }),
            4 => return (Actor::Seat(seat), Command::Vacate { seat }),
            5 => Some(self.begin()),
            6 => Some(Command::Open {
                name: "Eve".to_owned(),
                limit: TimeLimit::Off,
            }),
            7 => QuestId::parse("no-such-quest").map(|quest| Command::TakeUp { quest }),
            8 => self.wrong_answer(),
            9..=10 => return (Actor::Seat(seat), self.out_of_turn(stray)),
            11..=12 => self.wrong_choice(),
            13..=17 => self.wrong_in_a_scene(stray),
            _ => self.wrong_telling(),
        };
        (somebody, idea.unwrap_or_else(|| self.begin()))
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

    /// What belongs to another time, or to somebody else.
    fn out_of_turn(&mut self, stray: SeatNo) -> Command {
        let slip = Slip {
            about: stray,
            twisted: Some(true),
            stake: None,
        };
        match self.chance.below(10) {
            0 => Command::GoOn {},
            1 => Command::Judge {
                slips: vec![slip.clone(), slip],
            },
            2 => Command::Judge { slips: vec![slip] },
            3 => Command::Look {},
            4 => Command::Erase {},
            5 => Command::AnswerCalling { takes: true },
            6 => Command::TakeBoon {
                boon: Boon::Practice {
                    skill: Skill::Persuasion,
                },
            },
            7 => Command::Skip { seat: stray },
            8 => CardId::parse("no-such-card").map_or(Command::GoOn {}, |card| Command::GiveCard {
                to: stray,
                card,
            }),
            _ => KeepsakeId::parse("no-such-thing").map_or(Command::GoOn {}, |keepsake| {
                Command::AwardKeepsake {
                    keepsake,
                    to: stray,
                }
            }),
        }
    }

    /// What is done in scenes, in any scene, with what nobody has or sees.
    fn wrong_in_a_scene(&mut self, stray: SeatNo) -> Option<Command> {
        let written = self.some_scene()?;
        let option = self.chance.pick(&written.options)?.id.clone();
        let whisper = self.chance.pick(&written.whispers)?.id.clone();
        let companion = self.chance.pick(&self.world.companions)?.id.clone();
        let scene = self.claimed_scene(written)?;
        let telling = self.below_u8(TELLINGS);
        let gift = self.any_gift();
        Some(match self.chance.below(14) {
            0..=2 => Command::Act { scene, option },
            3 => Command::StayHand { scene },
            4 => Command::Withdraw { scene },
            5 => Command::Urge { scene, option },
            6 => Command::Press { scene, companion },
            7 => Command::Challenge { scene, telling },
            8 => Command::Spend {
                scene,
                on: *self
                    .chance
                    .pick(&[MomentumUse::SecondThrow, MomentumUse::Hint])?,
            },
            9..=10 => Command::CallOn {
                scene,
                god: gift.god,
                gift: gift.kind,
                seat: Some(stray),
                telling: Some(telling),
                option: Some(option),
            },
            11 => Command::AnswerOffer { scene, takes: true },
            12 => Command::TellAside {
                scene,
                whisper,
                manner: Manner::Twist,
                to: stray,
            },
            _ => Command::Invoke { scene },
        })
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

    fn claimed_scene(&mut self, scene: &Scene) -> Option<SceneId> {
        let open = self.table.scenes().last().map(|log| log.scene.clone());
        match self.chance.below(2) {
            0 => open,
            _ => Some(scene.id.clone()),
        }
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
}
