#!/usr/bin/env bash
# Stands for `docker` on a guide's reader's path. Compose itself reads each of its commands, as far as it gets without an
# engine. What it would then do with the instances is done here with one real server, over a folder for the volume.
#
#   DOCKER_COMPOSE   compose's own program
#   SERVER           the game's program
#   ENGINE           a folder: `data` is the volume, `asked` what was asked, `log` the server's, `pid` and `port` its own
#   ONLY_READ        if set, nothing is done beyond the reading
set -euo pipefail

DATA="$ENGINE/data"
FOLDER="$PWD"
STARTS_MAX=10

# Runs the server's program with the settings of .env and those that belong to the container, within the volume.
codex() {
  local settings=() line
  while read -r line; do
    settings+=("$line")
  done < <(grep -E '^[A-Z_]+=' "$FOLDER/.env" || true)
  mkdir -p "$DATA"
  cd "$DATA"
  exec env -i "${settings[@]}" HOST=127.0.0.1 PORT="$(cat "$ENGINE/port")" DB_PATH="$DATA/arcane_codex.db" \
    SECRET_KEY_FILE="$FOLDER/secrets/secret_key" "$SERVER" "${@/#\/data\//$DATA/}"
}

# One that has ended may wait for its parent to notice.
is_running() {
  local state
  state="$(ps -o stat= -p "$(cat "$ENGINE/pid")")" && [[ "$state" != Z* ]]
}

stop() {
  [ -s "$ENGINE/pid" ] || return 0
  kill "$(cat "$ENGINE/pid")"
  while is_running; do sleep 0.01; done
  rm "$ENGINE/pid"
}

# Another may have the port: then the server ends.
start() {
  local _
  stop
  for _ in $(seq "$STARTS_MAX"); do
    echo "$((20000 + RANDOM % 12000))" >"$ENGINE/port"
    (codex </dev/null >>"$ENGINE/log" 2>&1) &
    echo "$!" >"$ENGINE/pid"
    while is_running; do
      ! (codex healthcheck) >/dev/null 2>&1 || return 0
      sleep 0.02
    done
  done
  cat "$ENGINE/log" >&2
  exit 1
}

# Takes what stands behind the options of `exec`.
in_container() {
  local service="$1"
  shift
  case "$service $1" in
    "app arcane-codex") (codex "${@:2}") ;;
    "nginx wget")
      local asked="${*: -1:1}"
      curl --silent --show-error --fail "http://127.0.0.1:$(cat "$ENGINE/port")${asked#http://app:9100}"
      ;;
  esac
}

# A container of its own for one command; `--volume FROM:TO:ro` shows it a folder.
one_off() {
  local from=/data to=/data
  while [ "$1" != app ]; do
    if [ "$1" = --volume ]; then
      IFS=: read -r from to _ <<<"$2"
    fi
    shift
  done
  shift
  (codex "${@/#$to/$from}")
}

# Takes what stands behind `docker compose`.
compose() {
  local read_by_compose
  if read_by_compose="$(DOCKER_HOST=unix:///nobody.sock "$DOCKER_COMPOSE" "$@" 2>&1 </dev/null)"; then
    echo "$read_by_compose"
    return 0
  fi
  if [[ "$read_by_compose" != *"failed to connect to the docker API"* ]]; then
    echo "$read_by_compose" >&2
    return 1
  fi
  [ -z "${ONLY_READ:-}" ] || return 0
  while [[ "$1" == -* ]]; do shift 2; done
  case "$1" in
    up) start ;;
    stop | down) stop ;;
    logs) cat "$ENGINE/log" ;;
    exec)
      shift
      while [[ "$1" == -* ]]; do shift; done
      in_container "$@"
      ;;
    run) one_off "${@:2}" ;;
    cp) cp -r "$DATA/${2#app:/data/}" "$3" ;;
  esac
}

echo "$*" >>"$ENGINE/asked"
if [ "$1" = compose ]; then
  compose "${@:2}"
fi
