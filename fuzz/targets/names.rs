// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Any bytes as the names of metrics, prefixes of registries, help and units, for metrics of every kind.
#![no_main]

use cmetrics_fuzz::input::Input;
use cmetrics_fuzz::model::Wanted;
use cmetrics_fuzz::world::World;
use cmetrics_fuzz::{rules, words};
use libfuzzer_sys::fuzz_target;

/// More registries and metrics than that show nothing new.
const MOST: usize = 12;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut world = World::default();
    while !input.is_over() {
        let node = input.below(world.nodes.len());
        if input.below(4) == 0 && world.nodes.len() < MOST {
            let prefix = words::name(&mut input);
            world.child(node, &prefix, &[], 0);
        } else if world.metrics.len() < MOST {
            let wanted = Wanted {
                kind: input.pick(&rules::KINDS),
                flags: u32::from(input.byte() & 7),
                priority: 0,
                name: words::name(&mut input),
                help: if input.once_in(2) { words::value(&mut input) } else { Vec::new() },
                unit: match input.below(4) {
                    0 => words::value(&mut input),
                    1 => words::name(&mut input),
                    _ => Vec::new(),
                },
                labels: Vec::new(),
            };
            world.metric(node, &wanted);
        } else {
            break;
        }
    }
    world.check();
});
