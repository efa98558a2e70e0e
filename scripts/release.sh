#!/usr/bin/env bash
# The steps of a release. .github/workflows/release.yml runs them for each tag; each runs on any machine as well, and
# `make release-check` runs those that need neither a container engine nor an account.
#
#   check [TAG]         the version, the changelog and the licences fit (and the tag, if one is given)
#   changes             print this version's section of CHANGELOG.md: the release notes
#   documents           write the third-party notices and the SBOM
#   image NAME          build the image, with the licences in it
#   archive NAME        pack the program of an image, with licences, units and guide, for this machine's architecture
#   sums                write SHA256SUMS over everything in the folder
#
# Results go to the folder that RELEASE_FOLDER names, or to target/release-files.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/release/packages.sh
. scripts/release/documents.sh

FOLDER="${RELEASE_FOLDER:-target/release-files}"
VERSION="$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)"
NAME="arcane-codex-$VERSION"

fail() {
  echo "release: $*" >&2
  exit 1
}

# Prints the lines between this version's heading and the next one.
changes() {
  awk -v heading="## [$VERSION]" '
    index($0, "## [") == 1 { inside = index($0, heading) == 1; next }
    /^\[[^]]+\]: / { inside = 0 }
    inside' CHANGELOG.md
}

check() {
  local tag="${1:-}"
  [ -z "$tag" ] || [ "$tag" = "v$VERSION" ] || fail "the tag is $tag, and Cargo.toml says $VERSION"
  [ -n "$(changes | tr -d '[:space:]')" ] || fail "CHANGELOG.md has no entry for $VERSION"
  if [ -n "$tag" ] && grep -q "^## \[$VERSION\] - unreleased" CHANGELOG.md; then
    fail "CHANGELOG.md calls $VERSION unreleased: write the date there first"
  fi
  check_licences
}

documents() {
  local work
  work="$(mktemp -d)"
  mkdir -p "$FOLDER"
  packages >"$work/packages.json"
  notices "$work/packages.json" >"$FOLDER/THIRD-PARTY.txt"
  sbom "$work/packages.json" >"$FOLDER/$NAME.cdx.json"
  rm -r "$work"
}

# The second build adds the licences: the Dockerfile alone has no tool that writes them.
image() {
  [ -s "$FOLDER/THIRD-PARTY.txt" ] || documents
  docker build --tag "$1-program" --build-arg "VERSION=$VERSION" --build-arg "REVISION=$(git rev-parse HEAD)" .
  cp LICENSE "$FOLDER/LICENSE"
  printf 'FROM %s\nCOPY LICENSE THIRD-PARTY.txt /usr/share/doc/arcane-codex/\n' "$1-program" |
    docker build --tag "$1" --file - "$FOLDER"
}

# The program in the archive is the one in the image: one build, one program to trust.
archive() {
  local machine folder container
  machine="$(uname -m)"
  folder="$NAME-$machine-linux"
  mkdir -p "$FOLDER/$folder"
  container="$(docker create "$1")"
  docker cp "$container:/usr/local/bin/arcane-codex" "$FOLDER/$folder/arcane-codex"
  docker rm "$container" >/dev/null
  cp -R LICENSE README.md CHANGELOG.md systemd proxies "$FOLDER/THIRD-PARTY.txt" "$FOLDER/$folder/"
  # The same files make the same archive, on any machine and at any time.
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" \
    --directory="$FOLDER" "$folder" | gzip --no-name --best >"$FOLDER/$folder.tar.gz"
  rm -r "${FOLDER:?}/$folder"
}

sums() {
  (cd "$FOLDER" && sha256sum -- *.tar.gz *.cdx.json THIRD-PARTY.txt >SHA256SUMS)
}

case "${1:-}" in
  check | image | archive) "$@" ;;
  changes | documents | sums) "$1" ;;
  *)
    sed -n '5,10s/^# *//p' "$0" >&2
    exit 2
    ;;
esac
