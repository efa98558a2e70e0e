# shellcheck shell=bash
# What the tests in real browsers need.

for_browser() {
  need chromium chromium node nodejs npm npm openssl openssl
  if ! node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)'; then
    echo "The browser tests need Node.js 18 or newer; this is $(node --version)." >&2
    exit 1
  fi
  # npm notes in this file what it has installed last.
  if [ ! browser/node_modules/.package-lock.json -nt browser/package-lock.json ]; then
    echo "Installing the browser tests' libraries with npm."
    (cd browser && npm ci --ignore-scripts --no-audit --no-fund)
  fi
}
