#!/usr/bin/env bash
# Creates the secrets that compose.prod.yaml and compose.postgres.yaml read, if they are missing, in the folder that is
# named, or that SECRETS names. Existing secrets stay: another key would take every player's seat away. A SECRET_KEY or
# REDIS_PASSWORD that is exported or in .env becomes the secret, so that seats go along from compose.yaml.
#
# The container engine mounts each file with its mode, so the user in the container must be able to read it. On this
# machine the folder's mode keeps other users out.
set -euo pipefail
# shellcheck source=scripts/compose_settings.sh
. "$(dirname "$0")/compose_settings.sh"
folder="${1:-$(secrets_folder)}"
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

# Takes a file's name, the variable that may give its content, what that must look like, in words and as a pattern, and
# how many bytes of chance are taken without it.
keep_given() {
  local given
  given="$(setting "$2")"
  if [ -z "$given" ]; then
    keep "$1" "$(openssl rand -hex "$5")"
  elif [ -s "$folder/$1" ] && [ "$given" != "$(cat "$folder/$1")" ]; then
    echo "$folder/$1 stays as it is. The $2 that is exported or in .env is another and is not used: take it away there." >&2
  elif ! [[ "$given" =~ $4 ]]; then
    echo "$2 is exported or in .env and is not $3; openssl rand -hex $5 makes one." >&2
    exit 78
  else
    keep "$1" "$given"
  fi
}

keep_given secret_key SECRET_KEY "at least 32 characters without blanks" '^[^[:space:]]{32,}$' 32
# It stands in an address and in a line of Redis' configuration.
keep_given redis_password REDIS_PASSWORD "letters, digits, dashes and underscores" '^[A-Za-z0-9_-]+$' 24
keep redis_url "redis://:$(cat "$folder/redis_password")@redis:6379"
keep postgres_password "$(openssl rand -hex 24)"
keep database_url "postgres://codex:$(cat "$folder/postgres_password")@postgres:5432/codex?sslmode=disable"
