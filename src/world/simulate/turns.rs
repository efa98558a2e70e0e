//! What bots do in a scene, in its order: choosing first, telling, doubting, acting in secret, choosing.

use std::sync::Arc;

use game::content::{Choice, DecisionMode, Scene, Whisper};
use game::{
    Character, Command, Gift, GiftKind, God, Manner, MomentumUse, OptionId, SceneId, SceneState,
    SeatNo, WhisperId,
};

use super::aims::{self, SoFar, Treatment, Turn};
use super::bots::{BotKind, PartyKind};
use super::evening::Evening;
use super::lines::LONG_MIN;

/// How often, in a hundred scenes, a bot without a reason doubts somebody.
const DOUBTS: usize = 15;

impl<'w> Evening<'w> {
    /// Everybody who acts at all acts once.
    pub(super) fn take_turns(&mut self) {
        let Some((id, written)) = self.open() else {
            return;
        };
        let mut seats = self.seats();
        self.luck.shuffle(&mut seats);
        seats.retain(|no| self.bot(*no) != BotKind::Silent);
        let turns: Vec<(SeatNo, Turn)> = seats.iter().map(|no| (*no, self.turn_of(*no))).collect();
        self.choose_all(&turns, Turn::First, &id);
        for no in &seats {
            self.hear_more(*no, &id);
            self.tell_all(*no, written, &id);
        }
        for no in &seats {
            self.doubt(*no, &id);
            self.urge(*no, &id, written);
        }
        for no in &seats {
            self.act_quietly(*no, &id);
            self.use_gifts(*no, &id);
        }
        self.choose_all(&turns, Turn::Between, &id);
        self.choose_all(&turns, Turn::Last, &id);
    }

    fn turn_of(&mut self, no: SeatNo) -> Turn {
        if self.bot(no) == BotKind::Random && self.luck.percent(20) {
            return Turn::First;
        }
        self.aim(no).map_or(Turn::Between, aims::turn)
    }

    fn open(&self) -> Option<(SceneId, &'w Scene)> {
        let id = self.log()?.scene.clone();
        let written = self.quest.scene(&id)?;
        Some((id, written))
    }

    fn is_open(&self, id: &SceneId) -> bool {
        self.log().is_some_and(|log| log.scene == *id)
    }

    /// Uses what lets a seat hear more.
    fn hear_more(&mut self, no: SeatNo, id: &SceneId) {
        let listens = match self.bot(no) {
            BotKind::Greedy if self.aim(no).is_some_and(aims::listens) => true,
            BotKind::Random => self.luck.percent(25),
            BotKind::Kind | BotKind::Liar | BotKind::Keeper | BotKind::Silent | BotKind::Greedy => {
                self.luck.percent(30)
            }
        };
        if listens {
            let scene = id.clone();
            self.seat(no, &Command::Invoke { scene });
        }
    }

    fn tell_all(&mut self, no: SeatNo, written: &'w Scene, id: &SceneId) {
        let Some(log) = self.log() else { return };
        let heard = log.heard_by(&Character::Seat(no));
        for whisper in heard.iter().filter_map(|heard| written.whisper(heard)) {
            let treatment = self.treatment(no, whisper);
            self.treat(no, id, &whisper.id, treatment);
        }
    }

    fn treatment(&mut self, no: SeatNo, whisper: &Whisper) -> Treatment {
        let discreet = self.plan.party == PartyKind::Discreet;
        let alone = self.plan.party == PartyKind::OneLiar;
        match self.bot(no) {
            BotKind::Random => match self.luck.below(20) {
                0..=5 => Treatment::Tell,
                6..=11 => Treatment::Twist,
                12..=15 => Treatment::Confide,
                _ => Treatment::Keep,
            },
            BotKind::Kind if discreet && whisper.heard_by.is_some() => Treatment::Keep,
            BotKind::Kind if self.owes_a_confidence(no) || self.luck.percent(10) => {
                Treatment::Confide
            }
            BotKind::Kind => Treatment::Tell,
            // The one liar of a table lies when it pays; a whole party of them always.
            BotKind::Liar if alone && self.luck.percent(40) => Treatment::Tell,
            BotKind::Liar => Treatment::Twist,
            BotKind::Keeper | BotKind::Silent => Treatment::Keep,
            BotKind::Greedy => {
                let so_far = self.so_far(no);
                self.aim(no)
                    .map_or(Treatment::Tell, |held| aims::treats(held, whisper, so_far))
            }
        }
    }

