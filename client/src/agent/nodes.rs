//! The nodes: one at a time, another one when that is gone, is behind, or is of another chain.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;

use crate::{
	chain::{Chain, Patience, Wait},
	error::{Error, Result},
	output::Output,
	rpc::PeriodPhase,
};

/// How long a node may take to answer.
const LIMIT: Duration = Duration::from_secs(20);

/// How long a call may take until it is in a final block.
const CALL_LIMIT: Duration = Duration::from_secs(150);

/// How old the newest block of a node may be while there are others, in ms.
const STALE_MS: u64 = 60_000;

/// A period, as the node tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodTimes {
	/// The period's number.
	pub period: u64,
	/// The phase that the period is in.
	pub phase: PeriodPhase,
	/// The chain's clock, Unix ms.
	pub now_ms: u64,
	/// Start, Unix ms.
	pub start_ms: u64,
	/// End, Unix ms.
	pub end_ms: u64,
	/// When commitments end, Unix ms.
	pub cut_off_ms: u64,
	/// When proofs end, Unix ms.
	pub deadline_ms: u64,
}

/// A period, or the running one.
pub async fn period(chain: &Chain, period: Option<u64>) -> Result<PeriodTimes> {
	let answer = chain.rpc.raw("metering_period", vec![json!(period)]).await?;
	serde_json::from_value(answer).map_err(|error| {
		let message = format!("metering_period answered something else: {error}");
		Error::new("UnexpectedAnswer", message)
	})
}

/// The nodes of a configuration.
#[derive(Debug)]
pub struct Nodes {
	urls: Vec<String>,
	genesis: [u8; 32],
	at: usize,
	chain: Option<Chain>,
	/// Since when no node has answered.
	gone: Option<Instant>,
	/// The last reason.
	trouble: Option<String>,
}

impl Nodes {
	/// Nodes of the chain with this genesis hash, none of them connected to.
	pub fn new(urls: Vec<String>, genesis: [u8; 32]) -> Self {
		Self { urls, genesis, at: 0, chain: None, gone: None, trouble: None }
	}

	/// A connection: the one that there is, or a new one to the first node that takes it.
	pub async fn chain(&mut self) -> Result<Chain> {
		if let Some(chain) = &self.chain {
			return Ok(chain.clone());
		}
		let mut last = Error::new("NotConnected", "there is no node");
		for _ in 0..self.urls.len() {
			let url = self.url().to_owned();
			match connect(&url, self.genesis).await {
				Ok(chain) => {
					self.chain = Some(chain.clone());
					self.gone = None;
					self.trouble = None;
					return Ok(chain);
				},
				Err(error) => last = error,
			}
			self.next();
		}
		self.gone.get_or_insert_with(Instant::now);
		self.trouble = Some(last.to_string());
		Err(last)
	}

	/// Which node is used, or tried next.
	pub fn url(&self) -> &str {
		self.urls.get(self.at).map_or("", String::as_str)
	}

	/// Goes to the node with this address, if it is one of them and another one is in use.
	pub fn prefer(&mut self, url: &str) {
		if let Some(at) = self.urls.iter().position(|one| one == url).filter(|at| *at != self.at) {
			(self.at, self.chain) = (at, None);
		}
	}

	/// Takes down that something failed: whether another node is to be tried.
	pub fn failed(&mut self, error: &Error) -> bool {
		if !is_connection(error) {
			return false;
		}
		self.trouble = Some(error.to_string());
		self.gone.get_or_insert_with(Instant::now);
		self.chain = None;
		self.next();
		true
	}

	/// Notes that the node has answered.
	pub fn answered(&mut self) {
		self.gone = None;
		self.trouble = None;
	}

	/// Leaves a node whose newest block is old, if there is another one that may have newer ones.
	pub fn leave_if_stale(&mut self, chain_ms: u64, now_ms: u64) -> bool {
		let stale = self.urls.len() > 1 && now_ms.saturating_sub(chain_ms) > STALE_MS;
		if stale {
			self.chain = None;
			self.next();
		}
		stale
	}

