#!/usr/bin/env bash
# Puts a certificate that certbot has fetched where nginx reads it, and has nginx read it. certbot calls it after each
# renewal, with the certificate's folder in RENEWED_LINEAGE.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${RENEWED_LINEAGE:?certbot sets it: the folder with fullchain.pem and privkey.pem}"
folder="${TLS_FOLDER:-secrets/tls}"

# Each file is there whole or not at all.
take() {
  install -m 0644 "$RENEWED_LINEAGE/$1" "$folder/$2.new"
  mv "$folder/$2.new" "$folder/$2"
}

take privkey.pem key.pem
take fullchain.pem cert.pem
# Within the container: an engine that is asked to send the signal takes the container for one somebody has ended, and
# leaves it so when the machine starts again.
docker compose -f compose.prod.yaml exec -T nginx nginx -p /etc/nginx/ -c /etc/nginx/nginx.conf -s reload
