//! Runs the real clients: `npm ci`, when their packages are not those of the lock file, and then `npm test`.
//!
//! They need Node 20.19 or newer, and the package registry the first time. Without Node the run says loudly
//! that they were skipped; `REQUIRE_NODE=1`, which the gate sets, makes it fail instead.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Makes a missing Node a failure.
const REQUIRED: &str = "REQUIRE_NODE";
/// The oldest Node that the clients run on.
const OLDEST: (u32, u32) = (20, 19);
/// Where the clients find the program that was built just now.
const PROGRAM: &str = env!("CARGO_BIN_EXE_booking-gateway");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/clients");

#[test]
fn real_clients_work() {
    if let Err(why) = node_is_there() {
        assert!(
            std::env::var_os(REQUIRED).is_none(),
            "{REQUIRED} is set, but {why}"
        );
        return say_that_nothing_ran(&why);
    }
    if !packages_are_installed() {
        npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    }
    npm(&["test", "--silent"]);
}

fn node_is_there() -> Result<(), String> {
    let (major, minor) = OLDEST;
    let output = Command::new("node").arg("--version").output();
    let output = output.map_err(|error| format!("there is no Node ({error})"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.');
    let mut number = || numbers.next().and_then(|it| it.parse::<u32>().ok());
    match (number(), number()) {
        (Some(one), Some(two)) if (one, two) >= OLDEST => Ok(()),
        _ => Err(format!(
            "this Node is {version}, older than {major}.{minor}"
        )),
    }
}

/// npm writes down what it installed; anything newer than that is to be installed again.
fn packages_are_installed() -> bool {
    let changed = |path: &str| {
        let path = Path::new(FOLDER).join(path);
        path.metadata().and_then(|it| it.modified()).ok()
    };
    let installed = changed("node_modules/.package-lock.json");
    installed.is_some_and(|installed| Some(installed) >= changed("package-lock.json"))
}

/// Runs npm in the folder of the clients, and shows what it wrote if it fails.
fn npm(arguments: &[&str]) {
    let output = Command::new("npm")
        .args(arguments)
        .current_dir(FOLDER)
        .env("BOOKING_GATEWAY", PROGRAM)
        // Each server gets the settings that its test gives it.
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .output()
        .expect("npm comes with Node");
    assert!(
        output.status.success(),
        "npm {}: {}\n{}\n{}",
        arguments.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

/// Past the capture of the test runner, which would swallow `eprintln!`.
fn say_that_nothing_ran(why: &str) {
    let rule = "!".repeat(78);
    let message = format!(
        "\n{rule}\n!! THE REAL CLIENTS DID NOT RUN: {why}.\n\
         !! Install Node {}.{} or newer, with npm.\n{rule}\n",
        OLDEST.0, OLDEST.1,
    );
    let _ = std::io::stderr().write_all(message.as_bytes());
}
