//! A view as JSON, and how it differs from what a client has.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use game::Version;
use serde_json::value::RawValue;

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
        let [earlier, later] = [&before.json, &self.json].map(|json| String::from_utf8_lossy(json));
        let mut data = String::new();
        write_merge_patch(&earlier, &later, &mut data);
        let event = Arc::new(EncodedEvent::new("merge", &self.id(), &data));
        *patch = Some((before.json.clone(), Arc::clone(&event)));
        event
    }
}

/// The fields of a JSON object; their values as they are written.
type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Returns the fields of an object; [`None`] for any other value.
fn fields(json: &str) -> Option<Fields<'_>> {
    if !json.starts_with('{') {
        return None;
    }
    serde_json::from_str(json).ok()
}

/// Writes the patch that leads from one view to another. Both were written by the same serializer, so values that are
/// equal are equal as text, and only objects that differ are read. A field that is null afterwards is removed: a merge
/// patch knows no difference.
fn write_merge_patch(before: &str, after: &str, patch: &mut String) {
    let (Some(before), Some(after_fields)) = (fields(before), fields(after)) else {
        patch.push_str(after);
        return;
    };
    let removed = before
        .keys()
        .filter(|name| !after_fields.contains_key(*name));
    let removed = removed.map(|name| (name, None));
    let kept = after_fields
        .iter()
        .map(|(name, value)| (name, Some(value.get())));
    let mut separator = '{';
    for (name, value) in removed.chain(kept) {
        let earlier = before.get(name).map(|value| value.get());
        if value.is_some() && value == earlier {
            continue;
        }
        patch.push(separator);
        separator = ',';
        patch.push_str(&json_text(name));
        patch.push(':');
        match (earlier, value) {
            (Some(earlier), Some(value)) => write_merge_patch(earlier, value, patch),
            (_, value) => patch.push_str(value.unwrap_or("null")),
        }
    }
    if separator == '{' {
        patch.push('{');
    }
    patch.push('}');
}

fn json_text(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

impl Weighed for ViewRendering {
    fn bytes(&self) -> usize {
        // Its text, the event, and that compressed.
        3 * self.json.len()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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

    fn merge_patch(before: &Value, after: &Value) -> Value {
        let mut patch = String::new();
        write_merge_patch(&before.to_string(), &after.to_string(), &mut patch);
        serde_json::from_str(&patch).expect("a patch is JSON")
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
