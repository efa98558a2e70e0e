#!/usr/bin/env bash
# Copies a certificate from certbot to where nginx reads it, in the folder that SECRETS names, and reloads nginx. certbot
# calls the script after each renewal, with the certificate's folder in RENEWED_LINEAGE.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/compose_settings.sh
: "${RENEWED_LINEAGE:?certbot sets it: the folder with fullchain.pem and privkey.pem}"
folder="$(secrets_folder)/tls"

# A rename is atomic: nginx never reads half a file.
take() {
  install -m 0644 "$RENEWED_LINEAGE/$1" "$folder/$2.new"
  mv "$folder/$2.new" "$folder/$2"
}

take privkey.pem key.pem
take fullchain.pem cert.pem
# The reload runs within the container. An engine that sends the signal itself would count the container as stopped by a
# person, and would not start it again with the machine.
docker compose -f compose.prod.yaml exec -T nginx nginx -p /etc/nginx/ -c /etc/nginx/nginx.conf -s reload
