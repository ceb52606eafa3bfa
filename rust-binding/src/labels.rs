// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What may stand for the label names and label values of a family.

use crate::log_once;

/// The `N` of a [`Family`](crate::Family) whose number of labels is known at run time only.
///
/// ```
/// use cmetrics::{Counter, Family, DYNAMIC};
///
/// let names = vec!["method".to_owned(), "code".to_owned()]; // from a file, from another language
/// let family: Family<Counter, DYNAMIC> = cmetrics::Registry::isolated().counter_family("http", names).get();
/// family.with(&["GET", "200"][..]).inc();
/// assert!(family.try_with(&["GET"][..]).unwrap_err().is_invalid_argument());
/// ```
pub const DYNAMIC: usize = usize::MAX;

/// Label names of a family: an array of `N`, or a slice or vector where the number is known at run time only
/// ([`DYNAMIC`]).
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// reg.counter_family("http", ["method", "code"]).get().with(["GET", "200"]).inc();
/// ```
#[diagnostic::on_unimplemented(message = "a family's label names are an array, a slice or a vector of strings")]
pub trait LabelNames<const N: usize>: sealed::Names {}

/// Label values of a family: an array of `N`, or a slice or vector where the number is known at run time only
/// ([`DYNAMIC`]).
///
/// ```
/// let errors = cmetrics::Registry::isolated().counter_family("errors", ["type"]).get();
/// errors.with(["timeout"]).inc();
/// errors.with([String::from("timeout")]).inc();
/// assert_eq!(errors.with(["timeout"]).value(), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "these are not the label values of a family of that many labels",
    note = "a family that was made with an array of names takes an array of as many values; one that was made with a \
            slice or a vector takes a slice or a vector"
)]
pub trait LabelValues<const N: usize>: sealed::Values {}

mod sealed {
    pub trait Names {
        fn into_names(self) -> Vec<String>;
    }

    pub trait Values {
        type Value: AsRef<str>;

        fn as_values(&self) -> &[Self::Value];
    }
}

use sealed::{Names, Values};

impl<T: Into<String>, const N: usize> LabelNames<N> for [T; N] {}
impl<T: Into<String>> LabelNames<DYNAMIC> for Vec<T> {}
impl<T: AsRef<str>> LabelNames<DYNAMIC> for &[T] {}

impl<T: Into<String>, const N: usize> Names for [T; N] {
    fn into_names(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<String>> Names for Vec<T> {
    fn into_names(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: AsRef<str>> Names for &[T] {
    fn into_names(self) -> Vec<String> {
        self.iter().map(|name| name.as_ref().to_owned()).collect()
    }
}

impl<T: AsRef<str>, const N: usize> LabelValues<N> for [T; N] {}
impl<T: AsRef<str>> LabelValues<DYNAMIC> for &[T] {}
impl<T: AsRef<str>> LabelValues<DYNAMIC> for Vec<T> {}
impl<T: AsRef<str>> LabelValues<DYNAMIC> for &Vec<T> {}

impl<T: AsRef<str>, const N: usize> Values for [T; N] {
    type Value = T;

    fn as_values(&self) -> &[T] {
        self
    }
}

impl<T: AsRef<str>> Values for &[T] {
    type Value = T;

    fn as_values(&self) -> &[T] {
        self
    }
}

impl<T: AsRef<str>> Values for Vec<T> {
    type Value = T;

    fn as_values(&self) -> &[T] {
        self
    }
}

impl<T: AsRef<str>> Values for &Vec<T> {
    type Value = T;

    fn as_values(&self) -> &[T] {
        self
    }
}

/// Warns, once for each, of the labels that a Prometheus server sets itself.
pub(crate) fn warn_reserved<'a>(keys: impl IntoIterator<Item = &'a str>) {
    for key in keys {
        if key == "job" || key == "instance" {
            log_once::warn(&format!("label {key}"), || {
                format!(
                    "a metric has the label {key:?}: Prometheus sets it itself when it scrapes, and renames this one to \
                     exported_{key} (hint: choose another name for it)"
                )
            });
        }
    }
}
