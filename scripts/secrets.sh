#!/usr/bin/env bash
# Makes the secrets that compose.prod.yaml and compose.postgres.yaml read, where there are none yet. What is there
# stays: another key would unseat every player.
#
# The engine shows each file in a container as it is here, so whoever runs there must be allowed to read it. On this
# machine the folder keeps everybody else out.
set -euo pipefail
folder="${1:-"$(dirname "$0")/../secrets"}"
mkdir -p "$folder/tls" "$folder/acme"
chmod 0700 "$folder"
chmod 0755 "$folder/tls" "$folder/acme"

# Takes a name and what shall stand in the file.
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
