//! Bots that play tables from the gathering to the Chronicle, over HTTP and by chance.

use std::sync::Arc;
use std::time::Duration;

use game::{
    Command, CommandId, Dice, Manner, MomentumUse, QuestionId, SceneId, SeatNo, Sitting, Slip,
    TableId, Version, WhisperId,
};
use reqwest::StatusCode;
use serde_json::json;
use tokio::time::sleep;

use crate::client::HttpClient;
use crate::fleet::BotFleet;
use crate::seen::{Judged, Page, SceneSeen, Seen, Sheet, Shown, Way};

/// What bots say while they wait for each other.
const LINES: [&str; 4] = [
    "Well?",
    "I heard nothing of use.",
    "Let us go on.",
    "Do not trust the ferryman.",
];

/// How a command is refused when others were quicker, or there is nothing to be had by it.
const BEATEN: [&str; 23] = [
    "moved-on",
    "not-now",
    "no-such-choice",
    "no-such-telling",
    "already-chosen",
    "already-acting",
    "already-judged",
    "aside-used",
    "nothing-to-hear",
    "table-closed",
    "too-often",
    "already-challenged",
    "already-told",
    "challenge-used",
    "dice-decide",
    "exposed",
    "press-used",
    "said-is-said",
    "seat-empty",
    "signature-used",
    "too-few-to-whisper",
    "too-little-momentum",
    "tongue-tied",
];

/// How long a bot waits that has nothing to do.
const IDLE: Duration = Duration::from_millis(20);

/// One seat and who plays it.
#[derive(Debug)]
pub struct Bot {
    fleet: Arc<BotFleet>,
    client: HttpClient,
    table: TableId,
    seat: SeatNo,
    number: u64,
    commands: u64,
    chance: Dice,
}

impl Bot {
    /// Opens a table.
    pub async fn open(fleet: &Arc<BotFleet>) -> Self {
        Self::take_seat(fleet, nowhere(), "/api/tables").await
    }

    /// Sits down at a table that gathers.
    pub async fn sit(fleet: &Arc<BotFleet>, table: &TableId) -> Self {
        Self::take_seat(fleet, table.clone(), &format!("/api/tables/{table}/seats")).await
    }

    async fn take_seat(fleet: &Arc<BotFleet>, table: TableId, path: &str) -> Self {
        let (number, chance, client) = fleet.add_bot();
        let mut bot = Self {
            fleet: Arc::clone(fleet),
            client,
            table,
            seat: SeatNo(0),
            number,
            commands: 0,
            chance,
        };
        let id = bot.fresh_id();
        let mut body = json!({ "name": format!("Bot {number}"), "command_id": id });
        if bot.table == nowhere() {
            // A day a scene: where parties play live, a scene waits some seconds after the last choice.
            body["limit"] = "day".into();
        }
        let answer = bot.client.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{path}: {answer:?}");
        bot.table = TableId::parse(answer.field("table").as_str().unwrap()).unwrap();
        bot.seat = serde_json::from_value(answer.field("seat")).unwrap();
        fleet.note((&bot.table, bot.seat), id, &answer);
        bot
    }

    /// The table it plays at.
    pub fn table(&self) -> &TableId {
        &self.table
    }

    /// The seat it plays.
    pub fn seat(&self) -> SeatNo {
        self.seat
    }

    /// Its HTTP client, with its cookies.
    pub fn client(&self) -> &HttpClient {
        &self.client
    }

    /// The path that takes its table's commands.
    pub fn commands_path(&self) -> String {
        format!("/api/tables/{}/commands", self.table)
    }

    /// An id for its next command.
    pub fn fresh_id(&mut self) -> CommandId {
        self.commands += 1;
        self.fleet.command_id(self.number, self.commands)
    }

    /// Plays a command until it is answered. Returns whether it was done.
    pub async fn play(&mut self, command: &Command) -> bool {
        self.command(command).await.is_some()
    }

    /// Has the gods question everybody at length. Returns whether it was done.
    pub async fn begin(&mut self) -> bool {
        self.begin_sitting(Sitting::Long).await
    }

