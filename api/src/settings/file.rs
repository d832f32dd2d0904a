//! The settings file: its values take the place of the defaults.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Command;
use toml::Value;

/// The keys that make no sense in the file itself, or are no settings.
const NOT_IN_A_FILE: [&str; 4] = ["config", "demo", "help", "version"];

/// Reads the file and makes its values the defaults of `command`, under the environment and the flags.
///
/// # Errors
/// When the file cannot be read, or holds a key that is no setting.
pub fn with_file(command: Command, path: &Path) -> Result<Command> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the settings file {}", path.display()))?;
    with_text(command, &text).with_context(|| format!("in the settings file {}", path.display()))
}

fn with_text(mut command: Command, text: &str) -> Result<Command> {
    let table: toml::Table = text.parse().map_err(strip_source)?;
    for (key, value) in table {
        let known = command
            .get_arguments()
            .any(|argument| argument.get_id() == key.as_str());
        if !known || NOT_IN_A_FILE.contains(&key.as_str()) {
            bail!("there is no setting {key:?}");
        }
        let value = as_text(&key, value)?;
        command = command.mut_arg(key, |argument| argument.default_value(value));
    }
    Ok(command)
}

/// The parser's error quotes the line at fault, which may hold a secret.
fn strip_source(error: toml::de::Error) -> anyhow::Error {
    anyhow::anyhow!("not TOML: {}", error.message())
}

fn as_text(key: &str, value: Value) -> Result<String> {
    Ok(match value {
        Value::String(text) => text,
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Array(values) => values
            .into_iter()
            .map(|value| as_text(key, value))
            .collect::<Result<Vec<_>>>()?
            .join(","),
        other => bail!(
            "{key} must be text, a number, true, false or a list, not a {}",
            other.type_str()
        ),
    })
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;
    use crate::settings::Settings;

    fn settings(file: &str, flags: &[&str]) -> Result<Settings> {
        let command = with_text(Settings::augment_args(Command::new("test")), file)?;
        let matches = command.try_get_matches_from([&["test"], flags].concat())?;
        Settings::from_arg_matches(&matches)?.check()
    }

    #[test]
    fn a_file_is_over_the_defaults_and_under_the_flags() {
        let listens = |file, flags: &[&str]| settings(file, flags).unwrap().listen.port();
        assert_eq!(listens("", &[]), 8000);
        assert_eq!(listens("listen = '127.0.0.1:1'", &[]), 1);
        assert_eq!(
            listens("listen = '127.0.0.1:1'", &["--listen", "127.0.0.1:2"]),
            2
        );
    }

    #[test]
    fn numbers_truths_and_lists_may_be_written_as_such() {
        let file = "body_limit = 5\nsubgraph = true\ncors_origins = ['https://a.example', 'https://b.example']";
        let settings = settings(file, &[]).unwrap();
        assert_eq!(settings.body_limit, 5);
        assert!(settings.subgraph);
        assert_eq!(
            settings.cors_origins,
            "https://a.example,https://b.example".parse().unwrap()
        );
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        for file in [
            "listen = 'x'",
            "config = 'x'",
            "demo = true",
            "[listen]\nport = 1",
            "=",
        ] {
            assert!(settings(file, &[]).is_err(), "{file}");
        }
    }

    #[test]
    fn the_secret_is_long_alone_and_never_shown() {
        let long = "a secret that has more than thirty-two bytes";
        let with = |more: &str| settings(&format!("auth_hs256_secret = '{long}'\n{more}"), &[]);
        let shown = format!("{:?}", with("").unwrap());
        assert!(!shown.contains(long), "{shown}");
        assert!(with("auth_jwks = 'keys.json'").is_err());
        assert!(settings("auth_hs256_secret = 'short'", &[]).is_err());
        assert!(
            settings("auth_hs256_secret = ''", &[])
                .unwrap()
                .lacks_authentication()
        );
        let broken = settings(&format!("auth_hs256_secret = '{long}"), &[]).unwrap_err();
        assert!(!format!("{broken:?}").contains(long), "{broken:?}");
    }
}
