//! A told story, for whoever has its link.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Html;
use http::{HeaderMap, Uri};
use service::{ChainProof, ServiceError};

use crate::pages::{Main, StoryPage, Template};
use crate::request::base_url;
use crate::{AppState, WebError};

/// Shows the story to its readers. The link that was taken back, or was never given, leads nowhere.
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(sealed): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Html<String>, WebError> {
    let link = app.keys.open_story(&sealed).ok_or(WebError::NoStory)?;
    let look = app.tables.feeds.look(&link.table, None).await;
    let look = look.map_err(|error| {
        if matches!(error, ServiceError::NoSuchTable | ServiceError::Erased) {
            WebError::NoStory
        } else {
            error.into()
        }
    })?;
    let published = look.published().filter(|it| *it == link.published);
    let view = published.and_then(|_| look.view_for_readers());
    let view = view.ok_or(WebError::NoStory)?;
    let base_url = base_url(&app, &uri, &headers);
    let page = StoryPage {
        base_url: &base_url,
        told: Main {
            table: &link.table,
            view: &view,
            holder: None,
            presence: &BTreeMap::default(),
            proof: &ChainProof::default(),
            invitation: None,
            story: None,
        },
    };
    Ok(Html(page.render()?))
}

/// Returns the path of a story's link.
pub(crate) fn path(sealed: &str) -> String {
    format!("/story/{sealed}")
}
