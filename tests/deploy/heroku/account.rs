//! What Heroku knows of one account: an app, and what was done to it.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// One account with at most one app.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// The app's name, once it is created.
    pub(crate) app: Option<String>,
    /// What it runs on.
    pub(crate) stack: String,
    /// What builds it.
    pub(crate) buildpacks: Vec<String>,
    /// The plans of its add-ons.
    pub(crate) addons: Vec<String>,
    /// Its settings.
    pub(crate) config: Map<String, Value>,
    /// What each of its releases did, the oldest first.
    pub(crate) releases: Vec<String>,
    /// How many web dynos of what size.
    pub(crate) web: (u64, String),
    /// What was switched on.
    pub(crate) features: Vec<String>,
    /// Its domains.
    pub(crate) domains: Vec<String>,
    /// Its database's backups.
    pub(crate) backups: usize,
    /// When more of them are made.
    pub(crate) schedule: Option<Value>,
    /// What was asked that this imitation does not know.
    pub(crate) unknown: Vec<String>,
    /// The branch that a push makes.
    pub(crate) branch: PathBuf,
}

impl Account {
    /// An account without an app, which learns of a push by the file of a branch.
    pub(crate) fn new(branch: PathBuf) -> Self {
        Self {
            stack: "heroku-24".to_owned(),
            web: (1, "Basic".to_owned()),
            branch,
            ..Self::default()
        }
    }

    /// The app as the API shows it.
    pub(crate) fn shown(&self) -> Value {
        let name = self.app.as_deref().unwrap_or_default();
        json!({
            "id": "app-id", "name": name, "web_url": format!("https://{name}-1a2b3c4d5e6f.herokuapp.com/"),
            "stack": { "name": self.stack }, "build_stack": { "name": self.stack },
            "region": { "name": "us" }, "generation": { "name": "cedar" },
            "owner": { "email": "player@example.org" },
        })
    }

    /// Sets what is given and removes what is null, as one release.
    pub(crate) fn configure(&mut self, given: &Map<String, Value>) {
        for (name, value) in given {
            if value.is_null() {
                self.config.remove(name);
            } else {
                self.config.insert(name.clone(), value.clone());
            }
        }
        let names: Vec<&str> = given.keys().map(String::as_str).collect();
        self.released(&format!("Set {} config vars", names.join(", ")));
    }

    /// Adds an add-on with its variable. Returns it as the API shows it.
    pub(crate) fn add(&mut self, plan: &str) -> Value {
        let variables: &[(&str, &str)] = match plan.split(':').next() {
            Some("heroku-redis") => &[("REDIS_URL", "rediss://:p@ec2.example.org:6380")],
            Some("heroku-postgresql") => &[("DATABASE_URL", "postgres://u:p@ec2.example.org/db")],
            Some("bucketeer") => &[
                ("BUCKETEER_BUCKET_NAME", "bucketeer-1a2b"),
                ("BUCKETEER_AWS_ACCESS_KEY_ID", "AKIA"),
                ("BUCKETEER_AWS_SECRET_ACCESS_KEY", "secret"),
                ("BUCKETEER_AWS_REGION", "us-east-1"),
            ],
            _ => &[],
        };
        for (name, value) in variables {
            self.config.insert((*name).to_owned(), json!(value));
        }
        self.addons.push(plan.to_owned());
        self.released(&format!("Attach {plan}"));
        self.addon(plan)
    }

    /// An add-on as the API shows it.
    pub(crate) fn addon(&self, plan: &str) -> Value {
        let service = plan.split(':').next().unwrap_or_default();
        let of = format!("{}_", service.trim_start_matches("heroku-").to_uppercase());
        let variables: Vec<&String> = self
            .config
            .keys()
            .filter(|name| {
                name.starts_with(&of) || (service.ends_with("sql") && *name == "DATABASE_URL")
            })
            .collect();
        json!({
            "id": format!("{service}-id"), "name": format!("{service}-fitted-1"), "state": "provisioned",
            "addon_service": { "name": service }, "plan": { "name": plan, "price": { "cents": 500, "unit": "month" } },
            "app": { "id": "app-id", "name": self.app }, "config_vars": variables, "provision_message": null,
        })
    }

    /// How the database is attached, as the API shows it.
    pub(crate) fn attachment(&self) -> Option<Value> {
        let plan = self
            .addons
            .iter()
            .find(|plan| plan.starts_with("heroku-postgresql"))?;
        Some(json!({
            "id": "attachment-id", "name": "DATABASE", "app": { "id": "app-id", "name": self.app },
            "addon": self.addon(plan), "config_vars": ["DATABASE_URL"], "namespace": null,
        }))
    }

    /// The web dynos, if something was pushed that could run on them.
    pub(crate) fn formation(&self) -> Value {
        let (quantity, size) = &self.web;
        let command = "./target/release/heroku";
        if self.is_pushed() {
            json!([{ "type": "web", "quantity": quantity, "size": size, "command": command }])
        } else {
            json!([])
        }
    }

    /// The running dynos.
    pub(crate) fn dynos(&self) -> Value {
        let quantity = if self.is_pushed() { self.web.0 } else { 0 };
        let dynos = (1..=quantity).map(|number| {
            json!({
                "name": format!("web.{number}"), "type": "web", "size": self.web.1, "state": "up",
                "command": "./target/release/heroku", "updated_at": "2026-11-22T10:00:00Z",
                "created_at": "2026-11-22T10:00:00Z", "release": { "version": self.releases.len() },
            })
        });
        dynos.collect()
    }

    /// The releases, the newest first. Only what has code can be rolled back to.
    pub(crate) fn history(&self) -> Value {
        let pushed = self.releases.iter().position(|what| what == "Deploy");
        let releases = self.releases.iter().enumerate().rev().map(|(index, what)| {
            json!({
                "id": format!("release-{}", index + 1), "version": index + 1, "description": what,
                "status": "succeeded", "current": index + 1 == self.releases.len(),
                "eligible_for_rollback": pushed.is_some_and(|first| index >= first),
                "user": { "email": "player@example.org" }, "created_at": "2026-11-22T10:00:00Z",
                "updated_at": "2026-11-22T10:00:00Z",
            })
        });
        releases.collect()
    }

    pub(crate) fn released(&mut self, what: &str) {
        self.releases.push(what.to_owned());
    }

    /// Makes a release of what was pushed since the last look.
    pub(crate) fn notice_push(&mut self) {
        if self.is_pushed() && !self.releases.iter().any(|what| what == "Deploy") {
            self.released("Deploy");
        }
    }

    pub(crate) fn is_pushed(&self) -> bool {
        self.branch.is_file()
    }
}
