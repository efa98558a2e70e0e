# Joins what `cargo metadata` says of each architecture with the list of what is linked and with Cargo.lock's checksums.
($linked | split("\n")) as $linked
| ($sums | split("\n") | map(split(" ") | {key: .[0], value: .[1]}) | from_entries) as $sums
| (map(.packages[]) | unique_by(.id) | map({key: .id, value: "\(.name)@\(.version)"}) | from_entries) as $names
| (map(.resolve.nodes[]) | group_by(.id) | map({
    key: $names[.[0].id],
    value: ([.[].deps[] | select(any(.dep_kinds[]; .kind == null)) | $names[.pkg]] | unique)
  }) | from_entries) as $edges
| map(.packages[]) | unique_by(.id)
| map(
    "\(.name)@\(.version)" as $id
    | select(.source != null and ($linked | index($id)))
    | {
        id: $id, name, version, authors, repository,
        # Older packages write a slash where the standard says OR.
        licence: (.license | gsub(" */ *"; " OR ")),
        folder: (.manifest_path | rtrimstr("/Cargo.toml")),
        checksum: $sums[$id],
        dependencies: [$edges[$id][] | select(. as $it | $linked | index($it))]
      })
| sort_by(.id)
