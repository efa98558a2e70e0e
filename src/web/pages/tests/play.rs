//! A quest played from the first page to the Chronicle, and every view on the way.

use std::collections::BTreeMap;

use game::content::{DecisionMode, World};
use game::{
    Actor, Code, Command, God, Manner, Moment, MomentumUse, Opening, Phase, SeatNo, Seed, Sitting,
    Slip, Stage, Table, TableId, TimeLimit, View,
};

use crate::pages::{CommandIds, Invitation, Main, SeatPresence, TablePage, Template};
use service::{ChainProof, Holder};

/// A name that would do harm where it is not escaped.
pub(super) const HOSTILE: &str = "<b onclick=x>&\"'";
/// What is said at the table, some of it in bad faith.
pub(super) const SAID: [&str; 4] = [
    "The catch on that bow is worn smooth. Nobody shout.",
    "<script>alert(1)</script> \"quoted\" & 'quoted'",
    "שלום, אני שומעת משהו אחר 👻",
    "</section></main><img src=x onerror=alert(1)>",
];

/// A table and all that was seen at it.
pub(super) struct Played {
    world: World,
    table: Table,
    at_ms: u64,
    /// What was seen, by whom, and at what.
    pub(super) seen: Vec<(String, View)>,
}

/// Plays with as many seats as names, by the chance of `seed`; the second scene and each fifth is left to silence.
pub(super) fn played(seed: u8, names: &[&str], limit: TimeLimit) -> Played {
    let world = world::library().unwrap();
    let opening = Opening {
        code: Code::parse("K7M2QX").unwrap(),
        seed: Seed([seed; 32]),
        commitment: "5f1d".repeat(16),
    };
    let at_ms = 1_790_000_000_000;
    let opened = Table::open(&opening, &world, names[0], limit, Moment { at_ms }).unwrap();
    let mut table = Table::default();
    table.fold(&opened);
    let mut played = Played {
        world,
        table,
        at_ms,
        seen: Vec::new(),
    };
    for name in &names[1..] {
        let sit = Command::Sit {
            name: (*name).to_owned(),
        };
        played.does(Actor::Newcomer, &sit);
    }
    played.look("gathering");
    played.answer_all();
    played.through_quest();
    played.say_goodbye();
    played.go_on();
    played.through_quest();
    played
}

impl Played {
    fn does(&mut self, actor: Actor, command: &Command) {
        self.at_ms += 1_000;
        let moment = Moment { at_ms: self.at_ms };
        if let Ok(events) = self.table.decide(&self.world, actor, command, moment) {
            self.table.fold(&events);
        }
    }

    fn seats(&self) -> Vec<SeatNo> {
        self.table.present().map(|(no, _)| no).collect()
    }

    fn view(&self, you: SeatNo) -> View {
        self.table.view(&self.world, Some(you))
    }

    fn look(&mut self, what: &str) {
        for seat in self.seats() {
            let view = self.view(seat);
            self.seen.push((format!("{what}-seat{seat}"), view));
        }
        let spectator = self.table.view(&self.world, None);
        self.seen.push((format!("{what}-spectator"), spectator));
    }

    fn answer_all(&mut self) {
        let host = Actor::Seat(self.seats()[0]);
        let sitting = Sitting::Long;
        self.does(host, &Command::Begin { sitting });
        self.look("question");
        for (at, seat) in self.seats().into_iter().enumerate() {
            while let Stage::Question(asked) = self.view(seat).stage {
                let answer = u8::try_from((asked.number + at) % asked.answers.len()).unwrap();
                let question = asked.question;
                self.does(Actor::Seat(seat), &Command::Answer { question, answer });
            }
            self.look(&format!("called{at}"));
        }
    }

