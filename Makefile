# What one does here. `make run` and `make test` need Rust and make; the rest is installed by name if missing.

CARGO ?= cargo
IMAGE ?= arcane-codex
SCHEDULES ?= 1000000
SOAK_KILLS ?= 200
ROUNDS ?= 500
HOSTILE_PERCENT ?= 100
PICTURES ?= target/pictures
BENCH ?=
# The workspace of the one adapter whose dependencies are of another generation; the same folder holds what is built.
ADAPTER = --manifest-path platforms/shuttle/Cargo.toml
TARGET = --target-dir $(or $(CARGO_TARGET_DIR),target)

.DEFAULT_GOAL := help
.PHONY: help run test test-rust test-browser test-platforms test-dynamodb test-images simulate soak hostile tour pace check fmt docs bench image release-check clean

help: ## Say what there is.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

run: ## Build and start the game on its embedded default, and print its address.
	@command -v $(firstword $(CARGO)) >/dev/null || { echo "Rust is missing: install it from https://rustup.rs, open a new terminal and call make run again." >&2; exit 1; }
	@echo "Building The Arcane Codex (the first time takes some minutes); then it starts and prints its address."
	$(CARGO) run --package server

test: test-rust test-browser ## Install what tests need, if missing, and run them all.

test-rust: ## Run the tests of all crates, of the real servers and of what is written for other programs.
	tests/install.sh rust compose machine k8s heroku ecs lambda cloudrun
	CARGO="$(CARGO)" tests/run.sh
	$(CARGO) test --workspace --all-features --doc --quiet

test-browser: ## Play the game in real browsers.
	tests/install.sh rust browser
	$(CARGO) build --quiet --package server
	$(CARGO) build --quiet --package web --example gateway
	$(CARGO) build --quiet --workspace --all-features --example function --bin bootstrap
	cd tests/browser && node --test --test-concurrency=1

test-platforms: ## Run each platform's binary under its provider's terms: a part of the above.
	tests/install.sh rust
	CARGO="$(CARGO)" tests/run.sh platform

test-dynamodb: ## Run the DynamoDB journal's tests, and ROUNDS of play and kill, on a second server, which is built first: many minutes.
	CARGO="$(CARGO)" tests/install.sh rust dynoxide
	DYNAMODB_SERVER=dynoxide $(CARGO) test --package store --all-features --test dynamodb
	DYNAMODB_SERVER=dynoxide SOAK_KILLS=$(ROUNDS) $(CARGO) test --package server --all-features --test crash -- dynamodb

test-images: ## Build the image, bring three of it up behind nginx with TLS, and play there.
	tests/install.sh rust images
	scripts/images.sh

simulate: ## Run a million schedules of the replica's protocol; SCHEDULES says how many.
	REPLICA_SCHEDULES=$(SCHEDULES) $(CARGO) test --release --package store --features replica --lib simulation

soak: ## Kill servers under load, with and without their disks; SOAK_KILLS says how often.
	tests/install.sh rust
	SOAK_KILLS=$(SOAK_KILLS) $(CARGO) test --package server --all-features --test crash
	SOAK_KILLS=$(SOAK_KILLS) $(CARGO) test --package server --all-features --test replica -- take_the_disk async_mode

hostile: ## Attack a server in a container of 256 MiB while others play; HOSTILE_PERCENT says how much.
	HOSTILE_PERCENT=$(HOSTILE_PERCENT) $(CARGO) test --release --package server --all-features --test hostile -- --test-threads=1 --nocapture

tour: ## Look at every moment of an evening on every screen, and take pictures; PICTURES names their folder: many minutes.
	tests/install.sh browser
	$(CARGO) build --quiet --package server
	cd tests/browser && node tour.mjs "$(abspath $(PICTURES))"

pace: ## Measure how a slow phone on a slow network fares, on a machine that does nothing else.
	tests/install.sh browser
	$(CARGO) build --quiet --package server
	cd tests/browser && node pace.mjs

check: ## Format, lint and document; warnings are errors.
	$(CARGO) fmt --all --check
	$(CARGO) fmt $(ADAPTER) --check
	$(CARGO) clippy --workspace --all-targets --all-features --quiet -- -D warnings
	$(CARGO) clippy --quiet -- -D warnings
	$(CARGO) clippy --quiet --package lambda -- -D warnings
	$(CARGO) clippy $(ADAPTER) $(TARGET) --locked --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --all-features --no-deps --quiet

fmt: ## Format.
	$(CARGO) fmt --all
	$(CARGO) fmt $(ADAPTER)

docs: ## Write the settings and the metrics into docs/, README.md and .env.example, and the API into docs/openapi.json.
	$(CARGO) run --quiet --package profiles --example docs

bench: ## Measure and print the figures README names; BENCH gives options, such as "--only cpu --json".
	$(CARGO) bench --package server --all-features --bench figures -- $(BENCH)
	$(CARGO) bench --package platform-sim --bench platforms

image: ## Build the container image.
	docker build --tag $(IMAGE) .

release-check: ## Check version, changelog and licences, and write the release's notices and SBOM.
	scripts/release.sh check
	scripts/release.sh documents

clean: ## Remove what was built.
	$(CARGO) clean
	rm -rf tests/browser/node_modules
