#!/usr/bin/env bash
# Deploys the game to Lambda and operates it there: builds this revision, uploads it under its hash, and sends requests to
# it once it answers. lambda/README.md is the guide; without a command the script prints its commands.
set -euo pipefail
# Without this, bash ignores a failure within $(…).
shopt -s inherit_errexit 2>/dev/null || { echo "This needs bash 4.4 or later." >&2; exit 1; }
cd "$(dirname "$0")"
export AWS_PAGER=""

# The names of everything the script creates, in the account and region of the aws command line.
STACK="${STACK:-arcane-codex-lambda}"
FOUNDATION="${FOUNDATION:-$STACK-foundation}"
# Where template.yaml looks for the program.
BUILT=../target/lambda
# The program as it was deployed last, before it has a version.
LATEST="\$LATEST"
# What Lambda leaves an account's other functions, and what template.yaml reserves of the rest.
UNRESERVED_MIN=100
RESERVED=20

usage() {
  cat <<'TEXT'
lambda/deploy.sh up [Name=Value...]   build, upload and deploy; names are the parameters of template.yaml
lambda/deploy.sh build                build the program and zip it
lambda/deploy.sh rollback             send requests to the release before this one
lambda/deploy.sh rotate-key           sign with a new key, and still accept the one before
lambda/deploy.sh logs | status | url
lambda/deploy.sh down                 delete the function and its address; stored data stays

STACK and FOUNDATION name what the script creates.
TEXT
}

main() {
  local command="${1:-}"
  [ "$#" -eq 0 ] || shift
  case "$command" in
    up) up "$@" ;;
    build) find_deployed; build "$(architecture "$@")" ;;
    rollback) rollback ;;
    rotate-key) rotate_key ;;
    logs) logs ;;
    status) status ;;
    url) url ;;
    down) down ;;
    *) usage; [ -z "$command" ] || exit 2 ;;
  esac
}

say() { echo "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

has() { command -v "$1" >/dev/null; }

# --- The program.

# The parameters as they were deployed, asked for once: NAME<tab>VALUE each.
DEPLOYED=""
find_deployed() {
  DEPLOYED="$(aws cloudformation describe-stacks --stack-name "$STACK" --output text \
    --query 'Stacks[0].Parameters[].[ParameterKey,ParameterValue]' 2>&1)" || {
    [[ "$DEPLOYED" == *"does not exist"* ]] || fail "$DEPLOYED"
    DEPLOYED=""
  }
}

# The value of a parameter: as it is given here, or else as it was deployed.
chosen() {
  local name="$1" word
  shift
  for word in "$@"; do
    [ "${word%%=*}" != "$name" ] || { echo "${word#*=}"; return; }
  done
  awk -F '\t' -v name="$name" '$1 == name { print $2 }' <<<"$DEPLOYED"
}

# The processor to build for. cargo-lambda builds for both; an engine, for its own.
architecture() {
  local wanted own
  wanted="$(chosen Architecture "$@")"
  if has cargo-lambda; then
    echo "${wanted:-arm64}"
    return
  fi
  has docker || fail "This needs cargo-lambda (https://www.cargo-lambda.info), or a container engine as docker, to build with."
  case "$(docker version --format '{{.Server.Arch}}')" in
    amd64) own=x86_64 ;;
    arm64) own=arm64 ;;
    *) fail "Lambda runs arm64 and x86_64; this engine builds for neither." ;;
  esac
  [ "${wanted:-$own}" = "$own" ] || fail "This engine builds for $own. Install cargo-lambda to build for $wanted."
  echo "$own"
}

# Builds for a processor, and zips: the same program always becomes the same bytes, and so the same release.
build() {
  local revision target image container
  revision="$(git rev-parse HEAD)"
  [ -z "$(git status --porcelain -- ..)" ] ||
    fail "There are uncommitted changes. A release is named after its revision: commit them first."
  has zip || fail "This needs the program zip."
  mkdir -p "$BUILT/bootstrap"
  say "Building $revision for $1."
  if has cargo-lambda; then
    case "$1" in arm64) target=--arm64 ;; *) target=--x86-64 ;; esac
    (cd .. && cargo lambda build --profile small --locked --package lambda "$target") >&2
  else
    image="arcane-codex-lambda:$revision"
    docker build --build-arg PLATFORM=lambda --build-arg PROFILE=small --tag "$image" .. >&2
    container="$(docker create "$image")"
    docker cp "$container:/usr/local/bin/arcane-codex" "$BUILT/bootstrap/bootstrap" >&2
    docker rm "$container" >/dev/null
  fi
  chmod 755 "$BUILT/bootstrap/bootstrap"
  touch -t 198001010000 "$BUILT/bootstrap/bootstrap"
  rm -f "$BUILT/bootstrap.zip"
  zip -q -j -X "$BUILT/bootstrap.zip" "$BUILT/bootstrap/bootstrap"
  say "Built $(wc -c <"$BUILT/bootstrap.zip") bytes, zipped."
}

