# shellcheck shell=bash
# The two documents that go with a release: the notices that licences ask for, and the bill of materials (SBOM).

# Takes the file `packages` wrote. Prints each licence text once, under the packages that carry it.
notices() {
  local packages="$1" work
  work="$(mktemp -d)"
  cat <<'TEXT'
THE ARCANE CODEX: NOTICES OF THIRD PARTIES

The program is made of the packages below, of Rust's standard library (MIT OR Apache-2.0, https://www.rust-lang.org)
and of the GNU C Library (LGPL-2.1-or-later, https://www.gnu.org/software/libc), which is linked in. To link another
version of that library, build the Dockerfile of the source with another BUILD_IMAGE.

TEXT
  jq --raw-output '.[] | "\(.name) \(.version)\t\(.licence)\t\(.repository // "")"' "$packages" |
    awk -F'\t' '{ printf "  %s: %s%s\n", $1, $2, $3 == "" ? "" : ", " $3 }'
  jq --raw-output '.[] | [.name, .version, .folder, (.authors | join(", "))] | @tsv' "$packages" |
    while IFS=$'\t' read -r name version folder authors; do
      gather "$work" "$name $version" "$folder" "$authors"
    done
  gather_text "$work" 'GNU C Library' /usr/share/common-licenses/LGPL-2.1
  local text
  for text in "$work"/*.text; do
    printf '\n%s\n\n' '--------------------------------------------------------------------------------'
    sort --unique "${text%.text}.users"
    echo
    cat "$text"
  done
  rm -r "$work"
}

# Puts the licence texts of one package to the others.
gather() {
  local work="$1" user="$2" folder="$3" authors="$4" text found=
  while read -r text; do
    gather_text "$work" "$user" "$text"
    found=yes
  done < <(find "$folder" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \
    -o -iname 'copyright*' -o -iname 'unlicense*' \) | sort)
  # Some packages name a licence and bring no text of it.
  if [ -z "$found" ]; then
    { echo "Copyright: ${authors:-the authors of $user}"; sed '1,/^Copyright/d' LICENSE; } >"$work/made"
    gather_text "$work" "$user" "$work/made"
  fi
}

gather_text() {
  local work="$1" user="$2" text="$3" sum
  [ -s "$text" ] || fail "$text, the licence of $user, is not there"
  sum="$(tr -d '\r' <"$text" | sha256sum | cut -c 1-64)"
  tr -d '\r' <"$text" >"$work/$sum.text"
  echo "$user" >>"$work/$sum.users"
}

# Takes the file `packages` wrote. Prints a CycloneDX document of the program.
sbom() {
  jq --arg version "$VERSION" --arg at "$(date --utc --date="@$(git log -1 --format=%ct)" +%FT%TZ)" \
    --arg rust "$(rustc --version | cut -d' ' -f2)" --from-file scripts/release/sbom.jq "$1"
}