    fn so_far(&self, no: SeatNo) -> SoFar {
        let own = |log: &SceneState| {
            let lies = log.told.iter();
            lies.filter(|told| told.by == Character::Seat(no) && told.manner == Manner::Twist)
                .count()
        };
        let scenes = self.table.scenes().iter();
        let stands = |log: &&Arc<SceneState>| {
            let mut exposures = log.exposures.iter();
            exposures.all(|(who, _)| *who != Character::Seat(no))
        };
        let written = self.log().and_then(|log| self.quest.scene(&log.scene));
        let may_end = written.is_some_and(|scene| {
            let mut outcomes = scene.options.iter().flat_map(Choice::outcomes);
            outcomes.any(|outcome| outcome.ending.is_some())
        });
        SoFar {
            scenes: self.table.scenes().len(),
            lies: scenes.filter(stands).map(|log| own(log)).sum(),
            lied_here: self.log().is_some_and(|log| own(log) > 0),
            may_end,
            is_long: self.quest.shortest_road() >= LONG_MIN,
        }
    }

    /// Whether somebody confided in a seat that has not confided since.
    fn owes_a_confidence(&self, no: SeatNo) -> bool {
        let (mut given, mut had) = (0, 0);
        for told in self.table.scenes().iter().flat_map(|log| log.asides()) {
            given += usize::from(told.by == Character::Seat(no));
            had += usize::from(told.to == Some(no));
        }
        had > given
    }

    fn treat(&mut self, no: SeatNo, id: &SceneId, whisper: &WhisperId, treatment: Treatment) {
        let (scene, whisper) = (id.clone(), whisper.clone());
        let tell = |manner| Command::Tell {
            scene: scene.clone(),
            whisper: whisper.clone(),
            manner,
        };
        match treatment {
            Treatment::Keep => {}
            Treatment::Tell => {
                self.seat(no, &tell(Manner::Truth));
            }
            Treatment::Twist => {
                // Who cannot lie tells the truth, or nothing.
                if !self.seat(no, &tell(Manner::Twist)) && self.bot(no) != BotKind::Liar {
                    self.seat(no, &tell(Manner::Truth));
                }
            }
            Treatment::Confide => self.confide(no, &scene, &whisper),
        }
    }

    /// Tells one ear: whoever confided in this seat, else anybody; and then the table, if this seat is kind.
    fn confide(&mut self, no: SeatNo, scene: &SceneId, whisper: &WhisperId) {
        let asides = self.table.scenes().iter().flat_map(|log| log.asides());
        let confided = asides
            .filter(|told| told.to == Some(no))
            .filter_map(|told| match told.by {
                Character::Seat(by) => Some(by),
                Character::Companion(_) => None,
            });
        let before = confided.last();
        let others: Vec<SeatNo> = self
            .seats()
            .into_iter()
            .filter(|other| *other != no)
            .collect();
        let to = before.or_else(|| self.luck.pick(&others).copied());
        let lies = self.bot(no) == BotKind::Random && self.luck.percent(30);
        let manner = if lies { Manner::Twist } else { Manner::Truth };
        let told = to.is_some_and(|to| {
            self.seat(
                no,
                &Command::TellAside {
                    scene: scene.clone(),
                    whisper: whisper.clone(),
                    manner,
                    to,
                },
            )
        });
        let also_aloud = matches!(self.bot(no), BotKind::Kind | BotKind::Greedy);
        if also_aloud || !told {
            self.seat(
                no,
                &Command::Tell {
                    scene: scene.clone(),
                    whisper: whisper.clone(),
                    manner: Manner::Truth,
                },
            );
        }
    }

    fn doubt(&mut self, no: SeatNo, id: &SceneId) {
        let exposures = self.table.scenes().iter().flat_map(|log| &log.exposures);
        let somebody_lied = exposures.count() > 0;
        let trust = self.table.trust();
        let percent = self.aim(no).map_or(DOUBTS, |held| {
            aims::doubts(held, DOUBTS, trust, somebody_lied)
        });
        if !self.luck.percent(percent) {
            return;
        }
        let Some(log) = self.log() else { return };
        let own = Character::Seat(no);
        let open: Vec<u8> = log
            .told
            .iter()
            .zip(0..)
            .filter(|(told, _)| told.by != own && told.to.is_none_or(|to| to == no))
            .filter(|(told, _)| matches!(told.by, Character::Seat(_)))
            .map(|(_, at)| at)
            .collect();
        if let Some(telling) = self.luck.pick(&open).copied() {
            let scene = id.clone();
            self.seat(no, &Command::Challenge { scene, telling });
        }
    }

