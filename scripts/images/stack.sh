# shellcheck shell=bash
# The production compose file, brought up with secrets, ports and a name of its own.

stack() {
  with_compose docker compose --project-name codex-trial --env-file /dev/null --file compose.prod.yaml --file "$RUN/trial.yaml" "$@"
}

# Runs a command to which `docker compose` is known: by the engine's plugin, or by what tests/install.sh keeps.
with_compose() {
  if docker compose version >/dev/null 2>&1; then
    "$@"
  else
    mkdir -p "$RUN/config/cli-plugins"
    ln -sf "$KEPT/compose/bin/docker-compose" "$RUN/config/cli-plugins/docker-compose"
    env DOCKER_CONFIG="$RUN/config" "$@"
  fi
}

stack_up() {
  export SECRETS="$RUN/secrets" HTTP_PORT=127.0.0.1:0 HTTPS_PORT=127.0.0.1:0
  scripts/secrets.sh "$SECRETS" >/dev/null
  scripts/trial-certificate.sh localhost >/dev/null
  base "$(default_image NGINX_IMAGE)" nginx
  export NGINX_IMAGE="$BASE"
  base "$(default_image REDIS_IMAGE)" redis
  export REDIS_IMAGE="$BASE"
  # Bots are quicker than people, and a developer's own settings are not meant for this.
  cat >"$RUN/trial.yaml" <<END
services:
  app:
    env_file: !reset []
    environment:
      MAX_REQUESTS_PER_MINUTE: 100000
END
  STACK=up
  stack up --detach --no-build --wait --wait-timeout 120 --scale app=3 || { stack logs --no-color >&2; exit 1; }
  stack ps
}

# Plays while the second of three is stopped; its end is asked of it, and it has to be a good one.
stack_play() {
  local stopped address code
  stack_up
  address="https://localhost:$(stack port nginx 8443 | sed 's/.*://')"
  stopped="$(stack ps --quiet app | sed -n 2p)"
  cargo run --quiet --package bots --example play_through -- \
    "$address" "$SECRETS/tls/cert.pem" "$RUN/chronicle.jsonl" docker stop "$stopped" \
    || { stack logs --no-color --tail 200 >&2; exit 1; }
  code="$(docker inspect --format '{{.State.ExitCode}}' "$stopped")"
  [ "$code" = 0 ] || { echo "The stopped instance ended with $code." >&2; exit 1; }
  docker run --rm --network none --volume "$RUN/chronicle.jsonl:/chronicle.jsonl:ro" "$APP_IMAGE" verify /chronicle.jsonl
  answers "$address" /health 200
  answers "$address" /metrics 404
  served_by_all
  stack_guide
}

# Follows docs/operations/compose.md with the engine, which tests/deploy does without one.
stack_guide() {
  local heading commands project="$PWD" folder="$RUN/guide"
  mkdir -p "$folder"
  for heading in "Back up" Restore "See how it is" "Stop and remove"; do
    commands="$(awk -v heading="## $heading" '
      /^## / { inside = $0 == heading }
      /^```/ { open = !open && $0 == "```sh"; next }
      inside && open' docs/operations/compose.md)"
    [ -n "$commands" ] || { echo "The guide has no commands under $heading." >&2; exit 1; }
    (
      cd "$folder"
      with_compose env COMPOSE_PROJECT_NAME=codex-trial COMPOSE_ENV_FILES=/dev/null \
        COMPOSE_FILE="$project/compose.prod.yaml:$RUN/trial.yaml" bash -euo pipefail -c "$commands"
    ) >"$RUN/guide.log" 2>&1 || {
      cat "$RUN/guide.log" >&2
      echo "The guide cannot be followed: $heading." >&2
      exit 1
    }
  done
  echo "The guide can be followed."
}

# Takes an address, a path and the status it has to answer with.
answers() {
  local status
  status="$(curl --silent --output /dev/null --write-out '%{http_code}' --cacert "$SECRETS/tls/cert.pem" "$1$2")"
  echo "$2 answers $status."
  [ "$status" = "$3" ]
}

# nginx' log names who answered.
served_by_all() {
  local instances
  instances="$(stack logs --no-color --no-log-prefix nginx | sed -n 's/.*"instance":"\([0-9.:]\{1,\}\)".*/\1/p' | sort -u | wc -l)"
  echo "$instances instances have answered."
  [ "$instances" -ge 3 ]
}

stack_down() {
  [ "${STACK:-}" = up ] || return 0
  stack down --volumes --timeout 10 >/dev/null 2>&1 || echo "The trial's containers could not be removed." >&2
  STACK=
}
