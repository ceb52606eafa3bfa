// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A number as it is exposed, and its text.

/// Integers below it are all different as floats. At and above it floats have no fraction.
pub(crate) const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

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

    /// The same number in the form that is told quickest: a float without a fraction is an integer, whose digits need no
    /// search and no `.0` taken away. Below 2^53 they are those of the float's shortest form: between two such floats
    /// is no other number that ends in more zeros. (-0.0 stays what it is.)
    #[inline]
    pub(crate) fn plain(self) -> Number {
        match self {
            Number::F64(x) if x.abs() < EXACT && x as i64 as f64 == x && x.to_bits() != (-0.0_f64).to_bits() => {
                Number::I64(x as i64)
            }
            other => other,
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
        out.extend_from_slice(Digits::new().of(self));
    }
}

/// Room for the text of a number.
pub(crate) struct Digits {
    integer: itoa::Buffer,
    float: zmij::Buffer,
    seconds: [u8; Self::LONGEST],
}

impl Digits {
    /// No text of a number is longer.
    pub(crate) const LONGEST: usize = 32;

    pub(crate) fn new() -> Self {
        Self { integer: itoa::Buffer::new(), float: zmij::Buffer::new(), seconds: [0; Self::LONGEST] }
    }

    /// The text of a number, as [`Number::write`] has it.
    #[inline(always)]
    pub(crate) fn of(&mut self, number: Number) -> &[u8] {
        match number.plain() {
            Number::U64(n) => self.integer.format(n).as_bytes(),
            Number::I64(n) => self.integer.format(n).as_bytes(),
            Number::F64(x) => self.float(x),
            Number::U64Ns(n) => self.seconds(n, false),
            Number::I64Ns(n) => self.seconds(n.unsigned_abs(), n < 0),
        }
    }

    fn float(&mut self, x: f64) -> &[u8] {
        if x.is_finite() {
            let text = self.float.format_finite(x).as_bytes();
            text.strip_suffix(b".0").unwrap_or(text)
        } else if x.is_nan() {
            b"NaN"
        } else if x > 0.0 {
            b"+Inf"
        } else {
            b"-Inf"
        }
    }

    fn seconds(&mut self, ns: u64, negative: bool) -> &[u8] {
        let (seconds, mut rest) = (ns / 1_000_000_000, ns % 1_000_000_000);
        let whole = self.integer.format(seconds).as_bytes();
        let start = usize::from(negative);
        let mut end = start + whole.len();
        self.seconds[0] = b'-';
        self.seconds[start..end].copy_from_slice(whole);
        if rest != 0 {
            self.seconds[end] = b'.';
            end += 10;
            for digit in self.seconds[end - 9..end].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            while self.seconds[end - 1] == b'0' {
                end -= 1;
            }
        }
        &self.seconds[..end]
    }
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
        check(Number::F64(0.0), "0");
        check(Number::F64(-0.0), "-0");
        check(Number::F64(-17.0), "-17");
        check(Number::F64(9_007_199_254_740_991.0), "9007199254740991");
        check(Number::F64(9_007_199_254_740_992.0), "9007199254740992");
        check(Number::F64(-9_007_199_254_740_994.0), "-9007199254740994");
        check(Number::F64(1e15), "1000000000000000");
        check(Number::F64(1e16), "1e+16");
        check(Number::F64(1e300), "1e+300");
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
        fn whole_floats_are_told_as_the_formatter_tells_them(n in -(1_i64 << 54)..1 << 54, shift in 0_u32..54) {
            let x = (n >> shift) as f64;
            let mut formatter = zmij::Buffer::new();
            let long = formatter.format(x);
            prop_assert_eq!(text(Number::F64(x)), long.strip_suffix(".0").unwrap_or(long));
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
