//! The folder of everything that this process keeps on disk, and the end of it.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Waits for the process that holds its standard input to be gone, then stops the server whose data are
/// somewhere in `$1`, and removes `$1`. Tries again, since what was just being started may still come up.
const CARETAKER: &str = r#"
    cat
    for _ in $(seq 100); do
        pid=$(sed 1q "$1"/*/postmaster.pid) || break
        kill -INT "$pid"
        sleep 0.1
    done
    for _ in $(seq 100); do
        rm -rf -- "$1" && break
        sleep 0.1
    done
"#;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// The folder: from the first call on, the place of every temporary file.
///
/// It is in the hands of a caretaker process. Statics are never dropped, and a process that is killed
/// drops nothing at all; but the end of its pipes is seen however it comes about.
pub(super) fn folder() -> &'static Path {
    FOLDER.get_or_init(|| {
        let folder = tempfile::Builder::new()
            // Short, because the path of a socket must not be longer than about a hundred bytes.
            .prefix("gateway-")
            // PostgreSQL's own user must get through, when the tests run as root.
            .permissions(PermissionsExt::from_mode(0o755))
            .tempdir()
            .expect("the temporary directory should be writable")
            .keep();
        hand_over(&folder);
        tempfile::env::override_temp_dir(&folder).expect("nothing else moves the temporary files");
        folder
    })
}

#[expect(clippy::zombie_processes, reason = "it outlives this process")]
fn hand_over(folder: &Path) {
    let mut caretaker = Command::new("sh")
        .args(["-c", CARETAKER, "caretaker"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // An interrupt from the keyboard goes to the whole group of the tests.
        .process_group(0)
        .spawn()
        .expect("there should be a shell");
    std::mem::forget(caretaker.stdin.take());
}