	/// For how long no node has answered, and why.
	pub fn gone_for(&self) -> Option<(Duration, &str)> {
		let since = self.gone?;
		Some((since.elapsed(), self.trouble.as_deref().unwrap_or("no node answers")))
	}

	fn next(&mut self) {
		self.at = self.at.saturating_add(1).checked_rem(self.urls.len()).unwrap_or(0);
	}
}

/// Connects to a node of the chain with this genesis hash.
pub async fn connect(url: &str, genesis: [u8; 32]) -> Result<Chain> {
	let patience = Patience { wait: Wait::Finalized, limit: CALL_LIMIT };
	let connecting = Chain::connect(url, patience, Output::new(true));
	let late = |_| Err(Error::new("NotConnected", format!("{url} does not answer")));
	let chain = tokio::time::timeout(LIMIT, connecting).await.unwrap_or_else(late)?;
	match chain.genesis() == genesis {
		true => Ok(chain),
		false => {
			let message = format!(
				"{url} is a node of another chain than the store; if a development chain was started \
				 anew, register the meters again in a new store"
			);
			Err(Error::new("OtherChain", message))
		},
	}
}

/// Whether the node is gone, has no time, or the chain's runtime is being upgraded: all of it passes.
pub fn is_connection(error: &Error) -> bool {
	let names = ["NotConnected", "ConnectionLost", "NodeBusy", "RuntimeChanged", "OtherChain"];
	names.contains(&error.name())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn nodes(urls: &[&str]) -> Nodes {
		Nodes::new(urls.iter().map(|url| (*url).to_owned()).collect(), [0; 32])
	}

	#[test]
	fn a_node_that_is_gone_is_left_and_one_that_refuses_is_not() {
		let mut nodes = nodes(&["ws://a", "ws://b"]);
		assert!(!nodes.failed(&Error::new("AlreadyCommitted", "x")));
		assert_eq!(nodes.url(), "ws://a");
		assert!(nodes.failed(&Error::new("ConnectionLost", "x")));
		assert_eq!(nodes.url(), "ws://b");
		assert!(nodes.gone_for().is_some());
		nodes.answered();
		assert!(nodes.gone_for().is_none());
		assert!(nodes.failed(&Error::new("NotConnected", "y")));
		assert_eq!(nodes.url(), "ws://a", "and around");
	}

	#[test]
	fn whoever_orders_goes_to_the_node_that_settlements_are_sent_to() {
		let mut nodes = nodes(&["ws://a", "ws://b"]);
		nodes.prefer("ws://b");
		assert_eq!(nodes.url(), "ws://b");
		for url in ["", "ws://c"] {
			nodes.prefer(url);
			assert_eq!(nodes.url(), "ws://b");
		}
	}

	#[test]
	fn a_node_with_old_blocks_is_left_where_there_is_another() {
		let mut one = nodes(&["ws://a"]);
		assert!(!one.leave_if_stale(0, 1_000_000), "it is all there is");
		let mut two = nodes(&["ws://a", "ws://b"]);
		assert!(!two.leave_if_stale(1_000_000, 1_060_000));
		assert!(two.leave_if_stale(1_000_000, 1_060_001));
		assert_eq!(two.url(), "ws://b");
	}

	#[tokio::test]
	async fn nodes_that_are_not_there_are_tried_one_after_another() {
		let mut nodes = nodes(&["ws://127.0.0.1:1", "ws://127.0.0.1:2"]);
		let error = nodes.chain().await.map(drop).unwrap_err();
		assert_eq!(error.name(), "NotConnected");
		let (_, trouble) = nodes.gone_for().unwrap();
		assert!(trouble.contains("127.0.0.1:2"), "{trouble}");
	}
}
