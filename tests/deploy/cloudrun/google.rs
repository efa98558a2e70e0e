//! Google's far side, as much of it as `gcloud` asks: what is made is there afterwards, at once.
//!
//! `gcloud` is told of a proxy and of plain addresses, so that each request arrives here with its service's name
//! in front, and none leaves this machine. Resources are kept under their paths, as all of Google's services do.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::Command;
use std::{env, iter};

use axum::http::StatusCode;
use deploy::{Answer, Asked, Kept, Provider, ok};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The services, by the names `gcloud` has for them.
const SERVICES: [&str; 11] = [
    "artifactregistry",
    "cloudbuild",
    "cloudresourcemanager",
    "containeranalysis",
    "iam",
    "logging",
    "run",
    "secretmanager",
    "serviceusage",
    "sql",
    "storage",
];
/// Parameters that name what is made.
const NAMED_BY: [&str; 4] = [
    "secretId=",
    "repositoryId=",
    "workloadIdentityPoolId=",
    "workloadIdentityPoolProviderId=",
];

/// Where `gcloud` is, if it is.
pub(super) fn gcloud() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).map(|folder| folder.join("gcloud"));
    let found = places.find(|it| it.is_file());
    if found.is_none() {
        let _ = writeln!(
            io::stderr(),
            "gcloud is not here, and this test needs it: see tests/install/cloudrun.sh"
        );
    }
    found
}

/// Google, for one project.
pub(super) struct Google {
    provider: Provider,
    /// `gcloud`'s own configuration.
    home: TempDir,
}

impl Google {
    /// Starts one that has nothing.
    pub(super) fn start() -> Self {
        let home = TempDir::with_prefix("arcane-codex-").unwrap();
        let provider = Provider::start(answer);
        Self { provider, home }
    }

    /// Lets a command's `gcloud` speak to this and to nothing else.
    pub(super) fn reached_by<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let (address, port) = self.provider.address.split_once(':').unwrap();
        command
            .env("CLOUDSDK_CONFIG", self.home.path())
            .env("CLOUDSDK_AUTH_DISABLE_CREDENTIALS", "true")
            .env("CLOUDSDK_CORE_DISABLE_PROMPTS", "1")
            .env("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true")
            .env("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true")
            .env("CLOUDSDK_PROXY_TYPE", "http")
            .env("CLOUDSDK_PROXY_ADDRESS", address)
            .env("CLOUDSDK_PROXY_PORT", port);
        for service in SERVICES {
            let name = service.to_ascii_uppercase();
            let name = format!("CLOUDSDK_API_ENDPOINT_OVERRIDES_{name}");
            command.env(name, format!("http://{service}.test/"));
        }
        command
    }

    /// The container of each service that was sent, in order.
    pub(super) fn releases(&self) -> Vec<Value> {
        let kept = self.provider.kept();
        let sent = kept.asked.iter().filter(|asked| {
            asked.changes() && asked.method != "DELETE" && asked.path.contains("/services")
        });
        let containers =
            sent.map(|asked| asked.json()["spec"]["template"]["spec"]["containers"][0].clone());
        containers.filter(|it| it["image"].is_string()).collect()
    }

    /// Every role that was given to anybody.
    pub(super) fn roles(&self) -> Vec<String> {
        let kept = self.provider.kept();
        let bodies = kept.asked.iter().map(Asked::json);
        let policies = bodies.map(|body| body.get("policy").cloned().unwrap_or(body));
        let bindings = policies.flat_map(|policy| {
            let bindings = policy["bindings"].as_array().cloned();
            bindings.unwrap_or_default()
        });
        bindings.map(|binding| text(&binding["role"])).collect()
    }
}

fn answer(kept: &mut Kept, asked: &Asked) -> Answer {
    // A region may stand before a service's name.
    let host = asked.host.trim_end_matches(".test");
    let service = host.rsplit('-').next().unwrap_or_default();
    let path = format!("{service}{}", asked.path);
    if let Some(answer) = policy(kept, asked, &path) {
        return ok(answer);
    }
    let found = match service {
        "run" => run(kept, asked, &path),
        "storage" if asked.path.starts_with("/upload") => Some(json!({
            "kind": "storage#object", "name": "source/1.tgz", "generation": "1", "size": uploaded(&asked.body),
        })),
        "cloudbuild" => build(kept, asked, &path),
        "secretmanager" => secret(kept, asked, &path),
        "logging" => Some(json!({ "entries": [] })),
        "serviceusage" => Some(json!({ "name": "operations/noop.DONE_OPERATION", "done": true })),
        "cloudresourcemanager" => Some(json!({ "projectNumber": "1", "projectId": "my-codex" })),
        _ => resource(kept, asked, &path),
    };
    let missing = json!({ "error": { "code": 404, "message": "there is nothing of that name" } });
    found.map_or(Answer::Json(StatusCode::NOT_FOUND, missing), ok)
}