    /// Has the gods question everybody. Returns whether it was done.
    pub async fn begin_sitting(&mut self, sitting: Sitting) -> bool {
        self.play(&Command::Begin { sitting }).await
    }

    /// Plays a command until it is answered. Returns the version it led to; none when it was refused.
    pub async fn command(&mut self, command: &Command) -> Option<Version> {
        let id = self.fresh_id();
        let body = json!({ "command_id": id, "command": command });
        let answer = self.client.post(&self.commands_path(), &body).await;
        if answer.status == StatusCode::OK {
            return Some(self.fleet.note((&self.table, self.seat), id, &answer));
        }
        let code = answer.field("code");
        let beaten = code.as_str().is_some_and(|code| BEATEN.contains(&code));
        assert!(beaten, "{command:?}: {answer:?}");
        None
    }

    /// Plays until the table is over or the fleet is stopped.
    pub async fn play_on(&mut self) {
        while !self.fleet.is_stopping() {
            let Some(plan) = self.consider().await else {
                return;
            };
            if plan.is_empty() {
                sleep(IDLE).await;
            }
            for command in plan {
                self.think().await;
                // Whoever came first may have made the rest of the plan obsolete.
                if self.fleet.is_stopping() || !self.play(&command).await {
                    break;
                }
            }
        }
    }

    /// Looks at its table and says what to do next, as far as others are not quicker; nothing when the table is
    /// over.
    pub async fn consider(&mut self) -> Option<Vec<Command>> {
        let shown = self.look().await;
        self.plan(shown)
    }

    /// Pauses for half to one and a half of the fleet's think time: people do not all act at once.
    async fn think(&mut self) {
        let think_time = self.fleet.think_time();
        if !think_time.is_zero() {
            sleep(think_time * (50 + self.chance.below(100)) / 100).await;
        }
    }

    /// Whether its table plays a scene.
    pub async fn is_in_scene(&self) -> bool {
        matches!(self.look().await.stage, Seen::Scene(_))
    }

    /// Whether its table has come to its Chronicle, as far as it may still look.
    pub async fn is_over(&self) -> bool {
        !self.fleet.is_stopping() && matches!(self.look().await.stage, Seen::Chronicle)
    }

    async fn look(&self) -> Shown {
        let answer = self
            .client
            .get(&format!("/api/tables/{}", self.table))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.read::<Page>().view
    }

    /// What to do next; nothing when the table is over.
    fn plan(&mut self, shown: Shown) -> Option<Vec<Command>> {
        match shown.stage {
            Seen::Question { question, answers } => Some(vec![self.answer(question, &answers)]),
            Seen::QuestChoice { quests, question } => {
                let mut plan = Vec::new();
                plan.extend(question.map(|asked| self.answer(asked.question, &asked.answers)));
                let card = self.chance.pick(&quests).expect("there is a quest");
                let quest = card.quest.clone();
                plan.extend([Command::TakeUp { quest }, self.line()]);
                Some(plan)
            }
            Seen::Scene(scene) if scene.locked_in => Some(Vec::new()),
            Seen::Scene(scene) => {
                let others = shown.seats.iter().filter(|seat| seat.present);
                let others = others.map(|seat| seat.seat);
                let others: Vec<_> = others.filter(|seat| Some(*seat) != shown.you).collect();
                let mut plan = self.stir(&scene, &others);
                plan.extend(self.act(&scene, shown.sheet));
                Some(plan)
            }
            Seen::Naming { has_judged, judged } if !has_judged => Some(vec![self.judge(&judged)]),
            Seen::Naming { .. } => Some(Vec::new()),
            Seen::Gathering | Seen::Waiting => Some(vec![self.line()]),
            Seen::Chronicle => None,
            Seen::Closed | Seen::Unknown => panic!("no bot closes a table, and its quest is known"),
        }
    }

    fn answer(&mut self, question: QuestionId, answers: &[String]) -> Command {
        let answer = self.chance.below(u32::try_from(answers.len()).unwrap());
        let answer = u8::try_from(answer).unwrap();
        Command::Answer { question, answer }
    }

