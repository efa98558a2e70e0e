#!/usr/bin/env bash
# Deploys the game to ECS and operates it there: builds this revision's image, pushes it, and deploys it by its digest.
# ecs/README.md is the guide; without a command the script prints its commands.
set -euo pipefail
# Without this, bash ignores a failure within $(…).
shopt -s inherit_errexit 2>/dev/null || { echo "This needs bash 4.4 or later." >&2; exit 1; }
cd "$(dirname "$0")"
export AWS_PAGER=""

# The names of everything the script creates, in the account and region of the aws command line.
STACK="${STACK:-arcane-codex}"
FOUNDATION="${FOUNDATION:-$STACK-foundation}"
REPOSITORY="${REPOSITORY:-arcane-codex}"
# A service of your own, deployed with task-definition.json instead of the templates.
CLUSTER="${CLUSTER:-}"
SERVICE="${SERVICE:-}"

usage() {
  cat <<'TEXT'
ecs/deploy.sh up [Name=Value...]          build, push and deploy; names are the parameters of the two templates
ecs/deploy.sh image REPO@sha256:DIGEST    deploy an image that exists
ecs/deploy.sh build                       build and push, and print the image with its digest
ecs/deploy.sh rollback                    deploy the image that ran before this one
ecs/deploy.sh rotate-key                  sign with a new key, and still accept the one before
ecs/deploy.sh run SUBCOMMAND...           run a subcommand of the server in a task of its own, for example: run replica status
ecs/deploy.sh logs | status | url
ecs/deploy.sh down                        delete the service; stored data stays

STACK, FOUNDATION and REPOSITORY name what the script creates; CLUSTER and SERVICE name a service of your own instead.
TEXT
}

main() {
  local command="${1:-}"
  [ "$#" -eq 0 ] || shift
  case "$command" in
    up) up "$@" ;;
    image) deploy "${1:-}" ;;
    build) build ;;
    rollback) rollback ;;
    rotate-key) rotate_key ;;
    run) run_once "$@" ;;
    logs) logs ;;
    status) status ;;
    url) output Url ;;
    down) down ;;
    *) usage; [ -z "$command" ] || exit 2 ;;
  esac
}

say() { echo "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Accepts only a name that always means the same image.
demand_digest() {
  [[ "$1" =~ ^[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64}$ ]] ||
    fail "'$1' does not name an image by its digest, as repository@sha256:…; a tag may mean another image tomorrow."
}

# --- The image.

repository_uri() {
  aws ecr describe-repositories --repository-names "$REPOSITORY" \
    --query 'repositories[0].repositoryUri' --output text
}

make_repository() {
  if ! repository_uri 2>/dev/null; then
    say "Creating the repository $REPOSITORY."
    aws ecr create-repository --repository-name "$REPOSITORY" --image-tag-mutability IMMUTABLE \
      --image-scanning-configuration scanOnPush=true --query 'repository.repositoryUri' --output text
  fi
}

# Prints None if no image has this tag.
digest_of() {
  aws ecr batch-get-image --repository-name "$REPOSITORY" --image-ids "imageTag=$1" \
    --query 'images[0].imageId.imageDigest' --output text
}

# The tag is the revision, so that the code of a running digest can be found.
build() {
  local revision uri digest
  revision="$(git rev-parse HEAD)"
  [ -z "$(git status --porcelain -- ..)" ] ||
    fail "There are uncommitted changes. An image is named after its revision: commit them first."
  uri="$(make_repository)"
  digest="$(digest_of "$revision")"
  if [ "$digest" = None ]; then
    say "Building $revision."
    aws ecr get-login-password | docker login --username AWS --password-stdin "${uri%%/*}" >&2
    docker build --build-arg PLATFORM=ecs --label "org.opencontainers.image.revision=$revision" \
      --tag "$uri:$revision" .. >&2
    docker push "$uri:$revision" >&2
    digest="$(digest_of "$revision")"
  fi
  demand_digest "$uri@$digest"
  echo "$uri@$digest"
}

# The architecture of the image, in the words of the template.
architecture() {
  case "$(docker version --format '{{.Server.Arch}}')" in
    amd64) echo X86_64 ;;
    arm64) echo ARM64 ;;
    *) fail "Fargate runs amd64 and arm64; this engine builds for neither." ;;
  esac
}