    /// Takes up the first quest and plays it until its Chronicle is open.
    fn through_quest(&mut self) {
        for seat in self.seats() {
            if let Stage::QuestChoice { quests, .. } = self.view(seat).stage {
                let quest = quests[0].quest.clone();
                self.does(Actor::Seat(seat), &Command::TakeUp { quest });
            }
        }
        for number in 1..40 {
            if self.table.phase() != Phase::Scene {
                break;
            }
            self.through_scene(number);
        }
        self.look("naming");
        for seat in self.seats().into_iter().skip(1) {
            self.judges(seat);
            self.look("naming-said");
        }
        if self.table.phase() == Phase::Naming {
            self.at_ms = self.table.deadline_ms().unwrap();
            self.does(Actor::Clock, &Command::PassTime {});
        }
        self.look("chronicle");
    }

    fn judges(&mut self, seat: SeatNo) {
        let Stage::Naming(naming) = self.view(seat).stage else {
            return;
        };
        let slips = naming.judged.iter().map(|one| Slip {
            about: one.seat,
            twisted: one.asks_twist.then_some(true),
            stake: Some(God::Kaitha),
        });
        let slips = slips.collect();
        self.does(Actor::Seat(seat), &Command::Judge { slips });
    }

    /// Gives cards and keepsakes away.
    fn say_goodbye(&mut self) {
        let Stage::Chronicle(chronicle) = self.view(SeatNo(1)).stage else {
            panic!("the Chronicle should be open");
        };
        let to = *self.seats().last().unwrap();
        let card = chronicle.card_texts[0].card.clone();
        self.does(Actor::Seat(SeatNo(1)), &Command::GiveCard { to, card });
        let keepsake = chronicle.keepsakes[0].keepsake.clone();
        let award = Command::AwardKeepsake { keepsake, to };
        self.does(Actor::Seat(SeatNo(1)), &award);
        self.look("chronicle-cards");
    }

    /// Goes on to another quest, and answers what the gods ask again.
    fn go_on(&mut self) {
        self.at_ms += 1_000;
        let opening = Opening {
            code: Code::parse("K7M2QY").unwrap(),
            seed: Seed([12; 32]),
            commitment: "6a2e".repeat(16),
        };
        let (host, moment) = (Actor::Seat(self.seats()[0]), Moment { at_ms: self.at_ms });
        let gone_on = self.table.go_on(&opening, &self.world, host, moment);
        self.table.fold(&gone_on.unwrap().events);
        self.look("asked-again");
        for seat in self.seats() {
            while let Stage::QuestChoice {
                question: Some(asked),
                ..
            } = self.view(seat).stage
            {
                let question = asked.question;
                self.does(
                    Actor::Seat(seat),
                    &Command::Answer {
                        question,
                        answer: 0,
                    },
                );
            }
        }
        self.look("quests-again");
    }

    fn through_scene(&mut self, number: usize) {
        let seats = self.seats();
        let scenes = self.table.scenes().len();
        self.look(&format!("scene{number}-opens"));
        for (at, seat) in seats.iter().enumerate() {
            self.hears(*seat, number + at);
        }
        for (at, seat) in seats.iter().enumerate() {
            self.stirs(*seat, number + at);
        }
        let line = SAID[number % SAID.len()].to_owned();
        self.does(
            Actor::Seat(seats[number % seats.len()]),
            &Command::Say { text: line },
        );
        self.look(&format!("scene{number}-told"));
        for (at, seat) in seats.iter().enumerate() {
            let Stage::Scene(scene) = self.view(*seat).stage else {
                return;
            };
            if scene.has_say && number % 5 != 2 {
                let at = if scene.decide == DecisionMode::Party {
                    number
                } else {
                    at + number
                };
                let mut open = scene.options.iter().filter(|option| !option.quiet).cycle();
                let option = open.nth(at).unwrap().option.clone();
                self.does(
                    Actor::Seat(*seat),
                    &Command::Choose {
                        scene: scene.scene,
                        option,
                    },
                );
            }
        }
        if self.table.scenes().len() == scenes && self.table.phase() == Phase::Scene {
            self.look(&format!("scene{number}-chosen"));
            self.at_ms = self.table.deadline_ms().unwrap();
            self.does(Actor::Clock, &Command::PassTime {});
        }
    }