/// Who may do what with a resource. A bucket's has a path of its own.
fn policy(kept: &mut Kept, asked: &Asked, path: &str) -> Option<Value> {
    let of = [":getIamPolicy", ":setIamPolicy", "/iam"];
    let of = of.iter().find_map(|end| path.strip_suffix(end))?;
    let key = format!("{of} policy");
    if path.ends_with(":setIamPolicy") || asked.method == "PUT" {
        let body = asked.json();
        let policy = body.get("policy").cloned().unwrap_or(body);
        kept.objects.insert(key.clone(), policy);
    }
    let none = || json!({ "version": 1, "etag": "BwY=", "bindings": [] });
    Some(kept.objects.get(&key).cloned().unwrap_or_else(none))
}

/// A service that is replaced is ready at once, as a revision of the next number.
fn run(kept: &mut Kept, asked: &Asked, path: &str) -> Option<Value> {
    if asked.method == "DELETE" {
        let gone = kept.objects.remove(path);
        return gone.map(|_| json!({ "status": "Success" }));
    }
    if asked.method == "GET" {
        let Some((of, _)) = path.split_once("/revisions") else {
            return kept.objects.get(path).cloned();
        };
        let service = kept.objects.get(&format!("{of}/services/arcane-codex"))?;
        let revision = json!({
            "apiVersion": "serving.knative.dev/v1", "kind": "Revision",
            "metadata": { "name": service["status"]["latestReadyRevisionName"] },
            "spec": service["spec"]["template"]["spec"],
            "status": { "conditions": service["status"]["conditions"] },
        });
        return Some(json!({ "metadata": {}, "items": [revision] }));
    }
    let mut service = asked.json();
    let name = text(&service["metadata"]["name"]);
    let path = match asked.method.as_str() {
        "POST" => format!("{path}/{name}"),
        _ => path.to_owned(),
    };
    let before = kept.objects.get(&path);
    let generation = before.map_or(0, |it| it["metadata"]["generation"].as_u64().unwrap_or(0)) + 1;
    let revision = format!("{name}-{generation:05}");
    let ready = ["Ready", "ConfigurationsReady", "RoutesReady"]
        .map(|condition| json!({ "type": condition, "status": "True" }));
    service["metadata"]["generation"] = generation.into();
    service["metadata"]["resourceVersion"] = format!("v{generation}").into();
    service["status"] = json!({
        "observedGeneration": generation, "conditions": ready, "latestReadyRevisionName": revision,
        "latestCreatedRevisionName": revision, "traffic": [{ "revisionName": revision, "percent": 100 }],
        "url": "https://arcane-codex-1.europe-west1.run.app",
    });
    kept.objects.insert(path, service.clone());
    Some(service)
}

/// The size of what an upload carries: its second part, after a line that separates and lines that describe.
fn uploaded(body: &[u8]) -> String {
    let line = body.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let mark = &body[..line];
    let at = |from: usize, what: &[u8]| {
        let mut places = body[from..].windows(what.len().max(1));
        places
            .position(|place| place == what)
            .map(|place| from + place)
    };
    let second = at(line, mark).unwrap_or(line);
    let begin = at(second, b"\n\n").map_or(second, |blank| blank + 2);
    let length = at(begin, mark).map_or(0, |end| end - begin - 1);
    length.to_string()
}