# --- The stacks.

# Prints each output of a stack as NAME<tab>VALUE.
outputs_of() {
  aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text
}

# The service's outputs as this script has deployed it; none before.
OUTPUTS=""
output() {
  local told="$OUTPUTS"
  [ -n "$told" ] || told="$(outputs_of "$STACK")" || return
  awk -F '\t' -v name="$1" '$1 == name { print $2 }' <<<"$told"
}

parameter() {
  local value
  value="$(aws cloudformation describe-stacks --stack-name "$STACK" \
    --query "Stacks[0].Parameters[?ParameterKey=='$1'].ParameterValue | [0]" --output text)" || return
  [ "$value" = None ] || echo "$value"
}

# Deploys one template and waits. Parameters that are not given keep their values.
deploy_stack() {
  local stack="$1" template="$2"
  shift 2
  aws cloudformation deploy --stack-name "$stack" --template-file "$template" --no-fail-on-empty-changeset \
    --capabilities CAPABILITY_IAM ${1:+--parameter-overrides "$@"} >&2 || explain "$stack"
}

# Prints why a deployment failed, and ends.
explain() {
  say "$1 was not deployed. What failed:"
  aws cloudformation describe-stack-events --stack-name "$1" --output text --query \
    "StackEvents[?contains(ResourceStatus,'FAILED')].[Timestamp,LogicalResourceId,ResourceStatusReason] | [:10]" >&2 || true
  if [ -n "$(output Service 2>/dev/null)" ]; then status >&2; fi
  case "$(aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' --output text || true)" in
    ROLLBACK_COMPLETE) say "The first deployment failed. Run: aws cloudformation delete-stack --stack-name $1, then try again." ;;
    *ROLLBACK*) say "The version before goes on running." ;;
  esac
  exit 1
}

is_of_foundation() {
  sed '/^Rules:/,$d' foundation.yaml | grep --quiet "^  ${1%%=*}:"
}

up() {
  local image built_for mine=() base=() word
  for word in "$@"; do
    [[ "$word" == *=* ]] || fail "'$word' is not Name=Value."
    if is_of_foundation "$word"; then base+=("$word"); else mine+=("$word"); fi
    [[ "$word" != Database=* ]] || [ -n "$CLUSTER" ] || keep_database "${word#*=}"
  done
  image="$(build)"
  [ -n "$CLUSTER" ] || deploy_stack "$FOUNDATION" foundation.yaml "${base[@]}"
  built_for="$(architecture)"
  deploy "$image" "Architecture=$built_for" "Repository=$REPOSITORY" "${mine[@]}"
}

# Nothing copies the tables from one place to the other. Without this check, one parameter would take every seat away.
keep_database() {
  local told
  told="$(outputs_of "$FOUNDATION" 2>/dev/null)" || return 0
  [ "$1" = create ] || ! grep --quiet '^DatabaseUrl' <<<"$told" ||
    fail "The tables are in the database. Database=$1 would delete it; only a last snapshot would stay." \
      "Leave the parameter out, or begin anew with a bucket beside it: STACK=another-name ecs/deploy.sh up"
  [ "$1" = dynamodb ] || ! grep --quiet '^TableName' <<<"$told" ||
    fail "The tables are in DynamoDB. With Database=$1 the service would not find them any more." \
      "Leave the parameter out, or begin anew beside it: STACK=another-name ecs/deploy.sh up"
}

