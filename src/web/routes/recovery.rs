//! Recovery: taking a seat on another device, with its recovery phrase.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{Html, IntoResponse, Response};
use game::{Table, TableId};
use http::HeaderMap;
use http::header::CACHE_CONTROL;
use serde::Deserialize;
use service::{Holder, Seated};

use crate::client_ip::ClientAddress;
use crate::pages::{DoorProblem, RecoveryPage, Template};
use crate::pasted::{self, WayIn};
use crate::rate_limit::GuessKind;
use crate::request::{CheckedQuery, table_of_code};
use crate::routes::lobby::take_seat;
use crate::routes::phrase::SECRET;
use crate::visitor::{Visitor, VisitorCookie};
use crate::{AppState, WebError};

/// The code in a link to this page.
#[derive(Deserialize)]
pub(crate) struct Prefilled {
    #[serde(default)]
    code: String,
}

/// Asks for table and phrase.
pub(crate) async fn page(
    State(app): State<AppState>,
    headers: HeaderMap,
    CheckedQuery(prefilled): CheckedQuery<Prefilled>,
) -> Result<Response, WebError> {
    let page = RecoveryPage {
        code: &prefilled.code,
        phrase: "",
        problem: None,
    };
    let cookie = VisitorCookie::for_newcomer(&app, &headers);
    Ok((cookie, Html(page.render()?)).into_response())
}

/// The form of recovery: the table's code or link, and the phrase.
#[derive(Deserialize)]
pub(crate) struct ReturnForm {
    code: String,
    phrase: String,
    visitor: Option<String>,
}

/// Gives the seat to this browser too. The other device keeps it: one seat, any device.
pub(crate) async fn come_back(
    State(app): State<AppState>,
    client: ClientAddress,
    headers: HeaderMap,
    form: Result<Form<ReturnForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    let seated = match Visitor::sending(&headers, form.visitor.as_deref()) {
        Ok(_) => seat_of(&app, client, &form.code, &form.phrase).await,
        Err(error) => Err(error),
    };
    match seated {
        Ok(seated) => Ok(take_seat(&app, &headers, &seated).await),
        Err(error) if error.keeps_form() => {
            let sentence = error.to_string();
            let page = RecoveryPage {
                code: &form.code,
                phrase: &form.phrase,
                problem: Some(DoorProblem {
                    field: error.field(),
                    sentence: &sentence,
                }),
            };
            // A phrase with one letter wrong is nearly one.
            let secret = [(CACHE_CONTROL, SECRET)];
            let cookie = VisitorCookie::for_newcomer(&app, &headers);
            Ok((secret, cookie, error.on_page(page.render()?)).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Finds the seat of a phrase, at the table of a code or a link.
pub(crate) async fn seat_of(
    app: &AppState,
    client: ClientAddress,
    code: &str,
    phrase: &str,
) -> Result<Seated, WebError> {
    let table_id = match pasted::way_in(code) {
        // A finished table has no code any more.
        Some(WayIn::Table(table)) => table,
        _ => table_of_code(app, client, code).await?.1,
    };
    // Wrong ones count against who tries, whatever the table: a stranger's do not keep the holder from coming back.
    let guess = app.limiter.guess(GuessKind::Phrase, client);
    let guess = guess.map_err(|wait| WebError::TooManyTries { wait })?;
    let table = app.tables.loader.load(&table_id).await?;
    let Some(holder) = holder_by_phrase(app, &table_id, &table, phrase) else {
        guess.was_wrong().await;
        return Err(WebError::WrongPhrase);
    };
    Ok(Seated {
        table: table_id,
        holder,
        version: table.version(),
    })
}

fn holder_by_phrase(app: &AppState, id: &TableId, table: &Table, typed: &str) -> Option<Holder> {
    let phrases = pasted::phrases(typed);
    let fits = |holder: &Holder| {
        let mut phrases = phrases.iter();
        phrases.any(|phrase| app.keys.fits(id, *holder, phrase))
    };
    let holders = table.seats().iter().filter(|(_, seat)| seat.present);
    holders
        .map(|(seat, held)| Holder {
            seat: *seat,
            generation: held.generation,
        })
        .find(fits)
}
