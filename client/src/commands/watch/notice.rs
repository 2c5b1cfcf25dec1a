//! What a node tells a subscriber.

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// A notification.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum Notice {
	/// Blocks after this one are told.
	Started { block: String, number: u64 },
	/// The next block.
	Block { block: String, number: u64, changes: Vec<Value> },
	/// The last block of the best chain, which is none of it any more.
	Retracted { block: String, number: u64 },
	/// The node stops the subscription: no further notice comes.
	Stopped { name: String, message: String },
}

impl Notice {
	/// Reads a notification.
	pub fn read(value: Value) -> Result<Self> {
		serde_json::from_value(value).map_err(|error| {
			let message = format!("the node told a subscriber something else: {error}");
			Error::new("UnexpectedAnswer", message)
		})
	}
}
