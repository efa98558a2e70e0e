# Makes a CycloneDX document of what the program is linked from.
def purl: "pkg:cargo/\(.name)@\(.version)";
(map({key: .id, value: purl}) | from_entries) as $purls
| ($purls | [.[]]) as $all
| "pkg:generic/arcane-codex@\($version)" as $program
| {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: $at,
      component: {
        type: "application", "bom-ref": $program, name: "arcane-codex", version: $version, purl: $program,
        licenses: [{license: {id: "MIT"}}]
      }
    },
    components: (map({
      type: "library", "bom-ref": purl, name, version, purl: purl,
      licenses: [{expression: .licence}],
      hashes: [{alg: "SHA-256", content: .checksum}],
      externalReferences: [.repository // empty | {type: "vcs", url: .}]
    }) + [
      {type: "library", "bom-ref": "rust-std", name: "rust-std", version: $rust, licenses: [{expression: "MIT OR Apache-2.0"}]},
      {type: "library", "bom-ref": "glibc", name: "glibc", licenses: [{license: {id: "LGPL-2.1-or-later"}}]}
    ]),
    dependencies: ([{ref: $program, dependsOn: ($all + ["rust-std", "glibc"])}]
      + map({ref: purl, dependsOn: [.dependencies[] | $purls[.] // empty]}))
  }
