// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Bridges to other metrics libraries, each behind a feature.

#[cfg(feature = "prometheus-bridge")]
pub mod prometheus;
