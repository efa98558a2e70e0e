//! The pictures of scenes, of endings and of the front door.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use game::content::Quest;
use http::Uri;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::art::{ending_picture, front_address, front_plate, plate_address, scene_picture};
use crate::{AppState, WebError};

/// A week: the mark in the address knows how this release draws, and not what an operator writes into a quest.
const KEEP: &str = "public, max-age=604800, immutable";

/// What another release's page asks for may not be kept: it is drawn as this release draws.
const ASK: &str = "no-cache";

/// Draws the front door.
pub(crate) async fn front(
    Path((_, name)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, WebError> {
    let address = front_address();
    if !address.ends_with(&format!("/{name}")) {
        return Err(WebError::NotFound);
    }
    Ok(drawn(&uri, &address, front_plate()))
}

/// Draws a scene or an ending of the library, by the titles of its quest and of itself.
pub(crate) async fn plate(
    State(app): State<AppState>,
    Path((_, quest, name)): Path<(String, String, String)>,
    uri: Uri,
) -> Result<Response, WebError> {
    let wanted = format!("/{quest}/{name}");
    let is_wanted =
        |quest: &Quest, title: &str| plate_address(&quest.title, title).ends_with(&wanted);
    for quest in app.tables.world.every_quest() {
        let scene = quest.scenes.iter().find(|one| is_wanted(quest, &one.title));
        if let Some(scene) = scene {
            let address = plate_address(&quest.title, &scene.title);
            return Ok(drawn(&uri, &address, scene_picture(quest, scene)));
        }
        let ending = quest
            .endings
            .iter()
            .find(|one| is_wanted(quest, &one.title));
        if let Some(ending) = ending {
            let address = plate_address(&quest.title, &ending.title);
            return Ok(drawn(&uri, &address, ending_picture(quest, ending)));
        }
        // A quest is pictured by the place where it begins.
        let begins = quest.scenes.iter().find(|one| one.id == quest.begin);
        if let Some(scene) = begins.filter(|_| is_wanted(quest, &quest.title)) {
            let address = plate_address(&quest.title, &quest.title);
            return Ok(drawn(&uri, &address, scene_picture(quest, scene)));
        }
    }
    Err(WebError::NotFound)
}

fn drawn(uri: &Uri, address: &str, drawing: String) -> Response {
    let keep = if uri.path() == address { KEEP } else { ASK };
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, keep)];
    (headers, drawing).into_response()
}
