#!/usr/bin/env bash
# Deploys the game, or a newer version of it, to Google Cloud Run. Creates what is missing and leaves the rest as it is.
#
#   deploy.sh                          everything: setup, build, release, and public access
#   deploy.sh setup                    the bucket, the key, the accounts and their permissions
#   deploy.sh build                    the image of this checkout; prints it with its digest
#   deploy.sh release IMAGE@sha256:…   deploys an image that exists; prints the address
#   deploy.sh github OWNER/NAME        allows the main branch of a repository at GitHub to build and release
#
# PROJECT, REGION and BUCKET may be set; the defaults are gcloud's configuration, and PROJECT-arcane-codex.
set -euo pipefail
cd "$(dirname "$0")/.."

SERVICE=arcane-codex
SECRET=arcane-codex-key
PROJECT="${PROJECT:-$(gcloud config get-value project 2>/dev/null)}"
REGION="${REGION:-$(gcloud config get-value run/region 2>/dev/null)}"
REGION="${REGION:-us-central1}"
BUCKET="${BUCKET:-$PROJECT-arcane-codex}"
SOURCES="$PROJECT-arcane-codex-sources"
RUNNER="arcane-codex@$PROJECT.iam.gserviceaccount.com"
BUILDER="arcane-codex-build@$PROJECT.iam.gserviceaccount.com"
DEPLOYER="arcane-codex-deploy@$PROJECT.iam.gserviceaccount.com"
REPOSITORY="$REGION-docker.pkg.dev/$PROJECT/arcane-codex"
# Between two tries, while a new account is not yet known to all of Google.
WAIT_SECONDS="${WAIT_SECONDS:-10}"

if [ -z "$PROJECT" ]; then
  echo "No project is set. Run: gcloud config set project NAME, or PROJECT=NAME $0" >&2
  exit 2
fi
export CLOUDSDK_CORE_PROJECT="$PROJECT" CLOUDSDK_RUN_REGION="$REGION" CLOUDSDK_CORE_DISABLE_PROMPTS=1

say() {
  echo "$*" >&2
}

# Whether something exists. Any other fault shows when the script creates it.
there() {
  "$@" >/dev/null 2>&1
}

# Grants a permission. A new account is not known everywhere at once, so a failure is tried again.
grant() {
  local try trouble
  for try in 1 2 3 4 5 6; do
    if trouble="$("$@" --quiet --format=none 2>&1)"; then
      return 0
    fi
    [ "$try" = 6 ] || sleep "$WAIT_SECONDS"
  done
  say "$trouble"
  return 1
}

account() {
  there gcloud iam service-accounts describe "$1@$PROJECT.iam.gserviceaccount.com" && return
  say "Creating the account $1."
  gcloud iam service-accounts create "$1" --display-name="$2"
}

# Permissions apply to the whole bucket, and public access is impossible. What is deleted or overwritten can be restored
# for 30 days. No rule deletes by age: the objects that keep a single writer must stay.
bucket() {
  there gcloud storage buckets describe "gs://$1" && return
  say "Creating the bucket $1."
  gcloud storage buckets create "gs://$1" --location="$REGION" --uniform-bucket-level-access \
    --public-access-prevention --soft-delete-duration=30d
}

setup() {
  say "Project $PROJECT, region $REGION: creating what is missing."
  gcloud services enable artifactregistry.googleapis.com cloudbuild.googleapis.com iam.googleapis.com \
    run.googleapis.com secretmanager.googleapis.com storage.googleapis.com
  if ! there gcloud artifacts repositories describe arcane-codex --location="$REGION"; then
    say "Creating the repository of images."
    gcloud artifacts repositories create arcane-codex --location="$REGION" --repository-format=docker \
      --immutable-tags --description="The Arcane Codex"
  fi
  bucket "$BUCKET"
  bucket "$SOURCES"
  if ! there gcloud secrets describe "$SECRET"; then
    say "Creating the key that signs seats."
    openssl rand -hex 32 | gcloud secrets create "$SECRET" --replication-policy=automatic --data-file=-
  fi
  account arcane-codex "The Arcane Codex, running"
  account arcane-codex-build "The Arcane Codex, being built"

  # The service's account reads and writes the replica and reads the key; the build's account can do neither.
  grant gcloud storage buckets add-iam-policy-binding "gs://$BUCKET" \
    --member="serviceAccount:$RUNNER" --role=roles/storage.objectUser
  grant gcloud secrets add-iam-policy-binding "$SECRET" \
    --member="serviceAccount:$RUNNER" --role=roles/secretmanager.secretAccessor
  grant gcloud storage buckets add-iam-policy-binding "gs://$SOURCES" \
    --member="serviceAccount:$BUILDER" --role=roles/storage.objectViewer
  grant gcloud artifacts repositories add-iam-policy-binding arcane-codex --location="$REGION" \
    --member="serviceAccount:$BUILDER" --role=roles/artifactregistry.writer
  grant gcloud projects add-iam-policy-binding "$PROJECT" --condition=None \
    --member="serviceAccount:$BUILDER" --role=roles/logging.logWriter
}

