// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A number as it is exposed, and its text.

use std::io::Write;

/// A number with its unit: plain, or nanoseconds to be told in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    U64(u64),
    I64(i64),
    F64(f64),
    U64Ns(u64),
    I64Ns(i64),
}

impl Number {
    /// The sum. Integers wrap at 2^64; where the two are not of one kind, it is a float of the unit that is told.
    pub(crate) fn plus(self, other: Number) -> Number {
        match (self, other) {
            (Number::U64(a), Number::U64(b)) => Number::U64(a.wrapping_add(b)),
            (Number::I64(a), Number::I64(b)) => Number::I64(a.wrapping_add(b)),
            (Number::U64Ns(a), Number::U64Ns(b)) => Number::U64Ns(a.wrapping_add(b)),
            (Number::I64Ns(a), Number::I64Ns(b)) => Number::I64Ns(a.wrapping_add(b)),
            (a, b) => Number::F64(a.as_float() + b.as_float()),
        }
    }

    fn as_float(self) -> f64 {
        match self {
            Number::U64(n) => n as f64,
            Number::I64(n) => n as f64,
            Number::F64(x) => x,
            Number::U64Ns(n) => n as f64 / 1e9,
            Number::I64Ns(n) => n as f64 / 1e9,
        }
    }

    /// Writes it as Prometheus text 0.0.4 has numbers: integers exact to the last digit, nanoseconds as exact decimal
    /// seconds, floats in their shortest form that reads back to the same double, `NaN`, `+Inf`, `-Inf`.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        // Writing into a Vec cannot fail.
        let _ = match self {
            Number::U64(n) => write!(out, "{n}"),
            Number::I64(n) => write!(out, "{n}"),
            Number::F64(x) => {
                write_float(x, out);
                Ok(())
            }
            Number::U64Ns(n) => {
                write_seconds(n, out);
                Ok(())
            }
            Number::I64Ns(n) => {
                if n < 0 {
                    out.push(b'-');
                }
                write_seconds(n.unsigned_abs(), out);
                Ok(())
            }
        };
    }
}

fn write_seconds(ns: u64, out: &mut Vec<u8>) {
    let (seconds, rest) = (ns / 1_000_000_000, ns % 1_000_000_000);
    let _ = write!(out, "{seconds}");
    if rest != 0 {
        let _ = write!(out, ".{rest:09}");
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

fn write_float(x: f64, out: &mut Vec<u8>) {
    let _ = if x.is_nan() {
        write!(out, "NaN")
    } else if x.is_infinite() {
        write!(out, "{}", if x > 0.0 { "+Inf" } else { "-Inf" })
    } else {
        // The standard library's debug form is the shortest that reads back, with an exponent where that is shorter.
        let start = out.len();
        let done = write!(out, "{x:?}");
        if out[start..].ends_with(b".0") {
            out.truncate(out.len() - 2);
        }
        done
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_their_kind_where_both_have_it() {
        let check = |a: Number, b: Number, sum: Number| {
            assert_eq!((a.plus(b), b.plus(a)), (sum, sum));
        };
        check(Number::U64(u64::MAX), Number::U64(3), Number::U64(2));
        check(Number::I64(-5), Number::I64(3), Number::I64(-2));
        check(Number::F64(0.5), Number::F64(0.25), Number::F64(0.75));
        check(Number::U64Ns(1), Number::U64Ns(2), Number::U64Ns(3));
        check(Number::I64Ns(-1), Number::I64Ns(2), Number::I64Ns(1));
        check(Number::U64Ns(1_500_000_000), Number::F64(0.25), Number::F64(1.75));
        check(Number::U64(2), Number::I64(-1), Number::F64(1.0));
    }
    use proptest::prelude::*;

    fn text(number: Number) -> String {
        let mut out = Vec::new();
        number.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_have_their_exact_text() {
        let check = |number, expected: &str| assert_eq!(text(number), expected);
        check(Number::U64(u64::MAX), "18446744073709551615");
        check(Number::I64(i64::MIN), "-9223372036854775808");
        check(Number::U64Ns(0), "0");
        check(Number::U64Ns(1_000_000_000), "1");
        check(Number::U64Ns(18_735_668_957_814_467), "18735668.957814467");
        check(Number::U64Ns(1_500_000_000), "1.5");
        check(Number::I64Ns(-345), "-0.000000345");
        check(Number::I64Ns(i64::MIN), "-9223372036.854775808");
        check(Number::F64(0.1), "0.1");
        check(Number::F64(3.0), "3");
        check(Number::F64(-0.0), "-0");
        check(Number::F64(1e300), "1e300");
        check(Number::F64(1e-7), "1e-7");
        check(Number::F64(f64::NAN), "NaN");
        check(Number::F64(f64::INFINITY), "+Inf");
        check(Number::F64(f64::NEG_INFINITY), "-Inf");
    }

    proptest! {
        #[test]
        fn finite_floats_read_back(bits: u64) {
            let x = f64::from_bits(bits);
            prop_assume!(x.is_finite());
            prop_assert_eq!(text(Number::F64(x)).parse::<f64>().unwrap().to_bits(), bits);
        }

        #[test]
        fn seconds_are_exact(ns: u64) {
            let told = text(Number::U64Ns(ns));
            let (whole, part) = told.split_once('.').unwrap_or((&told, ""));
            prop_assert!(part.is_empty() || !part.ends_with('0'));
            prop_assert_eq!(format!("{whole}{part:0<9}").parse::<u128>().unwrap(), u128::from(ns));
        }
    }
}
