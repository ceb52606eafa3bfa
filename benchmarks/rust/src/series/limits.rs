// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The limits of a report: its text copied, and a writer that has every line's `name{labels} ` ready, so that digits are
//! all it makes. Both stream through one small buffer into a sink that drops it.

use std::hint::black_box;

use super::plan::{Kind, Plan, HELP, KEYS};

const CHUNK: usize = 64 * 1024;

/// The lines of a plan, ready but for their values.
pub struct Cached {
    text: Vec<u8>,
    /// Where each prefix ends.
    ends: Vec<u32>,
    amounts: Vec<u64>,
    float: bool,
    buffer: Vec<u8>,
    whole: Vec<u8>,
}

impl Cached {
    /// Of every series of the plan, in the order of a report.
    pub fn new(plan: &Plan) -> Cached {
        let mut all = Cached {
            text: Vec::new(),
            ends: Vec::new(),
            amounts: Vec::new(),
            float: plan.kind != Kind::Counter,
            buffer: Vec::with_capacity(CHUNK + 4096),
            whole: Vec::new(),
        };
        let mut last = usize::MAX;
        for n in 0..plan.series() {
            let one = plan.at(n);
            let name = &plan.names[one.family];
            if one.family != last {
                let kind = if all.float { "gauge" } else { "counter" };
                all.text.extend_from_slice(format!("# HELP {name} {HELP}\n# TYPE {name} {kind}\n").as_bytes());
                last = one.family;
            }
            let [a, b, c] = one.values;
            let [x, y, z] = KEYS;
            all.text.extend_from_slice(format!("{name}{{{x}=\"{a}\",{y}=\"{b}\",{z}=\"{c}\"}} ").as_bytes());
            all.ends.push(u32::try_from(all.text.len()).expect("less than 4 GiB of text"));
            all.amounts.push(if all.float { one.float().to_bits() } else { one.amount });
        }
        all.whole = vec![b'x'; all.write()];
        all
    }

    /// The report: how many bytes it had.
    pub fn write(&mut self) -> usize {
        let (mut from, mut bytes) = (0, 0);
        self.buffer.clear();
        for (end, amount) in self.ends.iter().zip(&self.amounts) {
            self.buffer.extend_from_slice(&self.text[from..*end as usize]);
            from = *end as usize;
            if self.float {
                self.buffer.extend_from_slice(zmij::Buffer::new().format(f64::from_bits(*amount)).as_bytes());
            } else {
                self.buffer.extend_from_slice(itoa::Buffer::new().format(*amount).as_bytes());
            }
            self.buffer.push(b'\n');
            if self.buffer.len() >= CHUNK {
                bytes += black_box(&self.buffer).len();
                self.buffer.clear();
            }
        }
        bytes + black_box(&self.buffer).len()
    }

    /// As many bytes, copied and nothing more.
    pub fn copy(&mut self) -> usize {
        for chunk in self.whole.chunks(CHUNK) {
            self.buffer.clear();
            self.buffer.extend_from_slice(black_box(chunk));
            black_box(&self.buffer);
        }
        self.whole.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_writes_as_many_bytes_as_it_has_lines() {
        let plan = Plan::new(Kind::Counter, 1, 1, false);
        let line = "benchmark_requests_000000_total{method=\"GET\",path=\"/api/v1/resource/0\",code=\"200\"} 1\n";
        let head = "# HELP benchmark_requests_000000_total A family of the benchmark.\n\
                    # TYPE benchmark_requests_000000_total counter\n";
        let mut cached = Cached::new(&plan);
        assert_eq!(cached.write(), line.len() + head.len());
        assert_eq!(cached.copy(), cached.write());
    }
}
