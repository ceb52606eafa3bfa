// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whether a client takes gzip, and the writer that makes it.

use std::io::{self, Write};

use flate2::write::GzEncoder;
use flate2::Compression;
use http::header::ACCEPT_ENCODING;
use http::HeaderMap;

/// Whether `Accept-Encoding` allows gzip: by its name, else by `*`; a weight of zero refuses.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let (mut by_name, mut by_star) = (None, None);
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    for coding in lines.flat_map(|line| line.split(',')) {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = parameters.split(';').find_map(|parameter| {
            let (key, value) = parameter.split_once('=')?;
            key.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().unwrap_or(0.0))
        });
        let allowed = weight.is_none_or(|weight| weight > 0.0);
        let name = name.trim();
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            by_name = Some(allowed);
        } else if name == "*" {
            by_star = Some(allowed);
        }
    }
    by_name.or(by_star).unwrap_or(false)
}

/// What takes a report's chunks: as they are, or packed as they come.
pub(super) enum Body {
    Plain(Vec<u8>),
    Packed(GzEncoder<Vec<u8>>),
}

impl Body {
    pub(super) fn new(gzip: bool) -> Body {
        // Scrapes are frequent and networks near: the quickest level takes most of what there is to gain in such text.
        if gzip {
            Body::Packed(GzEncoder::new(Vec::new(), Compression::fast()))
        } else {
            Body::Plain(Vec::new())
        }
    }

    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Body::Plain(bytes) => Ok(bytes),
            Body::Packed(encoder) => encoder.finish(),
        }
    }
}

impl Write for Body {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Body::Plain(out) => out.write(bytes),
            Body::Packed(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(lines: &[&'static str], accepted: bool) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        assert_eq!(is_accepted(&headers), accepted, "{lines:?}");
    }

    #[test]
    fn gzip_is_taken_where_it_is_allowed() {
        for yes in ["gzip", "GZIP", "x-gzip", "deflate, gzip", "gzip;q=0.1", "gzip ; Q=1", "*", "br;q=0,*;q=0.5"] {
            check(&[yes], true);
        }
        for no in ["", "identity", "gzip;q=0", "gzip;q=0.000", "gzip;q=x", "*;q=0", "*, gzip;q=0", "gzipped", "br"] {
            check(&[no], false);
        }
        check(&[], false);
        check(&["br", "gzip"], true);
    }
}
