//! What generated players think of when they mean to play.

use std::cmp::Reverse;

use game::content::{Choice, Question};
use game::{Actor, Boon, Command, God, Phase, QuestId, SeatNo, Skill, Slip};

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
/// What people say.
const LINES: [&str; 4] = [
    "Wait, what did you hear?",
    "I do not trust that.",
    "Go on then.",
    "<b>\"quoted\" & 'so' \\ on</b>",
];

/// An attempt without its moment.
pub(super) type Idea = (Actor, Command);

impl Play<'_> {
    /// What a player would do.
    pub(super) fn sense(&mut self) -> Idea {
        let seat = self.some_seat();
        let idea = match (self.table.phase(), self.chance.below(400)) {
            (_, 0..=1) => return (Actor::Clock, Command::PassTime {}),
            (_, 2) => Some(self.departure(seat)),
            (_, 3) => return (Actor::Operator, self.operate()),
            (Phase::Chronicle, _) => return self.between(seat),
            (_, 4..=12) => Some(self.line()),
            (Phase::Gathering, _) => return self.gather(),
            (Phase::Interrogation, _) => return self.answer(),
            (Phase::QuestChoice, _) => return self.take_up(seat),
            (Phase::Scene, _) => self.act(seat),
            (Phase::Naming, _) => Some(self.judge(seat)),
            (Phase::Closed, _) => None,
        };
        (Actor::Seat(seat), idea.unwrap_or_else(|| self.line()))
    }

    /// Begins a sitting of the kind that this table prefers.
    pub(super) fn begin(&self) -> Command {
        Command::Begin {
            sitting: self.sitting,
        }
    }

    fn gather(&mut self) -> Idea {
        let seated = self.table.present().count();
        let host = self.table.host().unwrap_or(SeatNo(1));
        if seated >= self.party as usize {
            return (Actor::Seat(host), self.begin());
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
        let answer = self.answer_of(seat);
        (Actor::Seat(seat), answer.unwrap_or_else(|| self.line()))
    }

    /// What a seat answers to what it is asked: anything, or what the patron of the table likes best.
    fn answer_of(&mut self, seat: SeatNo) -> Option<Command> {
        let question = self.question_of(seat)?;
        let id = question.id.clone();
        let count = u32::try_from(question.answers.len()).unwrap_or(1);
        let best = self.patron.and_then(|god| {
            let answers = question.answers.iter().zip(0..);
            let moved = |(answer, _): &(&game::content::Answer, u8)| {
                answer.moves.get(&god).copied().unwrap_or(0)
            };
            answers.max_by_key(moved).map(|(_, at)| at)
        });
        let answer = best.unwrap_or_else(|| self.below_u8(count));
        Some(Command::Answer {
            question: id,
            answer,
        })
    }

    fn question_of(&self, seat: SeatNo) -> Option<&Question> {
        let held = self.table.seats().get(&seat)?;
        self.world.question(held.questions.get(held.answers.len())?)
    }

    /// What is done where a quest is chosen: answering what is asked anew, and naming one.
    fn take_up(&mut self, seat: SeatNo) -> Idea {
        let actor = Actor::Seat(seat);
        let held = self.table.seats().get(&seat);
        if held.is_some_and(|held| held.offered.is_some()) {
            let takes = self.chance.below(2) == 0;
            return (actor, Command::AnswerCalling { takes });
        }
        if self.chance.below(4) > 0
            && let Some(answer) = self.answer_of(seat)
        {
            return (actor, answer);
        }
        if self.chance.below(8) == 0 {
            return (actor, self.boon());
        }
        let quests: Vec<&QuestId> = self.world.quests.keys().collect();
        let quest = self.chance.pick(&quests).copied().cloned();
        let idea = quest.map(|quest| Command::TakeUp { quest });
        (actor, idea.unwrap_or_else(|| self.line()))
    }

    /// What is done while a Chronicle is open and another quest waits.
    fn between(&mut self, seat: SeatNo) -> Idea {
        let host = self.table.host().unwrap_or(SeatNo(1));
        let to = self.some_seat();
        let idea = match self.chance.below(8) {
            0..=1 => self.card(to),
            2..=3 => self.keepsake_for(to),
            4 => Some(self.boon()),
            5 => Some(self.readers(seat == host)),
            _ => None,
        };
        let going_on = (Actor::Seat(host), Command::GoOn {});
        idea.map_or(going_on, |idea| (Actor::Seat(seat), idea))
    }

    fn card(&mut self, to: SeatNo) -> Option<Command> {
        let card = self.chance.pick(&self.world.cards)?.id.clone();
        Some(Command::GiveCard { to, card })
    }

    fn keepsake_for(&mut self, to: SeatNo) -> Option<Command> {
        let (quest, _) = self.table.quest()?;
        let kept = &self.world.quests.get(quest)?.keepsakes;
        let keepsake = self.chance.pick(kept)?.id.clone();
        Some(Command::AwardKeepsake { keepsake, to })
    }

    /// What is given to the readers of the story, or taken back.
    fn readers(&mut self, is_host: bool) -> Command {
        let given = self.chance.below(2) == 0;
        if is_host && self.chance.below(2) == 0 {
            Command::Publish { open: given }
        } else {
            Command::Lend { lent: given }
        }
    }

    fn boon(&mut self) -> Command {
        let boon = match self.chance.below(3) {
            0 => Boon::SecondSignature {},
            1 => Boon::ThirdSense {
                sense: *self
                    .chance
                    .pick(game::Sense::ALL)
                    .unwrap_or(&game::Sense::Song),
            },
            _ => Boon::Practice {
                skill: *self.chance.pick(Skill::ALL).unwrap_or(&Skill::Archery),
            },
        };
        Command::TakeBoon { boon }
    }

    /// What a seat says of the others: at times nothing.
    fn judge(&mut self, seat: SeatNo) -> Command {
        if self.chance.below(4) == 0 {
            return Command::PassJudgement {};
        }
        let others: Vec<SeatNo> = self.table.present().map(|(no, _)| no).collect();
        let mut slips = Vec::new();
        for about in others.into_iter().filter(|no| *no != seat) {
            if self.chance.below(5) == 0 {
                continue;
            }
            let says = self.chance.below(3);
            slips.push(Slip {
                about,
                twisted: (says < 2).then_some(says == 0),
                stake: self.chance.pick(God::ALL).copied(),
            });
        }
        Command::Judge { slips }
    }

    /// What an operator does at a live table.
    fn operate(&mut self) -> Command {
        let seat = self.some_seat();
        let open = self.table.scenes().last().map(|log| log.scene.clone());
        match (self.chance.below(6), open) {
            (0, Some(scene)) => Command::Extend { scene },
            (1, _) => Command::HandOver { seat },
            (2, _) => Command::Vacate { seat },
            _ => Command::Look {},
        }
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

    pub(super) fn line(&mut self) -> Command {
        let text = self.chance.pick(&LINES).copied().unwrap_or_default();
        Command::Say {
            text: text.to_owned(),
        }
    }

    /// How well the patron of the table likes an option.
    pub(super) fn liking(&self, option: &Choice) -> Reverse<i32> {
        let weighs = self.patron.and_then(|god| self.world.gods.get(&god));
        let tags = option.tags.iter();
        let liking = tags.filter_map(|tag| weighs?.weighs.get(tag));
        Reverse(liking.sum::<i32>())
    }

    pub(super) fn some_seat(&mut self) -> SeatNo {
        let seats: Vec<SeatNo> = self.table.present().map(|(no, _)| no).collect();
        self.chance.pick(&seats).copied().unwrap_or(SeatNo(1))
    }

    pub(super) fn below_u8(&mut self, sides: u32) -> u8 {
        u8::try_from(self.chance.below(sides)).unwrap_or(u8::MAX)
    }
}
