#!/usr/bin/env bash
# Makes a self-signed certificate to try nginx with, for the names given or for localhost, in the folder that SECRETS
# names. Browsers warn of it; docs/operations/tls.md says how to get one that they trust.
set -euo pipefail
# shellcheck source=scripts/compose_settings.sh
. "$(dirname "$0")/compose_settings.sh"
secrets="$(secrets_folder)"
folder="$secrets/tls"
names=("$@")
[ "${#names[@]}" -gt 0 ] || names=(localhost)

if [ -e "$folder/cert.pem" ] && ! openssl x509 -in "$folder/cert.pem" -noout -text | grep -q 'O = A trial'; then
  echo "$folder/cert.pem was not made by this script; it stays as it is." >&2
  exit 1
fi
# nginx is not root in its container and must be able to read the key; the folder above keeps other users out.
if [ ! -d "$secrets" ]; then
  mkdir -p "$secrets"
  chmod 0700 "$secrets"
fi
mkdir -p "$folder" "$secrets/acme"
alternatives="IP:127.0.0.1"
for name in "${names[@]}"; do
  alternatives+=",DNS:$name"
done
openssl req -x509 -nodes -days 30 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
  -subj "/O=A trial/CN=${names[0]}" -addext "subjectAltName=$alternatives" \
  -addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth" \
  -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
chmod 0644 "$folder/key.pem" "$folder/cert.pem"
echo "made $folder/cert.pem for ${names[*]}, valid for 30 days"
