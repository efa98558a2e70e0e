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
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]}. Please install it; only Debian's apt-get is known here." >&2
    exit 1
  fi
  echo "Installing ${missing[*]}, which the tests need."
  as_root apt-get update --quiet=2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}"
}

for_rust() {
  # A compiler for the bundled SQLite; unshare gives the full disk of one test its own mount.
  need cc build-essential unshare util-linux
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