/// A build is done as soon as it is asked for, and its image is in the repository.
fn build(kept: &mut Kept, asked: &Asked, path: &str) -> Option<Value> {
    if asked.method == "GET" {
        return kept.objects.get(path).cloned();
    }
    let mut build = asked.json();
    let given = |name: &str| text(&build["substitutions"][name]);
    let region = given("_REGION");
    let package =
        format!("projects/my-codex/locations/{region}/repositories/arcane-codex/packages/server");
    let tag = format!("{package}/tags/{}", given("_TAG"));
    let made = json!({ "name": tag, "version": format!("{package}/versions/{}", digest()) });
    kept.objects
        .insert(format!("artifactregistry/v1/{tag}"), made);
    for (name, value) in [
        ("id", "b-1"),
        ("status", "SUCCESS"),
        ("projectId", "my-codex"),
    ] {
        build[name] = value.into();
    }
    build["createTime"] = "2026-11-23T00:00:00Z".into();
    kept.objects.insert(format!("{path}/b-1"), build.clone());
    let operation = json!({ "name": "operations/build/my-codex/b-1", "done": true });
    let mut done = operation;
    done["metadata"] = json!({ "build": build });
    Some(done)
}

/// A secret has versions, of which the newest comes first.
fn secret(kept: &mut Kept, asked: &Asked, path: &str) -> Option<Value> {
    if let Some(secret) = path.strip_suffix(":addVersion") {
        let versions = format!("{secret}/versions/");
        let number = 1 + kept
            .objects
            .keys()
            .filter(|path| path.starts_with(&versions))
            .count();
        let path = format!("{versions}{number}");
        let version = json!({
            "name": path.trim_start_matches("secretmanager/v1/"), "state": "ENABLED",
            "clientSpecifiedPayloadChecksum": true, "createTime": format!("2026-11-{number:02}T00:00:00Z"),
        });
        kept.objects.insert(path, version.clone());
        return Some(version);
    }
    if path.ends_with("/versions") {
        let all = kept.objects.iter().rev();
        let versions = all.filter(|(at, _)| at.starts_with(&format!("{path}/")));
        let enabled = versions.map(|(_, version)| version);
        let enabled = enabled.filter(|version| version["state"] == "ENABLED");
        return Some(json!({ "versions": enabled.collect::<Vec<_>>() }));
    }
    if let Some(version) = path.strip_suffix(":disable") {
        let version = kept.objects.get_mut(version)?;
        version["state"] = "DISABLED".into();
        return Some(version.clone());
    }
    resource(kept, asked, path)
}

/// What any other service does: it makes a resource under the name it is given, and tells of it.
fn resource(kept: &mut Kept, asked: &Asked, path: &str) -> Option<Value> {
    // An account may be asked for without its project.
    let path = path.replace("/projects/-/", "/projects/my-codex/");
    if asked.method == "GET" {
        let operation = json!({ "kind": "sql#operation", "name": "1", "status": "DONE" });
        let done = path.contains("/operations/").then_some(operation);
        return done.or_else(|| kept.objects.get(&path).cloned());
    }
    let mut made = asked.json();
    let parameters = asked.query.split('&');
    let mut ids =
        parameters.filter_map(|pair| NAMED_BY.iter().find_map(|of| pair.strip_prefix(of)));
    let account = made["accountId"].as_str();
    let account = account.map(|id| format!("{id}@my-codex.iam.gserviceaccount.com"));
    let id = ids.next().map(str::to_owned);
    let name = id
        .clone()
        .or(account)
        .unwrap_or_else(|| text(&made["name"]));
    let path = format!("{path}/{name}");
    let service = path.split('/').next().unwrap_or_default().to_owned();
    if service == "sql" {
        made["state"] = "RUNNABLE".into();
    } else if service != "storage" {
        made["email"] = name.clone().into();
        let name = path.split_once("/v1/").map_or("", |(_, name)| name);
        made["name"] = name.to_owned().into();
    }
    kept.objects.insert(path.clone(), made.clone());
    match service.as_str() {
        "sql" => Some(
            json!({ "kind": "sql#operation", "name": "1", "status": "DONE", "targetProject": "my-codex" }),
        ),
        // What takes time answers with an operation that has ended.
        "artifactregistry" | "iam" if id.is_some() => {
            let whole = text(&made["name"]);
            let of = whole.split("/repositories").next().unwrap_or_default();
            Some(json!({ "name": format!("{of}/operations/1"), "done": true, "response": made }))
        }
        _ => Some(made),
    }
}

/// The digest of the image that each build makes.
pub(super) fn digest() -> String {
    let digits: String = iter::repeat_n("0123456789abcdef", 4).collect();
    format!("sha256:{digits}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
