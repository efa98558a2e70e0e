# shellcheck shell=bash
# A container engine: the one that runs here, or one of our own that leaves the host's network as it is.

# Runs a command as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Takes the folder that keeps an engine's images from one run to the next, and one for this run.
find_engine() {
  if docker info >/dev/null 2>&1; then
    echo "Using the engine that runs here."
    return 0
  fi
  start_engine "$1" "$2"
}

# No bridge of its own, no rules in the host's tables, no forwarding: builds use the host's network, and
# published ports go through the engine's proxy.
start_engine() {
  local kept="$1" run="$2"
  mkdir -p "$kept"
  export DOCKER_HOST="unix://$run/docker.sock"
  echo "No engine runs here: starting one."
  as_root env PATH="$PATH:/usr/sbin:/sbin" dockerd --host "$DOCKER_HOST" --group "$(id -gn)" \
    --data-root "$kept" --exec-root "$run/exec" --pidfile "$run/docker.pid" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    >"$run/engine.log" 2>&1 &
  ENGINE=started
  for _ in $(seq 60); do
    if docker info >/dev/null 2>&1; then
      return 0
    fi
    sleep 0.5
  done
  cat "$run/engine.log" >&2
  echo "The engine did not start." >&2
  exit 1
}

# Ends the engine if it is ours.
stop_engine() {
  local run="$1" pid
  [ "${ENGINE:-}" = started ] && [ -s "$run/docker.pid" ] || return 0
  pid="$(cat "$run/docker.pid")"
  as_root kill "$pid" || return 0
  # It is not a child of this shell when sudo started it.
  while as_root kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  # The engine leaves the mark of its networks mounted.
  as_root umount "$run"/exec/netns/* 2>/dev/null || true
}
