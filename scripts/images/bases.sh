# shellcheck shell=bash
# Base images: pulled, or else made from Debian's packages with what the real ones have and no more.

# Takes an image's name and what stands in for it; says in BASE which of the two there is.
base() {
  local image="$1" kind="$2"
  if docker image inspect "$image" >/dev/null 2>&1 || timeout 300 docker pull --quiet "$image" >/dev/null 2>&1; then
    BASE="$image"
    return 0
  fi
  BASE="arcane-codex-stand-in/$kind:4"
  docker image inspect "$BASE" >/dev/null 2>&1 && return 0
  echo "$image cannot be pulled here: making a stand-in."
  "stand_in_$kind"
}

# Takes changes for the image, then the variant of the system, its packages and what else mmdebstrap shall do.
make_base() {
  local changes=() tar="$RUN/$BASE.tar"
  while [ "$1" != -- ]; do
    changes+=(--change "$1")
    shift
  done
  shift
  mkdir -p "$(dirname "$tar")"
  as_root mmdebstrap --quiet "$@" bookworm "$tar"
  docker import "${changes[@]}" "$tar" "$BASE" >/dev/null
  as_root rm "$tar"
}

# The authorities this machine trusts, as one file.
host_authorities() {
  local file
  for file in "${SSL_CERT_FILE:-}" "${CURL_CA_BUNDLE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/cert.pem; do
    if [ -s "$file" ]; then
      echo "$file"
      return 0
    fi
  done
}

# A compiler with the C library's headers, make for the allocator, and this machine's toolchain.
# shellcheck disable=SC2016 # mmdebstrap gives $1, the folder of the new system.
stand_in_build() {
  local toolchain
  toolchain="$(rustc --print sysroot)"
  make_base 'ENV PATH=/usr/local/bin:/usr/bin:/bin' -- --variant=minbase --include=gcc,libc6-dev,make,ca-certificates \
    --customize-hook="mkdir -p \"\$1/usr/local/bin\" && cp $toolchain/bin/cargo $toolchain/bin/rustc \"\$1/usr/local/bin/\"" \
    --customize-hook="cp -r $toolchain/lib \"\$1/usr/local/\""
}

# Time zones, authorities, where names are looked up: neither a library nor a shell nor a package manager. Nothing is
# installed in this variant, so its hooks are those that follow the extraction.
# shellcheck disable=SC2016 # As above.
stand_in_runtime() {
  make_base 'ENV PATH=/usr/local/bin:/usr/bin:/bin' 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' \
    'USER 65532' -- --variant=extract --include=base-files,netbase,tzdata,ca-certificates \
    --extract-hook='mkdir -p "$1/etc/ssl/certs" && echo "hosts: files dns" >"$1/etc/nsswitch.conf"' \
    --extract-hook='find "$1/usr/share/ca-certificates" -name "*.crt" -exec cat {} + >"$1/etc/ssl/certs/ca-certificates.crt"' \
    --extract-hook='cd "$1" && rm -rf bin sbin lib lib?* usr/bin usr/sbin usr/lib usr/lib?* usr/share/doc usr/share/man usr/share/perl*'
}

stand_in_nginx() {
  make_base 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' -- --variant=minbase --include=nginx,wget
}

stand_in_redis() {
  make_base 'ENV PATH=/usr/local/bin:/usr/bin:/bin' -- --variant=minbase --include=redis-server
}

# Where a proxy of the house signs what comes from outside, a build trusts what this machine trusts: the image
# that builds gets its authorities. The image that is built does not.
trusting() {
  local image="$1" authorities folder
  authorities="$(host_authorities)"
  if [ -z "$authorities" ]; then
    BASE="$image"
    return 0
  fi
  folder="$(mktemp -d "$RUN/trusting.XXXXXX")"
  cp "$authorities" "$folder/authorities.crt"
  cat >"$folder/Dockerfile" <<END
FROM $image
COPY authorities.crt /etc/ssl/certs/host-authorities.crt
ENV SSL_CERT_FILE=/etc/ssl/certs/host-authorities.crt CARGO_HTTP_CAINFO=/etc/ssl/certs/host-authorities.crt
END
  BASE="arcane-codex-build:trusting"
  docker build --quiet --tag "$BASE" "$folder" >/dev/null
}
