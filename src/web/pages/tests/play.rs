//! A quest played from the first page to the Chronicle, and every view on the way.

use std::collections::BTreeMap;

use game::content::{DecisionMode, World};
use game::{
    Actor, Code, Command, Manner, Moment, Opening, Phase, SeatNo, Seed, Stage, Table, TableId,
    TimeLimit, View,
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

/// Plays with as many seats as names; the second scene and each fifth is left to silence.
pub(super) fn played(names: &[&str], limit: TimeLimit) -> Played {
    let world = world::library().unwrap();
    let opening = Opening {
        code: Code::parse("K7M2QX").unwrap(),
        seed: Seed([11; 32]),
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
    played.reach_the_quest();
    for number in 1..40 {
        if played.table.phase() != Phase::Scene {
            break;
        }
        played.through_scene(number);
    }
    played.look("chronicle");
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

    fn reach_the_quest(&mut self) {
        let seats = self.seats();
        self.does(Actor::Seat(seats[0]), &Command::Begin {});
        self.look("question");
        for (at, seat) in seats.iter().enumerate() {
            while let Stage::Question(asked) = self.view(*seat).stage {
                let answer = u8::try_from((asked.number + at) % asked.answers.len()).unwrap();
                self.does(
                    Actor::Seat(*seat),
                    &Command::Answer {
                        question: asked.question,
                        answer,
                    },
                );
            }
            self.look(&format!("called{at}"));
        }
        for seat in seats {
            if let Stage::QuestChoice { quests } = self.view(seat).stage {
                let quest = quests[0].quest.clone();
                self.does(Actor::Seat(seat), &Command::TakeUp { quest });
            }
        }
    }

    fn through_scene(&mut self, number: usize) {
        let seats = self.seats();
        self.look(&format!("scene{number}-opens"));
        for (at, seat) in seats.iter().enumerate() {
            self.hears(*seat, number + at);
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
                let option = scene.options[at % scene.options.len()].option.clone();
                self.does(
                    Actor::Seat(*seat),
                    &Command::Choose {
                        scene: scene.scene,
                        option,
                    },
                );
            }
        }
        if self.table.scenes().len() == number && self.table.phase() == Phase::Scene {
            self.at_ms = self.table.deadline_ms().unwrap();
            self.does(Actor::Clock, &Command::PassTime {});
        }
    }

    /// Shares, twists or keeps what was heard, and uses the signature now and then.
    fn hears(&mut self, seat: SeatNo, turn: usize) {
        let Stage::Scene(scene) = self.view(seat).stage else {
            return;
        };
        for whisper in scene.whispers {
            let (scene, whisper) = (scene.scene.clone(), whisper.whisper);
            let command = match turn % 4 {
                0 => Command::Keep { scene, whisper },
                1 => Command::Tell {
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
    };
    (page.render().unwrap(), main().render().unwrap())
}
