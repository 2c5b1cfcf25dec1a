//! `validator join`: keys from the validator's own node, and a bond.

use serde_json::json;
use subxt::{dynamic::Value, utils::AccountId32};

use super::{
	eras::Eras,
	refused::{ensure_funds, ensure_may_join},
	Context,
};
use crate::{
	chain::{
		account as account_value, amount, bytes, call, int, show_hash, Balance, Call, Chain,
		NONCE_ATTEMPTS,
	},
	cli::JoinArgs,
	error::{Error, Result},
	rpc::{FreshKeys, Rpc},
	units::{parse_money, show_money},
};

/// Session keys in their order, with the bytes of each public key.
const KEYS: [(&str, usize); 3] = [("babe", 32), ("grandpa", 32), ("beefy", 33)];

/// Session keys whose secret halves the validator's own node has.
enum Keys {
	/// The chain has them for the account already.
	Set(Vec<u8>),
	/// The node has just made them.
	Fresh(FreshKeys),
}

impl Keys {
	fn encoded(&self) -> &[u8] {
		match self {
			Self::Set(keys) => keys,
			Self::Fresh(fresh) => &fresh.keys,
		}
	}
}

/// Becomes a candidate. A join of an earlier run may still be on its way; so the nonce is read before the
/// bond is: such a call needs that nonce too, and of two calls with one nonce only one enters a block.
pub async fn join(context: &Context, args: JoinArgs) -> Result<()> {
	let bond = parse_money(&args.bond)?;
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let (mut keys, mut attempts) = (None, 0..NONCE_ATTEMPTS);
	let (keys, included) = loop {
		attempts.next();
		let nonce = chain.settled_nonce(&account).await?;
		ensure_possible(&chain, &account, bond).await?;
		let found = match keys.take() {
			Some(found) => found,
			None => keys_of(context, &chain, args.keys_from.as_deref(), &account).await?,
		};
		match chain.submit_with_nonce(&signer, &call_of(&found, bond)?, nonce).await {
			// That call entered a block after all, or another process uses the account.
			Err(error) if error.name() == "NonceTaken" && !attempts.is_empty() => {
				keys = Some(found)
			},
			done => break (found, done?),
		}
	};
	let events = included.events("Validators", "Joined")?;
	let joined = events.first().and_then(|event| amount(event, "bond"));
	if joined != Some(bond) {
		let message = "the block has no Validators.Joined event with the bond that was signed";
		return Err(Error::new("UnexpectedEvent", message));
	}

	let set = chain.rpc.validator_set().await?;
	let eras = Eras::ask(&chain, &set).await?;
	let (first, fresh) = (eras.open(), matches!(keys, Keys::Fresh(_)));
	let encoded = format!("0x{}", hex::encode(keys.encoded()));
	let url = args.keys_from.as_deref().unwrap_or(&context.options.url);
	let result = json!({
		"account": account,
		"bond": bond.to_string(),
		"era": eras.now(),
		"firstEra": first,
		"firstEraInSeconds": eras.seconds_until(first),
		"keys": encoded,
		"freshKeys": fresh,
		"keysFrom": url,
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || {
		format!(
			"{account} is a candidate with a bond of {} MPF\n\
			 it validates at the earliest from {}, if its bond is one of the {} largest then; \
			 `validator status {account}` tells\n\
			 its keys {encoded} lie in the keystore of the node at {url}, which has to run with \
			 --validator, and nowhere else",
			show_money(bond),
			eras.when(first),
			set.most,
		)
	})
}

/// Refuses what the chain would refuse, before keys are made.
async fn ensure_possible(chain: &Chain, account: &AccountId32, bond: u128) -> Result<()> {
	let set = chain.rpc.validator_set().await?;
	let own = chain.rpc.bond(account).await?;
	let eras = Eras::ask(chain, &set).await?;
	let most = chain.constant("Validators", "MaxCandidates").await?;
	let missing = match ensure_may_join(&set, own.as_ref(), account, bond, most, &eras) {
		Ok(missing) => missing,
		Err(refused) => return Err(refused.explained(chain).await),
	};
	let deposit = match chain.rpc.has_session_keys(account).await? {
		true => 0,
		false => chain.constant("Session", "KeyDeposit").await?,
	};
	let existential = chain.constant("Balances", "ExistentialDeposit").await?;
	let needed = missing.saturating_add(deposit.into());
	ensure_funds(Balance::of(chain, account).await?, needed, existential.into())
}

/// The keys that the chain has for the account, if the validator's own node has their secret halves, or
/// else new ones that it makes.
async fn keys_of(
	context: &Context,
	chain: &Chain,
	keys_from: Option<&str>,
	account: &AccountId32,
) -> Result<Keys> {
	let own_node = own_node(context, chain, keys_from).await?;
	let known = vec![account_value(account)];
	if let Some(known) = chain.storage_bytes("Session", "NextKeys", known).await? {
		// Another node's word is not enough: with other keys the account would be elected and silent.
		if own_node.holds_session_keys(&known).await?
			&& own_node.has_these_session_keys(account, &known).await?
		{
			return Ok(Keys::Set(known));
		}
	}
	Ok(Keys::Fresh(own_node.make_session_keys(account).await?))
}

/// The node that is to have a validator's keys, with a remark where it makes no blocks yet.
pub(super) async fn own_node(
	context: &Context,
	chain: &Chain,
	keys_from: Option<&str>,
) -> Result<Rpc> {
	let own_node = match keys_from {
		Some(url) => Rpc::connect(url, context.limit()).await?,
		None => chain.rpc.clone(),
	};
	ensure_chain(&own_node, chain.genesis()).await?;
	let roles = own_node.raw("system_nodeRoles", vec![]).await?;
	if !runs_as_validator(&roles) {
		context.output.remark(
			"the node that is to have the keys does not run with --validator: start it with that before \
			 the account is elected",
		);
	}
	let health = own_node.raw("system_health", vec![]).await?;
	if health["isSyncing"] == true {
		context.output.remark(
			"the node that is to have the keys is still synchronising: it makes no blocks before it has \
			 done so",
		);
	}
	Ok(own_node)
}

/// Keys in the keystore of another chain's node would be of no use.
async fn ensure_chain(own_node: &Rpc, genesis: [u8; 32]) -> Result<()> {
	let theirs = own_node.raw("chain_getBlockHash", vec![json!(0)]).await?;
	if theirs.as_str() == Some(&format!("0x{}", hex::encode(genesis))) {
		return Ok(());
	}
	let message = "the node of --keys-from belongs to another chain: name the validator's own node";
	Err(Error::new("OtherChain", message))
}

fn runs_as_validator(roles: &serde_json::Value) -> bool {
	roles.as_array().is_some_and(|roles| roles.iter().any(|role| role == "Authority"))
}

/// The one transaction that joins: all of it, or nothing.
fn call_of(keys: &Keys, bond: u128) -> Result<Call> {
	let join = call("Validators", "join", vec![int(bond)]);
	let Keys::Fresh(FreshKeys { keys, proof }) = keys else { return Ok(join) };
	let set_keys = call("Session", "set_keys", vec![session_keys(keys)?, bytes(proof)]);
	let calls = Value::unnamed_composite([set_keys.into_value(), join.into_value()]);
	Ok(call("Utility", "batch_all", vec![calls]))
}

/// Encoded session keys as an argument.
pub(super) fn session_keys(encoded: &[u8]) -> Result<Value> {
	let mut rest = encoded;
	let parts = KEYS.map(|(name, length)| {
		let (key, after) = rest.split_at_checked(length)?;
		rest = after;
		Some((name, bytes(key)))
	});
	let parts: Option<Vec<_>> = parts.into_iter().collect();
	match parts.filter(|_| rest.is_empty()) {
		Some(parts) => Ok(Value::named_composite(parts)),
		None => {
			let length = encoded.len();
			let message = format!(
				"the node made keys of {length} bytes, not a BABE, a GRANDPA and a BEEFY key"
			);
			Err(Error::new("UnexpectedAnswer", message))
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::{meta_type, Registry, TypeInfo};
	use subxt::{dynamic::At, ext::scale_value::scale::encode_as_type};

	/// Bytes of all session keys.
	const ALL: usize = 97;

	/// A public key, wrapped as in the runtime.
	#[derive(Encode, TypeInfo)]
	struct Raw([u8; 32]);

	#[derive(Encode, TypeInfo)]
	struct Public(Raw);

	/// One of BEEFY's.
	#[derive(Encode, TypeInfo)]
	struct Longer([u8; 33]);

	#[derive(Encode, TypeInfo)]
	struct SessionKeys {
		babe: Public,
		grandpa: Public,
		beefy: Longer,
	}

	#[derive(Encode, TypeInfo)]
	#[allow(non_camel_case_types)]
	enum SessionCall {
		#[codec(index = 0)]
		set_keys { keys: SessionKeys, proof: Vec<u8> },
	}

	#[derive(Encode, TypeInfo)]
	#[allow(non_camel_case_types)]
	enum ValidatorsCall {
		#[codec(index = 0)]
		join { bond: u128 },
	}

	#[derive(Encode, TypeInfo)]
	#[allow(non_camel_case_types)]
	enum UtilityCall {
		#[codec(index = 2)]
		batch_all { calls: Vec<RuntimeCall> },
	}

	#[derive(Encode, TypeInfo)]
	enum RuntimeCall {
		#[codec(index = 8)]
		Session(SessionCall),
		#[codec(index = 12)]
		Validators(ValidatorsCall),
		#[codec(index = 20)]
		Utility(UtilityCall),
	}

	#[test]
	fn the_call_has_the_bytes_of_the_runtime_s_own() {
		let Keys::Fresh(FreshKeys { keys, proof }) = fresh(ALL) else { panic!("fresh") };
		let key = |from: usize| Public(Raw(keys[from..from + 32].try_into().unwrap()));
		let beefy = Longer(keys[64..].try_into().unwrap());
		let keys = SessionKeys { babe: key(0), grandpa: key(32), beefy };
		let set_keys = SessionCall::set_keys { keys, proof };
		let join = ValidatorsCall::join { bond: 5_000 };
		let calls = vec![RuntimeCall::Session(set_keys), RuntimeCall::Validators(join)];
		let expected = RuntimeCall::Utility(UtilityCall::batch_all { calls }).encode();

		let mut types = Registry::new();
		let id = types.register_type(&meta_type::<RuntimeCall>()).id;
		let types: scale_info::PortableRegistry = types.into();
		let mut bytes = Vec::new();
		let value = call_of(&fresh(ALL), 5_000).unwrap().into_value();
		encode_as_type(&value, id, &types, &mut bytes).unwrap();
		assert_eq!(bytes, expected);
	}

	fn fresh(length: usize) -> Keys {
		let keys = (0..length).map(|byte| u8::try_from(byte).unwrap()).collect();
		Keys::Fresh(FreshKeys { keys, proof: vec![9, 9] })
	}

	#[test]
	fn keys_and_bond_travel_in_one_transaction_that_does_all_or_nothing() {
		let value = call_of(&fresh(ALL), 5_000).unwrap().into_value();
		let text = value.to_string();
		assert!(text.starts_with("Utility (batch_all"), "{text}");
		let calls = value.at(0).and_then(|call| call.at(0)).unwrap();
		assert!(calls.at(2).is_none(), "{text}");
		let set_keys = calls.at(0).and_then(|call| call.at(0)).unwrap();
		let byte = |of: &str, at: usize| set_keys.at(0)?.at(of)?.at(at)?.as_u128();
		assert_eq!((byte("babe", 0), byte("babe", 31)), (Some(0), Some(31)));
		assert_eq!((byte("grandpa", 0), byte("grandpa", 31)), (Some(32), Some(63)));
		assert_eq!((byte("beefy", 0), byte("beefy", 32)), (Some(64), Some(96)));
		assert_eq!(set_keys.at(1).and_then(|proof| proof.at(1)?.as_u128()), Some(9));
		let join = calls.at(1).and_then(|call| call.at(0)).unwrap();
		assert_eq!(join.at(0).and_then(Value::as_u128), Some(5_000));
	}

	#[test]
	fn keys_that_the_chain_has_are_not_set_again() {
		let text = call_of(&Keys::Set(vec![1; 64]), 7).unwrap().into_value().to_string();
		assert!(text.starts_with("Validators (join"), "{text}");
	}

	#[test]
	fn keys_of_another_length_are_refused() {
		for length in [0, 31, 32, 63, 65, 96] {
			let Err(refused) = call_of(&fresh(length), 7) else { panic!("{length}") };
			assert_eq!(refused.name(), "UnexpectedAnswer");
		}
	}

	#[test]
	fn a_node_says_whether_it_validates() {
		assert!(runs_as_validator(&json!(["Authority"])));
		assert!(!runs_as_validator(&json!(["Full"])));
		assert!(!runs_as_validator(&json!(null)));
	}
}
