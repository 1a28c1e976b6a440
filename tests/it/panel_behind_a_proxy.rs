//! A panel stays live where a proxy on the way holds events back until it has a buffer full of them.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::actors::Reader;
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, TestDatabase};
use crate::in_the_browser::becomes_owner;

/// Carries everything to the service and back, but of a stream of events no more than the head.
async fn holds_events_back(listener: TcpListener, there: SocketAddr) {
    while let Ok((near, _)) = listener.accept().await {
        tokio::spawn(async move {
            let Ok(far) = TcpStream::connect(there).await else { return };
            let ((mut near_in, mut near_out), (mut far_in, mut far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(async move { tokio::io::copy(&mut near_in, &mut far_out).await });
            let (mut bytes, mut is_held) = (vec![0; 65_536], false);
            while let Ok(length @ 1..) = far_in.read(&mut bytes).await {
                let told = &bytes[..length];
                let head = told.windows(4).position(|end| end == b"\r\n\r\n").map_or(length, |at| at + 4);
                let begins = told[..head].windows(17).any(|word| word == b"text/event-stream");
                let carried = if is_held {
                    0
                } else if begins {
                    head
                } else {
                    length
                };
                is_held |= begins;
                if near_out.write_all(&told[..carried]).await.is_err() {
                    break;
                }
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_asks_by_itself_where_a_proxy_holds_events_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut house = House::with(TestDatabase::new(Database::Sqlite).await, &["--base-url", &address], &[]).await;
    let there = house.url.strip_prefix("http://").unwrap().parse().unwrap();
    tokio::spawn(holds_events_back(listener, there));
    house.url = address;
    let moderator = Browser::open(Manner::Desktop).await;
    becomes_owner(&moderator, &house).await;
    let reader = Reader::of(&house, "buslinie");
    reader.writes("Da ist noch einer").await;
    moderator.reads(".fresh", "Ein neuer: anzeigen").await;
    let asked = |path: &str| format!("performance.getEntriesByType('resource').some(({{ name }}) => name.includes('{path}'))");
    moderator.until("the queue to have asked by itself", &asked("/state?")).await;
    // And again, as long as it is open.
    reader.writes("Und noch einer, ganz anders").await;
    moderator.reads(".fresh", "2 neue").await;
    assert_eq!(moderator.complaints().await, [""; 0]);
    house.stop().await;
}
