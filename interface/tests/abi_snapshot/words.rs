// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The compiler's names of types in C's words.

/// `*mut cmetrics_interface::v1::client::Client` is `cmetrics_client *`.
pub(crate) fn in_c(name: &str) -> String {
    let mut rest = name;
    let said = read(&mut rest);
    assert!(rest.is_empty(), "the type {name}: {rest} is left over after {said}");
    said
}

fn read(rest: &mut &str) -> String {
    if eat(rest, "*const ") {
        return format!("const {}", pointer(&read(rest)));
    }
    if eat(rest, "*mut ") {
        return pointer(&read(rest));
    }
    if eat(rest, "[") {
        let element = read(rest);
        let (count, after) = rest.split_once(']').expect("an array ends");
        *rest = after;
        return format!("{element}[{}]", count.trim_start_matches("; "));
    }
    if eat(rest, "unsafe extern \"C\" fn(") {
        let mut parameters = Vec::new();
        while !eat(rest, ")") {
            parameters.push(read(rest));
            eat(rest, ", ");
        }
        let answer = if eat(rest, " -> ") { read(rest) } else { "void".to_owned() };
        let space = if answer.ends_with('*') { "" } else { " " };
        let parameters = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
        return format!("{answer}{space}(*)({parameters})");
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
    let (path, after) = rest.split_at(end);
    *rest = after;
    if path.ends_with("::Option") && eat(rest, "<") {
        let inner = read(rest);
        assert!(eat(rest, ">"), "an option ends: {rest}");
        return format!("{inner} or NULL");
    }
    named(path)
}

fn named(path: &str) -> String {
    match path {
        // What C's `char` is differs among targets; its own golden word is put in place of it by `golden::here`.
        "i8" => "int8_t".to_owned(),
        "u8" => "uint8_t".to_owned(),
        "u32" => "uint32_t".to_owned(),
        "i32" => "int32_t".to_owned(),
        "u64" => "uint64_t".to_owned(),
        "i64" => "int64_t".to_owned(),
        "f64" => "double".to_owned(),
        _ if path.ends_with("::c_void") => "void".to_owned(),
        _ => {
            let ours = path.strip_prefix("cmetrics_interface::").unwrap_or_else(|| panic!("a stranger's type: {path}"));
            let mut c = "cmetrics".to_owned();
            for letter in ours.rsplit("::").next().unwrap_or(ours).chars() {
                if letter.is_ascii_uppercase() {
                    c.push('_');
                }
                c.push(letter.to_ascii_lowercase());
            }
            c
        }
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
