// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Medians, quartiles, and ratios of rounds.

/// What is told of a number of figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    pub(super) least: f64,
    pub(super) first: f64,
    pub(super) median: f64,
    pub(super) third: f64,
}

/// `None` of no figures.
pub(super) fn summary(figures: &[f64]) -> Option<Summary> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let least = *sorted.first()?;
    Some(Summary { least, first: at(&sorted, 0.25), median: at(&sorted, 0.5), third: at(&sorted, 0.75) })
}

/// The ratio of two contestants: round by round where they shared the rounds, else of their medians.
pub(super) fn ratio(over: &[f64], under: &[f64], shared: bool) -> Option<Summary> {
    if shared && over.len() == under.len() {
        let rounds: Vec<f64> = over.iter().zip(under).filter(|(_, under)| **under > 0.0).map(|(a, b)| a / b).collect();
        return summary(&rounds);
    }
    let (over, under) = (summary(over)?, summary(under)?);
    (under.median > 0.0).then(|| {
        let one = over.median / under.median;
        Summary { least: one, first: one, median: one, third: one }
    })
}

/// The figure at a part of the way through sorted ones, between two neighbours where it falls there.
fn at(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_neighbours() {
        let four = summary(&[4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!(four, Summary { least: 1.0, first: 1.75, median: 2.5, third: 3.25 });
        let one = summary(&[7.0]).unwrap();
        assert_eq!((one.least, one.median, one.third), (7.0, 7.0, 7.0));
        assert_eq!(summary(&[]), None);
    }

    #[test]
    fn a_round_that_was_disturbed_for_both_does_not_move_their_ratio() {
        let ratio_of_rounds = ratio(&[2.0, 200.0, 2.2], &[1.0, 100.0, 1.1], true).unwrap();
        assert!((ratio_of_rounds.median - 2.0).abs() < 1e-9 && (ratio_of_rounds.third - 2.0).abs() < 1e-9);
    }

    #[test]
    fn where_rounds_are_not_shared_medians_are_compared() {
        assert_eq!(ratio(&[6.0, 8.0, 70.0], &[2.0, 1.0, 2.0, 90.0], false).unwrap().median, 4.0);
        assert_eq!(ratio(&[6.0], &[0.0], false), None);
        assert_eq!(ratio(&[6.0], &[], true), None);
    }
}
