//! Notifications, as JSON. Every one has `event`: `started` once, then `block` for every block in order,
//! `retracted` for blocks of the best chain that are taken back, and `stopped` at the end.

use serde_json::json;

use crate::{Blocks, Head, Stop};

/// The first: changes are told of every block after `head`.
pub fn started(blocks: Blocks, head: Head) -> String {
	json!({ "event": "started", "block": head.hash, "number": head.number, "blocks": blocks.word() })
		.to_string()
}

/// A block, with the JSON of the changes that are wanted: none in most blocks.
pub fn block(head: Head, changes: &[&str]) -> String {
	let Head { number, hash } = head;
	let changes = changes.join(",");
	format!(r#"{{"event":"block","block":"{hash:#x}","number":{number},"changes":[{changes}]}}"#)
}

/// A block of the best chain is none any more: what it changed did not happen, unless another says so.
pub fn retracted(head: Head) -> String {
	json!({ "event": "retracted", "block": head.hash, "number": head.number }).to_string()
}

/// The last: why nothing more comes.
pub fn stopped(stop: Stop) -> String {
	json!({ "event": "stopped", "name": stop.name(), "message": stop.text() }).to_string()
}
