// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `series WHO KIND SERIES FAMILIES shared|unique ROUNDS [tail]`: what many series of one contestant cost, as one JSON
//! object per line. `series list` names the contestants and the kinds that each can make.

use std::process::ExitCode;

use cmetrics_benchmarks::record::Record;
use cmetrics_benchmarks::series::plan::{Kind, Plan};
use cmetrics_benchmarks::series::{contestants, measure, tail, Build};

struct Task {
    who: &'static str,
    build: Build,
    plan: Plan,
    label: String,
    rounds: usize,
    tail: bool,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args == ["list"] {
        contestants().iter().for_each(|(who, _, kinds)| println!("{who}: {kinds:?}"));
        return ExitCode::SUCCESS;
    }
    let task = match parse(&args) {
        Ok(task) => task,
        Err(why) => {
            eprintln!("{why}\nusage: series WHO counter|float|pair SERIES FAMILIES shared|unique ROUNDS [tail]");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = cmetrics::library() {
        eprintln!("there is nothing to measure: {error}");
        return ExitCode::FAILURE;
    }
    if task.tail {
        let report = (task.build)(&task.plan);
        tail::measure(report, task.plan.series(), task.rounds).iter().for_each(Record::print);
    } else {
        measure::measure(task.who, task.build, &task.plan, &task.label, task.rounds).iter().for_each(Record::print);
    }
    ExitCode::SUCCESS
}

fn parse(args: &[String]) -> Result<Task, String> {
    let (tail, args) = match args {
        [rest @ .., last] if last == "tail" => (true, rest),
        all => (false, all),
    };
    let [who, kind, series, families, paths, rounds] = args else { return Err("six arguments are needed".to_owned()) };
    let number =
        |text: &String| text.parse::<usize>().ok().filter(|n| *n > 0).ok_or(format!("{text} is no number > 0"));
    let kind = Kind::parse(kind).ok_or(format!("{kind} is no kind"))?;
    let (who, build, kinds) =
        contestants().into_iter().find(|one| one.0 == who).ok_or(format!("{who} is no contestant"))?;
    if !kinds.contains(&kind) {
        return Err(format!("{who} makes no {kind:?} here"));
    }
    let (series, families) = (number(series)?, number(families)?);
    let unique = paths == "unique";
    let mut label = match kind {
        Kind::Counter => String::new(),
        Kind::Float => ", floats".to_owned(),
        Kind::Pair => ", pairs".to_owned(),
    };
    if unique {
        label.push_str(", a unique label");
    }
    let per_family = series.div_ceil(families);
    if per_family < 1000 {
        label.push_str(&format!(", families of {per_family}"));
    }
    let plan = Plan::new(kind, series, families, unique);
    Ok(Task { who, build, plan, label, rounds: number(rounds)?, tail })
}
