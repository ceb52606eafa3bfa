// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A program of creations, updates, removals, collectors and reports, of few names so that they meet. Every report is
//! read back and compared with a model.
#![no_main]

use cmetrics_fuzz::input::Input;
use cmetrics_fuzz::model::Wanted;
use cmetrics_fuzz::world::{Asked, World, ALL};
use cmetrics_fuzz::{rules, words};
use libfuzzer_sys::fuzz_target;

/// More calls than that show nothing new.
const CALLS: usize = 100;

fn wanted(input: &mut Input<'_>) -> Wanted {
    Wanted {
        kind: if input.once_in(32) { i32::from(input.byte()) } else { input.pick(&rules::KINDS[..]) },
        flags: if input.once_in(4) { u32::from(input.byte() & 15) } else { 0 },
        priority: if input.once_in(32) { i32::from(input.byte()) } else { input.pick(&rules::PRIORITIES) },
        name: words::plain(input),
        help: if input.once_in(4) { words::value(input) } else { Vec::new() },
        unit: Vec::new(),
        labels: words::plain_labels(input),
    }
}

fn asked(input: &mut Input<'_>) -> Asked {
    let names = if input.once_in(4) { input.below(4) } else { 0 };
    Asked {
        verbosity: input.pick(&rules::PRIORITIES),
        names: (0..names).map(|_| [words::plain(input), input.pick(&["", "_total", "_sum"]).into()].concat()).collect(),
        with_self: input.once_in(4),
        stop: input.once_in(4).then(|| (input.below(3), i32::from(input.byte().max(1)))),
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut world = World::default();
    for _ in 0..CALLS {
        if input.is_over() {
            break;
        }
        let node = input.below(world.nodes.len());
        let some = (!world.metrics.is_empty()).then(|| input.below(world.metrics.len()));
        match (input.below(16), some) {
            (0..=2, _) => world.metric(node, &wanted(&mut input)),
            (3, _) => {
                let kind = input.pick(&rules::KINDS);
                let flags = u32::from(input.byte() & 3);
                let wanted = Wanted { kind, flags, help: Vec::new(), priority: 0, ..wanted(&mut input) };
                world.find(node, &wanted);
            }
            (4, _) if world.nodes.len() < 12 => {
                let prefix = if input.once_in(2) { words::plain(&mut input) } else { Vec::new() };
                let (labels, flags) = (words::plain_labels(&mut input), input.below(3) as u32);
                world.child(node, &prefix, &labels, flags);
            }
            (5..=8, Some(at)) => world.update(&mut input, at),
            (9, Some(at)) => world.remove_metric(node, at),
            (10, Some(at)) => world.release(at),
            (11, _) if input.once_in(2) => world.remove(node),
            (11, _) => world.reset(node),
            (12, _) => world.collect(&mut input, node),
            (13, _) if input.once_in(2) => world.uncollect(&mut input),
            (13, _) => world.limit(input.below(4) as u64),
            (14, _) => world.report(node, &asked(&mut input)),
            // Many of one family: they come in several chunks, and are sorted in steps.
            (15, _) if input.once_in(24) => {
                let name = words::plain(&mut input);
                for i in 0..u64::from(input.byte()) * 3 {
                    let labels = vec![(b"id".to_vec(), (i * 7919 % 4099).to_string().into_bytes())];
                    let wanted = Wanted { kind: 1, name: name.clone(), labels, ..Wanted::default() };
                    let before = world.metrics.len();
                    if before < 800 {
                        world.metric(node, &wanted);
                    }
                    if world.metrics.len() == before {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    world.report(0, &ALL);
});