# Deploys an image that is named by its digest.
deploy() {
  local image="$1" name value words told
  shift
  demand_digest "$image"
  if [ -n "$CLUSTER" ]; then
    deploy_own "$image"
    return
  fi
  told="$(outputs_of "$FOUNDATION")"
  # Outputs that the foundation does not have (any more) are set, too, to an empty value.
  words=("Image=$image" ReplicaBucket= DatabaseUrl= TableName= RedisUrl=)
  while IFS=$'\t' read -r name value; do
    words+=("$name=$value")
  done <<<"$told"
  deploy_stack "$STACK" template.yaml "${words[@]}" "$@"
  OUTPUTS="$(outputs_of "$STACK")"
  wait_stable || explain "$STACK"
  [ "$(image_of "$(of_service taskDefinition)")" = "$image" ] || explain "$STACK"
  note_run
  say "Running $image"
  output Url
}

# Registers a revision of task-definition.json with the image, moves your own service to it and waits.
deploy_own() {
  local filled revision running
  [ -n "$SERVICE" ] || fail "CLUSTER needs SERVICE."
  filled="$(sed "s|\"image\": *\"[^\"]*\"|\"image\": \"$1\"|" task-definition.json)"
  revision="$(aws ecs register-task-definition --cli-input-json "$filled" \
    --query 'taskDefinition.taskDefinitionArn' --output text)"
  aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$revision" >/dev/null
  if ! wait_stable; then
    status >&2
    fail "$revision is not stable. If the service has a circuit breaker, the version before goes on running."
  fi
  # A service that went back to its old revision is stable, too.
  running="$(of_service taskDefinition)"
  if [ "$running" != "$revision" ]; then
    status >&2
    fail "$revision did not become healthy: ECS went back, and $running goes on running."
  fi
  note_run
  say "Running $revision with $1"
}

# Marks the revision that runs as one that rollback may take.
note_run() {
  aws ecs tag-resource --resource-arn "$(of_service taskDefinition)" --tags key=ran,value=yes >/dev/null ||
    say "The image runs, but could not be tagged: rollback will skip it. Tagging needs the permission ecs:TagResource."
}

# --- Operation.

cluster() { if [ -n "$CLUSTER" ]; then echo "$CLUSTER"; else output Cluster; fi; }
service() { if [ -n "$CLUSTER" ]; then echo "$SERVICE"; else output Service; fi; }

wait_stable() {
  local cluster service
  cluster="$(cluster)" && service="$(service)" &&
    aws ecs wait services-stable --cluster "$cluster" --services "$service"
}

# Prints one property of the service.
of_service() {
  aws ecs describe-services --cluster "$(cluster)" --services "$(service)" --query "services[0].$1" --output "${2:-text}"
}

# Prints the log of the last hour.
logs() {
  aws logs filter-log-events --log-group-name "$(output LogGroup)" --start-time "$((($(date +%s) - 3600) * 1000))" \
    --query 'events[].[message]' --output text
}

image_of() {
  aws ecs describe-task-definition --task-definition "$1" \
    --query 'taskDefinition.containerDefinitions[0].image' --output text
}

status() {
  of_service '{running: runningCount, wanted: desiredCount, revision: taskDefinition}' table
  image_of "$(of_service taskDefinition)"
  of_service 'events[:10].[createdAt,message]'
  local stopped
  stopped="$(aws ecs list-tasks --cluster "$(cluster)" --service-name "$(service)" --desired-status STOPPED \
    --max-items 3 --query 'taskArns[]' --output text)"
  if [ -n "$stopped" ] && [ "$stopped" != None ]; then
    # shellcheck disable=SC2086 # the names of tasks are words
    aws ecs describe-tasks --cluster "$(cluster)" --tasks $stopped \
      --query 'tasks[].[stoppedAt,stoppedReason,containers[0].exitCode,containers[0].reason]' --output text
  fi
}

