// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `updates ROUNDS BATCH_US THREADS,…`: what an update costs, ours beside the peers, as one JSON object per line.

use std::process::ExitCode;
use std::time::Duration;

use cmetrics_benchmarks::rounds::{play, Plan};
use cmetrics_benchmarks::updates::contestants;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some(plan) = parse(&args) else {
        eprintln!("usage: updates ROUNDS BATCH_US THREADS,…, for instance: updates 21 1000 1,2");
        return ExitCode::from(2);
    };
    match cmetrics::library() {
        // Without the library every update of ours would be that of the no-op table, and very quick.
        Err(error) => {
            eprintln!("there is nothing to measure: {error}");
            ExitCode::FAILURE
        }
        Ok(_) => {
            play(&contestants(), &plan).iter().for_each(cmetrics_benchmarks::record::Record::print);
            ExitCode::SUCCESS
        }
    }
}

fn parse(args: &[String]) -> Option<Plan> {
    let [rounds, batch, threads] = args else { return None };
    let threads: Result<Vec<usize>, _> = threads.split(',').map(str::parse).collect();
    let plan = Plan {
        rounds: rounds.parse().ok()?,
        batch: Duration::from_micros(batch.parse().ok()?),
        threads: threads.ok()?,
    };
    (plan.rounds > 0 && plan.threads.iter().all(|n| *n > 0)).then_some(plan)
}
