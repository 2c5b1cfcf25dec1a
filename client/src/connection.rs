//! The connection to a node, which is never waited for without limit.

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

/// Opens a websocket.
pub async fn open(url: &str) -> Result<RpcClient> {
	let pings = PingConfig::new().ping_interval(PING).inactive_limit(SILENCE);
	let client = WsClientBuilder::new()
		.connection_timeout(CONNECTING)
		.request_timeout(REQUEST)
		.enable_ws_ping(pings)
		.max_buffer_capacity_per_subscription(REPORTS)
		.build(url)
		.await;
	client
		.map(RpcClient::new)
		.map_err(|error| Error::new("NotConnected", format!("cannot connect to {url}: {error}")))
}