# Prints the image of a revision if it is known to have run.
image_that_ran() {
  aws ecs describe-task-definition --task-definition "$1" --include TAGS --output text --query \
    "tags[?key=='ran'] && taskDefinition.containerDefinitions[0].image || ''"
}

# Walks back through the revisions to the last one that ran with another image. Revisions of failed deployments lie
# between them and are skipped.
rollback() {
  local now family number image running
  now="$(of_service taskDefinition)"
  running="$(image_of "$now")"
  family="${now##*/}"
  number="${family##*:}"
  family="${family%:*}"
  while number=$((number - 1)) && [ "$number" -gt 0 ]; do
    image="$(image_that_ran "$family:$number" 2>/dev/null)" || continue
    if [ -n "$image" ] && [ "$image" != "$running" ]; then
      deploy "$image"
      return
    fi
  done
  fail "No other image is known to have run before this one. ecs/deploy.sh image deploys one that you name."
}

# The new key becomes the current one only when the service runs with it: a failed deployment goes back to the old one.
rotate_key() {
  local secret old new image
  [ -z "$CLUSTER" ] || fail "rotate-key works with the templates only; with a cluster of your own, change the secret and deploy by hand."
  secret="$(parameter SecretKey)"
  old="$(parameter SecretKeyVersion)"
  [ -n "$old" ] || old="$(aws secretsmanager get-secret-value --secret-id "$secret" --query VersionId --output text)"
  new="$(aws secretsmanager get-random-password --password-length 64 --exclude-punctuation --query RandomPassword \
    --output text | tr -d '\n' | aws secretsmanager put-secret-value --secret-id "$secret" \
    --secret-string file:///dev/stdin --version-stages AWSPENDING --query VersionId --output text)"
  image="$(image_of "$(of_service taskDefinition)")"
  # With a shared journal, tasks with both settings serve at once: all accept the new key before any signs with it.
  [ -z "$(parameter DatabaseUrl)$(parameter TableName)" ] || deploy "$image" "SecretKeyVersion=$old" "SecretKeyPreviousVersion=$new"
  deploy "$image" "SecretKeyVersion=$new" "SecretKeyPreviousVersion=$old"
  aws secretsmanager update-secret-version-stage --secret-id "$secret" --version-stage AWSCURRENT \
    --move-to-version-id "$new" --remove-from-version-id "$old" >/dev/null
}

# Runs a task of the running revision with another command, waits, prints its log and exits with its exit code.
run_once() {
  local words network task code
  [ "$#" -gt 0 ] || fail "run needs a subcommand, for example: run doctor"
  words="$(printf '"%s",' "$@")"
  network="$(of_service networkConfiguration json)"
  task="$(aws ecs run-task --cluster "$(cluster)" --task-definition "$(of_service taskDefinition)" \
    --launch-type FARGATE --network-configuration "$network" --started-by deploy.sh \
    --overrides "{\"containerOverrides\":[{\"name\":\"codex\",\"command\":[${words%,}]}]}" \
    --query 'tasks[0].taskArn' --output text)"
  say "Started $task"
  aws ecs wait tasks-stopped --cluster "$(cluster)" --tasks "$task"
  [ -n "$CLUSTER" ] || aws logs get-log-events --log-group-name "$(output LogGroup)" \
    --log-stream-name "codex/codex/${task##*/}" --start-from-head --query 'events[].[message]' --output text || true
  code="$(aws ecs describe-tasks --cluster "$(cluster)" --tasks "$task" --output text \
    --query 'tasks[0].containers[0].exitCode')"
  [ "$code" != None ] || fail "The task never ran: $(aws ecs describe-tasks --cluster "$(cluster)" --tasks "$task" \
    --query 'tasks[0].stoppedReason' --output text)"
  exit "$code"
}

down() {
  aws cloudformation delete-stack --stack-name "$STACK"
  aws cloudformation wait stack-delete-complete --stack-name "$STACK"
  say "The service is deleted. $FOUNDATION and its data stay: 'up' goes on from them."
}

main "$@"
