//! The program as a process.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use booking_gateway::domain::clock::Clock;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tests::token::{AUDIENCE, ISSUER, SECRET};
use tests::{Backend, Claims, Contents, Given, TestDatabase};

/// The longest that a test waits for what is to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where a server can run.
pub struct Place {
    pub url: String,
}

impl Given for Place {
    const CONTENTS: Contents = Contents::Nothing;

    async fn given(_: Backend, database: &TestDatabase) -> Self {
        let url = database.url().to_owned();
        Self { url }
    }
}

/// A running server; killed when it is dropped.
pub struct Server {
    pub address: String,
    process: Child,
    log: Arc<Mutex<String>>,
}

impl Place {
    /// Starts the program here with the demo data, as chatty as can be.
    pub fn serve(&self, settings: &[(&str, &str)]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_booking-gateway"))
            .args(["serve", "--demo"])
            .env("DATABASE_URL", &self.url)
            .env("LISTEN", "127.0.0.1:0")
            .env("METRICS_LISTEN", "127.0.0.1:0")
            .env(
                "AUTH_HS256_SECRET",
                String::from_utf8(SECRET.to_vec()).unwrap(),
            )
            .env("AUTH_ISSUER", ISSUER)
            .env("AUTH_AUDIENCE", AUDIENCE)
            .env("RUST_LOG", "trace")
            .env("LOG_FORMAT", "json")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program should start");
        let log = Arc::new(Mutex::new(String::new()));
        let (mut errors, written) = (process.stderr.take().unwrap(), log.clone());
        std::thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(count @ 1..) = errors.read(&mut some) {
                let text = String::from_utf8_lossy(&some[..count]);
                written.lock().unwrap().push_str(&text);
            }
        });
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let rest = line.strip_prefix("GraphQL    http://")?;
            Some(rest.strip_suffix("/graphql")?.to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.unwrap_or_else(|| panic!("{}", log.lock().unwrap()));
        Server {
            address,
            process,
            log,
        }
    }
}

impl Server {
    /// All that has been logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The lines of the log that hold `text`, waiting for the first.
    pub async fn lines(&self, text: &str) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let log = self.log();
            let lines: Vec<Value> = log
                .lines()
                .filter(|line| line.contains(text))
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect();
            if !lines.is_empty() {
                return lines;
            }
            assert!(Instant::now() < until, "no {text:?} in {log}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A request to a path, as that person of the demo.
    pub fn post(&self, token: &str, body: &Value) -> RequestBuilder {
        reqwest::Client::new()
            .post(format!("http://{}/graphql", self.address))
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Runs a document, and insists on an answer in JSON.
    pub async fn graphql(&self, token: &str, document: &str, variables: Value) -> Value {
        let body = json!({ "query": document, "variables": variables });
        let answer = self.post(token, &body).send().await.expect("an answer");
        let text = answer.text().await.expect("a body");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("http://{}{path}", self.address)).await;
        let answer = answer.expect("an answer");
        (
            answer.status().as_u16(),
            answer.text().await.expect("a body"),
        )
    }

    /// Tells the process to stop, as orchestrators do.
    pub fn terminate(&self) {
        let pid = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.expect("kill should run").success());
    }

    /// Waits until the process has ended; tells whether it ended well.
    pub async fn ended(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.process.try_wait().expect("a child") {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("still running: {}", self.log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A token of a person of the demo, such as `demo|owner`.
pub fn token(subject: &str) -> String {
    Claims::service(subject).sign(Clock::system().now())
}
