# shellcheck shell=bash
# What building the image and running it beside others needs: a container engine, and what makes base images
# where none can be pulled.

for_images() {
  for_compose
  for_ecs
  # An Amazon that can ask the engine for containers.
  need_pip images ministack==1.5.33 docker==7.1.0
  [ -x /usr/sbin/dockerd ] || need dockerd docker.io
  need docker docker.io mmdebstrap mmdebstrap iptables iptables curl curl
}
