//! The connection to a node, which is never waited for without limit.
//!
//! How long it may take to be made and a request to be answered is bounded here, and by what the command
//! line grants (`--timeout`) where that is less.

use std::time::Duration;

use subxt::{
	ext::jsonrpsee::{core::client::async_client::PingConfig, ws_client::WsClientBuilder},
	rpcs::RpcClient,
};

use crate::error::{Error, Result};

/// Until a node has answered the first time.
const CONNECTING: Duration = Duration::from_secs(20);
/// Until a request counts as not answered.
const REQUEST: Duration = Duration::from_secs(60);
/// Between two pings.
const PING: Duration = Duration::from_secs(10);
/// A connection on which nothing comes for so long, not even the answer to a ping, is given up, at the
/// latest after twice that time: a cut line looks like a node that has nothing to say.
const SILENCE: Duration = Duration::from_secs(20);
/// Reports of one subscription that may wait to be read.
const REPORTS: usize = 4_096;

/// How long a connection may take to be made, and a request to be answered, where a person grants `limit`.
fn limits(limit: Duration) -> [Duration; 2] {
	[CONNECTING.min(limit), REQUEST.min(limit)]
}

/// Opens a websocket. `limit` is how long a person waits, for the connection and for each request.
pub async fn open(url: &str, limit: Duration) -> Result<RpcClient> {
	let [connecting, request] = limits(limit);
	let pings = PingConfig::new().ping_interval(PING).inactive_limit(SILENCE);
	let client = WsClientBuilder::new()
		.connection_timeout(connecting)
		.request_timeout(request)
		.enable_ws_ping(pings)
		.max_buffer_capacity_per_subscription(REPORTS)
		.build(url)
		.await;
	client
		.map(RpcClient::new)
		.map_err(|error| Error::new("NotConnected", format!("cannot connect to {url}: {error}")))
}

#[cfg(test)]
mod tests {
	use std::{net::TcpListener, time::Instant};

	use super::*;

	#[test]
	fn nobody_waits_longer_than_granted_nor_without_limit() {
		let seconds = Duration::from_secs;
		assert_eq!(limits(seconds(5)), [seconds(5), seconds(5)]);
		assert_eq!(limits(seconds(30)), [CONNECTING, seconds(30)]);
		assert_eq!(limits(seconds(300)), [CONNECTING, REQUEST]);
	}

	#[tokio::test]
	async fn a_node_that_says_nothing_is_left_in_time() {
		let silent = TcpListener::bind("127.0.0.1:0").unwrap();
		let url = format!("ws://{}", silent.local_addr().unwrap());
		let start = Instant::now();
		let error = open(&url, Duration::from_millis(200)).await.map(drop).unwrap_err();
		assert_eq!(error.name(), "NotConnected");
		assert!(start.elapsed() < CONNECTING / 2, "{:?}", start.elapsed());
	}
}
