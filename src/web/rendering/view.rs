//! A view as JSON, and how it differs from what a client has.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use game::Version;
use serde_json::{Map, Value};

use super::cache::Weighed;
use crate::event_stream::EncodedEvent;

/// A table's answer as JSON, as one viewer sees it.
#[derive(Debug)]
pub(crate) struct ViewRendering {
    /// The version it shows.
    pub(crate) version: Version,
    /// The JSON of a [`crate::wire::TableAnswer`].
    pub(crate) json: Bytes,
    whole: OnceLock<Arc<EncodedEvent>>,
    /// The difference that was asked for last, and from which JSON it starts.
    patch: Mutex<Option<(Bytes, Arc<EncodedEvent>)>>,
}

impl ViewRendering {
    pub(crate) fn new(version: Version, json: Bytes) -> Self {
        Self {
            version,
            json,
            whole: OnceLock::new(),
            patch: Mutex::default(),
        }
    }

    /// Returns the whole view as an event.
    pub(crate) fn whole(&self) -> Arc<EncodedEvent> {
        let whole = self.whole.get_or_init(|| {
            let json = String::from_utf8_lossy(&self.json);
            Arc::new(EncodedEvent::new("view", &self.id(), &json))
        });
        Arc::clone(whole)
    }

    /// Returns what a client is to say that has this view.
    pub(crate) fn id(&self) -> String {
        self.version.to_string()
    }

    /// Returns an event that makes this view of one before, as a JSON merge patch (RFC 7396).
    pub(crate) fn since(&self, before: &Self) -> Arc<EncodedEvent> {
        let mut patch = self.patch.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((from, event)) = &*patch
            && *from == before.json
        {
            return Arc::clone(event);
        }
        let data = merge_patch(&read(&before.json), &read(&self.json)).to_string();
        let event = Arc::new(EncodedEvent::new("merge", &self.id(), &data));
        *patch = Some((before.json.clone(), Arc::clone(&event)));
        event
    }
}

fn read(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap_or_default()
}

/// Returns the patch that leads from one object to another. A field that is null afterwards is removed: a merge patch
/// knows no difference.
fn merge_patch(before: &Value, after: &Value) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return after.clone();
    };
    let mut patch = Map::new();
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    for (name, value) in after {
        match before.get(name) {
            Some(same) if same == value => {}
            Some(other) => {
                patch.insert(name.clone(), merge_patch(other, value));
            }
            None => {
                patch.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(patch)
}

impl Weighed for ViewRendering {
    fn bytes(&self) -> usize {
        // Its text, the event, and that compressed.
        3 * self.json.len()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_patch_leads_from_one_view_to_the_next() {
        let mut seen = json!({ "you": 1, "sheet": { "class": null, "name": "Anna" }, "lines": [1], "gone": {} });
        let after = json!({ "you": null, "sheet": { "class": "seer", "name": "Anna" }, "lines": [1, null], "new": { "a": null, "b": 1 } });
        let patch = merge_patch(&seen, &after);
        let expected = json!({
            "you": null,
            "sheet": { "class": "seer" },
            "lines": [1, null],
            "gone": null,
            "new": { "a": null, "b": 1 },
        });
        assert_eq!(patch, expected, "what is the same is not sent");
        merge(&mut seen, &patch);
        let expected = json!({ "sheet": { "class": "seer", "name": "Anna" }, "lines": [1, null], "new": { "b": 1 } });
        assert_eq!(seen, expected, "a field that is null is not there");
        assert_eq!(merge_patch(&after, &after), json!({}));
    }

    /// The function of RFC 7396, section 2.
    fn merge(target: &mut Value, patch: &Value) {
        let Value::Object(patch) = patch else {
            *target = patch.clone();
            return;
        };
        if !target.is_object() {
            *target = json!({});
        }
        let target = target.as_object_mut().unwrap();
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
    }
}
