//! Where the reader of a page without a script goes on after a form: where it stood, or at what came of it.

use game::{Stage, View};

use crate::command_form::CommandForm;

/// Where a form stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Landing {
    /// The scene it was for. Empty for one that stands beside the story or before it.
    scene: String,
    /// The id of the place on the page.
    place: &'static str,
}

impl Landing {
    /// Where a form stands that asks for what it says.
    pub(crate) fn of(form: &CommandForm) -> Self {
        let scene = form.field("scene").to_owned();
        let place = match form.field("do") {
            "say" => "talk",
            "vacate" | "hand-over" | "close" => "settings",
            "tell" | "keep" | "tell-aside" => "beat-whisper",
            "nod" | "challenge" => "beat-decide",
            _ if scene.is_empty() => "stage",
            _ => "options-title",
        };
        Self { scene, place }
    }

    /// The place to show of a page as it stands now.
    pub(crate) fn place(&self, view: &View) -> &'static str {
        let has_scene =
            |scene: &str| matches!(&view.stage, Stage::Scene(open) if open.scene.as_str() == scene);
        if self.scene.is_empty() || has_scene(&self.scene) {
            return self.place;
        }
        let above = !matches!(view.stage, Stage::Chronicle(_));
        if above && view.aftermath.is_some() {
            "before"
        } else {
            "stage"
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;
    use http::Uri;

    use super::*;

    fn place(form: &str) -> (String, &'static str) {
        let uri: Uri = format!("/?command_id=0123456789abcdef&{form}")
            .parse()
            .unwrap();
        let Query(form) = Query::<CommandForm>::try_from_uri(&uri).unwrap();
        let landing = Landing::of(&form);
        (landing.scene, landing.place)
    }

    #[test]
    fn a_form_leads_back_to_where_it_stood() {
        let cases = [
            ("do=say&text=Hello", "", "talk"),
            ("do=close", "", "settings"),
            ("do=answer&question=a&answer=1", "", "stage"),
            (
                "do=tell&scene=quay&whisper=a&manner=truth",
                "quay",
                "beat-whisper",
            ),
            ("do=nod&scene=quay&telling=0", "quay", "beat-decide"),
            ("do=choose&scene=quay&option=wait", "quay", "options-title"),
        ];
        for (form, scene, at) in cases {
            assert_eq!(place(form), (scene.to_owned(), at), "{form}");
        }
    }
}