    /// Says of some of the others what it makes of them.
    fn judge(&mut self, judged: &[Judged]) -> Command {
        if self.chance.below(3) == 0 {
            return Command::PassJudgement {};
        }
        let slips = judged.iter().map(|one| Slip {
            about: one.seat,
            twisted: Some(self.chance.below(2) == 0),
            stake: self.chance.pick(game::God::ALL).copied(),
        });
        let slips = slips.collect();
        Command::Judge { slips }
    }

    /// What to do besides telling and choosing, now and then: each is as rare as people make it.
    fn stir(&mut self, shown: &SceneSeen, others: &[game::SeatNo]) -> Vec<Command> {
        let scene = || shown.scene.clone();
        let mut plan = Vec::new();
        let whisper = shown.whispers.iter().find(|heard| heard.told.is_none());
        if let (Some(heard), Some(to)) = (whisper, self.chance.pick(others))
            && shown.may.tell_aside
            && self.chance.below(4) == 0
        {
            plan.push(Command::TellAside {
                scene: scene(),
                whisper: heard.whisper.clone(),
                manner: Manner::Truth,
                to: *to,
            });
        }
        let doubtful = shown.told.iter().find(|told| told.doubt.is_some());
        if let Some(told) = doubtful {
            let telling = told.telling;
            match self.chance.below(6) {
                0 => plan.push(Command::Challenge {
                    scene: scene(),
                    telling,
                }),
                1 => plan.push(Command::Nod {
                    scene: scene(),
                    telling,
                    doubts: true,
                }),
                _ => {}
            }
        }
        let mut quiet = shown.options.iter().filter(|way| way.quiet);
        if let Some(way) = quiet.next()
            && !way.yours
            && self.chance.below(4) == 0
        {
            let option = way.option.clone();
            plan.push(Command::Act {
                scene: scene(),
                option,
            });
        }
        if let Some(press) = shown.presses.first()
            && self.chance.below(8) == 0
        {
            plan.push(Command::Press {
                scene: scene(),
                companion: press.companion.clone(),
            });
        }
        let affordable = shown.purchases.iter().find(|one| !one.bought);
        if affordable.is_some_and(|one| one.on == MomentumUse::Hint) && self.chance.below(4) == 0 {
            plan.push(Command::Spend {
                scene: scene(),
                on: MomentumUse::Hint,
            });
        }
        plan
    }

    /// What to do in a scene: tell what was heard, use what the class can do, talk, choose.
    fn act(&mut self, shown: &SceneSeen, sheet: Option<Sheet>) -> Vec<Command> {
        let scene = &shown.scene;
        let unused = shown
            .whispers
            .iter()
            .filter(|heard| heard.told.is_none() && !heard.kept);
        let mut plan: Vec<Command> = unused
            .map(|heard| self.tell(scene, &heard.whisper))
            .collect();
        let signature = sheet.and_then(|sheet| sheet.signature);
        if signature.is_some_and(|signature| signature.ready) && self.chance.below(3) == 0 {
            plan.push(Command::Invoke {
                scene: scene.clone(),
            });
        }
        if self.chance.below(4) == 0 {
            plan.push(self.line());
        }
        let open = |way: &&Way| !way.yours && !way.quiet && !way.shut;
        let others: Vec<&Way> = shown.options.iter().filter(open).collect();
        let way = self.chance.pick(&others).filter(|_| shown.has_say);
        plan.extend(way.map(|way| Command::Choose {
            scene: scene.clone(),
            option: way.option.clone(),
        }));
        if plan.is_empty() {
            plan.push(self.line());
        }
        plan
    }

    fn tell(&mut self, scene: &SceneId, whisper: &WhisperId) -> Command {
        let (scene, whisper) = (scene.clone(), whisper.clone());
        let manner = match self.chance.below(4) {
            0 => return Command::Keep { scene, whisper },
            1 => Manner::Twist,
            _ => Manner::Truth,
        };
        Command::Tell {
            scene,
            whisper,
            manner,
        }
    }

    fn line(&mut self) -> Command {
        let text = self.chance.pick(&LINES).copied().unwrap_or_default();
        Command::Say {
            text: text.to_owned(),
        }
    }
}

/// Where a bot is before it has a table.
fn nowhere() -> TableId {
    TableId::from_random([0; TableId::LEN])
}
