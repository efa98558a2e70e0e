//! A journal with one secret altered: to everybody who may not know the secret, both journals must look the same for as
//! long as it is one.

use game::content::World;
use game::{
    Character, Dice, Event, Mark, OptionId, OutcomeKind, Phase, SceneId, SeatNo, Stake, Table,
    WhisperId,
};

/// What is secret of a seat until the Chronicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum SecretKind {
    Answer,
    Aside,
    ChallengeThrow,
    Favour,
    Gift,
    Hint,
    Kept,
    Listening,
    Mark,
    Momentum,
    QuietChoice,
    QuietHand,
    Slip,
    Stake,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Answer,
        Self::Aside,
        Self::ChallengeThrow,
        Self::Favour,
        Self::Gift,
        Self::Hint,
        Self::Kept,
        Self::Listening,
        Self::Mark,
        Self::Momentum,
        Self::QuietChoice,
        Self::QuietHand,
        Self::Slip,
        Self::Stake,
    ];

    /// Whether what the secret leads to comes out with the scene, so that only the scene itself can be compared.
    fn is_of_a_scene(self) -> bool {
        matches!(self, Self::Aside | Self::Gift | Self::Listening)
    }
}

/// A table at which one secret is another, and who may know that.
#[derive(Clone, Debug)]
pub struct Shadow {
    kind: SecretKind,
    knowers: Vec<SeatNo>,
    scenes: usize,
    table: Table,
}

/// Where alterations are taken from.
struct Source<'a> {
    world: &'a World,
    before: &'a Table,
    /// The scene that is open before the commit, or that it opens.
    scene: Option<SceneId>,
}

impl Shadow {
    /// Alters one secret of the commit `events`, taken at `before`; none where there is nothing to alter.
    pub fn of(world: &World, before: &Table, events: &[Event], chance: &mut Dice) -> Option<Self> {
        let scene = before.scenes().last().map(|log| log.scene.clone());
        let source = Source {
            world,
            before,
            scene,
        };
        let mut found: Vec<(usize, Altered)> = Vec::new();
        for (at, event) in events.iter().enumerate() {
            found.extend(source.altered(event).map(|altered| (at, altered)));
        }
        // Each kind as often as another, though most events move favour.
        let mut kinds: Vec<SecretKind> = found.iter().map(|(_, altered)| altered.kind).collect();
        kinds.sort();
        kinds.dedup();
        let kind = *chance.pick(&kinds)?;
        found.retain(|(_, altered)| altered.kind == kind);
        let (at, altered) = chance.pick(&found)?;
        let mut told = events.to_vec();
        *told.get_mut(*at)? = altered.event.clone();
        let mut table = before.clone();
        table.fold(&told);
        Some(Self {
            kind,
            knowers: altered.knowers.clone(),
            scenes: before.scenes().len(),
            table,
        })
    }

    /// What is secret.
    pub fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The table with the altered secret.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Takes in what happened next. Returns whether the secret still is one.
    pub fn follow(&mut self, events: &[Event]) -> bool {
        self.table.fold(events);
        let goes_on = !matches!(self.table.phase(), Phase::Chronicle | Phase::Closed)
            && !events.iter().any(|event| matches!(event, Event::Erased {}));
        let same_scene = self.table.scenes().len() == self.scenes;
        let caught = |event: &Event| matches!(event, Event::Challenged(made) if made.caught);
        let laid_bare = self.kind == SecretKind::Aside && events.iter().any(caught);
        goes_on && !laid_bare && (same_scene || !self.kind.is_of_a_scene())
    }

    /// The first viewer, a seat or a spectator, who may not know the secret and to whom `show` shows the two tables
    /// differently.
    pub fn told_apart(
        &self,
        real: &Table,
        show: impl Fn(&Table, Option<SeatNo>) -> String,
    ) -> Option<Option<SeatNo>> {
        let seats = real.present().map(|(no, _)| Some(no));
        let mut viewers = seats.chain([None]);
        viewers.find(|viewer| {
            let may_know = viewer.is_some_and(|no| self.knowers.contains(&no));
            !may_know && show(real, *viewer) != show(&self.table, *viewer)
        })
    }
}

/// An event as it would be with another secret.
struct Altered {
    kind: SecretKind,
    knowers: Vec<SeatNo>,
    event: Event,
}

