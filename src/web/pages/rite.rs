//! What the page says between the first question and the first scene: who asks, what one is called, what there is to choose.

use game::{
    God, OpenQuestionView, QuestCard, QuestionView, SeatNo, SeatView, Sheet, Stage, StakeView,
};

use super::table::Main;

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass every argument by reference"
)]
impl Main<'_> {
    /// The god whose light lies on the page: the one that asks.
    pub(crate) fn light(&self) -> Option<God> {
        match &self.view.stage {
            Stage::Question(question)
            | Stage::QuestChoice {
                question: Some(question),
                ..
            } => Some(question.god),
            Stage::QuestChoice { question: None, .. }
            | Stage::Gathering
            | Stage::Waiting
            | Stage::Scene(_)
            | Stage::Naming(_)
            | Stage::Chronicle(_)
            | Stage::Closed
            | Stage::Unknown => None,
        }
    }

    /// The viewer's sheet, where it has been named and chooses its first quest.
    pub(crate) fn called(&self) -> Option<&Sheet> {
        let first = self.view.told_before.is_empty();
        let chooses = matches!(self.view.stage, Stage::QuestChoice { .. });
        let sheet = self.view.sheet.as_ref();
        sheet.filter(|sheet| first && chooses && sheet.class_name.is_some())
    }

    /// What all were asked, and what each answered: news where there are others, and nobody is asked any more.
    pub(crate) fn open_answers(&self) -> Option<&OpenQuestionView> {
        let open = self.view.open_question.as_ref();
        open.filter(|open| open.answers.len() > 1 && self.light().is_none())
    }

    /// What the viewer is here for, as its quest begins.
    pub(crate) fn sealed_stake(&self) -> Option<&StakeView> {
        let begins = matches!(&self.view.stage, Stage::Scene(scene) if scene.number == 1);
        let sheet = self.view.sheet.as_ref().filter(|_| begins);
        sheet?.stake.as_ref()
    }

    /// The god that regards a seat most; the first of those that regard it alike.
    pub(crate) fn patron(&self, sheet: &Sheet) -> Option<God> {
        let mut most = sheet.favour.first()?;
        for favour in &sheet.favour {
            if favour.favour > most.favour {
                most = favour;
            }
        }
        Some(most.god)
    }

    /// The quests to choose from; those for a first evening come first.
    pub(crate) fn shelf<'a>(&self, quests: &'a [QuestCard]) -> Vec<&'a QuestCard> {
        let (first, others): (Vec<_>, Vec<_>) = quests.iter().partition(|one| one.first_evening);
        first.into_iter().chain(others).collect()
    }

    /// A seat by its number.
    pub(crate) fn seat_at(&self, no: &SeatNo) -> Option<&SeatView> {
        self.view.seats.iter().find(|seat| seat.seat == *no)
    }
}

/// The lights of the rite: one for each question.
pub(crate) trait QuestionLights {
    /// Whether each question is asked: `past`, `now` or `to-come`.
    fn lights(&self) -> Vec<&'static str>;
}

impl QuestionLights for QuestionView {
    fn lights(&self) -> Vec<&'static str> {
        (1..=self.of)
            .map(|number| match number.cmp(&self.number) {
                std::cmp::Ordering::Less => "past",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "to-come",
            })
            .collect()
    }
}
