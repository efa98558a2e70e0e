#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: for the parts that are named, or for all of them.
set -euo pipefail
cd "$(dirname "$0")"

for part in install/*.sh; do
  # shellcheck source=/dev/null
  . "$part"
done

parts=("$@")
[ "${#parts[@]}" -gt 0 ] || parts=(rust compose machine k8s heroku ecs lambda cloudrun browser)
for part in "${parts[@]}"; do
  if ! declare -F "for_$part" >/dev/null; then
    echo "tests/install.sh knows no part called $part; there are:" >&2
    declare -F | sed -n 's/^declare -f for_/  /p' >&2
    exit 2
  fi
  "for_$part"
done