impl Source<'_> {
    fn altered(&self, event: &Event) -> Option<Altered> {
        let mut changed = event.clone();
        let (kind, knowers) = self.alter(&mut changed)?;
        (changed != *event).then_some(Altered {
            kind,
            knowers,
            event: changed,
        })
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "most events hold no secret")]
    fn alter(&self, event: &mut Event) -> Option<(SecretKind, Vec<SeatNo>)> {
        match event {
            Event::Answered {
                seat,
                question,
                answer,
                ..
            } => {
                let open = self.before.open_question();
                *answer = u8::from(*answer == 0);
                (open != Some(question)).then(|| (SecretKind::Answer, vec![*seat]))
            }
            Event::StakeDealt(dealt) => {
                let at = Stake::ALL.iter().position(|other| *other == dealt.stake)?;
                dealt.stake = *Stake::ALL.get(at + 1).or(Stake::ALL.first())?;
                Some((SecretKind::Stake, vec![dealt.seat]))
            }
            Event::MarkCarried {
                who: Character::Seat(seat),
                mark,
            } => {
                *mark = Mark::parse("nobody-has-this")?;
                Some((SecretKind::Mark, vec![*seat]))
            }
            Event::MomentumMoved(moved) => {
                moved.by += 1;
                Some((SecretKind::Momentum, vec![moved.seat]))
            }
            Event::FavourMoved(moved) => {
                moved.by += 1;
                Some((SecretKind::Favour, vec![moved.seat]))
            }
            Event::Judged(judged) => {
                judged.slips.clear();
                Some((SecretKind::Slip, vec![judged.seat]))
            }
            Event::Spent(bought) => {
                bought.hint.clear();
                Some((SecretKind::Hint, vec![bought.seat]))
            }
            _ => self.alter_in_scene(event),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "most events hold no secret")]
    fn alter_in_scene(&self, event: &mut Event) -> Option<(SecretKind, Vec<SeatNo>)> {
        match event {
            Event::Told(told) => {
                let (Character::Seat(by), Some(to)) = (&told.by, told.to) else {
                    return None;
                };
                told.manner = match told.manner {
                    game::Manner::Truth => game::Manner::Twist,
                    game::Manner::Twist => game::Manner::Truth,
                };
                Some((SecretKind::Aside, vec![*by, to]))
            }
            Event::Kept { seat, whisper } => {
                *whisper = self.another_whisper(whisper)?;
                Some((SecretKind::Kept, vec![*seat]))
            }
            Event::Acted { seat, option } => {
                *option = self.another_option(option)?;
                Some((SecretKind::QuietChoice, vec![*seat]))
            }
            Event::Invoked {
                seat,
                heard: Some(heard),
            } => {
                *heard = self.another_whisper(heard)?;
                Some((SecretKind::Listening, vec![*seat]))
            }
            Event::CalledOn(call) => {
                if let Some(heard) = &mut call.heard {
                    *heard = self.another_whisper(heard)?;
                }
                call.holds = call.holds.map(|holds| !holds);
                Some((SecretKind::Gift, vec![call.seat]))
            }
            Event::Challenged(made) => {
                made.test.throw.value = 101 - made.test.throw.value;
                Some((SecretKind::ChallengeThrow, Vec::new()))
            }
            Event::QuietDone(deed) if deed.kind != OutcomeKind::Disaster => {
                let Character::Seat(hand) = deed.hand else {
                    return None;
                };
                let mut present = self.before.present().map(|(no, _)| no);
                let other = present.find(|no| *no != hand)?;
                deed.hand = Character::Seat(other);
                Some((SecretKind::QuietHand, vec![hand, other]))
            }
            _ => None,
        }
    }

    fn written(&self) -> Option<&game::content::Scene> {
        let (quest, edition) = self.before.quest()?;
        self.world
            .quest(quest, edition)?
            .scene(self.scene.as_ref()?)
    }

    fn another_whisper(&self, id: &WhisperId) -> Option<WhisperId> {
        let mut whispers = self.written()?.whispers.iter();
        whispers
            .find(|whisper| whisper.id != *id)
            .map(|whisper| whisper.id.clone())
    }

    fn another_option(&self, id: &OptionId) -> Option<OptionId> {
        let mut options = self.written()?.options.iter();
        options
            .find(|option| option.id != *id)
            .map(|option| option.id.clone())
    }
}
