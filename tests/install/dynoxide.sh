# shellcheck shell=bash
# A second server that speaks DynamoDB, of another make than the first, under the MIT licence or Apache's. It is
# compiled, which takes many minutes: only `make test-dynamodb` wants it.

for_dynoxide() {
  local home="$KEPT/dynoxide" version=3.2.0
  local noted="$home/installed"
  if [ "$(cat "$noted" 2>/dev/null)" = "dynoxide-rs $version" ]; then
    return 0
  fi
  need cc build-essential
  echo "Building dynoxide-rs $version with cargo, which the tests need."
  "${CARGO:-cargo}" install --quiet --locked --root "$home" "dynoxide-rs@$version"
  echo "dynoxide-rs $version" >"$noted"
}
