// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `measured`: its labels are interned, and its text goes into one buffer that it keeps.

#![allow(missing_docs, reason = "the derive makes items that it does not document")]

use measured::metric::name::MetricName;
use measured::metric::MetricFamilyEncoding;
use measured::text::BufferedTextEncoder;
use measured::{CounterVec, FloatGaugeVec, LabelGroup};
use paracord::ParaCord;

use super::plan::{Kind, Plan, Series};
use super::Report;

/// The labels of a series.
#[derive(Clone, Copy, PartialEq, Debug, LabelGroup)]
#[label(set = LabelsSet)]
pub struct Labels<'a> {
    #[label(dynamic_with = ParaCord, default)]
    pub method: &'a str,
    #[label(dynamic_with = ParaCord, default)]
    pub path: &'a str,
    #[label(dynamic_with = ParaCord, default)]
    pub code: &'a str,
}

impl<'a> From<Series<'a>> for Labels<'a> {
    fn from(one: Series<'a>) -> Labels<'a> {
        let [method, path, code] = one.values;
        Labels { method, path, code }
    }
}

pub(super) fn build(plan: &Plan) -> Report {
    if plan.kind == Kind::Float {
        let families: Vec<FloatGaugeVec<LabelsSet>> =
            plan.names.iter().map(|_| FloatGaugeVec::with_label_set(LabelsSet::default())).collect();
        plan.shuffled().for_each(|one| families[one.family].set(one.into(), one.float()));
        return report(plan, families);
    }
    let families: Vec<CounterVec<LabelsSet>> =
        plan.names.iter().map(|_| CounterVec::with_label_set(LabelsSet::default())).collect();
    plan.shuffled().for_each(|one| families[one.family].inc_by(one.into(), one.amount));
    report(plan, families)
}

fn report<F>(plan: &Plan, families: Vec<F>) -> Report
where
    F: MetricFamilyEncoding<BufferedTextEncoder> + Send + 'static,
{
    let names = plan.names.clone();
    let mut encoder = BufferedTextEncoder::new();
    Box::new(move || {
        for (name, family) in names.iter().zip(&families) {
            let name = MetricName::try_from_str(name).expect("valid");
            family.collect_family_into(name, &mut encoder).expect("nothing can fail here");
        }
        encoder.finish().len()
    })
}
