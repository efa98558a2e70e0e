//! A clone, and what stands for Amazon and for the container engine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use deploy::{outcome, run, told};
use servers::S3;
use tempfile::TempDir;

/// An engine that builds nothing, notes what it is asked, and pushes a manifest under the name it is given.
const DOCKER: &str = r#"#!/bin/sh
echo "$*" >>"$DOCKER_LOG"
case "$1" in
  version) echo amd64 ;;
  login) cat >/dev/null ;;
  push)
    [ -z "${PUSH_FAILS:-}" ] || exit 1
    name="${2##*/}"
    aws ecr put-image --repository-name "${name%%:*}" --image-tag "${name##*:}" \
      --image-manifest "{\"made of\": \"$name\"}" >/dev/null ;;
esac
"#;

/// Amazon's own command line, which notes what it is asked. While the file `breaks` is there, a service that is waited
/// for has gone back to the revision the file names, as a circuit breaker has it.
const AWS: &str = r#"#!/bin/sh
echo "$*" >>"$AWS_LOG"
case "$*" in
  "ecs wait services-stable"*)
    [ ! -e "$BREAKS" ] || "$AWS" ecs update-service --cluster games --service codex \
      --task-definition "$(cat "$BREAKS")" >/dev/null ;;
esac
exec "$AWS" "$@"
"#;

/// The command line asks every 5 to 30 seconds whether something is done; what is emulated is done at once.
const IMPATIENCE: &str = "import time\n\
    sleep = time.sleep\n\
    time.sleep = lambda seconds: sleep(min(seconds, 0.2))\n";

/// A clone of the project's folder, with all that its script needs.
pub(crate) struct Site {
    folder: TempDir,
    endpoint: String,
}

impl Site {
    /// Makes a clone that deploys to this emulator.
    pub(crate) fn new(server: &S3) -> Self {
        let site = Self {
            folder: TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made"),
            endpoint: server.endpoint(),
        };
        let files = site.path("clone/ecs");
        fs::create_dir_all(&files).expect("the clone can be written");
        for entry in fs::read_dir(super::file("")).expect("the folder is there") {
            let entry = entry.expect("the folder can be read");
            fs::copy(entry.path(), files.join(entry.file_name())).expect("a file can be copied");
        }
        // The emulator takes a parameter's text for a number, and fails to count with it.
        let template = files.join("template.yaml");
        let text = fs::read_to_string(&template).expect("the template is there");
        let counted = text.replace("DesiredCount: !Ref Tasks", "DesiredCount: 1");
        assert_ne!(text, counted, "the service says how many tasks");
        fs::write(template, counted).expect("the clone can be written");
        for (name, script) in [("bin/docker", DOCKER), ("bin/aws", AWS)] {
            site.write(name, script);
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(site.path(name), executable).expect("it is ours");
        }
        site.write("python/sitecustomize.py", IMPATIENCE);
        run(&mut site.sh("git init --quiet"));
        site.commit("first");
        site
    }

    /// A path beside or in the clone.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        let folder = path.parent().expect("it is in the site's folder");
        fs::create_dir_all(folder).expect("the site can be written");
        fs::write(path, text).expect("the site can be written");
    }

    /// Makes a revision.
    pub(crate) fn commit(&self, what: &str) {
        self.write("clone/release", what);
        run(&mut self.sh("git add --all && git commit --quiet --message release"));
    }

    /// A line of shell in the clone, which knows no other account than the emulator's.
    pub(crate) fn sh(&self, line: &str) -> Command {
        let aws = servers::program("ecs", "aws");
        let tools = aws.parent().expect("a program is in a folder").to_owned();
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{}:{path}", self.path("bin").display(), tools.display());
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", line])
            .current_dir(self.path("clone"))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder.path())
            .env("PYTHONPATH", self.path("python"))
            .env("DOCKER_LOG", self.path("docker.log"))
            .env("AWS", aws)
            .env("AWS_LOG", self.path("aws.log"))
            .env("BREAKS", self.path("breaks"))
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "codex")
            .env("AWS_SECRET_ACCESS_KEY", "a-secret-of-tests")
            .env("AWS_DEFAULT_REGION", "us-east-1");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Tester")
                .env(format!("GIT_{who}_EMAIL"), "tester@example.org");
        }
        command
    }

    /// What a line prints that must succeed, without what surrounds it.
    pub(crate) fn says(&self, line: &str) -> String {
        run(&mut self.sh(line)).trim().to_owned()
    }

    /// All that a line prints that must fail.
    pub(crate) fn refuses(&self, line: &str) -> String {
        let output: Output = outcome(&mut self.sh(line));
        assert!(
            !output.status.success(),
            "{line} succeeded: {}",
            told(&output)
        );
        told(&output)
    }

    /// The task definition the service of the templates runs, as far as `query` tells.
    pub(crate) fn running(&self, query: &str) -> String {
        self.running_in("Cluster", query)
    }

    /// The task definition that the service runs in the cluster of which this is a part of the name.
    pub(crate) fn running_in(&self, cluster: &str, query: &str) -> String {
        self.says(&format!(
            "cluster=$(aws ecs list-clusters --query 'clusterArns[?contains(@, `{cluster}`)] | [0]' --output text)
             service=$(aws ecs list-services --cluster $cluster --query 'serviceArns[0]' --output text)
             revision=$(aws ecs describe-services --cluster $cluster --services $service \
               --query 'services[0].taskDefinition' --output text)
             aws ecs describe-task-definition --task-definition $revision --output text \
               --query 'taskDefinition.containerDefinitions[0].{query}'"
        ))
    }

    /// Makes the cluster and the service of one's own that the guide's reader has.
    pub(crate) fn own_service(&self) {
        self.says(
            "aws ecs create-cluster --cluster-name games
             aws ecs register-task-definition --cli-input-json file://ecs/task-definition.json
             aws ecs create-service --cluster games --service-name codex --task-definition arcane-codex \
               --desired-count 1 --launch-type FARGATE \
               --network-configuration 'awsvpcConfiguration={subnets=[subnet-1]}'",
        );
    }

    /// What the command line was asked.
    pub(crate) fn aws_log(&self) -> String {
        fs::read_to_string(self.path("aws.log")).unwrap_or_default()
    }

    /// What the engine was asked.
    pub(crate) fn docker_log(&self) -> String {
        fs::read_to_string(self.path("docker.log")).unwrap_or_default()
    }
}
