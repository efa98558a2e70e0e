//! `app.json`, held against the schema that Heroku's CLI brings.

use std::process::Command;

use deploy::{read, run};
use serde_json::Value;

/// Says of each document in its arguments what Heroku's own check says.
const CHECK: &str = "
    const [, check, ...documents] = process.argv;
    const { readAppJson } = await import(check);
    for (const document of documents) {
        await readAppJson('.', Buffer.from(document));
    }
    await readAppJson('.', Buffer.from('{\"adons\": []}')).then(() => process.exit(1), () => {});
";

#[test]
fn app_json_is_what_heroku_takes() {
    let app: Value = serde_json::from_str(&read("app.json")).expect("app.json is JSON");
    let review = app["environments"]["review"].to_string();
    let cli = servers::program("heroku", "heroku");
    let modules = cli.ancestors().nth(2).expect("it is in a folder of npm's");
    let check = modules.join("@heroku/mcp-server/dist/utils/read-app-json.js");
    let mut node = Command::new("node");
    node.args([
        "--no-warnings",
        "--input-type=module",
        "--eval",
        CHECK,
        "--",
    ]);
    run(node.arg(check).arg(app.to_string()).arg(review));
}
