//! `gov upgrade`: code in the place of the runtime's.

use std::path::Path;

use serde_json::json;
use subxt::dynamic::At;

use super::{blake2_256, propose::code_in, show, Context};
use crate::{
	chain::{bytes, bytes32, call, show_hash},
	error::{Error, Result},
	rpc::AuthorizedUpgrade,
};

/// Refuses what the chain would refuse, before so many bytes are paid for.
fn ensure_authorized(upgrade: Option<&AuthorizedUpgrade>, hash: &str) -> Result<()> {
	match upgrade {
		None => Err(Error::new("NothingAuthorized", "no upgrade is authorised now")),
		Some(upgrade) if upgrade.code_hash == hash => Ok(()),
		Some(upgrade) => Err(Error::new(
			"Unauthorized",
			format!("authorised is the code {}, and this one is {hash}", upgrade.code_hash),
		)),
	}
}

pub async fn apply(context: &Context, path: &Path) -> Result<()> {
	let code = code_in(path)?;
	let hash = show(&blake2_256(&code));
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let state = chain.rpc.governance_state().await?;
	ensure_authorized(state.upgrade.as_ref(), &hash)?;
	let apply = call("System", "apply_authorized_upgrade", vec![bytes(&code)]);
	let included = chain.submit(&signer, &apply).await?;
	chain.ensure_upgraded(&included).await?;
	let updated = included.events("System", "CodeUpdated")?;
	let told = updated.first().and_then(|event| event.at("hash")).and_then(bytes32);
	if told.map(|told| show(&told)).as_ref() != Some(&hash) {
		let message = "the block has no System.CodeUpdated event with the hash of this code";
		return Err(Error::new("UnexpectedEvent", message));
	}
	let result = json!({
		"codeHash": hash,
		"bytes": code.len(),
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || format!("the runtime is {hash} from the next block on"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_the_code_that_was_authorised_is_sent() {
		let authorised = |code_hash: &str| AuthorizedUpgrade {
			code_hash: code_hash.to_owned(),
			check_version: true,
		};
		assert!(ensure_authorized(Some(&authorised("0x01")), "0x01").is_ok());
		let refused = ensure_authorized(Some(&authorised("0x01")), "0x02").unwrap_err();
		assert_eq!(refused.name(), "Unauthorized");
		assert_eq!(ensure_authorized(None, "0x01").unwrap_err().name(), "NothingAuthorized");
	}
}
