// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Any bytes as the names and values of labels, of metrics and of registries, locked or not; many of them, or twice the
//! same one.
#![no_main]

use cmetrics_fuzz::input::Input;
use cmetrics_fuzz::model::Wanted;
use cmetrics_fuzz::world::World;
use cmetrics_fuzz::{rules, words};
use libfuzzer_sys::fuzz_target;

/// More registries and metrics than that show nothing new.
const MOST: usize = 16;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut world = World::default();
    while !input.is_over() {
        let node = input.below(world.nodes.len());
        let labels = if input.once_in(3) { words::plain_labels(&mut input) } else { words::labels(&mut input) };
        if input.below(4) == 0 && world.nodes.len() < MOST {
            let flags = u32::from(input.once_in(2));
            world.child(node, b"", &labels, flags);
        } else if world.metrics.len() < MOST {
            let kind = input.pick(&rules::KINDS);
            let wanted = Wanted { kind, name: words::plain(&mut input), labels, ..Wanted::default() };
            world.metric(node, &wanted);
            // What was found in these words once is found in another way the second time.
            for _ in 0..input.below(3) {
                world.metric(node, &wanted);
                world.find(node, &wanted);
            }
        } else {
            break;
        }
    }
    world.check();
    world.report(world.nodes.len() - 1, &cmetrics_fuzz::world::ALL);
});
