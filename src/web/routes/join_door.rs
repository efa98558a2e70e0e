//! The door of a table, as somebody sees it who has no seat there.

use game::{Code, NAME_CHARS_MAX, Phase, Refusal, SEATS_MAX, SeatNo, TableId};
use http::{HeaderMap, Uri};

use crate::pages::{CommandIds, DoorProblem, JoinPage, Template};
use crate::request::{base_url, fresh_stem};
use crate::{AppState, WebError};

/// Who sits at a table, and whether there is room for one more.
#[derive(Debug)]
pub(crate) struct JoinDoor {
    code: Code,
    seated: Vec<(SeatNo, String)>,
    host: Option<SeatNo>,
    /// Why nobody can sit down any more, and where the table is watched.
    watch: Option<(String, String)>,
}

impl JoinDoor {
    /// Looks who sits at a table.
    pub(crate) async fn of(app: &AppState, code: &Code, id: &TableId) -> Result<Self, WebError> {
        let table = app.tables.loader.load(id).await?;
        let present = table.present();
        let seated: Vec<_> = present.map(|(no, seat)| (no, seat.name.clone())).collect();
        let full = seated.len() >= usize::from(SEATS_MAX);
        let closed = if table.phase() == Phase::Gathering {
            full.then_some(Refusal::TableFull)
        } else {
            Some(Refusal::AlreadyBegun)
        };
        Ok(Self {
            code: code.clone(),
            seated,
            host: table.host(),
            watch: closed.map(|why| (why.to_string(), format!("/t/{id}"))),
        })
    }

    /// Renders it, with what was typed there and what stood in the way.
    pub(crate) fn page(
        &self,
        app: &AppState,
        (uri, headers): (&Uri, &HeaderMap),
        name: &str,
        error: Option<&WebError>,
    ) -> Result<String, WebError> {
        let sentence = error.map(ToString::to_string);
        let problem = error.zip(sentence.as_deref());
        let host = self.seated.iter().find(|(no, _)| Some(*no) == self.host);
        let taken = error.is_some_and(|error| {
            matches!(
                error.refusal(),
                Some(Refusal::NameTaken | Refusal::NameAlike)
            )
        });
        let suggestion = if taken {
            self.free_name_like(name)
        } else {
            None
        };
        let watch = self.watch.as_ref();
        let page = JoinPage {
            base_url: &base_url(app, uri, headers),
            code: self.code.as_str(),
            host: host.map(|(_, name)| name.as_str()),
            seated: &self.seated,
            name,
            suggestion: suggestion.as_deref(),
            problem: problem
                .filter(|_| watch.is_none())
                .map(|(error, sentence)| DoorProblem {
                    field: error.field(),
                    sentence,
                }),
            watch: watch.map(|(why, path)| (why.as_str(), path.as_str())),
            ids: CommandIds::new(fresh_stem(app)),
        };
        Ok(page.render()?)
    }

    /// Returns a name like this one that nobody at the table has. One that only looks like somebody's is refused again.
    fn free_name_like(&self, name: &str) -> Option<String> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let numbered = (2..=SEATS_MAX + 1).map(|number| format!("{name} {number}"));
        numbered
            .filter(|one| one.chars().count() <= NAME_CHARS_MAX)
            .find(|one| {
                let one = one.to_lowercase();
                self.seated
                    .iter()
                    .all(|(_, taken)| taken.to_lowercase() != one)
            })
    }
}
