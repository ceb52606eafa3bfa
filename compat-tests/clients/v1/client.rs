// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Frozen: a client of the Rust SDK of ABI version 1. Prints what client.c prints.

use std::time::Duration;

use cmetrics::{Client, Error, ErrorCode, ReportOptions};

fn number(error: &Error) -> i32 {
    match error.code() {
        ErrorCode::InvalidArgument => 1,
        ErrorCode::Conflict => 2,
        ErrorCode::Gone => 5,
        _ => -1,
    }
}

fn failed(what: &str, error: &Error, offender: &str) {
    let names_offender = error.subject().is_some_and(|subject| subject.contains(offender));
    let names_client = error.existing().is_some_and(|existing| existing.contains("frozen"));
    println!(
        "{what}: {}, names the offender: {}, names the client: {}",
        number(error),
        i32::from(names_offender),
        i32::from(names_client)
    );
}

fn main() -> Result<(), Error> {
    let client = Client::builder("frozen").version("1.0").open()?;
    let root = client.try_isolated()?;
    let registry = root.child("frozen").label("rank", "0").try_get()?;

    let counter = registry.counter("steps").help("Steps").try_get()?;
    let ints = registry.int_counter("tokens").help("Tokens").try_get()?;
    let floats = registry.float_counter("cost").help("Cost").try_get()?;
    let durations = registry.duration_counter("wait").help("Waits").try_get()?;
    let depth = registry.int_gauge("depth").help("Depth").try_get()?;
    let level = registry.float_gauge("level").help("Level").try_get()?;
    let skew = registry.duration_gauge("skew").help("Skew").try_get()?;

    counter.inc();
    counter.add(41);
    println!("counter: {}", counter.value());
    ints.add(12);
    ints.add(0);
    println!("int counter: {} in {}", ints.total(), ints.count());
    floats.add(0.5);
    floats.add(0.25);
    floats.add(-1.0); // refused
    println!("float counter: {:.2} in {}", floats.total(), floats.count());
    durations.add(Duration::from_millis(1500));
    durations.add(Duration::from_nanos(7));
    println!("duration counter: {} ns in {}", durations.total_nanos(), durations.count());
    depth.set(5);
    depth.add(4);
    depth.sub(13);
    depth.inc();
    depth.dec();
    println!("int gauge: {}", depth.value());
    level.set(3.0);
    level.add(0.5);
    level.sub(1.25);
    println!("float gauge: {:.2}", level.value());
    skew.set_nanos(1000);
    skew.sub_nanos(1345);
    println!("duration gauge: {} ns", skew.value_nanos());

    let again = registry.counter("steps").try_get();
    let same = again.as_ref().is_ok_and(|again| *again == counter);
    println!("the same again: {}, same metric: {}", again.as_ref().map_or_else(number, |_| 0), i32::from(same));
    failed("conflict", &registry.int_gauge("steps").try_get().expect_err("a conflict"), "steps");
    failed("bad name", &registry.counter("not a name").try_get().expect_err("no name"), "not a name");
    let helpless = registry.counter("helpless").try_get();
    println!("without help: {}", helpless.as_ref().map_or_else(number, |_| 0));
    let helpless = helpless?;
    let removed = registry.remove_metric(&helpless);
    println!(
        "removed: {}, attached: {}",
        removed.map_or_else(|e| number(&e), |()| 0),
        i32::from(helpless.is_attached())
    );
    print!("{}", root.render_with(&ReportOptions::new().no_self())?);
    registry.remove()?;
    let late = registry.counter("late").try_get();
    println!("in a removed registry: {}", late.map_or_else(|e| number(&e), |_| 0));
    client.close();
    println!("done");
    Ok(())
}
