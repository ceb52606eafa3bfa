// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A file as the rules see it: its text, and for Rust its code, without comments and without what is in literals.

use super::Finding;

/// A text file of the checkout.
pub(crate) struct Source {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// As long as `text`, line for line; comments and the insides of literals are blanks. Empty if it is not Rust.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: String) -> Source {
        let code = if path.ends_with(".rs") { code_of(&text) } else { String::new() };
        Source { path: path.to_owned(), text, code }
    }

    /// The number of the line that holds this byte.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    pub(crate) fn finding(&self, line: usize, rule: &'static str, what: String, cure: &str) -> Finding {
        Finding { file: self.path.clone(), line, rule, what, cure: cure.to_owned() }
    }
}

/// Where `word` stands in `text` as a whole identifier.
pub(crate) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !text[..*at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// `text` with comments and the insides of literals blanked, byte for byte.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = Vec::with_capacity(bytes.len());
    while code.len() < bytes.len() {
        let at = code.len();
        let rest = &bytes[at..];
        let before = at.checked_sub(1).map(|before| bytes[before]);
        // How much is kept, how much is then blanked, how much is kept after that.
        let (front, blank, back) = if rest.starts_with(b"//") {
            (0, line(rest), 0)
        } else if rest.starts_with(b"/*") {
            (0, block_comment(rest), 0)
        } else if let Some(hashes) = raw_string(rest, before) {
            literal(2 + hashes, raw_end(rest, hashes), 1 + hashes)
        } else if rest[0] == b'"' || rest[0] == b'\'' && is_character(rest) {
            literal(1, quoted(rest), 1)
        } else {
            (1, 0, 0)
        };
        code.extend_from_slice(&rest[..front]);
        code.extend(rest[front..front + blank].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
        code.extend_from_slice(&rest[front + blank..front + blank + back]);
    }
    // What was kept begins and ends at ASCII, so this cannot fail; a rule that sees too much is better than none.
    String::from_utf8(code).unwrap_or_else(|_| text.to_owned())
}

/// Opening, inside and closing of a literal of `length` bytes; one that the file's end cuts off has no closing.
fn literal(opening: usize, length: usize, closing: usize) -> (usize, usize, usize) {
    let inside = length.saturating_sub(opening + closing);
    (opening, inside, length - opening - inside)
}

fn line(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// The length of a block comment, which nests in Rust.
fn block_comment(rest: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            (at, depth) = (at + 2, depth + 1);
        } else if rest[at..].starts_with(b"*/") {
            (at, depth) = (at + 2, depth - 1);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// How many `#` a raw string that begins here has. The `r` of `br"` and `cr"` begins one too.
fn raw_string(rest: &[u8], before: Option<u8>) -> Option<usize> {
    let in_word =
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() && byte != b'b' && byte != b'c' || byte == b'_');
    if in_word || rest[0] != b'r' {
        return None;
    }
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    (rest.get(1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// The length of a raw string with its opening and closing.
fn raw_end(rest: &[u8], hashes: usize) -> usize {
    let opening = 2 + hashes;
    let closing: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let found = rest[opening..].windows(closing.len()).position(|window| window == closing);
    found.map_or(rest.len(), |at| opening + at + closing.len())
}

/// The length of a literal in quotes, with both.
fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == rest[0] => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Whether a `'` opens a character, and not a lifetime.
fn is_character(rest: &[u8]) -> bool {
    match rest.get(1) {
        None => false,
        Some(b'\\') => true,
        Some(byte) if byte.is_ascii() => rest.get(2) == Some(&b'\''),
        Some(_) => rest[1..].iter().take(5).any(|byte| *byte == b'\''),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &str) {
        assert_eq!(code_of(text), code, "{text}");
    }

    #[test]
    fn comments_are_blank() {
        check("a // unsafe\nb", "a          \nb");
        check("a /* /* b */ c\n*/ d", "a             \n   d");
    }

    #[test]
    fn literals_keep_their_quotes_and_lose_their_insides() {
        check(r#"f("unsafe")"#, r#"f("      ")"#);
        check(r#"f("a\"b") + c"#, r#"f("    ") + c"#);
        check(r##"r#"unsafe "q""# x"##, r##"r#"          "# x"##);
        check("br\"pyo3\";", "br\"    \";");
    }

    #[test]
    fn characters_are_told_from_lifetimes() {
        check(r#"f('x', '\'', '"', 'é')"#, r#"f(' ', '  ', ' ', '  ')"#);
        check("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)");
    }

    #[test]
    fn a_word_is_a_whole_identifier() {
        assert_eq!(words("unsafe_op unsafe nounsafe", "unsafe").collect::<Vec<_>>(), [10]);
    }

    #[test]
    fn offsets_have_lines() {
        let source = Source::new("a.rs", "one\ntwo\n".to_owned());
        assert_eq!((source.line_of(0), source.line_of(4), source.code.len()), (1, 2, 8));
    }
}
