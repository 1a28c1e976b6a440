//! An answer as bytes kept ready, in each encoding that browsers accept.

use std::io::Write;

use anyhow::Context;
use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::clock::Timestamp;

/// So many answers are compressed at once, whoever asks: each takes memory, and a processor.
static COMPRESSING: Semaphore = Semaphore::const_new(2);

/// A thread's answer in every encoding.
#[derive(Debug)]
pub struct Prepared {
    identity: Encoded,
    gzip: Encoded,
    brotli: Encoded,
    /// When time alone makes another answer right.
    until: Option<Timestamp>,
}

#[derive(Debug)]
struct Encoded {
    bytes: Bytes,
    etag: HeaderValue,
    /// Of the whole answer, put together once like its bytes.
    headers: HeaderMap,
}

impl Prepared {
    /// Compresses an answer once, for everybody who will ask for it.
    ///
    /// # Errors
    /// None that memory cannot cause.
    pub fn new(json: Vec<u8>) -> anyhow::Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
        gzip.write_all(&json)?;
        let mut brotli = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
        brotli::BrotliCompress(&mut json.as_slice(), &mut brotli, &params)?;
        let gzip = gzip.finish()?;
        Ok(Self {
            identity: Encoded::new(json, None)?,
            gzip: Encoded::new(gzip, Some("gzip"))?,
            brotli: Encoded::new(brotli, Some("br"))?,
            until: None,
        })
    }

    /// The same, away from the threads that serve: for a long answer it takes milliseconds, which others would have to wait for.
    ///
    /// # Errors
    /// The program is ending.
    pub async fn in_background(bytes: Vec<u8>) -> anyhow::Result<Self> {
        let turn = COMPRESSING.acquire().await?;
        // The turn goes along: the work goes on where whoever asked has gone.
        let compress = move || {
            let _turn = turn;
            Self::new(bytes)
        };
        tokio::task::spawn_blocking(compress).await.context("an answer was not compressed")?
    }

    /// The same, right until a moment and no longer.
    pub fn until(self, until: Option<Timestamp>) -> Self {
        Self { until, ..self }
    }

    /// The answer in the encoding that the reader prefers, or 304 where the reader has it.
    pub fn answer(&self, asked: &HeaderMap) -> Response<axum::body::Body> {
        let accepted = asked.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let encoded = if accepts(accepted, "br") {
            &self.brotli
        } else if accepts(accepted, "gzip") {
            &self.gzip
        } else {
            &self.identity
        };
        let known = asked.get(IF_NONE_MATCH).is_some_and(|tags| tags == encoded.etag);
        let mut response = Response::new(if known { axum::body::Body::empty() } else { encoded.bytes.clone().into() });
        response.headers_mut().clone_from(&encoded.headers);
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(CONTENT_ENCODING);
        }
        response
    }

    /// Whether it is still right then.
    pub(super) fn is_right_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    #[cfg(test)]
    pub(super) fn etag(&self) -> &HeaderValue {
        &self.identity.etag
    }

    /// The answer as it was before it was compressed.
    pub fn plain(&self) -> &[u8] {
        &self.identity.bytes
    }

    /// The memory it takes, about.
    pub(super) fn bytes(&self) -> u64 {
        [&self.identity, &self.gzip, &self.brotli].iter().map(|encoded| encoded.bytes.len() as u64 + 1000).sum()
    }
}

impl Encoded {
    fn new(bytes: Vec<u8>, encoding: Option<&'static str>) -> anyhow::Result<Self> {
        let hash = BASE64URL_NOPAD.encode(&Sha256::digest(&bytes)[..12]);
        let etag = HeaderValue::from_str(&format!("\"{hash}\""))?;
        let mut headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ETAG, etag.clone()),
            // A browser asks again each time, which costs it a 304; a shared cache may answer for ten seconds.
            (CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, s-maxage=10, stale-while-revalidate=60")),
            (VARY, HeaderValue::from_static("accept-encoding")),
            (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ]);
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Ok(Self { bytes: Bytes::from(bytes), etag, headers })
    }
}

/// Whether an `Accept-Encoding` header allows an encoding; `q=0` forbids it.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|offer| {
        let mut words = offer.split(';').map(str::trim);
        words.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !words
                .any(|word| word.strip_prefix("q=").is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_what_the_reader_accepts() {
        let prepared = Prepared::new("a".repeat(100).into_bytes()).unwrap();
        for (header, expected) in
            [("gzip, deflate, br", Some("br")), ("gzip", Some("gzip")), ("br;q=0, gzip;q=0.5", Some("gzip")), ("", None)]
        {
            let mut asked = HeaderMap::new();
            asked.insert(ACCEPT_ENCODING, header.parse().unwrap());
            let answer = prepared.answer(&asked);
            assert_eq!(answer.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap()), expected, "{header}");
            asked.insert(IF_NONE_MATCH, answer.headers()[ETAG].clone());
            assert_eq!(prepared.answer(&asked).status(), StatusCode::NOT_MODIFIED);
        }
    }
}
