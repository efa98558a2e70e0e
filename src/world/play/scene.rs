//! What generated players think of in a scene: all that the page offers them.

use game::{
    Command, Gift, GiftKind, God, Manner, MomentumUse, OptionId, SceneView, SeatNo, Sheet, Stage,
};

use super::Play;

/// What one seat sees of the open scene.
struct SceneEyes {
    seat: SeatNo,
    shown: SceneView,
    sheet: Option<Sheet>,
}

impl Play<'_> {
    /// What a seat does in a scene: tell what it heard, use what it can, choose from what it sees.
    pub(super) fn act(&mut self, seat: SeatNo) -> Option<Command> {
        let view = self.table.view(self.world, Some(seat));
        let Stage::Scene(shown) = view.stage else {
            return None;
        };
        let eyes = SceneEyes {
            seat,
            shown: *shown,
            sheet: view.sheet,
        };
        if let Some(call) = self.call(&eyes, 3) {
            return Some(call);
        }
        let idea = match self.chance.below(32) {
            0..=5 => self.tell(&eyes, Manner::Truth),
            6..=7 => self.tell(&eyes, Manner::Twist),
            8 => self.keep(&eyes),
            9..=10 => self.tell_aside(&eyes),
            11..=12 => self.doubt(&eyes),
            13 => self.press(&eyes),
            14 => self.urge(&eyes),
            15..=16 => self.act_quietly(&eyes),
            17 => Self::take_back(&eyes),
            18..=19 => self.spend(&eyes),
            20 => self.move_the_deadline(&eyes),
            21 => self.spend_keepsake(&eyes),
            22 => Some(Command::Invoke {
                scene: eyes.shown.scene.clone(),
            }),
            23 => self.answer_offer(&eyes),
            _ => None,
        };
        idea.or_else(|| self.choose(&eyes))
    }

    fn tell(&mut self, eyes: &SceneEyes, manner: Manner) -> Option<Command> {
        let untold = eyes.shown.whispers.iter().filter(|own| own.told.is_none());
        let untold: Vec<_> = untold.map(|own| &own.whisper).collect();
        let whisper = (*self.chance.pick(&untold)?).clone();
        Some(Command::Tell {
            scene: eyes.shown.scene.clone(),
            whisper,
            manner,
        })
    }

    fn keep(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let whisper = self.chance.pick(&eyes.shown.whispers)?.whisper.clone();
        Some(Command::Keep {
            scene: eyes.shown.scene.clone(),
            whisper,
        })
    }

    fn tell_aside(&mut self, eyes: &SceneEyes) -> Option<Command> {
        if !eyes.shown.may.tell_aside {
            return None;
        }
        let whisper = self.chance.pick(&eyes.shown.whispers)?.whisper.clone();
        let to = self.some_seat();
        let manner = *self.chance.pick(&[Manner::Truth, Manner::Twist])?;
        Some(Command::TellAside {
            scene: eyes.shown.scene.clone(),
            whisper,
            manner,
            to,
        })
    }

    /// Doubts a telling, or makes a sign at it.
    fn doubt(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let told = self.chance.pick(&eyes.shown.told)?;
        let (scene, telling) = (eyes.shown.scene.clone(), told.telling);
        if told.doubt.is_some() && self.chance.below(2) == 0 {
            return Some(Command::Challenge { scene, telling });
        }
        let doubts = self.chance.below(2) == 0;
        Some(Command::Nod {
            scene,
            telling,
            doubts,
        })
    }

    fn press(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let companion = self.chance.pick(&eyes.shown.presses)?.companion.clone();
        Some(Command::Press {
            scene: eyes.shown.scene.clone(),
            companion,
        })
    }

    fn urge(&mut self, eyes: &SceneEyes) -> Option<Command> {
        if !eyes.shown.may.urge {
            return None;
        }
        let option = self.chance.pick(&eyes.shown.options)?.option.clone();
        Some(Command::Urge {
            scene: eyes.shown.scene.clone(),
            option,
        })
    }

    fn act_quietly(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let quiet = eyes.shown.options.iter().filter(|option| option.quiet);
        let quiet: Vec<&OptionId> = quiet.map(|option| &option.option).collect();
        let option = (*self.chance.pick(&quiet)?).clone();
        Some(Command::Act {
            scene: eyes.shown.scene.clone(),
            option,
        })
    }

    fn take_back(eyes: &SceneEyes) -> Option<Command> {
        let scene = eyes.shown.scene.clone();
        let mut quiet = eyes.shown.options.iter().filter(|option| option.quiet);
        if quiet.any(|option| option.yours) {
            return Some(Command::StayHand { scene });
        }
        eyes.shown
            .may
            .withdraw
            .then_some(Command::Withdraw { scene })
    }

    fn spend(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let uses: Vec<MomentumUse> = eyes.shown.purchases.iter().map(|one| one.on).collect();
        let on = *self.chance.pick(&uses)?;
        Some(Command::Spend {
            scene: eyes.shown.scene.clone(),
            on,
        })
    }

    fn move_the_deadline(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let scene = eyes.shown.scene.clone();
        if let Some(seat) = self.chance.pick(&eyes.shown.may.skip) {
            return Some(Command::Skip { seat: *seat });
        }
        if eyes.shown.may.extend && self.chance.below(3) == 0 {
            return Some(Command::Extend { scene });
        }
        let may_call = eyes.shown.may.call_time;
        may_call.then_some(Command::CallTime { scene })
    }

    fn spend_keepsake(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let carried = &eyes.sheet.as_ref()?.keepsakes;
        let keepsake = self.chance.pick(carried)?.keepsake.clone();
        Some(Command::SpendKeepsake {
            scene: eyes.shown.scene.clone(),
            keepsake,
        })
    }

    fn answer_offer(&mut self, eyes: &SceneEyes) -> Option<Command> {
        eyes.shown.offered_by?;
        let takes = self.chance.below(3) > 0;
        Some(Command::AnswerOffer {
            scene: eyes.shown.scene.clone(),
            takes,
        })
    }

    /// Calls on a gift, once in so many times that there is one.
    fn call(&mut self, eyes: &SceneEyes, one_in: u32) -> Option<Command> {
        let callable = &eyes.sheet.as_ref()?.callable;
        if callable.is_empty() || self.chance.below(one_in) > 0 {
            return None;
        }
        let gift = *self.chance.pick(callable)?;
        let telling = self.chance.pick(&eyes.shown.told).map(|told| told.telling);
        let asks_a_telling = gift == Gift::blessing(God::Athena);
        let asks_a_seat = gift == Gift::greater(God::Mercus);
        let asks_an_option = gift == Gift::greater(God::Drakmor);
        let option = self.chance.pick(&eyes.shown.options);
        let option = option.map(|option| option.option.clone());
        let with = self.some_seat();
        Some(Command::CallOn {
            scene: eyes.shown.scene.clone(),
            god: gift.god,
            gift: gift.kind,
            seat: asks_a_seat.then_some(with),
            telling: telling.filter(|_| asks_a_telling),
            option: option.filter(|_| asks_an_option),
        })
    }

    /// Chooses from what it sees: at a table that has a patron mostly what that god likes.
    fn choose(&mut self, eyes: &SceneEyes) -> Option<Command> {
        let open: Vec<&OptionId> = eyes
            .shown
            .options
            .iter()
            .filter(|option| !option.quiet && !option.yours)
            .map(|option| &option.option)
            .collect();
        let liked = if self.patron.is_some() && self.chance.below(5) > 0 {
            self.most_liked(eyes.seat, &open)
        } else {
            None
        };
        let option = liked.or_else(|| self.chance.pick(&open).copied().cloned())?;
        Some(Command::Choose {
            scene: eyes.shown.scene.clone(),
            option,
        })
    }

    /// What the patron likes best of what is open, unless the seat has chosen that already.
    fn most_liked(&self, seat: SeatNo, open: &[&OptionId]) -> Option<OptionId> {
        let (quest, _) = self.table.quest()?;
        let log = self.table.scenes().last()?;
        if log.choices.contains_key(&seat) {
            return None;
        }
        let scene = self.world.quests.get(quest)?.scene(&log.scene)?;
        let options = open.iter().filter_map(|id| scene.option(id));
        let best = options.min_by_key(|option| self.liking(option))?;
        Some(best.id.clone())
    }

    /// A gift of any kind, borne or not.
    pub(super) fn any_gift(&mut self) -> Gift {
        let god = self.chance.pick(God::ALL).copied();
        let kind = self.chance.pick(GiftKind::ALL).copied();
        Gift {
            god: god.unwrap_or(God::Valdris),
            kind: kind.unwrap_or(GiftKind::Blessing),
        }
    }
}
