//! A program of somebody else's that is called by webhooks: it keeps what comes and answers as it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::sync::watch;

/// What a receiver answers.
#[derive(Clone, Debug)]
pub enum Answer {
    Status(u16, String),
    /// 302 to there.
    Elsewhere(String),
    /// Never.
    Nothing,
    /// 500, and words without end.
    EndlessWords,
}

/// A call as it came.
#[derive(Clone, Debug)]
pub struct Taken {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Taken {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the signature is that of a secret as the panel shows it.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = data_encoding::BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.", self.header("webhook-id"), self.header("webhook-timestamp")).as_bytes());
        mac.update(&self.body);
        let wanted = format!("v1,{}", data_encoding::BASE64.encode(&mac.finalize().into_bytes()));
        self.header("webhook-signature") == wanted
    }
}

#[derive(Clone)]
struct Desk {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    taken: Arc<watch::Sender<Vec<Taken>>>,
}

pub struct Receiver {
    pub address: SocketAddr,
    desk: Desk,
}

impl Receiver {
    /// Listens on a free port of 127.0.0.1. It answers in this order, and 204 when nothing is left.
    pub async fn answering(answers: &[Answer]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Desk { answers: Arc::new(Mutex::new(answers.iter().cloned().collect())), taken: Arc::default() };
        let service = axum::Router::new().fallback(take).with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { address, desk }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?von=leserbrief", self.address)
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.desk.taken.borrow().clone()
    }

    /// Waits until so many calls have come in all; returns the last.
    pub async fn wait_for(&self, count: usize) -> Taken {
        let mut taken = self.desk.taken.subscribe();
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), taken.wait_for(|calls| calls.len() >= count)).await;
        let calls = waited.expect("the call").unwrap().clone();
        assert_eq!(calls.len(), count, "{calls:#?}");
        calls.into_iter().next_back().unwrap()
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    desk.taken.send_modify(|taken| taken.push(Taken { headers, body }));
    let answer = desk.answers.lock().unwrap().pop_front();
    match answer {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Answer::Status(status, words)) => (StatusCode::from_u16(status).unwrap(), words).into_response(),
        Some(Answer::Elsewhere(url)) => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
        Some(Answer::Nothing) => std::future::pending().await,
        Some(Answer::EndlessWords) => {
            let words = tokio_stream::iter(std::iter::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"nein und "))));
            (StatusCode::INTERNAL_SERVER_ERROR, Body::from_stream(words)).into_response()
        }
    }
}