    /// Doubts, urges, acts, spends and presses, where a scene lets the seat.
    fn stirs(&mut self, seat: SeatNo, turn: usize) {
        let Stage::Scene(scene) = self.view(seat).stage else {
            return;
        };
        let id = || scene.scene.clone();
        let mut commands = Vec::new();
        if let Some(told) = scene.told.iter().find(|told| told.doubt.is_some()) {
            let telling = told.telling;
            let doubts = turn.is_multiple_of(2);
            commands.push(Command::Nod {
                scene: id(),
                telling,
                doubts,
            });
            if turn % 3 == 1 {
                commands.push(Command::Challenge {
                    scene: id(),
                    telling,
                });
            }
        }
        let mut quiet = scene.options.iter().filter(|option| option.quiet);
        if let Some(option) = quiet.next() {
            let option = option.option.clone();
            commands.push(Command::Act {
                scene: id(),
                option,
            });
        }
        if scene.may.urge {
            let option = scene.options[0].option.clone();
            commands.push(Command::Urge {
                scene: id(),
                option,
            });
        }
        if let Some(press) = scene.presses.get(turn % 2) {
            let companion = press.companion.clone();
            commands.push(Command::Press {
                scene: id(),
                companion,
            });
        }
        let on = if turn.is_multiple_of(2) {
            MomentumUse::Hint
        } else {
            MomentumUse::SecondThrow
        };
        commands.push(Command::Spend { scene: id(), on });
        for command in commands {
            self.does(Actor::Seat(seat), &command);
        }
    }

    /// Shares, twists or keeps what was heard, and uses the signature now and then.
    fn hears(&mut self, seat: SeatNo, turn: usize) {
        let Stage::Scene(scene) = self.view(seat).stage else {
            return;
        };
        for whisper in scene.whispers {
            let (scene, whisper) = (scene.scene.clone(), whisper.whisper);
            let mut others = self.seats().into_iter().rev();
            let command = match (turn % 5, others.find(|other| *other != seat)) {
                (0, _) => Command::Keep { scene, whisper },
                (1, Some(to)) => Command::TellAside {
                    scene,
                    whisper,
                    manner: Manner::Twist,
                    to,
                },
                (2, _) => Command::Tell {
                    scene,
                    whisper,
                    manner: Manner::Twist,
                },
                _ => Command::Tell {
                    scene,
                    whisper,
                    manner: Manner::Truth,
                },
            };
            self.does(Actor::Seat(seat), &command);
        }
        if turn.is_multiple_of(3) {
            self.does(Actor::Seat(seat), &Command::Invoke { scene: scene.scene });
        }
    }
}

/// Renders the whole page and the part of it that changes.
pub(super) fn rendered(view: &View) -> (String, String) {
    let table = TableId::from_random([7; TableId::LEN]);
    let presence = BTreeMap::from([
        (SeatNo(1), SeatPresence::Here),
        (SeatNo(2), SeatPresence::Absent),
    ]);
    let proof = ChainProof {
        fingerprint: Some("a07e".repeat(16)),
        head: (view.phase == Phase::Chronicle).then(|| "b18f".repeat(16)),
    };
    let main = || Main {
        table: &table,
        view,
        holder: view.you.map(|seat| Holder {
            seat,
            generation: 1,
        }),
        presence: &presence,
        proof: &proof,
        invitation: view.code.as_ref().map(|_| Invitation {
            link: "http://192.168.1.5:5000/join/K7M2QX",
            is_drawn: true,
            only_here: view.seats.len() == 1,
        }),
        story: matches!(view.stage, Stage::Chronicle(_)).then_some("/story/c2VhbGVk"),
    };
    let ids = CommandIds::new("0123456789abcdef");
    let page = TablePage {
        table: &table,
        version: view.version,
        title: &main().stage_title(),
        main: &ids.fill(&main().render().unwrap()),
        news: "stream",
        now_ms: 1_790_000_000_000,
        notice: None,
        tv: None,
    };
    (page.render().unwrap(), main().render().unwrap())
}
