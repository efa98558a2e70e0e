# shellcheck shell=bash
# What the released program is made of: the packages that Cargo links into it, on both architectures.

ARCHITECTURES=(x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu)
# Licences that allow the program to be passed on under its own. Another one is a question for a person, not for a script.
LICENCES='MIT MIT-0 Apache-2.0 LLVM-exception BSD-2-Clause BSD-3-Clause ISC Zlib BSL-1.0 Unicode-3.0 Unlicense'

# Prints the names and versions of what is linked, without what only builds or tests need.
linked() {
  local architecture
  for architecture in "${ARCHITECTURES[@]}"; do
    cargo tree --locked --package server --all-features --edges normal --target "$architecture" \
      --prefix none --format '{p}'
  done | awk '{ print $1 "@" substr($2, 2) }' | sort --unique
}

# Prints an array of the packages by others: name, version, licence, authors, source, folder, checksum, dependencies.
packages() {
  local architecture linked sums
  # In variables, so that a failure ends the script instead of leaving a list empty.
  linked="$(linked)"
  sums="$(checksums)"
  for architecture in "${ARCHITECTURES[@]}"; do
    cargo metadata --locked --all-features --format-version 1 --filter-platform "$architecture"
  done | jq --slurp --arg linked "$linked" --arg sums "$sums" --from-file scripts/release/packages.jq
}

# Prints lines of NAME@VERSION and the checksum that Cargo.lock holds.
checksums() {
  awk -F'"' '/^name = / { name = $2 } /^version = / { version = $2 }
    /^checksum = / { print name "@" version " " $2 }' Cargo.lock
}

# Stops when a licence is none of those above.
check_licences() {
  local unknown
  unknown="$(packages | jq --raw-output --arg known "$LICENCES" '
    ($known | split(" ")) as $known
    | .[] | select([.licence | splits("[ ()]+") | select(. != "" and . != "AND" and . != "OR" and . != "WITH")] - $known != [])
    | "\(.name) \(.version): \(.licence)"')"
  [ -z "$unknown" ] || fail "nobody has looked at these licences yet:
$unknown"
}
