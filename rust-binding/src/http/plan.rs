// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One request, understood: what report is wanted, and how it is made.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Response};

use super::gzip::Body;
use super::reply;
use super::slots::Slot;
use crate::{root, Registry, ReportOptions};

/// A report that a request asks for and that is yet to be made, for servers that say themselves where that happens: made by
/// [`Exposer::plan`](super::Exposer::plan).
///
/// It has one of the exposer's places (`max_concurrent`) until it is made or dropped.
#[must_use = "it keeps one of the exposer's places, and no report is made until `make`"]
pub struct Plan {
    /// `None` is the process's root.
    pub(super) registry: Option<Registry>,
    pub(super) options: ReportOptions,
    pub(super) gzip: bool,
    pub(super) head: bool,
    /// How long the whole may take, from `since` on.
    pub(super) limit: Duration,
    pub(super) since: Instant,
    /// Its place among those that are made at once.
    pub(super) slot: Slot,
}

impl Plan {
    /// The registry whose report it is.
    pub fn registry(&self) -> Registry {
        self.registry.clone().unwrap_or_else(root)
    }

    /// How long it may still take until its deadline; zero past it.
    pub fn left(&self) -> Duration {
        self.limit.saturating_sub(self.since.elapsed())
    }

    /// The answer to give if it is not made in time: a 503. It can be asked for before there is need of it.
    pub fn too_late(&self) -> Response<Bytes> {
        shorten(reply::too_late(self.limit.as_secs_f64()), self.head)
    }

    /// Makes the report on this thread, and so may wait for collectors, longer than the deadline if one of them does not
    /// return. The answer is the report, or an error that says why there is none.
    pub fn make(self) -> Response<Bytes> {
        let left = self.left();
        let options = self.options.timeout(left);
        let registry = self.registry.unwrap_or_else(root);
        let mut body = Body::new(self.gzip);
        let answer = match registry.render_to(&mut body, &options) {
            Ok(()) => match body.finish() {
                Ok(bytes) => reply::report(bytes, self.gzip),
                Err(why) => reply::broken(&why.to_string()),
            },
            Err(err) if err.is_cancelled() => reply::too_late(self.limit.as_secs_f64()),
            Err(err) => reply::failed(&err),
        };
        drop(self.slot);
        shorten(answer, self.head)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("registry", &self.registry).field("left", &self.left()).finish_non_exhaustive()
    }
}

/// What HEAD gets of an answer.
pub(super) fn shorten(answer: Response<Bytes>, head: bool) -> Response<Bytes> {
    if head {
        reply::head_of(answer)
    } else {
        answer
    }
}

/// How long a report may take: what the scraper says, at most the server's own. What means nothing is passed over.
pub(super) fn limit(headers: &HeaderMap, own: Duration) -> Duration {
    let told = headers.get(reply::SCRAPE_TIMEOUT).and_then(|value| value.to_str().ok());
    let seconds = told.and_then(|text| text.trim().parse::<f64>().ok()).filter(|seconds| *seconds > 0.0);
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).map_or(own, |told| told.min(own))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_scraper_shortens_the_time_and_never_lengthens_it() {
        let own = Duration::from_secs(10);
        let limit = |told| limit(&HeaderMap::from_iter([(reply::SCRAPE_TIMEOUT, HeaderValue::from_static(told))]), own);
        assert_eq!(limit("9.5"), Duration::from_millis(9500));
        assert_eq!(limit(" 0.25 "), Duration::from_millis(250));
        for more in ["11", "1e300", "inf", "", "soon", "0", "-1", "NaN", "9,5"] {
            assert_eq!(limit(more), own, "{more}");
        }
        assert_eq!(super::limit(&HeaderMap::new(), own), own);
    }
}
