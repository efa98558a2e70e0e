//! What each of Google's services does with a request.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::google::{Asked, Kept, NUMBER};

/// What a service says no with.
type Answer = Result<Value, (StatusCode, &'static str)>;

const MISSING: (StatusCode, &str) = (StatusCode::NOT_FOUND, "there is nothing of that name");

/// Answers one request.
pub(crate) fn answer(kept: &mut Kept, asked: &Asked) -> Answer {
    if let Some(answer) = rights(kept, asked) {
        return answer;
    }
    let (service, _) = asked.path.split_once('/').unwrap_or_default();
    match service {
        "run" => run(kept, asked),
        "storage" => storage(kept, asked),
        "cloudbuild" => build(kept, asked),
        "secretmanager" => secret(kept, asked),
        "sql" => database(kept, asked),
        "logging" => Ok(json!({ "entries": [] })),
        "serviceusage" => Ok(json!({ "name": "operations/noop.DONE_OPERATION", "done": true })),
        "cloudresourcemanager" => Ok(json!({ "projectNumber": NUMBER, "projectId": "my-codex" })),
        _ => resource(kept, asked),
    }
}

/// Who may do what, which each service tells and takes in the same way; a bucket in its own.
fn rights(kept: &mut Kept, asked: &Asked) -> Option<Answer> {
    let (of, set) = if let Some(of) = asked.path.strip_suffix(":getIamPolicy") {
        (of, false)
    } else if let Some(of) = asked.path.strip_suffix(":setIamPolicy") {
        (of, true)
    } else {
        (asked.path.strip_suffix("/iam")?, asked.method == "PUT")
    };
    if set {
        if kept.unheard_of > 0 {
            kept.unheard_of -= 1;
            let why = "Service account does not exist.";
            return Some(Err((StatusCode::BAD_REQUEST, why)));
        }
        let body = asked.json();
        let policy = body.get("policy").unwrap_or(&body);
        let bindings = policy["bindings"].as_array().into_iter().flatten();
        let pairs = bindings.flat_map(|binding| {
            let members = binding["members"].as_array().into_iter().flatten();
            members.map(|member| (text(&binding["role"]), text(member)))
        });
        let pairs = pairs.collect();
        kept.rights.insert(of.to_owned(), pairs);
    }
    let pairs = kept.rights.get(of).cloned().unwrap_or_default();
    let bindings: Vec<_> = pairs
        .iter()
        .map(|(role, member)| json!({ "role": role, "members": [member] }))
        .collect();
    Some(Ok(
        json!({ "version": 1, "etag": "BwY=", "bindings": bindings }),
    ))
}

/// A service that is replaced is ready at once, as a revision of the next number.
fn run(kept: &mut Kept, asked: &Asked) -> Answer {
    let mut service = asked.json();
    let path = match asked.method.as_str() {
        "GET" => return run_look(kept, asked),
        "DELETE" => {
            let gone = kept.resources.remove(&asked.path).ok_or(MISSING);
            return gone.map(|_| json!({ "status": "Success" }));
        }
        "POST" => format!("{}/{}", asked.path, text(&service["metadata"]["name"])),
        _ => asked.path.clone(),
    };
    let generation = 1 + kept.resources.get(&path).map_or(0, |before| {
        before["metadata"]["generation"]
            .as_u64()
            .unwrap_or_default()
    });
    let name = text(&service["metadata"]["name"]);
    let revision = format!("{name}-{generation:05}");
    let ready = ["Ready", "ConfigurationsReady", "RoutesReady"]
        .map(|condition| json!({ "type": condition, "status": "True" }));
    service["metadata"]["generation"] = generation.into();
    service["metadata"]["resourceVersion"] = format!("v{generation}").into();
    service["status"] = json!({
        "observedGeneration": generation,
        "conditions": ready,
        "latestReadyRevisionName": revision,
        "latestCreatedRevisionName": revision,
        "url": "https://arcane-codex-123456789012.europe-west1.run.app",
        "traffic": [{ "revisionName": revision, "percent": 100 }],
    });
    kept.releases
        .push(service["spec"]["template"]["spec"]["containers"][0].clone());
    kept.resources.insert(path, service.clone());
    Ok(service)
}

/// A service's revisions are not kept apart from it: there is the newest.
fn run_look(kept: &Kept, asked: &Asked) -> Answer {
    let Some((of, _)) = asked.path.split_once("/revisions") else {
        return kept.resources.get(&asked.path).cloned().ok_or(MISSING);
    };
    let service = kept.resources.get(&format!("{of}/services/arcane-codex"));
    let service = service.ok_or(MISSING)?;
    let revision = json!({
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Revision",
        "metadata": { "name": service["status"]["latestReadyRevisionName"] },
        "spec": service["spec"]["template"]["spec"],
        "status": { "conditions": service["status"]["conditions"] },
    });
    Ok(json!({ "metadata": {}, "items": [revision] }))
}

fn storage(kept: &mut Kept, asked: &Asked) -> Answer {
    let upload = asked.path.starts_with("storage/upload/");
    let mut body = asked.json();
    match asked.method.as_str() {
        "POST" if upload => Ok(json!({
            "kind": "storage#object", "name": "source/1.tgz", "generation": "1",
            "bucket": asked.path.split('/').nth(5), "size": carried(&asked.body).to_string(),
        })),
        "POST" => {
            let path = format!("{}/{}", asked.path, text(&body["name"]));
            body["kind"] = "storage#bucket".into();
            kept.resources.insert(path, body.clone());
            Ok(body)
        }
        _ => kept.resources.get(&asked.path).cloned().ok_or(MISSING),
    }
}

/// The size of what an upload carries: its second part, after a line that separates and lines that describe.
fn carried(body: &[u8]) -> usize {
    let line = body.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let mark = &body[..line];
    let at = |from: usize, what: &[u8]| {
        let mut places = body[from..].windows(what.len());
        places
            .position(|place| place == what)
            .map(|place| from + place)
    };
    let second = at(line, mark).unwrap_or(line);
    let begin = at(second, b"\n\n").map_or(second, |blank| blank + 2);
    at(begin, mark).map_or(0, |end| end - begin - 1)
}

/// A build is done as soon as it is asked for, and its image is in the repository.
fn build(kept: &mut Kept, asked: &Asked) -> Answer {
    if asked.method == "GET" {
        return kept.resources.get(&asked.path).cloned().ok_or(MISSING);
    }
    let mut build = asked.json();
    let path = format!("{}/b-1", asked.path);
    let given = |name: &str| text(&build["substitutions"][name]);
    let package = format!(
        "projects/my-codex/locations/{}/repositories/arcane-codex/packages/server",
        given("_REGION")
    );
    let tag = format!("artifactregistry/v1/{package}/tags/{}", given("_TAG"));
    let version = format!("{package}/versions/{}", digest());
    let made =
        json!({ "name": tag.trim_start_matches("artifactregistry/v1/"), "version": version });
    kept.resources.insert(tag, made);
    build["id"] = "b-1".into();
    build["status"] = "SUCCESS".into();
    build["projectId"] = "my-codex".into();
    build["createTime"] = "2026-11-23T00:00:00Z".into();
    kept.resources.insert(path, build.clone());
    Ok(json!({
        "name": "operations/build/my-codex/b-1", "done": true, "metadata": { "build": build },
    }))
}

/// A secret has versions, of which the newest comes first.
fn secret(kept: &mut Kept, asked: &Asked) -> Answer {
    if let Some(secret) = asked.path.strip_suffix(":addVersion") {
        let made = kept.resources.keys();
        let versions = format!("{secret}/versions/");
        let number = 1 + made.filter(|path| path.starts_with(&versions)).count();
        let path = format!("{versions}{number}");
        let version = json!({
            "name": path.trim_start_matches("secretmanager/v1/"),
            "state": "ENABLED",
            "clientSpecifiedPayloadChecksum": true,
            "createTime": format!("2026-11-{number:02}T00:00:00Z"),
        });
        let payload = asked.json()["payload"]["data"].clone();
        kept.secrets.push(text(&payload));
        kept.resources.insert(path, version.clone());
        return Ok(version);
    }
    if asked.path.ends_with("/versions") {
        let made = kept.resources.range(asked.path.clone()..);
        let versions = made
            .filter(|(path, _)| path.starts_with(&format!("{}/", asked.path)))
            .map(|(_, version)| version)
            .filter(|version| !asked.query.contains("ENABLED") || version["state"] == "ENABLED");
        let versions: Vec<_> = versions.collect();
        return Ok(json!({ "versions": versions }));
    }
    if let Some(version) = asked.path.strip_suffix(":disable") {
        let version = kept.resources.get_mut(version).ok_or(MISSING)?;
        version["state"] = "DISABLED".into();
        return Ok(version.clone());
    }
    resource(kept, asked)
}

/// A database is there at once, and each operation has ended.
fn database(kept: &mut Kept, asked: &Asked) -> Answer {
    let done = json!({ "kind": "sql#operation", "name": "1", "status": "DONE", "targetProject": "my-codex" });
    if asked.method == "GET" {
        let asked_for = asked.path.contains("/operations/").then_some(done);
        return asked_for
            .or_else(|| kept.resources.get(&asked.path).cloned())
            .ok_or(MISSING);
    }
    let mut made = asked.json();
    made["state"] = "RUNNABLE".into();
    let path = format!("{}/{}", asked.path, text(&made["name"]));
    kept.resources.insert(path, made);
    Ok(done)
}

/// What any other service does: it makes a resource under the name it is given, and tells of it.
fn resource(kept: &mut Kept, asked: &Asked) -> Answer {
    // An account may be asked for without its project.
    let path = asked.path.replace("/projects/-/", "/projects/my-codex/");
    if asked.method == "GET" {
        return kept.resources.get(&path).cloned().ok_or(MISSING);
    }
    let mut made = asked.json();
    let account = text(&made["accountId"]);
    let id = [
        "secretId",
        "repositoryId",
        "workloadIdentityPoolId",
        "workloadIdentityPoolProviderId",
    ]
    .into_iter()
    .find_map(|name| asked.parameter(name));
    let path = match id {
        Some(id) => format!("{path}/{id}"),
        None => format!("{path}/{account}@my-codex.iam.gserviceaccount.com"),
    };
    let name = path
        .split_once("/v1/")
        .map_or("", |(_, name)| name)
        .to_owned();
    made["name"] = name.clone().into();
    made["email"] = name.rsplit('/').next().into();
    kept.resources.insert(path, made.clone());
    let at_once = id.is_none() || asked.parameter("secretId").is_some();
    if at_once {
        return Ok(made);
    }
    let of = name.split("/repositories").next().unwrap_or_default();
    Ok(json!({ "name": format!("{of}/operations/1"), "done": true, "response": made }))
}

/// The digest of the image that each build makes.
pub(crate) fn digest() -> String {
    format!("sha256:{}", "0123456789abcdef".repeat(4))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
