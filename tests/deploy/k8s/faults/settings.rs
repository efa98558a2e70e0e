//! Whether the process is given variables it knows, and files that are there.

use std::collections::BTreeMap;
use std::fs;

use deploy::root;

use super::unless;
use crate::manifests::{Manifests, list, text};

/// What the bucket's client reads by itself.
const OF_OTHERS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// Whether every variable is one of ours, and the files they name are in the Secret.
pub(super) fn settings(manifests: &Manifests) -> Vec<String> {
    let ours = variables();
    let container = manifests.container();
    let common = manifests.only("ConfigMap")["data"].as_object();
    let common = common.into_iter().flatten().map(|(name, _)| name.as_str());
    let own: Vec<_> = list(&container["env"]).collect();
    let names = common.chain(own.iter().map(|variable| text(&variable["name"])));
    let mut faults = Vec::new();
    for name in names {
        let known = ours.contains_key(name)
            || OF_OTHERS.contains(&name)
            || name
                .strip_suffix("_FILE")
                .is_some_and(|name| ours.get(name) == Some(&Form::MayBeAFile));
        faults.extend(unless([(known, format!("{name} is no variable of ours"))]));
    }
    let files = secret_files(manifests);
    for variable in own
        .iter()
        .filter(|variable| text(&variable["name"]).ends_with("_FILE"))
    {
        let name = text(&variable["name"]);
        let found = files.iter().any(|file| variable["value"] == file.as_str());
        faults.extend(unless([(
            found,
            format!("{name} names a file that is not there"),
        )]));
    }
    let must_be: &[&str] = if manifests.is_scaled() {
        &["SECRET_KEY_FILE", "DATABASE_URL_FILE", "REDIS_URL_FILE"]
    } else {
        &["SECRET_KEY_FILE", "REPLICA_URL_FILE"]
    };
    for name in must_be {
        let set = own.iter().any(|variable| variable["name"] == *name);
        faults.extend(unless([(set, format!("{name} is not set"))]));
    }
    let from = &container["envFrom"][0]["configMapRef"]["name"];
    let settings = &manifests.only("ConfigMap")["metadata"]["name"];
    faults.extend(unless([(from == settings, "the settings are not taken")]));
    faults
}

/// How a variable may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    MayBeAFile,
}

/// The variables of the service, from the tables it has of them.
fn variables() -> BTreeMap<String, Form> {
    let mut variables = BTreeMap::new();
    let folder = root().join("src/host/config/settings");
    for entry in fs::read_dir(folder).expect("there are tables of settings") {
        let table = entry.expect("a folder can be read").path();
        let table = fs::read_to_string(table).expect("a table can be read");
        let mut name = None;
        for line in table.lines().map(str::trim) {
            if let Some(quoted) = line.strip_prefix("name: \"") {
                name = quoted.strip_suffix("\",").map(str::to_owned);
            } else if let Some(shown) = line.strip_prefix("shown: Shown::") {
                let form = if shown == "Always," {
                    Form::Plain
                } else {
                    Form::MayBeAFile
                };
                variables.extend(name.take().map(|name| (name, form)));
            }
        }
    }
    assert!(variables.len() > 20, "{variables:?}");
    variables
}

/// Where the process finds what it is given of the Secret.
fn secret_files(manifests: &Manifests) -> Vec<String> {
    let volumes: Vec<_> = list(&manifests.pod()["spec"]["volumes"]).collect();
    let mounts = list(&manifests.container()["volumeMounts"]);
    let files = mounts.flat_map(|mount| {
        let volumes = volumes
            .iter()
            .filter(|volume| volume["name"] == mount["name"]);
        let items = volumes.flat_map(|volume| list(&volume["secret"]["items"]));
        let folder = text(&mount["mountPath"]);
        items.map(move |item| format!("{folder}/{}", text(&item["path"])))
    });
    files.collect()
}
