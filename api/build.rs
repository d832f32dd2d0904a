//! Embeds the files that GraphiQL is made of, when `npm ci` has been run in `graphiql/`.
//!
//! They are the very files that the page loads from a public host otherwise, with the same checksums, so that the page
//! is one and the same. Nothing is bundled: building needs no Node.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha384};

const FOLDER: &str = "graphiql/node_modules";

/// Package, version, file, and the file's checksum; scripts in the order in which they run.
///
/// GraphiQL 4 is the last one with CodeMirror, which needs neither `unsafe-eval` nor `unsafe-inline`: the
/// Monaco editor of GraphiQL 5 writes style attributes into its lines. It brings no React; 18 is the last one
/// that comes as a script.
const FILES: [(&str, &str, &str, &str); 5] = [
    (
        "react",
        "18.3.1",
        "umd/react.production.min.js",
        "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    ),
    (
        "react-dom",
        "18.3.1",
        "umd/react-dom.production.min.js",
        "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    (
        "graphql-ws",
        "6.4.2",
        "umd/graphql-ws.min.js",
        "sha384-mxvR4Mzbsb6QVx/9xI2gtQikQA6m8zMDBFnu3l//4/ROsWt7y2sUGWd+/tYQqDm7",
    ),
    (
        "graphiql",
        "4.1.2",
        "graphiql.min.js",
        "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
    ),
    (
        "graphiql",
        "4.1.2",
        "graphiql.min.css",
        "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = root.join(FOLDER);
    let embeds = folder.is_dir();
    // What is not there cannot be watched; the folder that it comes into can.
    let watched = if embeds {
        "graphiql/node_modules/.package-lock.json"
    } else {
        "graphiql"
    };
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={watched}");

    let mut table = format!("[PageFile; {}] = [\n", FILES.len());
    for (package, version, path, integrity) in FILES {
        let content = match embeds {
            true => embedded(&folder.join(package).join(path), integrity)?,
            false => "None".to_owned(),
        };
        writeln!(
            table,
            "PageFile {{ package: {package:?}, version: {version:?}, path: {path:?}, integrity: {integrity:?}, content: {content} }},",
        )?;
    }
    let source = format!("const FILES: {table}];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("page_files.rs"),
        source,
    )?;
    Ok(())
}

/// The expression for the content of that file, which must be the file that is pinned.
fn embedded(file: &Path, integrity: &str) -> Result<String, Box<dyn Error>> {
    let content = fs::read(file).map_err(|error| {
        format!(
            "{}: {error}; run `npm ci` in api/graphiql, or remove its node_modules",
            file.display()
        )
    })?;
    let found = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)));
    if found != integrity {
        return Err(format!(
            "{} is not the file that build.rs pins, but {found}",
            file.display()
        )
        .into());
    }
    Ok(format!("Some(include_bytes!({file:?}))"))
}
