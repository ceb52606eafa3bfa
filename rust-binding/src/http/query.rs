// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a query asks for.

use std::borrow::Cow;

use crate::Priority;

/// What a scraper asks for in the query of its request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Families, by their names or those of their samples; none is all.
    pub(super) names: Vec<String>,
    pub(super) verbosity: Option<Priority>,
}

impl Query {
    /// Reads `name[]=` and `verbosity=`; parameters of other names are nobody's here. The error names the offender and the
    /// cure.
    pub(super) fn read(query: &str) -> Result<Query, String> {
        let mut read = Query::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value)?;
            match &*decode(key)? {
                "name[]" if value.is_empty() => {
                    return Err("name[] is empty; give a metric's full name, for instance name[]=requests_total".into());
                }
                "name[]" => read.names.push(value.into_owned()),
                "verbosity" => read.verbosity = Some(priority(&value)?),
                _ => {}
            }
        }
        Ok(read)
    }
}

fn priority(word: &str) -> Result<Priority, String> {
    word.parse().map_err(|_| format!("verbosity={word:?} is unknown; use critical, high, normal, low or debug"))
}

/// Undoes the escapes of a query. A plus is a space.
fn decode(text: &str) -> Result<Cow<'_, str>, String> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let escaped = match after {
                    [high, low, ..] => digit(*high).zip(digit(*low)),
                    _ => None,
                };
                let Some((high, low)) = escaped else {
                    let end = after.len().min(2);
                    let shown = String::from_utf8_lossy(&after[..end]);
                    return Err(format!(
                        "%{shown} is no escape; two hexadecimal digits follow a %, and %25 is a % itself"
                    ));
                };
                rest = &after[2..];
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(bytes)
        .map(Cow::Owned)
        .map_err(|_| format!("{text} holds bytes that are not UTF-8; escape the bytes of UTF-8 text"))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(query: &str, names: &[&str], verbosity: Option<Priority>) {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(Query::read(query), Ok(Query { names, verbosity }), "{query}");
    }

    #[test]
    fn names_and_verbosity_are_read_and_others_passed_over() {
        check("", &[], None);
        check("&&", &[], None);
        check("name[]=a&name%5b%5D=b_total", &["a", "b_total"], None);
        check("name[]=a%3Ab&x&y=%41&verbosity=low", &["a:b"], Some(Priority::Low));
        check("verbosity=low&verbosity=high", &[], Some(Priority::High));
        check("name=a&Verbosity=loud", &[], None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (query, offender) in [
            ("verbosity=loud", "\"loud\""),
            ("verbosity", "\"\""),
            ("name[]", "name[]"),
            ("name[]=%", "% is no escape"),
            ("name[]=%4", "%4 is no escape"),
            ("x=%+1", "%+1 is no escape"),
            ("name[]=%C3%28", "%C3%28 holds bytes that are not UTF-8"),
        ] {
            let why = Query::read(query).unwrap_err();
            assert!(why.contains(offender), "{query}: {why}");
        }
    }

    proptest! {
        #[test]
        fn any_name_survives_its_escaping(name in ".+") {
            let escaped: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
            prop_assert_eq!(Query::read(&format!("name[]={escaped}")).unwrap().names, [name]);
        }

        #[test]
        fn no_query_panics(query in "[\\x00-\\xff%+&=]{0,40}") {
            let _ = Query::read(&query);
        }
    }
}
