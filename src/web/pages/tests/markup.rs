//! What holds for the markup of every page: the content policy, ids, labels, headings.

use std::collections::BTreeSet;

use super::everything;
use super::html::tags;

#[test]
fn no_page_has_a_style_or_a_script_of_its_own() {
    for page in everything() {
        for tag in tags(&page) {
            assert_ne!(tag.name, "style");
            assert!(tag.name != "script" || tag.get("src").is_some(), "{tag:?}");
            for (name, value) in &tag.attributes {
                assert!(name != "style" && !name.starts_with("on"), "{tag:?}");
                assert!(
                    !value.contains("javascript:") && !value.contains("//cdn"),
                    "{tag:?}"
                );
            }
        }
    }
}

#[test]
fn an_id_is_given_once_and_what_is_pointed_at_is_there() {
    for page in everything() {
        let tags = tags(&page);
        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.get("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        for tag in &tags {
            for pointer in ["for", "aria-labelledby", "data-copy"] {
                // A section that is empty and hidden has no heading to be named by.
                let pointed = tag
                    .get(pointer)
                    .filter(|_| tag.get("hidden").is_none() || tag.name != "section");
                assert!(pointed.is_none_or(|id| unique.contains(id)), "{tag:?}");
            }
            let place = tag.get("href").and_then(|href| href.strip_prefix('#'));
            assert!(place.is_none_or(|id| unique.contains(id)), "{tag:?}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_page_one_first_heading() {
    for page in everything() {
        let tags = tags(&page);
        let labelled: BTreeSet<&str> = tags.iter().filter_map(|tag| tag.get("for")).collect();
        let fields = tags
            .iter()
            .filter(|tag| matches!(tag.name.as_str(), "input" | "textarea"));
        let typed = fields.filter(|tag| !matches!(tag.get("type"), Some("hidden" | "radio")));
        for field in typed {
            assert!(
                field.get("id").is_some_and(|id| labelled.contains(id)),
                "{field:?}"
            );
        }
        assert_eq!(tags.iter().filter(|tag| tag.name == "h1").count(), 1);
        assert_eq!(tags.iter().filter(|tag| tag.name == "main").count(), 1);
    }
}
