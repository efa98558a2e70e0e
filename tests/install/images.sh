# shellcheck shell=bash
# What building the image and running it beside others needs: a container engine, and what makes base images
# where none can be pulled.

for_images() {
  for_compose
  [ -x /usr/sbin/dockerd ] || need dockerd docker.io
  need docker docker.io mmdebstrap mmdebstrap iptables iptables
}
