//! How each server is started, so that it meets nobody else's files, ports and settings.

use std::fs::{self, File};
use std::process::Command;

use super::{KEY, Kind, S3, SECRET};
use crate::programs::find;

impl S3 {
    pub(super) fn command(&self) -> Command {
        let mut command = match self.kind {
            Kind::Ministack => self.ministack_command(),
            Kind::Guarded => self.guarded_command(),
            Kind::Seaweed => self.seaweed_command(),
        };
        let log = self.folder.path().join("log");
        let log = File::options().create(true).append(true).open(log);
        let log = log.expect("the server's folder can be written");
        let same = log.try_clone().expect("a file can be shared");
        command
            .current_dir(self.folder.path())
            .stdout(log)
            .stderr(same);
        command
    }

    fn ministack_command(&self) -> Command {
        let mut command = self.program("ministack");
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", self.ports[0].to_string())
            .env("S3_PERSIST", "1")
            .env("S3_DATA_DIR", self.folder.path().join("s3"))
            .env("STATE_DIR", self.folder.path().join("state"));
        command
    }

    fn guarded_command(&self) -> Command {
        let mut command = self.ministack_command();
        command
            .env("AUTH", "true")
            // Whoever has this key owns the account.
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            // What is asked, and by whom, can be looked up.
            .env("CLOUDTRAIL_RECORDING", "1")
            // Functions inherit this: their services are here, too.
            .env("AWS_ENDPOINT_URL", self.endpoint());
        command
    }

    fn seaweed_command(&self) -> Command {
        let folder = self.folder.path();
        let identities = folder.join("identities.json");
        let written = fs::write(&identities, identities_of_tests());
        written.expect("the server's folder can be written");
        let mut command = self.program("weed");
        command
            // One volume for a bucket, not seven: each is a file to open.
            .env("WEED_MASTER_VOLUME_GROWTH_COPY_1", "1")
            .args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"])
            .args(["-filer", "-s3", "-s3.autoCreateBucket=false"])
            .args(["-volume.max=100", "-master.volumeSizeLimitMB=64"])
            // Else it takes ports and paths of its own choice for these.
            .args(["-s3.port.iceberg=0", "-s3.port.lance=0"])
            .arg(format!("-s3.localSocket={}/s3.sock", folder.display()))
            .arg(format!(
                "-filer.localSocket={}/filer.sock",
                folder.display()
            ))
            .arg(format!("-dir={}", folder.display()))
            .arg(format!("-s3.config={}", identities.display()));
        let names = ["s3", "filer", "volume", "master"];
        for (name, ports) in names.into_iter().zip(self.ports.chunks(2)) {
            command
                .arg(format!("-{name}.port={}", ports[0]))
                .arg(format!("-{name}.port.grpc={}", ports[1]));
        }
        command
    }

    /// A program that sees nothing of the tester's own settings.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(find(name));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.folder.path());
        command
    }
}

fn identities_of_tests() -> String {
    format!(
        r#"{{"identities":[{{"name":"codex","credentials":[{{"accessKey":"{KEY}","secretKey":"{SECRET}"}}],"actions":["Admin","Read","Write","List","Tagging"]}}]}}"#
    )
}