# The revision of this checkout. With uncommitted changes the time is added, because the revision does not name them.
tag() {
  local revision
  revision="$(git rev-parse --short=12 HEAD 2>/dev/null || echo source)"
  if [ "$revision" = source ] || [ -n "$(git status --porcelain 2>/dev/null)" ]; then
    revision="$revision-$(date -u +%Y%m%d%H%M%S)"
  fi
  echo "$revision"
}

digest() {
  gcloud artifacts docker images describe "$REPOSITORY/server:$1" --format='value(image_summary.digest)'
}

build() {
  local tag digest
  tag="$(tag)"
  if ! digest="$(digest "$tag" 2>/dev/null)" || [ -z "$digest" ]; then
    say "Building $REPOSITORY/server:$tag; this takes minutes."
    gcloud builds submit . --config=cloudrun/cloudbuild.yaml \
      --service-account="projects/$PROJECT/serviceAccounts/$BUILDER" \
      --gcs-source-staging-dir="gs://$SOURCES/source" \
      --substitutions="_REGION=$REGION,_TAG=$tag,_RELEASE=no" >&2 || return 1
    digest="$(digest "$tag")" || return 1
  fi
  echo "$REPOSITORY/server@$digest"
}

# Prints service.yaml with the words in capitals filled in, for an image, a version of the key and perhaps the version
# before it. PROJECT stays where it is part of a variable's name.
render() {
  local previous='/SECRET_KEY_PREVIOUS/d'
  [ -z "${3:-}" ] || previous="s|PREVIOUS_VERSION|$3|"
  sed -e '/^#/d' -e "$previous" -e "s|KEY_VERSION|$2|" -e "s|image: IMAGE|image: $1|" -e "s|BUCKET|$BUCKET|" \
    -e "s|\([ @]\)PROJECT|\1$PROJECT|" cloudrun/service.yaml
}

release() {
  if ! [[ "$1" =~ ^[a-z0-9./:-]+@sha256:[0-9a-f]{64}$ ]]; then
    say "An image is released by its digest, as IMAGE@sha256:…; '$1' may mean another image tomorrow."
    return 2
  fi
  local versions rendered url
  versions="$(gcloud secrets versions list "$SECRET" --filter=state:ENABLED --sort-by=~createTime --limit=2 \
    --format='value(name.basename())')"
  rendered="$(mktemp)"
  # shellcheck disable=SC2086 # Two words, or one.
  render "$1" $versions >"$rendered"
  say "Releasing $1."
  url="$(gcloud run services replace "$rendered" --format='value(status.url)')" || return 1
  rm "$rendered"
  echo "$url"
}

everything() {
  local image url
  setup
  image="$(build)"
  url="$(release "$image")"
  grant gcloud run services add-iam-policy-binding "$SERVICE" --member=allUsers --role=roles/run.invoker
  echo "$url"
}

# GitHub stores no key: Google trusts GitHub's token, which says that a run belongs to this repository's main branch.
github() {
  local number pool provider="arcane-codex"
  if ! [[ "$1" =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]]; then
    say "Name the repository: $0 github OWNER/NAME"
    return 2
  fi
  number="$(gcloud projects describe "$PROJECT" --format='value(projectNumber)')"
  pool="projects/$number/locations/global/workloadIdentityPools/arcane-codex"
  gcloud services enable iamcredentials.googleapis.com sts.googleapis.com
  there gcloud iam workload-identity-pools describe arcane-codex --location=global ||
    gcloud iam workload-identity-pools create arcane-codex --location=global --display-name="The Arcane Codex"
  there gcloud iam workload-identity-pools providers describe "$provider" --location=global \
    --workload-identity-pool=arcane-codex ||
    gcloud iam workload-identity-pools providers create-oidc "$provider" --location=global \
      --workload-identity-pool=arcane-codex --issuer-uri=https://token.actions.githubusercontent.com \
      --attribute-mapping="google.subject=assertion.sub,attribute.repository=assertion.repository" \
      --attribute-condition="assertion.repository == '$1' && assertion.ref == 'refs/heads/main'"
  account arcane-codex-deploy "The Arcane Codex, being released"

  # It may push images, replace this one service, act as the account the service runs as, and count the key's
  # versions without reading one.
  local member="serviceAccount:$DEPLOYER"
  grant gcloud artifacts repositories add-iam-policy-binding arcane-codex --location="$REGION" \
    --member="$member" --role=roles/artifactregistry.writer
  grant gcloud run services add-iam-policy-binding "$SERVICE" --member="$member" --role=roles/run.developer
  grant gcloud iam service-accounts add-iam-policy-binding "$RUNNER" \
    --member="$member" --role=roles/iam.serviceAccountUser
  grant gcloud secrets add-iam-policy-binding "$SECRET" --member="$member" --role=roles/secretmanager.viewer
  grant gcloud iam service-accounts add-iam-policy-binding "$DEPLOYER" --role=roles/iam.workloadIdentityUser \
    --member="principalSet://iam.googleapis.com/$pool/attribute.repository/$1"
  say "Set these as variables of the repository's Actions:"
  printf '%s\n' "GOOGLE_PROJECT=$PROJECT" "GOOGLE_REGION=$REGION" "GOOGLE_ACCOUNT=$DEPLOYER" \
    "GOOGLE_PROVIDER=$pool/providers/$provider"
}

case "${1:-}" in
  '') everything ;;
  setup | build) "$1" ;;
  release | github) "$1" "${2:-}" ;;
  *)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
