#!/usr/bin/env bash
# Makes a certificate that nobody has signed but itself, to try nginx with: for the names given, or for localhost.
# Browsers warn of it; docs/operations/tls.md says how to come by one that they trust. TLS_FOLDER says where it goes.
set -euo pipefail
folder="${TLS_FOLDER:-"$(dirname "$0")/../secrets/tls"}"
names=("$@")
[ "${#names[@]}" -gt 0 ] || names=(localhost)

if [ -e "$folder/cert.pem" ] && ! openssl x509 -in "$folder/cert.pem" -noout -text | grep -q 'O = A trial'; then
  echo "$folder/cert.pem is not one of a trial; it stays." >&2
  exit 1
fi
mkdir -p "$folder"
alternatives="IP:127.0.0.1"
for name in "${names[@]}"; do
  alternatives+=",DNS:$name"
done
# The key is readable to nginx, which is not root in its container; the folder above keeps others out.
openssl req -x509 -nodes -days 30 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
  -subj "/O=A trial/CN=${names[0]}" -addext "subjectAltName=$alternatives" \
  -addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth" \
  -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
chmod 0644 "$folder/key.pem" "$folder/cert.pem"
echo "made $folder/cert.pem for ${names[*]}, valid for 30 days"
