//! What a cluster keeps, and what it adds to it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::patch::merge;
use super::{NOT_FOUND, Refusal, discovery, rollout};

const CONFLICT: Refusal = Refusal(StatusCode::CONFLICT, "AlreadyExists");

/// What a path names: a list of objects, an object, or a part of one.
#[derive(Clone, Debug)]
pub(super) struct Place {
    version: String,
    pub(super) namespace: String,
    pub(super) plural: String,
    pub(super) name: Option<String>,
    pub(super) part: Option<String>,
}

type Key = (String, String, String);

/// All objects, by plural, namespace and name.
#[derive(Debug, Default)]
pub(super) struct Objects {
    all: BTreeMap<Key, Value>,
    writes: u64,
}

impl Place {
    /// Takes a path apart, if it leads to a kind the cluster has.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let mut words = path.trim_start_matches('/').split('/').peekable();
        let version = match words.next()? {
            "api" => words.next()?.to_owned(),
            "apis" => format!("{}/{}", words.next()?, words.next()?),
            _ => return None,
        };
        let words: Vec<_> = words.collect();
        let (namespace, rest) = match words.as_slice() {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
            rest => ("", rest),
        };
        let mut rest = rest.iter().map(|&word| word.to_owned());
        let plural = rest.next()?;
        discovery::kind_of(&version, &plural)?;
        Some(Self {
            version,
            namespace: namespace.to_owned(),
            plural,
            name: rest.next(),
            part: rest.next(),
        })
    }

    /// The same kind and namespace, another name.
    pub(super) fn beside(&self, plural: &str, name: &str) -> Key {
        (plural.to_owned(), self.namespace.clone(), name.to_owned())
    }

    fn key(&self) -> Key {
        self.beside(&self.plural, self.name.as_deref().unwrap_or_default())
    }
}

impl Objects {
    pub(super) fn get(&self, place: &Place) -> Result<Value, Refusal> {
        self.all.get(&place.key()).cloned().ok_or(NOT_FOUND)
    }

    pub(super) fn count_in(&self, namespace: &str) -> usize {
        self.all.keys().filter(|key| key.1 == namespace).count()
    }

    /// Lists what fits the selectors of a query.
    pub(super) fn list(&self, place: &Place, query: &str) -> Value {
        let fits = |(key, object): &(&Key, &Value)| {
            key.0 == place.plural
                && (place.namespace.is_empty() || key.1 == place.namespace)
                && selected(object, query)
        };
        let items = self.all.iter().filter(fits).map(|(_, object)| object);
        let kind = discovery::kind_of(&place.version, &place.plural).unwrap_or_default();
        json!({
            "apiVersion": place.version,
            "kind": format!("{kind}List"),
            "metadata": {"resourceVersion": self.writes.to_string()},
            "items": items.collect::<Vec<_>>(),
        })
    }

    pub(super) fn create(&mut self, place: &Place, object: Value) -> Result<Value, Refusal> {
        let name = object["metadata"]["name"].as_str().map(str::to_owned);
        let place = Place {
            name,
            ..place.clone()
        };
        let home = (
            "namespaces".to_owned(),
            String::new(),
            place.namespace.clone(),
        );
        if !place.namespace.is_empty() && !self.all.contains_key(&home) {
            return Err(NOT_FOUND);
        }
        if self.all.contains_key(&place.key()) {
            return Err(CONFLICT);
        }
        Ok(self.keep(&place, object))
    }

    pub(super) fn put(&mut self, place: &Place, object: Value) -> Result<Value, Refusal> {
        self.get(place)?;
        Ok(self.keep(place, object))
    }

    /// Changes how many there are, and returns the number as its own object.
    pub(super) fn scale(&mut self, place: &Place, patch: &Value) -> Result<Value, Refusal> {
        let mut object = self.get(place)?;
        object["spec"]["replicas"] = patch["spec"]["replicas"].clone();
        let object = self.keep(place, object);
        Ok(json!({
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": object["metadata"],
            "spec": {"replicas": object["spec"]["replicas"]},
            "status": {"replicas": object["spec"]["replicas"]},
        }))
    }

    /// Writes an object down as the cluster does, and what follows from it.
    fn keep(&mut self, place: &Place, mut object: Value) -> Value {
        self.writes += 1;
        let before = self.all.get(&place.key());
        let generation = before.map_or(0, |before| {
            before["metadata"]["generation"].as_u64().unwrap_or(0)
        });
        let uid = before.map_or_else(
            || json!(format!("uid-{}", self.writes)),
            |before| before["metadata"]["uid"].clone(),
        );
        let mut added = json!({
            "uid": uid,
            "resourceVersion": self.writes.to_string(),
            "generation": generation + 1,
            "creationTimestamp": "2026-11-23T00:00:00Z",
        });
        if !place.namespace.is_empty() {
            added["namespace"] = json!(place.namespace);
        }
        merge(&mut object["metadata"], added);
        if place.plural == "deployments" {
            rollout::finish(self, place, &mut object);
        }
        self.all.insert(place.key(), object.clone());
        object
    }

    pub(super) fn insert(&mut self, key: Key, object: Value) {
        self.all.insert(key, object);
    }

    pub(super) fn remove_all(&mut self, place: &Place, plural: &str) {
        self.all
            .retain(|key, _| key.0 != plural || key.1 != place.namespace);
    }

    pub(super) fn all_beside<'a>(
        &'a self,
        place: &'a Place,
        plural: &'a str,
    ) -> impl Iterator<Item = &'a Value> {
        let fits = move |(key, _): &(&Key, &Value)| key.0 == plural && key.1 == place.namespace;
        self.all.iter().filter(fits).map(|(_, object)| object)
    }
}

/// Whether an object fits the selectors of a query: `=` and `,` is all of their language that is known here.
fn selected(object: &Value, query: &str) -> bool {
    query.split('&').all(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = value
            .replace("%3D", "=")
            .replace("%2C", ",")
            .replace("%2F", "/");
        let mut wishes = value.split(',').filter_map(|wish| wish.split_once('='));
        match name {
            "labelSelector" => {
                wishes.all(|(key, value)| object["metadata"]["labels"][key] == value)
            }
            "fieldSelector" => wishes
                .all(|(key, value)| key == "metadata.name" && object["metadata"]["name"] == value),
            _ => true,
        }
    })
}
