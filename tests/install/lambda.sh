# shellcheck shell=bash
# What the tests of Lambda's files and of its program need: those of ECS's, the judge of SAM's templates, and a runtime
# to compare with the emulated one.

for_lambda() {
  for_ecs
  need zip zip strip binutils curl curl
  need_pip sam aws-sam-cli==1.170.0
  need_pip cargo-lambda cargo-lambda==1.9.2
}
