//! `validator rotate-keys`: other session keys for an account that has some.

use serde_json::json;

use super::{
	join::{own_node, session_keys},
	Context,
};
use crate::{
	chain::{bytes, call, show_hash, Call},
	error::{Error, Result},
	rpc::FreshKeys,
};

/// Has the validator's own node make keys, and sets them in place of the account's. The deposit stands.
pub async fn rotate_keys(context: &Context, keys_from: Option<&str>) -> Result<()> {
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	if !chain.rpc.has_session_keys(&account).await? {
		let message =
			"the account has no session keys to replace: `validator join` sets its first ones";
		return Err(Error::new("NoSessionKeys", message));
	}
	let own_node = own_node(context, &chain, keys_from).await?;
	let fresh = own_node.make_session_keys(&account).await?;
	let included = chain.submit(&signer, &call_of(&fresh)?).await?;
	let encoded = format!("0x{}", hex::encode(&fresh.keys));
	let url = keys_from.unwrap_or(&context.options.url);
	let result = json!({
		"account": account,
		"keys": encoded,
		"keysFrom": url,
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || {
		format!(
			"{account} has the keys {encoded}, which lie in the keystore of the node at {url}\n\
			 they are used from the session after the next on, and until then the former ones: the node \
			 has to keep both"
		)
	})
}

fn call_of(fresh: &FreshKeys) -> Result<Call> {
	let FreshKeys { keys, proof } = fresh;
	Ok(call("Session", "set_keys", vec![session_keys(keys)?, bytes(proof)]))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_call_sets_keys_and_does_nothing_else() {
		let fresh = |length| FreshKeys { keys: vec![7; length], proof: vec![9, 9] };
		let text = call_of(&fresh(97)).unwrap().into_value().to_string();
		assert!(text.starts_with("Session (set_keys"), "{text}");
		let Err(refused) = call_of(&fresh(96)) else { panic!("keys of another length") };
		assert_eq!(refused.name(), "UnexpectedAnswer");
	}
}
