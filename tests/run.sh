#!/usr/bin/env bash
# Builds all tests and runs their programs, some side by side: most of them wait for most of their time. What one
# prints comes when it has ended, with how long it took; a program that fails is named again at the end.
#
#   tests/run.sh [WORD...]     runs only programs with one of these words in their names
#   tests/run.sh build         builds them and the programs that they start, and runs none
#
# JOBS says how many run at a time; TEST_ARGUMENTS is handed to each. Generated play takes PLAY_STEPS: ten times what
# it takes by itself, and a million before a release.
set -euo pipefail
cd "$(dirname "$0")/.."

JOBS="${JOBS:-3}"
CARGO="${CARGO:-cargo}"
export PLAY_STEPS="${PLAY_STEPS:-100000}"
# Started first, because they take the longest; in the order of their time.
LONGEST=(deploy instances play replica platform operate postgres redis lines simulation store)

RUN="$(mktemp -d)"
trap 'rm -rf "$RUN"' EXIT
began="$SECONDS"

# A line for each program: its package's folder, its name and its path.
build() {
  "$CARGO" test --workspace --all-features --no-run --locked --message-format=json-render-diagnostics >"$RUN/built"
  # The program of the other workspace, beside those of this one: its tests are here, so nothing is compiled for them anew.
  "$CARGO" build --quiet --locked --manifest-path platforms/shuttle/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}"
  grep '"profile":{[^}]*"test":true' "$RUN/built" | sed -nE 's#.*"manifest_path":"([^"]*)/Cargo.toml".*"target":\{[^}]*"name":"([^"]*)".*"executable":"([^"]*)".*#\1 \2 \3#p'
}

# The programs in the order in which they start.
ordered() {
  local name
  for name in "${LONGEST[@]}"; do
    grep " $name " "$1" || true
  done
  grep -v -E " ($(IFS='|'; echo "${LONGEST[*]}")) " "$1" || true
}

# Runs one program in its package's folder, as cargo does, and prints all at once.
run_one() {
  local folder="$1" name="$2" program="$3" told code=0 time
  told="$(mktemp -p "$RUN")"
  TIMEFORMAT='%1R s, of which %1U + %1S s on a processor'
  # shellcheck disable=SC2086
  time="$( { time (cd "$folder" && "$program" --quiet ${TEST_ARGUMENTS:-} >"$told" 2>&1) ; } 2>&1 )" || code=$?
  {
    flock 9
    echo "== ${folder##*/} $name: $time"
    cat "$told"
  } 9>"$RUN/lock"
  [ "$code" = 0 ] || echo "${folder##*/} $name" >>"$RUN/failed"
}
export -f run_one
export RUN TEST_ARGUMENTS

build >"$RUN/programs"
if [ "${1:-}" = build ]; then
  exit
elif [ "$#" -gt 0 ]; then
  awk -v words="$(IFS='|'; echo "$*")" '$2 ~ words' "$RUN/programs" >"$RUN/some"
  mv "$RUN/some" "$RUN/programs"
  [ -s "$RUN/programs" ] || { echo "No program of tests is called so: $*" >&2; exit 2; }
fi
echo "built in $((SECONDS - began)) s"
ordered "$RUN/programs" | xargs -P "$JOBS" -L 1 bash -c 'run_one "$@"' run_one
echo "all ran in $((SECONDS - began)) s"
if [ -s "$RUN/failed" ]; then
  sed 's/^/failed: /' "$RUN/failed"
  exit 1
fi
