//! Looks over the text of a document before it is parsed.
//!
//! The parser descends once for each bracket that is open and has no bound of its own until it is done: some
//! thousand open brackets end the process. So brackets and tokens are counted first, in one pass, splitting
//! the text exactly as the parser's grammar does.

use super::{Limit, Limits, Unfit};

/// How many brackets may be open at once. Depth has a limit of its own, far below; the rest is for inline
/// fragments and for lists and objects among the arguments.
pub const MAX_OPEN_BRACKETS: usize = 100;

/// Counts tokens and open brackets, and stops at the first that is too many.
///
/// # Errors
/// `TooMuch` of tokens or brackets, and `Malformed` for a string that does not end.
pub fn scan(text: &str, limits: &Limits) -> Result<(), Unfit> {
    let mut rest = text.as_bytes();
    let (mut tokens, mut open) = (0_usize, 0_usize);
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b' ' | b',' | b'\t' | b'\r' | b'\n' => {
                rest = after;
                continue;
            }
            b'#' => {
                rest = skip(after, |it| !matches!(it, b'\r' | b'\n'));
                continue;
            }
            // The byte order mark, which counts as white space.
            0xEF if after.starts_with(&[0xBB, 0xBF]) => {
                rest = skip_bytes(after, 2);
                continue;
            }
            b'{' | b'(' | b'[' => {
                open += 1;
                if open > MAX_OPEN_BRACKETS {
                    return Err(Limit::Brackets.exceeded(MAX_OPEN_BRACKETS, None));
                }
                after
            }
            b'}' | b')' | b']' => {
                open = open.saturating_sub(1);
                after
            }
            b'"' => string(after)?,
            b'.' if after.starts_with(b"..") => skip_bytes(after, 2),
            b'-' | b'0'..=b'9' => skip(after, |it| {
                it.is_ascii_alphanumeric() || matches!(it, b'.' | b'+' | b'-' | b'_')
            }),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                skip(after, |it| it.is_ascii_alphanumeric() || it == b'_')
            }
            _ => after,
        };
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Limit::Tokens.exceeded(limits.tokens, None));
        }
    }
    Ok(())
}

/// What follows a string, of which the first quotation mark has been read.
fn string(after: &[u8]) -> Result<&[u8], Unfit> {
    let (quote, mut rest) = match after.strip_prefix(b"\"\"") {
        Some(rest) => (&b"\"\"\""[..], rest),
        None => (&b"\""[..], after),
    };
    let block = quote.len() > 1;
    loop {
        if let Some(after) = rest.strip_prefix(quote) {
            return Ok(after);
        }
        let step = match rest {
            [] => return Err(Unfit::Malformed("A string does not end.")),
            [b'\r' | b'\n', ..] if !block => {
                return Err(Unfit::Malformed("A string does not end on its line."));
            }
            [b'\\', b'"', b'"', b'"', ..] if block => 4,
            [b'\\', _, ..] if !block => 2,
            _ => 1,
        };
        rest = skip_bytes(rest, step);
    }
}

fn skip(bytes: &[u8], while_true: impl Fn(u8) -> bool) -> &[u8] {
    let length = bytes.iter().take_while(|it| while_true(**it)).count();
    skip_bytes(bytes, length)
}

fn skip_bytes(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(count..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens_of(text: &str) -> usize {
        let fits = |tokens| {
            let limits = Limits {
                tokens,
                ..Limits::default()
            };
            scan(text, &limits).is_ok()
        };
        (0..).find(|tokens| fits(*tokens)).unwrap()
    }

    fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    }

    #[test]
    fn tokens_are_counted_as_the_grammar_splits_them() {
        for (text, tokens) in [
            ("", 0),
            (" ,\t\r\n\u{feff}", 0),
            ("# no } token { at all\n", 0),
            ("{ a }", 3),
            ("query Q($a: [Int!]! = 3) { a(b: $a) @c }", 25),
            ("{ ...F ... on A { b } }", 10),
            ("-1.5e+3 .5", 3),
            (r#""a \" { b" "\\" """#, 3),
            (r#""""a " { \""" \ """ """""""#, 2),
            ("é", 2),
        ] {
            assert_eq!(tokens_of(text), tokens, "{text}");
        }
    }

    #[test]
    fn brackets_are_counted_where_the_parser_would_descend() {
        let limits = Limits::default();
        let fits = |text: String| scan(&text, &limits).is_ok();
        for (open, close) in [("{a", "}"), ("(a:[", "])"), ("[", "]"), ("{a:{", "}}")] {
            let each = open.matches(['{', '(', '[']).count();
            assert!(fits(nested(open, "", close, MAX_OPEN_BRACKETS / each)));
            assert!(!fits(nested(open, "", close, MAX_OPEN_BRACKETS / each + 1)));
        }
        // Neither text nor comments close what is open.
        let hidden = "{ a(b: \"}}}\", c: \"\"\"}}}\"\"\") #}}}\n".repeat(MAX_OPEN_BRACKETS + 1);
        assert!(!fits(hidden));
        assert!(fits("{a} ".repeat(1_000)));
    }

    #[test]
    fn strings_must_end() {
        for text in ["\"", "\"a\n\"", "\"\\\"", "\"\"\"", "\"\"\" \\\"\"\""] {
            let limits = Limits::default();
            assert!(
                matches!(scan(text, &limits), Err(Unfit::Malformed(_))),
                "{text}"
            );
        }
    }

    /// On a stack as small as a worker's, and in a build whose frames are large.
    #[test]
    fn whatever_passes_can_be_parsed() {
        let deepest = [
            nested("{a", "", "}", MAX_OPEN_BRACKETS),
            nested("{... on A", "a", "}", MAX_OPEN_BRACKETS),
            format!("{{a(b:{})}}", nested("[", "", "]", MAX_OPEN_BRACKETS - 2)),
            format!(
                "{{a(b:{})}}",
                nested("{c:", "1", "}", MAX_OPEN_BRACKETS - 2)
            ),
            format!(
                "query($a:{}){{a}}",
                nested("[", "A", "]", MAX_OPEN_BRACKETS - 1)
            ),
        ];
        for text in deepest {
            assert!(scan(&text, &Limits::default()).is_ok());
            let parse = move || drop(async_graphql::parser::parse_query(&text));
            let worker = std::thread::Builder::new().stack_size(1 << 20);
            worker.spawn(parse).unwrap().join().unwrap();
        }
    }

    proptest! {
        /// Whatever else it holds, text that the parser accepts is never said to be malformed.
        #[test]
        fn what_parses_is_not_malformed(text in r#"\{ ?a\((b: ?("[a\\\\"{}#]{0,5}"|"{3}[a"\\{\n]{0,6}"{3}) ?){1,2}\) ?(#[{"]*\n)? ?\}"#) {
            if async_graphql::parser::parse_query(&text).is_ok() {
                prop_assert!(scan(&text, &Limits::default()).is_ok(), "{}", text);
            }
        }
    }
}
