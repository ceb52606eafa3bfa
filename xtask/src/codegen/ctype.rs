// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a Rust type of the interface is in C's words, with nothing left out: aliases are what they stand for, functions
//! have all their parameters. Names of parameters are no part of a type.

use std::collections::BTreeMap;

use super::source::{Names, Source};

/// Translates types.
pub(super) struct Types<'a> {
    names: &'a Names,
    aliases: BTreeMap<&'a str, &'a str>,
}

impl<'a> Types<'a> {
    pub(super) fn of(sources: &'a [Source], names: &'a Names) -> Types<'a> {
        let all = sources.iter().flat_map(|source| &source.aliases);
        Types { names, aliases: all.map(|(name, kind)| (name.as_str(), kind.as_str())).collect() }
    }

    /// `*mut *mut Client` is `cmetrics_client **`.
    pub(super) fn in_c(&self, rust: &str) -> Result<String, String> {
        let mut rest = rust.trim();
        let said = self.read(&mut rest).map_err(|why| format!("the type {rust}: {why}"))?;
        match rest.trim() {
            "" => Ok(said),
            left => Err(format!("the type {rust}: {left} is left over")),
        }
    }

    /// The Rust type with what every alias in it stands for.
    pub(super) fn in_rust(&self, rust: &str) -> String {
        let (mut out, mut rest) = (String::new(), rust);
        while let Some(at) = rest.find(|c: char| c.is_alphabetic()) {
            let word: String = rest[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            out.push_str(&rest[..at]);
            match self.aliases.get(word.as_str()) {
                Some(kind) => out.push_str(&self.in_rust(kind)),
                None => out.push_str(&word),
            }
            rest = &rest[at + word.len()..];
        }
        out + rest
    }

    fn read(&self, rest: &mut &str) -> Result<String, String> {
        *rest = rest.trim_start();
        if eat(rest, "*const ") {
            let to = self.read(rest)?;
            return if to.ends_with('*') {
                Err("a pointer to a constant pointer has no words yet".to_owned())
            } else {
                Ok(format!("const {}", pointer(&to)))
            };
        }
        if eat(rest, "*mut ") {
            return Ok(pointer(&self.read(rest)?));
        }
        if eat(rest, "[") {
            let element = self.read(rest)?;
            let (count, after) = rest.split_once(']').ok_or("an array without an end")?;
            *rest = after;
            return Ok(format!("{element}[{}]", count.trim_start_matches(';').trim()));
        }
        if eat(rest, "Option<") {
            let inner = self.read(rest)?;
            return if eat(rest, ">") { Ok(format!("{inner} or NULL")) } else { Err("an open Option".to_owned()) };
        }
        if eat(rest, "unsafe extern \"C\" fn(") {
            return self.function(rest);
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        *rest = after;
        self.named(name)
    }

    fn function(&self, rest: &mut &str) -> Result<String, String> {
        let mut parameters = Vec::new();
        *rest = rest.trim_start();
        while !eat(rest, ")") {
            if let Some((name, kind)) = rest.split_once(':') {
                // Unnamed in some aliases; a path has two colons.
                if name.chars().all(|c| c.is_alphanumeric() || c == '_') && !kind.starts_with(':') {
                    *rest = kind;
                }
            }
            parameters.push(self.read(rest)?);
            *rest = rest.trim_start();
            eat(rest, ",");
            *rest = rest.trim_start();
            if rest.is_empty() {
                return Err("a list of parameters without an end".to_owned());
            }
        }
        let mut answer = "void ".to_owned();
        let after = rest.trim_start();
        if let Some(after) = after.strip_prefix("->") {
            *rest = after;
            answer = self.read(rest)?;
            if !answer.ends_with('*') {
                answer.push(' ');
            }
        }
        if parameters.is_empty() {
            parameters.push("void".to_owned());
        }
        Ok(format!("{answer}(*)({})", parameters.join(", ")))
    }

    fn named(&self, name: &str) -> Result<String, String> {
        if let Some(kind) = self.aliases.get(name) {
            return self.read(&mut &**kind);
        }
        Ok(match name {
            "u8" => "uint8_t",
            "u32" => "uint32_t",
            "i32" => "int32_t",
            "u64" => "uint64_t",
            "i64" => "int64_t",
            "f64" => "double",
            "c_void" => "void",
            "c_char" => "char",
            _ => self.names.get(name)?,
        }
        .to_owned())
    }
}

fn pointer(to: &str) -> String {
    format!("{to}{}*", if to.ends_with('*') { "" } else { " " })
}

fn eat(rest: &mut &str, word: &str) -> bool {
    let Some(after) = rest.strip_prefix(word) else { return false };
    *rest = after;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rust: &str, want: Result<&str, &str>) {
        let names = Names([("ApiV1".to_owned(), "cmetrics_api_v1".to_owned())].into());
        let aliases = vec![
            ("Status".to_owned(), "i32".to_owned()),
            ("CopyFn".to_owned(), "unsafe extern \"C\" fn(user: *mut c_void, copy: *const ApiV1) -> Status".to_owned()),
        ];
        let sources = [Source { aliases, ..Source::default() }];
        let got = Types::of(&sources, &names).in_c(rust);
        match want {
            Ok(want) => assert_eq!(got.as_deref(), Ok(want), "{rust}"),
            Err(part) => assert!(got.as_ref().is_err_and(|why| why.contains(part)), "{rust}: {got:?}"),
        }
    }

    #[test]
    fn every_type_of_the_interface_has_its_words() {
        check("u64", Ok("uint64_t"));
        check("*const c_char", Ok("const char *"));
        check("*mut *mut ApiV1", Ok("cmetrics_api_v1 **"));
        check("*mut *const ApiV1", Ok("const cmetrics_api_v1 **"));
        check("[u8; 16]", Ok("uint8_t[16]"));
        check("unsafe extern \"C\" fn()", Ok("void (*)(void)"));
        check("unsafe extern \"C\" fn(v: u32) -> *const c_void", Ok("const void *(*)(uint32_t)"));
        check(
            "unsafe extern \"C\" fn(a: *mut ApiV1,b: u64,) -> Status",
            Ok("int32_t (*)(cmetrics_api_v1 *, uint64_t)"),
        );
    }

    #[test]
    fn aliases_are_what_they_stand_for() {
        check("Option<CopyFn>", Ok("int32_t (*)(void *, const cmetrics_api_v1 *) or NULL"));
        check(
            "unsafe extern \"C\" fn(copy: Option<CopyFn>, user: *mut c_void) -> Status",
            Ok("int32_t (*)(int32_t (*)(void *, const cmetrics_api_v1 *) or NULL, void *)"),
        );
    }

    #[test]
    fn aliases_can_be_put_into_rust_too() {
        let names = Names(BTreeMap::new());
        let alias = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
        let aliases = vec![alias("Status", "i32"), alias("CopyFn", "fn(u: *mut c_void) -> Status")];
        let sources = [Source { aliases, ..Source::default() }];
        let got = Types::of(&sources, &names).in_rust("fn(copy: Option<CopyFn>) -> Status");
        assert_eq!(got, "fn(copy: Option<fn(u: *mut c_void) -> i32>) -> i32");
    }

    #[test]
    fn what_has_no_words_is_named() {
        check("Strange", Err("nothing is named Strange"));
        check("usize", Err("nothing is named usize"));
        check("u32 u32", Err("left over"));
        check("unsafe extern \"C\" fn(v: u32", Err("without an end"));
    }
}
