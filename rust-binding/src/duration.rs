// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Durations as the numbers of nanoseconds that cross the boundary.

use std::time::{Duration, SystemTime};

/// The nanoseconds of a duration, if they fit: up to 292 years.
#[inline]
pub(crate) fn nanos(duration: Duration) -> Option<i64> {
    i64::try_from(duration.as_nanos()).ok()
}

/// Nanoseconds from the beginning of 1970 to now; negative before it.
pub(crate) fn nanos_since_epoch() -> Option<i64> {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => nanos(since),
        Err(before) => nanos(before.duration()).map(|nanos| -nanos),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_fits_up_to_the_last_nanosecond() {
        let most = Duration::from_nanos(i64::MAX as u64);
        assert_eq!(nanos(most), Some(i64::MAX));
        assert_eq!(nanos(most + Duration::from_nanos(1)), None);
        assert_eq!(nanos(Duration::MAX), None);
        assert_eq!(nanos(Duration::ZERO), Some(0));
    }

    #[test]
    fn now_is_after_the_year_2020() {
        assert!(nanos_since_epoch().unwrap() > 1_577_836_800_000_000_000);
    }
}
