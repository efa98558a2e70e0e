//! What came of each option: who was offered it, who took it, what was done.

use std::collections::BTreeMap;

use game::content::Quest;
use game::{ClassId, OutcomeKind};

use super::bots::{BotKind, PartyKind};
use super::evening::EveningPlayed;
use super::figures::{Share, join_shares};

/// What came of one option.
#[derive(Clone, Debug, Default)]
pub struct OptionFigure {
    /// Done, of the scenes that offered it to somebody.
    pub done: Share,
    /// The same at greedy parties.
    pub by_greedy: Share,
    /// Chosen, of the seats that were offered it, by kind of bot.
    pub by_bot: BTreeMap<BotKind, Share>,
    /// Chosen, of the seats that were offered it, by class; all bots but the silent.
    pub by_class: BTreeMap<ClassId, Share>,
    /// Came off, of the times it was done.
    pub came_off: Share,
}

/// What came of all options, by the places of scene and option in the file.
#[derive(Clone, Debug, Default)]
pub struct OptionFigures {
    /// By scene and option.
    pub by_place: BTreeMap<(usize, usize), OptionFigure>,
}

impl OptionFigures {
    pub(super) fn add(&mut self, quest: &Quest, game: &EveningPlayed) {
        for (log, ways) in game.table.scenes().iter().zip(&game.ways) {
            let at = quest.scenes.iter().position(|scene| scene.id == log.scene);
            let Some(at) = at else { continue };
            let options = &quest.scenes[at].options;
            let place = |id| options.iter().position(|option| option.id == id);
            let mut offered: Vec<usize> = ways.iter().flat_map(|(_, seen)| seen.clone()).collect();
            offered.sort_unstable();
            offered.dedup();
            let mut done: Vec<(usize, OutcomeKind)> = Vec::new();
            done.extend(
                log.done
                    .iter()
                    .filter_map(|done| Some((place(done.option.clone())?, done.kind))),
            );
            done.extend(
                log.quiet
                    .iter()
                    .filter_map(|deed| Some((place(deed.option.clone())?, deed.kind))),
            );
            // What happened in silence, or by a companion's quiet hand, was offered to somebody, too.
            offered.extend(done.iter().map(|(option, _)| *option));
            offered.sort_unstable();
            offered.dedup();
            for option in offered {
                let figure = self.by_place.entry((at, option)).or_default();
                let deed = done.iter().find(|(other, _)| *other == option);
                figure.done.note(deed.is_some());
                if game.plan.party == PartyKind::Greedy {
                    figure.by_greedy.note(deed.is_some());
                }
            }
            for (option, kind) in done {
                let figure = self.by_place.entry((at, option)).or_default();
                figure.came_off.note(kind.is_good());
            }
            for (no, seen) in ways {
                let Some((bot, class)) = game.player(*no) else {
                    continue;
                };
                if bot == BotKind::Silent {
                    continue;
                }
                let chosen = log.choices.get(no).and_then(|id| place(id.clone()));
                let quiet = log.acting.get(no).and_then(|id| place(id.clone()));
                for option in seen {
                    let took = chosen == Some(*option) || quiet == Some(*option);
                    let figure = self.by_place.entry((at, *option)).or_default();
                    figure.by_bot.entry(bot).or_default().note(took);
                    figure.by_class.entry(class.clone()).or_default().note(took);
                }
            }
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        for (place, more) in other.by_place {
            let own = self.by_place.entry(place).or_default();
            own.done.add(more.done);
            own.by_greedy.add(more.by_greedy);
            own.came_off.add(more.came_off);
            join_shares(&mut own.by_bot, more.by_bot);
            join_shares(&mut own.by_class, more.by_class);
        }
    }
}
