# shellcheck shell=bash
# What compose reads, for scripts beside it: an exported variable, or else its line in .env.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Prints the value of a variable, or nothing.
setting() {
  local value="${!1:-}" line=
  if [ -z "$value" ] && [ -r "${COMPOSE_ENV_FILES:-$ROOT/.env}" ]; then
    line="$(sed -nE "s/^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*//p" "${COMPOSE_ENV_FILES:-$ROOT/.env}" | tail -n 1)"
    value="${line%$'\r'}"
    case "$value" in
      \"*\" | \'*\') value="${value:1:${#value}-2}" ;;
    esac
  fi
  printf '%s' "$value"
}

# Prints the folder of the secrets. Compose takes a path that is not absolute from beside its files.
secrets_folder() {
  local folder
  folder="$(setting SECRETS)"
  case "${folder:=./secrets}" in
    /*) echo "$folder" ;;
    *) echo "$ROOT/${folder#./}" ;;
  esac
}
