#!/usr/bin/env bash
# Builds the image as it is released, starts the production compose file with three instances, plays a table through its
# nginx over TLS while one instance stops, deploys the image for ECS to an emulated Amazon, and removes everything again.
#
# The script needs what `tests/install.sh images` installs. If no container engine runs, it starts one and ends it. If base
# images cannot be pulled, it makes stand-ins. Images stay from one run to the next, so that a later run is quick.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/images/engine.sh
. scripts/images/bases.sh
. scripts/images/stack.sh
. scripts/images/ecs.sh

KEPT="${XDG_CACHE_HOME:-$HOME/.cache}/arcane-codex"
RUN="$(mktemp -d)"
PLATFORM="${PLATFORM:-server}"
export APP_IMAGE="${APP_IMAGE:-arcane-codex}"

end() {
  local code=$?
  stack_down
  stop_amazon
  stop_engine "$RUN"
  as_root rm -rf "$RUN"
  exit "$code"
}
trap end EXIT
# A signal ends the script as its end does.
trap 'exit 130' INT TERM

# The default a file gives for an image's name.
default_image() {
  sed -nE "s/^ARG $1=(.*)$/\1/p; s/.*image: *\\$\{$1:-([^}]*)\}.*/\1/p" Dockerfile compose.prod.yaml | head -1
}

build() {
  local build_image runtime_image began
  base "$(default_image BUILD_IMAGE)" build
  trusting "$BASE"
  build_image="$BASE"
  base "$(default_image RUNTIME_IMAGE)" runtime
  runtime_image="$BASE"
  echo "Building $APP_IMAGE for $PLATFORM from $build_image on $runtime_image."
  began="$(date +%s)"
  docker build --network host --tag "$APP_IMAGE" \
    --build-arg "BUILD_IMAGE=$build_image" --build-arg "RUNTIME_IMAGE=$runtime_image" \
    --build-arg "PLATFORM=$PLATFORM" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    . >"$RUN/build.log" 2>&1 || { cat "$RUN/build.log" >&2; exit 1; }
  echo "Built in $(($(date +%s) - began)) s."
  sizes "$runtime_image"
}

# Prints the size of a download: the layers, compressed as registries store them.
sizes() {
  local whole under
  whole="$(docker save "$APP_IMAGE" | gzip -6 | wc -c)"
  under="$(docker save "$1" | gzip -6 | wc -c)"
  echo "The image has $((whole / 1000)) kB compressed; $1 has $((under / 1000)) kB of it, ours are $(((whole - under) / 1000)) kB."
  docker run --rm --network none "$APP_IMAGE" --version
}

if [ "$(uname -s)" != Linux ] && ! docker info >/dev/null 2>&1; then
  echo "The script needs a running container engine; it can start one only on Linux." >&2
  exit 1
fi
find_engine "$KEPT/engine" "$RUN"
build
if [ "${1:-}" != build ]; then
  stack_play
  stack_down
  PLATFORM=ecs APP_IMAGE="$APP_IMAGE-ecs"
  build
  ecs_play
fi
echo "Images: all well."
