# One image for every container platform: built from source, left with one static program and the certificate
# authorities. Plain instructions only, so that the old builder builds it as BuildKit does.
#
# PLATFORM names the package of platforms/ that is built; its binary is always called arcane-codex in the image. Each knows
# by the provider's variables where it runs, and makes no journal on a disk that is wiped there. The package of a provider
# also trusts its router. PROFILE is how it is optimised: `small` for the size of its program.
# The two base images may come from a mirror, or be pinned by digest. The C library in the program is the build image's:
# a fix in it arrives by building anew from a newer one, not by a newer base. That image has make, with which the allocator
# is built; the slim one has not.
ARG BUILD_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/static-debian13:nonroot

# The manifests, with an empty file for each source they name, and without targets that only tests have. It is made
# anew for every change of the source, but what it makes is the same until a manifest changes.
FROM ${BUILD_IMAGE} AS manifests
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /all
COPY . .
RUN find . -name Cargo.toml -o -name Cargo.lock | while read -r manifest; do \
      folder="/manifests/$(dirname "$manifest")"; \
      mkdir -p "$folder" || exit 1; \
      awk '/^\[/ { left_out = /^\[\[(test|bench|example)\]\]/ } !left_out' "$manifest" \
        >"$folder/$(basename "$manifest")" || exit 1; \
      sed -n 's/^\(path\|build\) = "\([^"]*\.rs\)"$/\2/p' "$folder/$(basename "$manifest")" | while read -r source; do \
        mkdir -p "$(dirname "$folder/$source")" && echo 'fn main() {}' >"$folder/$source" || exit 1; \
      done || exit 1; \
    done

# Everything of others, in a layer that stays until a manifest changes.
FROM ${BUILD_IMAGE} AS build
ARG PLATFORM=server
ARG PROFILE=release
WORKDIR /codex
# The C library is linked in: one of Debian's of this version resolves names without files beside it. A target is
# named so that this holds for the program and not for what runs while it is compiled.
ENV RUSTFLAGS="-C target-feature=+crt-static"
COPY --from=manifests /manifests .
RUN cargo build --profile "$PROFILE" --locked --package "$PLATFORM" --all-features --target "$(rustc --print host-tuple)"
# Then ours. The stand-ins were compiled after these files were written: without a new date they would be kept.
COPY src src
COPY platforms platforms
RUN find src platforms -name '*.rs' -exec touch {} + \
    && target="$(rustc --print host-tuple)" \
    && cargo build --profile "$PROFILE" --locked --package "$PLATFORM" --all-features --target "$target" \
    && case "$PLATFORM" in server) binary=arcane-codex ;; lambda) binary=bootstrap ;; *) binary="$PLATFORM" ;; esac \
    && mkdir -p /image/data /image/bin && cp "target/$target/$PROFILE/$binary" /image/bin/arcane-codex

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="The Arcane Codex" \
      org.opencontainers.image.description="A game of whispers for one to six people" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/bin/arcane-codex /usr/local/bin/arcane-codex
# A volume that is mounted here for the first time takes this owner.
COPY --from=build --chown=10001:10001 /image/data /data
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV DB_PATH=/data/arcane_codex.db LOG_FORMAT=json
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s CMD ["/usr/local/bin/arcane-codex", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/arcane-codex"]