    fn urge(&mut self, no: SeatNo, id: &SceneId, written: &Scene) {
        let bearer = self.log().map(|log| log.bearer);
        if written.decide != DecisionMode::Bearer || bearer == Some(no) || !self.luck.percent(50) {
            return;
        }
        if let Some(option) = self.favourite(no) {
            let scene = id.clone();
            self.seat(no, &Command::Urge { scene, option });
        }
    }

    fn act_quietly(&mut self, no: SeatNo, id: &SceneId) {
        let ways = self.table.ways(self.world, no);
        let quiet: Vec<OptionId> = match self.bot(no) {
            BotKind::Random if self.luck.percent(25) => ways
                .iter()
                .filter(|way| way.option.quiet)
                .map(|way| way.option.id.clone())
                .collect(),
            BotKind::Greedy => {
                let aim = self.aim(no);
                let wanted = ways.iter().filter(|way| {
                    way.option.quiet
                        && aim.is_some_and(|held| aims::wants_quietly(held, way.option))
                });
                let best = wanted.max_by_key(|way| way.percent);
                best.map(|way| way.option.id.clone()).into_iter().collect()
            }
            BotKind::Random | BotKind::Kind | BotKind::Liar | BotKind::Keeper | BotKind::Silent => {
                Vec::new()
            }
        };
        if let Some(option) = self.luck.pick(&quiet).cloned() {
            let scene = id.clone();
            self.seat(no, &Command::Act { scene, option });
        }
    }

    /// Arms a second throw, buys a hint, calls on a god.
    fn use_gifts(&mut self, no: SeatNo, id: &SceneId) {
        let held = self.table.seats().get(&no);
        let (momentum, callable) = held.map_or((0, Vec::new()), |held| {
            let gifts = held.gifts.iter().map(|(gift, _)| *gift);
            let callable = gifts.filter(|gift| gift.is_called_on());
            (held.momentum, callable.collect::<Vec<Gift>>())
        });
        let scene = || id.clone();
        let saves = self.aim(no).is_some_and(aims::saves);
        if momentum >= 2 && !saves && self.luck.percent(50) {
            let on = MomentumUse::SecondThrow;
            self.seat(no, &Command::Spend { scene: scene(), on });
        } else if momentum >= 1 && !saves && self.luck.percent(10) {
            let on = MomentumUse::Hint;
            self.seat(no, &Command::Spend { scene: scene(), on });
        }
        for gift in callable {
            // Each is given once a quest, and asks something of its own: the two that need nobody else are the surest.
            let wise = [God::Valdris, God::Kaitha, God::Sylara].contains(&gift.god);
            if wise && self.luck.percent(30) {
                let command = Command::CallOn {
                    scene: scene(),
                    god: gift.god,
                    gift: gift.kind,
                    seat: None,
                    telling: None,
                    option: None,
                };
                self.seat(no, &command);
            } else if gift == Gift::blessing(God::Athena) && self.luck.percent(30) {
                self.ask_of_a_telling(no, id);
            }
        }
    }

    fn ask_of_a_telling(&mut self, no: SeatNo, id: &SceneId) {
        let told = self.log().map_or(0, |log| log.told.len());
        let telling = self.luck.below(told);
        let command = Command::CallOn {
            scene: id.clone(),
            god: God::Athena,
            gift: GiftKind::Blessing,
            seat: None,
            telling: u8::try_from(telling).ok(),
            option: None,
        };
        self.seat(no, &command);
    }

    fn choose_all(&mut self, turns: &[(SeatNo, Turn)], now: Turn, id: &SceneId) {
        for (no, _) in turns.iter().filter(|(_, turn)| *turn == now) {
            if !self.is_open(id) || !self.table.asks(self.world, *no) {
                continue;
            }
            if self.is_the_last_to_choose(*no) {
                self.before_the_decision();
            }
            let option = if self.bot(*no) == BotKind::Random {
                self.any_option(*no)
            } else {
                self.favourite(*no)
            };
            if let Some(option) = option {
                let scene = id.clone();
                self.seat(*no, &Command::Choose { scene, option });
            }
        }
    }

    fn is_the_last_to_choose(&self, no: SeatNo) -> bool {
        let Some(log) = self.log() else { return false };
        let mut others = self.seats().into_iter().filter(|other| *other != no);
        others.all(|other| log.choices.contains_key(&other) || !self.table.asks(self.world, other))
    }

    fn any_option(&mut self, no: SeatNo) -> Option<OptionId> {
        let ways = self.table.ways(self.world, no).into_iter();
        let open: Vec<OptionId> = ways
            .filter(|way| !way.option.quiet && !way.is_shut)
            .map(|way| way.option.id.clone())
            .collect();
        self.luck.pick(&open).cloned()
    }
}
