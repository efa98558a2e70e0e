//! What stands for the compiler, and what is asked of the emulated Lambda.

use std::process::Command;

use deploy::{built, run};
use servers::S3;

use crate::amazon::Site;

/// A program for Lambda that says it is ready, and no more: what the script does with a program is the same for any.
const READY: &str = r#"#!/bin/bash
calls="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while told="$(curl --silent --show-error --include "$calls/next")"; do
  id="$(sed -n 's/^lambda-runtime-aws-request-id: *\([^\r]*\).*/\1/Ip' <<<"$told")"
  curl --silent --show-error --data '{"statusCode":200}' "$calls/$id/response" >/dev/null
done
"#;

/// A cargo that hands over a program which is built. Each revision's has other bytes; while the file `breaks` is there, it
/// does not start.
const CARGO: &str = r##"#!/bin/sh
echo "$*" >>"$SITE/cargo.log"
mkdir -p target/lambda/bootstrap
if [ -e "$SITE/breaks" ]; then
  printf '#!/bin/sh\nexit 1\n' >target/lambda/bootstrap/bootstrap
else
  cp "$SITE/program" target/lambda/bootstrap/bootstrap
fi
echo "# $(git rev-parse HEAD)" >>target/lambda/bootstrap/bootstrap
"##;

/// An engine that does the same, with the image's name for the program.
const DOCKER: &str = r#"#!/bin/sh
echo "$*" >>"$SITE/docker.log"
case "$1" in
  version) echo amd64 ;;
  create) echo container ;;
  cp) cp "$SITE/program" "$3" ;;
esac
"#;

impl Site {
    /// Makes a clone of the folder for Lambda that deploys to this emulator, with cargo-lambda to build. What it builds
    /// is a stand-in that says it is ready.
    pub(crate) fn for_lambda(server: &S3) -> Self {
        Self::for_lambda_with(server, &[("cargo", CARGO), ("cargo-lambda", CARGO)])
    }

    /// The same, with an engine to build.
    pub(crate) fn for_lambda_with_an_engine(server: &S3) -> Self {
        Self::for_lambda_with(server, &[("docker", DOCKER)])
    }

    fn for_lambda_with(server: &S3, stand_ins: &[(&str, &str)]) -> Self {
        let site = Self::of(server, "lambda", stand_ins);
        site.write("program", READY);
        site.write("clone/.gitignore", "/target\n");
        // What the emulator calls its own WebSocket APIs leads nowhere without DNS.
        let reached = server.endpoint().replacen("http", "ws", 1);
        site.correct(
            "lambda/template.yaml",
            "${SocketApi.ApiEndpoint}/live",
            &format!("{reached}/_aws/execute-api/${{SocketApi}}/live"),
        );
        site.begin();
        site
    }

    /// Has the script deploy the real program, without what only a debugger reads of it.
    pub(crate) fn deploys_the_program(&self) {
        let program = self.path("program");
        run(Command::new("strip")
            .arg("-o")
            .arg(&program)
            .arg(built("bootstrap")));
    }

    /// The function as the stack names it, for a line of shell.
    pub(crate) fn function(&self) -> String {
        self.says(
            "aws cloudformation describe-stacks --stack-name arcane-codex-lambda --output text \
               --query 'Stacks[0].Outputs[?OutputKey==`Function`].OutputValue'",
        )
    }

    /// A property of the version that an alias stands for.
    pub(crate) fn release(&self, alias: &str, query: &str) -> String {
        let function = self.function();
        self.says(&format!(
            "aws lambda get-function-configuration --function-name {function} --qualifier '{alias}' \
               --query '{query}' --output text"
        ))
    }
}
