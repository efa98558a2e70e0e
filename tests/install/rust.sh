# shellcheck shell=bash
# What the tests of all crates need: a compiler for the bundled SQLite, and the servers they start.

for_rust() {
  # unshare gives the full disk of one test its own mount.
  need cc build-essential unshare util-linux openssl openssl
  # faketime gives the server of one test another clock.
  need faketime faketime
  # Debian keeps the server's programs beside the path, in a folder for each version.
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql
  # Redis of version 7 or later.
  need redis-server redis-server redis-cli redis-tools
  # nginx stands before instances. Debian keeps it off the path of whoever is not root.
  [ -x /usr/sbin/nginx ] || need nginx nginx
  # The package of Prometheus brings promtool, too.
  need prometheus prometheus promtool prometheus
  # ministack is an S3 that answers at once, SeaweedFS one that people run and that checks signatures.
  need_servers
  # The example clients of the API, and what asks whatever its description allows and does not allow.
  need python3 python3 node nodejs
  need_pip schemathesis schemathesis==4.32.5
}
