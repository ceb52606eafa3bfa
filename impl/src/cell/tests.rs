// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;

#[test]
fn no_update_is_lost_between_threads() {
    let (whole, pair, float, gauge) = (Cell::new(), Cell::new(), Cell::new(), Cell::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50_000 {
                    whole.add(3);
                    pair.add_pair(5);
                    float.add_float_pair(0.25);
                    gauge.shift_float(0.5);
                }
            });
        }
    });
    assert_eq!(whole.total(), 600_000);
    assert_eq!(pair.pair(), (1_000_000, 200_000));
    let (total, count) = float.float_pair();
    assert_eq!((f64::from_bits(total), count), (50_000.0, 200_000));
    assert_eq!(f64::from_bits(gauge.total()), 100_000.0);
}

#[test]
fn totals_wrap() {
    let cell = Cell::new();
    cell.add(u64::MAX);
    cell.add(3);
    assert_eq!(cell.total(), 2);
}

#[test]
fn a_wrong_kind_gives_a_wrong_number_and_no_fault() {
    prepare(|| true);
    let cell = Cell::new();
    let update = || {
        for _ in 0..100_000 {
            cell.add(1);
            cell.add_pair(1);
            cell.add_float_pair(1.0);
            cell.shift(1);
            cell.shift_float(1.0);
        }
    };
    update();
    #[cfg(striped)]
    {
        // Once is enough, unless the machine is so busy that these take long.
        let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while rseq::stripes() != 0 && cell.slot().is_none() && std::time::Instant::now() < end {
            update();
        }
        assert_eq!(cell.slot().is_some(), rseq::stripes() != 0, "as many updates as that make hot, where they can");
    }
    cell.set(7);
    let _ = (cell.total(), cell.pair(), cell.float_pair());
    cell.reset();
    assert_eq!((cell.total(), cell.pair(), cell.float_pair()), (0, (0, 0), (0, 0)));
}

#[test]
#[cfg(striped)]
fn what_was_added_cold_stays_when_a_cell_gets_hot() {
    prepare(|| true);
    let cell = Cell::new();
    cell.add_pair(5);
    cell.warm();
    cell.add_pair(6);
    assert_eq!(cell.pair(), (11, 2));
    let cell = Cell::new();
    cell.add_float_pair(0.5);
    cell.warm();
    cell.add_float_pair(0.25);
    assert_eq!(cell.float_pair(), (0.75_f64.to_bits(), 2));
}

#[test]
fn a_cell_is_half_a_cache_line() {
    assert_eq!((size_of::<Cell>(), align_of::<Cell>()), (32, 16));
}
