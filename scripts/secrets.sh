#!/usr/bin/env bash
# Creates the secrets that compose.prod.yaml and compose.postgres.yaml read, if they are missing. Existing secrets stay:
# another key would take every player's seat away.
#
# The container engine mounts each file with its mode, so the user in the container must be able to read it. On this
# machine the folder's mode keeps other users out.
set -euo pipefail
folder="${1:-"$(dirname "$0")/../secrets"}"
mkdir -p "$folder/tls" "$folder/acme"
chmod 0700 "$folder"
chmod 0755 "$folder/tls" "$folder/acme"

# Takes a file's name and its content.
keep() {
  [ -s "$folder/$1" ] && return 0
  printf '%s\n' "$2" >"$folder/$1"
  chmod 0444 "$folder/$1"
  echo "made $1"
}

keep secret_key "$(openssl rand -hex 32)"
keep redis_password "$(openssl rand -hex 24)"
keep redis_url "redis://:$(cat "$folder/redis_password")@redis:6379"
keep postgres_password "$(openssl rand -hex 24)"
keep database_url "postgres://codex:$(cat "$folder/postgres_password")@postgres:5432/codex?sslmode=disable"
