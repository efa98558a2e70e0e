//! What stands for the container engine, and what is asked of the emulated ECS.

use servers::S3;

use crate::amazon::Site;

/// An engine that builds nothing, notes what it is asked, and pushes a manifest under the name it is given.
const DOCKER: &str = r#"#!/bin/sh
echo "$*" >>"$SITE/docker.log"
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
echo "$*" >>"$SITE/aws.log"
case "$*" in
  "ecs wait services-stable"*)
    [ ! -e "$SITE/breaks" ] || "$AWS" ecs update-service --cluster games --service codex \
      --task-definition "$(cat "$SITE/breaks")" >/dev/null ;;
esac
exec "$AWS" "$@"
"#;

impl Site {
    /// Makes a clone of the folder for ECS that deploys to this emulator.
    pub(crate) fn for_ecs(server: &S3) -> Self {
        let site = Self::of(server, "ecs", &[("docker", DOCKER), ("aws", AWS)]);
        // The emulator takes a parameter's text for a number, and fails to count with it.
        site.correct(
            "ecs/template.yaml",
            "DesiredCount: !Ref Tasks",
            "DesiredCount: 1",
        );
        site.begin();
        site
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
        self.log_of("aws")
    }

    /// What the engine was asked.
    pub(crate) fn docker_log(&self) -> String {
        self.log_of("docker")
    }
}