# --- The stacks.

# Prints each output of a stack as NAME<tab>VALUE.
outputs_of() {
  aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text
}

output() {
  local told
  told="$(outputs_of "${2:-$STACK}")" || return
  awk -F '\t' -v name="$1" '$1 == name { print $2 }' <<<"$told"
}

# Deploys one template and waits. Parameters that are not given keep their values.
deploy_stack() {
  local stack="$1" template="$2"
  shift 2
  aws cloudformation deploy --stack-name "$stack" --template-file "$template" --no-fail-on-empty-changeset \
    --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND ${1:+--parameter-overrides "$@"} >&2 || explain "$stack"
}

# Prints why a deployment failed, and ends.
explain() {
  say "$1 was not deployed. What failed:"
  aws cloudformation describe-stack-events --stack-name "$1" --output text --query \
    "StackEvents[?contains(ResourceStatus,'FAILED')].[Timestamp,LogicalResourceId,ResourceStatusReason] | [:10]" >&2 || true
  case "$(aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' --output text || true)" in
    ROLLBACK_COMPLETE) say "The first deployment failed. Run: aws cloudformation delete-stack --stack-name $1, then try again." ;;
    *ROLLBACK*) say "The release before goes on running." ;;
  esac
  exit 1
}

up() {
  local word built_for
  for word in "$@"; do
    [[ "$word" == *=* ]] || fail "'$word' is not Name=Value."
  done
  find_deployed
  built_for="$(architecture "$@")"
  build "$built_for"
  deploy_stack "$FOUNDATION" foundation.yaml
  aws cloudformation package --template-file template.yaml --s3-bucket "$(output ReleaseBucket "$FOUNDATION")" \
    --s3-prefix "$STACK" --output-template-file "$BUILT/packaged.yaml" >/dev/null
  mapfile -t bound < <(bound "$@")
  deploy "$BUILT/packaged.yaml" "$(git rev-parse HEAD)" "Architecture=$built_for" "${bound[@]}" "$@"
}

# A bound that the account is too small for would make the deployment fail: new accounts have ten requests at a time.
bound() {
  local free
  [ -z "$(chosen Concurrency "$@")" ] || return 0
  free="$(aws lambda get-account-settings --query AccountLimit.UnreservedConcurrentExecutions --output text)"
  [ "$free" -ge "$((UNRESERVED_MIN + RESERVED))" ] && return
  say "This account may work on $free requests at a time; that is the bound, and nothing is reserved."
  echo Concurrency=0
}

# Deploys a template whose program of a revision is uploaded, and sends requests to it. What the foundation has made is
# only the first choice: a function that was sent to a restored table stays there.
deploy() {
  local template="$1" revision="$2" name value told words=()
  shift 2
  told="$(outputs_of "$FOUNDATION")"
  while IFS=$'\t' read -r name value; do
    [ "$name" = ReleaseBucket ] || [ -n "$(chosen "$name" "$@")" ] || words+=("$name=$value")
  done <<<"$told"
  deploy_stack "$STACK" "$template" "${words[@]}" "$@"
  release "$revision"
  url
}

# --- Releases. A published version never changes: its program, and its settings.

# The function's name, asked for once.
FUNCTION=""
find_function() {
  FUNCTION="$(output Function)"
  [ -n "$FUNCTION" ] || fail "There is no stack $STACK here. Run 'up' first."
}

# Prints one property of a version of the function, or of what an alias stands for.
of_version() {
  aws lambda get-function-configuration --function-name "$FUNCTION" --qualifier "$1" --query "$2" --output text
}

