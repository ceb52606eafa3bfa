// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Updates of every kind, and what they must come to.

use cmetrics_interface::*;

use crate::call;
use crate::expect::Number;
use crate::input::Input;
use crate::world::World;

const SECOND: i64 = 1_000_000_000;

impl World {
    /// Changes a metric in one of the ways that its kind has.
    pub fn update(&mut self, input: &mut Input<'_>, at: usize) {
        let (metric, number) = self.metrics[at];
        let series = &mut self.model.series[number];
        let way = input.below(5);
        let (n, x) = (input.integer(), if matches!(series.kind, 3 | 6) { input.double() } else { 0.0 });
        let amount = n as i64;
        let (mut count, mut bits, mut double) = (0, 0, 0.0);
        match series.kind {
            KIND_COUNTER => {
                let amount = if way == 0 { 1 } else { n };
                if way == 0 {
                    call!(counter.inc(metric.cast()));
                } else {
                    call!(counter.add(metric.cast(), n));
                }
                series.total = series.total.wrapping_add(amount);
                bits = call!(counter.value(metric.cast()));
            }
            KIND_INT_COUNTER => {
                call!(int_counter.add(metric.cast(), n));
                (series.total, series.count) = (series.total.wrapping_add(n), series.count + 1);
                call!(int_counter.read(metric.cast(), &raw mut bits, &raw mut count));
            }
            KIND_DURATION_COUNTER => {
                call!(duration_counter.add(metric.cast(), amount));
                if amount >= 0 {
                    (series.total, series.count) = (series.total.wrapping_add(n), series.count + 1);
                }
                call!(duration_counter.read(metric.cast(), &raw mut bits, &raw mut count));
            }
            KIND_FLOAT_COUNTER => {
                call!(float_counter.add(metric.cast(), x));
                if x.is_finite() && x >= 0.0 {
                    series.total = (f64::from_bits(series.total) + x).to_bits();
                    series.count += 1;
                }
                call!(float_counter.read(metric.cast(), &raw mut double, &raw mut count));
                bits = double.to_bits();
            }
            KIND_FLOAT_GAUGE => {
                let value = f64::from_bits(series.total);
                let changed = match way {
                    0 => x,
                    1 | 2 if !x.is_finite() => value,
                    1 => value + x,
                    2 => value - x,
                    3 => value + 1.0,
                    _ => value - 1.0,
                };
                match way {
                    0 => call!(float_gauge.set(metric.cast(), x)),
                    1 => call!(float_gauge.add(metric.cast(), x)),
                    2 => call!(float_gauge.sub(metric.cast(), x)),
                    3 => call!(float_gauge.inc(metric.cast())),
                    _ => call!(float_gauge.dec(metric.cast())),
                }
                series.total = changed.to_bits();
                bits = call!(float_gauge.value(metric.cast())).to_bits();
            }
            kind => {
                let one = if kind == KIND_DURATION_GAUGE { SECOND } else { 1 };
                let value = series.total as i64;
                series.total = match way {
                    0 => amount,
                    1 => value.wrapping_add(amount),
                    2 => value.wrapping_sub(amount),
                    3 => value.wrapping_add(one),
                    _ => value.wrapping_sub(one),
                } as u64;
                let int = kind == KIND_INT_GAUGE;
                match (way, int) {
                    (0, true) => call!(int_gauge.set(metric.cast(), amount)),
                    (1, true) => call!(int_gauge.add(metric.cast(), amount)),
                    (2, true) => call!(int_gauge.sub(metric.cast(), amount)),
                    (3, true) => call!(int_gauge.inc(metric.cast())),
                    (_, true) => call!(int_gauge.dec(metric.cast())),
                    (0, _) => call!(duration_gauge.set(metric.cast(), amount)),
                    (1, _) => call!(duration_gauge.add(metric.cast(), amount)),
                    (2, _) => call!(duration_gauge.sub(metric.cast(), amount)),
                    (3, _) => call!(duration_gauge.inc(metric.cast())),
                    (_, _) => call!(duration_gauge.dec(metric.cast())),
                }
                bits = call!(int_gauge.value(metric.cast())) as u64;
            }
        }
        let is_float = matches!(series.kind, KIND_FLOAT_COUNTER | KIND_FLOAT_GAUGE);
        let told = if is_float { Number::F64(f64::from_bits(bits)) } else { Number::U64(bits) };
        let expected = if is_float { series.number() } else { Number::U64(series.total) };
        assert!(told.is(expected) && count == series.count, "{told:?}, {count} for {series:?}");
    }
}
