// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Cases are read whole, and what breaks their form is named. The hosts' tests hold the three readers to the same words.

use std::fs;
use std::path::Path;

use cmetrics::Kind;
use worker_rust_plugin::case::{Case, Flag, Language};
use worker_rust_plugin::trace::{Amount, Op};

#[test]
fn the_workers_case_is_read_whole() {
    let case = Case::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../acceptance/worker")).unwrap();
    assert_eq!((case.metrics.len(), case.rows.len(), case.tail), (91, 20_033, 20_000));
    assert_eq!(case.rows[case.tail].op, Op::Set);
    assert_eq!(case.registries["endpoint_generate"].len(), 3);
    let metric = &case.metrics[30];
    assert_eq!((metric.language, metric.kind), (Language::Python, Kind::IntCounter));
    assert_eq!(metric.flags, [Flag::TotalOnly]);
    let order: Vec<&str> = case.metrics[61].labels.0.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(order, ["zone", "source"], "labels keep the order of the file");
    assert_eq!(case.rows.last().unwrap().op, Op::Remove);
}

#[test]
fn the_tail_begins_with_the_first_set_or_remove() {
    assert_eq!(read("float_gauge", "0,inc,1.0\n0,sub,0.5\n0,remove,0\n0,add,1e-07\n").unwrap().tail, 2);
    assert_eq!(read("float_gauge", "0,inc,1\n").unwrap().tail, 1);
    assert_eq!(read("float_gauge", "").unwrap().tail, 0);
}

#[test]
fn floats_have_one_spelling_each() {
    let amount = |text: &str| read("float_gauge", &format!("0,set,{text}\n")).map(|case| case.rows[0].amount);
    for (text, value) in [("+Inf", f64::INFINITY), ("-Inf", f64::NEG_INFINITY), ("-0.0", -0.0), ("1E+2", 100.0)] {
        assert_eq!(amount(text), Ok(Amount::Float(value)), "{text}");
    }
    assert!(matches!(amount("NaN"), Ok(Amount::Float(x)) if x.is_nan()));
    for text in ["inf", "Inf", "nan", "infinity", "+1", "1.", ".5", "1e", "1e+", "0x1", "1_0", "", "-", "1e999"] {
        let wanted = format!("trace.csv:2: {text} is no amount for kind float_gauge");
        assert!(amount(text).unwrap_err().ends_with(&wanted), "{text}");
    }
}

/// A case of one metric.
fn read(kind: &str, rows: &str) -> Result<Case, String> {
    let folder = tempfile::tempdir().unwrap();
    let metrics = format!(
        r#"{{"registries": {{"root": []}}, "metrics": [{{"id": 0, "language": "rust", "registry": "root", "kind": "{kind}",
             "name": "a", "help": "", "labels": {{}}, "priority": "normal", "flags": []}}]}}"#
    );
    fs::write(folder.path().join("metrics.json"), metrics).unwrap();
    fs::write(folder.path().join("trace.csv"), format!("metric,op,value\n{rows}")).unwrap();
    Case::read(folder.path())
}
