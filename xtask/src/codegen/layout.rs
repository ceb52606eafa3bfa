// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sizes and offsets of every struct by the rules of `repr(C)`, as C assertions for 64-bit targets (LP64 and LLP64).

use std::collections::BTreeMap;

use super::source::{Names, Struct};

const POINTER: u64 = 8;

/// Size and alignment.
type Shape = (u64, u64);

/// One assertion for each struct's size and each field's offset. Structs come in an order in which those that another
/// holds by value stand before it.
pub(super) fn assertions(structs: &[&Struct], names: &Names) -> Result<String, String> {
    let mut known: BTreeMap<&str, Shape> = BTreeMap::new();
    let mut out = String::new();
    for item in structs {
        let c = names.get(&item.name)?;
        let (mut at, mut align, mut lines) = (0, 1, String::new());
        for (field, kind) in &item.fields {
            let (size, own) =
                shape(kind, &known).ok_or_else(|| format!("{}.{field}: no layout for {kind}", item.name))?;
            if at % own != 0 {
                return Err(format!("{}.{field} would be padded: put a field before it", item.name));
            }
            let field = field.trim_end_matches('_');
            lines.push_str(&format!("CMETRICS_ASSERT_LAYOUT(offsetof({c}, {field}) == {at});\n"));
            at += size;
            align = align.max(own);
        }
        if at % align != 0 {
            return Err(format!("{} would be padded at its end", item.name));
        }
        out.push_str(&format!("CMETRICS_ASSERT_LAYOUT(sizeof({c}) == {at});\n{lines}"));
        known.insert(&item.name, (at, align));
    }
    Ok(out)
}

fn shape(kind: &str, known: &BTreeMap<&str, Shape>) -> Option<Shape> {
    if let Some((element, count)) =
        kind.strip_prefix('[').and_then(|k| k.strip_suffix(']')).and_then(|k| k.split_once("; "))
    {
        let (size, align) = shape(element, known)?;
        return Some((size * count.parse::<u64>().ok()?, align));
    }
    match kind {
        "u8" => Some((1, 1)),
        "u32" | "i32" | "Status" => Some((4, 4)),
        "u64" | "i64" | "f64" => Some((8, 8)),
        _ if kind.starts_with('*') || kind.starts_with("Option<") || kind.contains("extern \"C\" fn") => {
            Some((POINTER, POINTER))
        }
        _ => known.get(kind).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(fields: &[(&str, &str)]) -> Result<String, String> {
        let fields = fields.iter().map(|(n, k)| ((*n).to_owned(), (*k).to_owned())).collect();
        let item = Struct { name: "Thing".to_owned(), fields };
        let names = Names([("Thing".to_owned(), "cmetrics_thing".to_owned())].into());
        assertions(&[&item], &names)
    }

    #[test]
    fn a_field_stands_where_the_one_before_it_ends() {
        let text = layout(&[("a", "u32"), ("type_", "i32"), ("f", "unsafe extern \"C\" fn()"), ("m", "[u8; 16]")]);
        let text = text.expect("a layout");
        assert!(text.contains("sizeof(cmetrics_thing) == 32"), "{text}");
        assert!(text.contains("offsetof(cmetrics_thing, type) == 4"), "{text}");
        assert!(text.contains("offsetof(cmetrics_thing, m) == 16"), "{text}");
    }

    #[test]
    fn padding_and_unknown_types_are_refused() {
        assert!(layout(&[("a", "u32"), ("b", "u64")]).is_err_and(|e| e.contains("padded")));
        assert!(layout(&[("a", "u64"), ("b", "u32")]).is_err_and(|e| e.contains("at its end")));
        assert!(layout(&[("a", "Strange")]).is_err_and(|e| e.contains("no layout for Strange")));
    }
}