# Publishes what was deployed, and moves requests to it when it answers. A version without changes is not published again.
release() {
  local version before
  find_function
  version="$(aws lambda publish-version --function-name "$FUNCTION" --description "$1" --query Version --output text)"
  before="$(of_version live Version)"
  [ "$version" != "$before" ] || return 0
  answers "$version" ||
    fail "Version $version does not answer. Requests still go where they went before. Look at: lambda/deploy.sh logs"
  [ "$before" = "$LATEST" ] || point before "$before"
  point live "$version"
  say "Running version $version, of $1"
}

# Whether a version says that it is ready: it has read its key and its table.
answers() {
  local answer told=1
  aws lambda wait published-version-active --function-name "$FUNCTION" --qualifier "$1" || return
  answer="$(mktemp)"
  aws lambda invoke --function-name "$FUNCTION" --qualifier "$1" --payload fileb://health.json "$answer" >/dev/null &&
    grep --quiet --extended-regexp '"statusCode": ?200' "$answer" && told=0
  [ "$told" = 0 ] || say "It said: $(head -c 2000 "$answer")"
  rm "$answer"
  return "$told"
}

# Has an alias stand for a version.
point() {
  local how=update-alias
  aws lambda get-alias --function-name "$FUNCTION" --name "$1" >/dev/null 2>&1 || how=create-alias
  aws lambda "$how" --function-name "$FUNCTION" --name "$1" --function-version "$2" >/dev/null
}

# A second call goes forward again. The release before always knows the key that signs now: a rotation is two releases.
rollback() {
  local live before
  find_function
  live="$(of_version live Version)"
  before="$(of_version before Version 2>/dev/null)" || fail "No other release is known to have run before this one."
  point live "$before"
  point before "$live"
  say "Running version $before, of $(of_version live Description)"
}

# All versions that sign with a key are preceded by one that accepts it: while requests move from one version to the
# next, both are at work.
rotate_key() {
  local secret old new template revision
  find_function
  find_deployed
  [ "$(of_version live CodeSha256)" = "$(of_version "$LATEST" CodeSha256)" ] ||
    fail "A release was rolled back, and a new version would bring it again. Run 'up' with a good revision first."
  secret="$(chosen SecretKey)"
  old="$(chosen SecretKeyVersion)"
  [ -n "$old" ] || old="$(aws secretsmanager get-secret-value --secret-id "$secret" --query VersionId --output text)"
  new="$(aws secretsmanager get-random-password --password-length 64 --exclude-punctuation --query RandomPassword \
    --output text | tr -d '\n' | aws secretsmanager put-secret-value --secret-id "$secret" \
    --secret-string file:///dev/stdin --version-stages AWSPENDING --query VersionId --output text)"
  template="$(mktemp)"
  aws cloudformation get-template --stack-name "$STACK" --template-stage Original --query TemplateBody --output text >"$template"
  revision="$(of_version live Description)"
  deploy "$template" "$revision" "SecretKeyVersion=$old" "SecretKeyPreviousVersion=$new" >/dev/null
  deploy "$template" "$revision" "SecretKeyVersion=$new" "SecretKeyPreviousVersion=$old"
  rm "$template"
  # Only now: a deployment that failed goes back to the old key.
  aws secretsmanager update-secret-version-stage --secret-id "$secret" --version-stage AWSCURRENT \
    --move-to-version-id "$new" --remove-from-version-id "$old" >/dev/null
}

# --- Operation.

# The address of a function's own ends in a slash.
url() {
  local url
  url="$(output Url)"
  echo "${url%/}"
}

# Prints the log of the last hour.
logs() {
  aws logs filter-log-events --log-group-name "$(output LogGroup)" --start-time "$((($(date +%s) - 3600) * 1000))" \
    --query 'events[].[message]' --output text
}

status() {
  local alias
  find_function
  for alias in live before; do
    of_version "$alias" "[\`$alias\`,Version,Description,CodeSha256,LastModified]" 2>/dev/null || true
  done
  aws cloudwatch describe-alarms --alarm-name-prefix "$STACK-" --state-value ALARM \
    --query 'MetricAlarms[].[AlarmDescription,StateReason]' --output text
  aws logs filter-log-events --log-group-name "$(output LogGroup)" --filter-pattern ERROR --max-items 5 \
    --start-time "$((($(date +%s) - 86400) * 1000))" --query 'events[].[message]' --output text
}

down() {
  aws cloudformation delete-stack --stack-name "$STACK"
  aws cloudformation wait stack-delete-complete --stack-name "$STACK"
  say "The function is deleted. $FOUNDATION and its data stay: 'up' goes on from them."
}

main "$@"
