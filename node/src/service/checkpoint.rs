//! The checkpoint that a specification may hold for light clients, held against this node's chain.

use codec::Decode;
use meterproof_runtime::{opaque::Header, BlockNumber, Hash};
use serde_json::Value;

/// Refuses a checkpoint whose block is not this chain's, as far as the node knows the chain: whoever is
/// given the specification would follow another one. `known` answers with the hash of a finalised block.
pub fn ensure_own(
	checkpoint: Option<&Value>,
	known: impl FnOnce(BlockNumber) -> Option<Hash>,
) -> Result<(), String> {
	let Some(checkpoint) = checkpoint else { return Ok(()) };
	let header = header(checkpoint).ok_or(
		"BadCheckpoint: the specification's lightSyncState has no finalizedBlockHeader that can be read; \
		 take it out, or make it anew with sync_state_genSyncSpec",
	)?;
	match known(header.number) {
		Some(own) if own != header.hash() => Err(format!(
			"CheckpointOfAnotherChain: the specification's lightSyncState names block {} as {:?}, and here \
			 it is {own:?}; take it out, or make it anew with sync_state_genSyncSpec",
			header.number,
			header.hash(),
		)),
		_ => Ok(()),
	}
}

fn header(checkpoint: &Value) -> Option<Header> {
	let digits = checkpoint.get("finalizedBlockHeader")?.as_str()?.strip_prefix("0x")?;
	let bytes = hex::decode(digits).ok()?;
	let mut rest = &bytes[..];
	let header = Header::decode(&mut rest).ok()?;
	rest.is_empty().then_some(header)
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use serde_json::json;
	use sp_runtime::traits::Header as _;

	fn checkpoint(number: BlockNumber) -> (Value, Hash) {
		let zero = Hash::zero();
		let header = Header::new(number, zero, zero, zero, Default::default());
		let digits = hex::encode(header.encode());
		(json!({ "finalizedBlockHeader": format!("0x{digits}") }), header.hash())
	}

	#[test]
	fn a_block_of_this_chain_and_one_that_is_not_known_yet_are_taken() {
		let (own, hash) = checkpoint(7);
		assert_eq!(ensure_own(None, |_| None), Ok(()));
		assert_eq!(ensure_own(Some(&own), |number| (number == 7).then_some(hash)), Ok(()));
		assert_eq!(ensure_own(Some(&own), |_| None), Ok(()));
	}

	#[test]
	fn a_block_of_another_chain_is_refused_by_name() {
		let (own, _) = checkpoint(7);
		let error = ensure_own(Some(&own), |_| Some(Hash::repeat_byte(1))).unwrap_err();
		assert!(error.starts_with("CheckpointOfAnotherChain: "), "{error}");
	}

	#[test]
	fn what_is_no_checkpoint_is_refused_by_name() {
		let (own, _) = checkpoint(7);
		let longer = json!({ "finalizedBlockHeader": format!("{}00", own["finalizedBlockHeader"].as_str().unwrap()) });
		for bad in [json!(1), json!({}), json!({ "finalizedBlockHeader": "0xzz" }), longer] {
			let error = ensure_own(Some(&bad), |_| None).unwrap_err();
			assert!(error.starts_with("BadCheckpoint: "), "{error}");
		}
	}
}
