# One image for every container platform. Built from source in two steps, so that the result holds the binary and
# little else. Fitting the shape of a platform is the binary's business, not the image's.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /codex
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY platforms platforms
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/codex/target \
    cargo build --release --locked --package server --features s3,gcs \
    && cp target/release/arcane-codex /arcane-codex

FROM debian:bookworm-slim
RUN useradd --uid 10001 --create-home --home-dir /data codex
COPY --from=build /arcane-codex /usr/local/bin/arcane-codex
USER 10001
WORKDIR /data
VOLUME /data
ENV DB_PATH=/data/arcane_codex.db LOG_FORMAT=json
EXPOSE 5000
HEALTHCHECK --interval=15s --timeout=4s --start-period=10s CMD ["arcane-codex", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["arcane-codex"]
