// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sizes and offsets of every struct by the rules of `repr(C)`, and C assertions of them. Both are computed for two models
//! of data: pointers of 8 bytes (LP64 and LLP64), and pointers of 4 bytes with 64-bit numbers aligned to 4 (i386). No
//! struct of the interface has padding in either, so that a size is a number of bytes and a number of pointers.

use std::collections::BTreeMap;
use std::fmt;

use super::source::{Names, Struct};

/// So many bytes and so many pointers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    fixed: u64,
    pointers: u64,
}

impl Size {
    const fn bytes(fixed: u64) -> Size {
        Size { fixed, pointers: 0 }
    }

    fn at(self, pointer: u64) -> u64 {
        self.fixed + self.pointers * pointer
    }

    fn plus(self, other: Size) -> Size {
        Size { fixed: self.fixed + other.fixed, pointers: self.pointers + other.pointers }
    }

    fn in_c(self) -> String {
        match (self.fixed, self.pointers) {
            (fixed, 0) => fixed.to_string(),
            (0, pointers) => format!("{pointers} * sizeof(void *)"),
            (fixed, pointers) => format!("{fixed} + {pointers} * sizeof(void *)"),
        }
    }
}

/// `16/8`: with pointers of 8 bytes and of 4.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.at(8), self.at(4))
    }
}

/// Size, and alignment for pointers of 8 bytes; i386 aligns to no more than 4.
type Shape = (Size, u64);

/// A struct with what is where.
pub(super) struct Measured<'a> {
    pub(super) item: &'a Struct,
    pub(super) size: Size,
    pub(super) align: u64,
    /// Offset and size of each field, in their order.
    pub(super) fields: Vec<(Size, Size)>,
}

/// Measures each struct. They come in an order in which those that another holds by value stand before it.
pub(super) fn measure<'a>(structs: &[&'a Struct]) -> Result<Vec<Measured<'a>>, String> {
    let mut known: BTreeMap<&str, Shape> = BTreeMap::new();
    let mut all = Vec::new();
    for item in structs {
        let (mut at, mut align, mut fields) = (Size::default(), 1, Vec::new());
        for (field, kind) in &item.fields {
            let (size, own) =
                shape(kind, &known).ok_or_else(|| format!("{}.{field}: no layout for {kind}", item.name))?;
            if padded(at, own) {
                return Err(format!("{}.{field} would be padded: put a field before it", item.name));
            }
            fields.push((at, size));
            at = at.plus(size);
            align = align.max(own);
        }
        if padded(at, align) {
            return Err(format!("{} would be padded at its end", item.name));
        }
        known.insert(&item.name, (at, align));
        all.push(Measured { item, size: at, align, fields });
    }
    Ok(all)
}

fn padded(at: Size, align: u64) -> bool {
    !at.at(8).is_multiple_of(align) || !at.at(4).is_multiple_of(align.min(4))
}

/// One assertion for each struct's size and each field's offset.
pub(super) fn assertions(structs: &[Measured<'_>], names: &Names) -> Result<String, String> {
    let mut out = String::new();
    for Measured { item, size, fields, .. } in structs {
        let c = names.get(&item.name)?;
        out.push_str(&format!("CMETRICS_ASSERT_LAYOUT(sizeof({c}) == {});\n", size.in_c()));
        for ((field, _), (at, _)) in item.fields.iter().zip(fields) {
            let field = field.trim_end_matches('_');
            out.push_str(&format!("CMETRICS_ASSERT_LAYOUT(offsetof({c}, {field}) == {});\n", at.in_c()));
        }
    }
    Ok(out)
}

fn shape(kind: &str, known: &BTreeMap<&str, Shape>) -> Option<Shape> {
    if let Some((element, count)) =
        kind.strip_prefix('[').and_then(|k| k.strip_suffix(']')).and_then(|k| k.split_once("; "))
    {
        let (size, align) = shape(element, known)?;
        let count: u64 = count.parse().ok()?;
        return Some((Size { fixed: size.fixed * count, pointers: size.pointers * count }, align));
    }
    match kind {
        "u8" => Some((Size::bytes(1), 1)),
        "u32" | "i32" | "Status" => Some((Size::bytes(4), 4)),
        "u64" | "i64" | "f64" => Some((Size::bytes(8), 8)),
        _ if kind.starts_with('*') || kind.starts_with("Option<") || kind.contains("extern \"C\" fn") => {
            Some((Size { fixed: 0, pointers: 1 }, 8))
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
        assertions(&measure(&[&item])?, &names)
    }

    #[test]
    fn a_field_stands_where_the_one_before_it_ends() {
        let text = layout(&[("a", "u32"), ("type_", "i32"), ("f", "unsafe extern \"C\" fn()"), ("m", "[u8; 16]")]);
        let text = text.expect("a layout");
        assert!(text.contains("sizeof(cmetrics_thing) == 24 + 1 * sizeof(void *)"), "{text}");
        assert!(text.contains("offsetof(cmetrics_thing, type) == 4)"), "{text}");
        assert!(text.contains("offsetof(cmetrics_thing, m) == 8 + 1 * sizeof(void *)"), "{text}");
    }

    #[test]
    fn a_size_is_told_for_both_models() {
        assert_eq!(Size { fixed: 8, pointers: 3 }.to_string(), "32/20");
        assert_eq!(Size::bytes(128).to_string(), "128/128");
        assert_eq!(Size { fixed: 0, pointers: 2 }.in_c(), "2 * sizeof(void *)");
    }

    #[test]
    fn padding_and_unknown_types_are_refused() {
        assert!(layout(&[("a", "u32"), ("b", "u64")]).is_err_and(|e| e.contains("padded")));
        assert!(layout(&[("a", "u64"), ("b", "u32")]).is_err_and(|e| e.contains("at its end")));
        assert!(layout(&[("a", "u32"), ("b", "*mut u8")]).is_err_and(|e| e.contains("padded")));
        assert!(layout(&[("a", "Strange")]).is_err_and(|e| e.contains("no layout for Strange")));
    }
}
