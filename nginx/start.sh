#!/bin/sh
# Starts nginx over this file's folder, as the container of compose.prod.yaml does. Says what is missing before nginx
# would, and tells nginx at which port of this machine TLS is. What is given is handed to nginx as directives.
set -eu
folder="$(cd "$(dirname "$0")" && pwd)"

for file in cert.pem key.pem; do
  if [ ! -s "$folder/tls/$file" ]; then
    echo "tls/$file is missing in the folder of the secrets. To try: scripts/trial-certificate.sh your-domain.example." \
      "For browsers to trust it: docs/operations/tls.md. Then the same \`docker compose … up -d\` again." >&2
    exit 78
  fi
  if [ ! -r "$folder/tls/$file" ]; then
    echo "nginx is not root and cannot read tls/$file in the folder of the secrets: chmod 0644 it. The folder's own mode" \
      "keeps others out." >&2
    exit 78
  fi
done

# Behind the last colon: an address of this machine may stand before it. 0 is a port of the engine's choice, which
# nobody knows here.
port="${HTTPS_PORT:-443}"
port="${port##*:}"
case "$port" in
  443 | 0) rm -f /tmp/https_port.conf ;;
  *) echo "default :$port;" >/tmp/https_port.conf ;;
esac

exec nginx -p "$folder/" -c "$folder/nginx.conf" -g "daemon off; $*"
