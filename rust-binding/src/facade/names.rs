// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Names as Prometheus takes them: what it does not is `_`, letter by letter, as `metrics-exporter-prometheus` has it.

pub(super) fn metric(name: &str) -> String {
    clean(name, |letter| letter == ':')
}

pub(super) fn label(name: &str) -> String {
    clean(name, |_| false)
}

fn clean(name: &str, also: impl Fn(char) -> bool) -> String {
    let may = |at: usize, letter: char| {
        letter.is_ascii_alphabetic() || letter == '_' || (at > 0 && letter.is_ascii_digit()) || also(letter)
    };
    name.chars().enumerate().map(|(at, letter)| if may(at, letter) { letter } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_exporter() {
        let check = |name, as_metric: &str, as_label: &str| {
            assert_eq!((metric(name).as_str(), label(name).as_str()), (as_metric, as_label), "{name}");
        };
        check("foo.bar-baz", "foo_bar_baz", "foo_bar_baz");
        check("vllm:requests", "vllm:requests", "vllm_requests");
        check(":requests", ":requests", "_requests");
        check("1st", "_st", "_st");
        check("größe", "gr__e", "gr__e");
        check("__foo", "__foo", "__foo");
        check("", "", "");
    }
}
