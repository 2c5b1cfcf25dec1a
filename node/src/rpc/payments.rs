//! `payments_*`: notes for wallets to look through, and payments that need no account.

use std::sync::Arc;

use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	types::ErrorObjectOwned,
};
use meterproof_primitives::{
	api::{NotePage, PaymentAsset, PaymentsApi as _, PaymentsState, MAX_PAGE},
	AssetId, Payment, PaymentBody, PaymentItem, PaymentKind, PaymentRefusal,
};
use meterproof_runtime::{opaque::Block, AccountId, BlockNumber, Hash};
use sc_transaction_pool_api::{error::IntoPoolError, TransactionPool, TransactionSource};
use serde::Serialize;
use serde_json::value::RawValue;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::transaction_validity::InvalidTransaction;

use super::{door::Lane, error};
use crate::{
	answers::{Answers, Sent},
	client::{Client, OrderedPool},
};

/// Where the tree of notes stands, and at which block that is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateAnswer {
	/// Number of the last finalised block.
	block: BlockNumber,
	/// Hash of that block.
	hash: Hash,
	#[serde(flatten)]
	state: PaymentsState,
}

/// A transaction in the pool.
#[derive(Clone, Debug, Serialize)]
pub struct Submitted {
	hash: Hash,
}

/// Notes and payments.
#[rpc(server)]
pub trait PaymentsRpc {
	/// Where the tree of notes stands at the last finalised block.
	#[method(name = "payments_state")]
	fn state(&self) -> RpcResult<StateAnswer>;

	/// The finalised notes from a position on.
	#[method(name = "payments_notes")]
	fn notes(&self, from: u32, limit: u32) -> RpcResult<NotePage>;

	/// What can be paid with, numbers above `after`.
	#[method(name = "payments_assets")]
	fn assets(&self, after: Option<AssetId>, limit: Option<u32>) -> RpcResult<Vec<PaymentAsset>>;

	/// What a payment costs.
	#[method(name = "payments_fee")]
	fn fee(&self, kind: PaymentKind, asset: Option<AssetId>) -> RpcResult<String>;

	/// Which notes are spent; null for what is no nullifier. The node learns what is asked together.
	#[method(name = "payments_spent")]
	fn spent(&self, nullifiers: Vec<Box<RawValue>>) -> RpcResult<Vec<Option<bool>>>;

	/// Takes a payment that needs no account.
	#[method(name = "payments_submit")]
	async fn submit(&self, payment: PaymentItem<AccountId>) -> RpcResult<Submitted>;
}

/// Notes are answered from the last finalised block, so that no fork makes a wallet wrong; the
/// rest from the best one. Transactions go to the pool.
pub struct Payments {
	pub client: Arc<Client>,
	pub pool: Arc<OrderedPool>,
	pub proofs: Lane,
	pub answers: Answers,
}

impl Payments {
	async fn take(&self, payment: PaymentItem<AccountId>) -> RpcResult<Submitted> {
		let client = self.client.clone();
		let transaction = self.proofs.run(move || checked(&client, payment)).await??;
		let hash = self.pool.hash_of(&transaction);
		let at = self.client.info().best_hash;
		match self.pool.submit_one(at, TransactionSource::External, transaction).await {
			Ok(hash) => Ok(Submitted { hash }),
			Err(cause) => pool_answer(cause, hash),
		}
	}
}

/// The transaction that makes a payment, when everything in it is found right, the proof included.
fn checked(
	client: &Client,
	payment: PaymentItem<AccountId>,
) -> RpcResult<<Block as sp_runtime::traits::Block>::Extrinsic> {
	let payment =
		parse(payment).map_err(|message| error::error(error::INVALID_PARAMETER, message))?;
	let at = client.info().best_hash;
	let transaction: <Block as sp_runtime::traits::Block>::Extrinsic =
		client.runtime_api().transaction(at, payment).map_err(error::runtime)?;
	// The pool bans what it once found invalid, for half an hour: a payment whose anchor this node has
	// not imported yet must not get that far.
	client
		.runtime_api()
		.check(at, transaction.clone())
		.map_err(error::runtime)?
		.map_err(error::payment_refused)?;
	Ok(transaction)
}

#[async_trait]
impl PaymentsRpcServer for Payments {
	fn state(&self) -> RpcResult<StateAnswer> {
		let info = self.client.info();
		let hash = info.finalized_hash;
		let state = self.client.runtime_api().state(hash).map_err(error::runtime)?;
		Ok(StateAnswer { block: info.finalized_number, hash, state })
	}

	fn notes(&self, from: u32, limit: u32) -> RpcResult<NotePage> {
		let at = self.client.info().finalized_hash;
		self.client.runtime_api().notes(at, from, limit).map_err(error::runtime)
	}

	fn assets(&self, after: Option<AssetId>, limit: Option<u32>) -> RpcResult<Vec<PaymentAsset>> {
		self.client
			.runtime_api()
			.assets(self.client.info().best_hash, after, limit.unwrap_or(MAX_PAGE))
			.map_err(error::runtime)
	}

	fn fee(&self, kind: PaymentKind, asset: Option<AssetId>) -> RpcResult<String> {
		self.client
			.runtime_api()
			.fee(self.client.info().best_hash, kind, asset.unwrap_or_default())
			.map_err(error::runtime)?
			.map(|fee| fee.to_string())
			.ok_or_else(|| error::payment_refused(PaymentRefusal::UnknownAsset))
	}

	fn spent(&self, nullifiers: Vec<Box<RawValue>>) -> RpcResult<Vec<Option<bool>>> {
		if nullifiers.len() > MAX_PAGE as usize {
			return Err(error::error(
				error::INVALID_PARAMETER,
				format!("{} nullifiers; at most {MAX_PAGE} in one request", nullifiers.len()),
			));
		}
		let (asked, places) = nullifiers_of(&nullifiers);
		let at = self.client.info().best_hash;
		let spent = self.client.runtime_api().spent(at, asked).map_err(error::runtime)?;
		Ok(in_their_places(&places, spent))
	}

	async fn submit(&self, payment: PaymentItem<AccountId>) -> RpcResult<Submitted> {
		error::counted(&self.answers, Sent::Payment, self.take(payment).await)
	}
}

/// The pool's refusals: what a second sender of the same bytes meets is no error.
fn pool_answer<E: IntoPoolError + std::fmt::Display>(cause: E, hash: Hash) -> RpcResult<Submitted> {
	use sc_transaction_pool_api::error::Error as PoolError;
	let text = cause.to_string();
	let refused = |message: &str| Err(error::error(error::POOL, message));
	match cause.into_pool_error() {
		Ok(PoolError::AlreadyImported(_)) => Ok(Submitted { hash }),
		Ok(PoolError::TooLowPriority { .. }) => refused(
			"NullifierPending: another payment that spends one of these notes waits in the pool",
		),
		Ok(PoolError::InvalidTransaction(InvalidTransaction::Custom(code))) => {
			Err(custom_refusal(code).unwrap_or_else(|| error::error(error::POOL, text)))
		},
		Ok(PoolError::TemporarilyBanned) => refused(
			"TemporarilyBanned: these bytes were refused or included lately; look whether the notes \
			 are spent before sending again",
		),
		Ok(PoolError::ImmediatelyDropped) => refused(
			"PoolFull: the node's transaction pool is full; send again in a few seconds",
		),
		_ => refused(&format!("PoolRefused: {text}")),
	}
}

/// The nullifiers among the items, and which items they are.
fn nullifiers_of(items: &[Box<RawValue>]) -> (Vec<H256>, Vec<bool>) {
	let read: Vec<_> =
		items.iter().map(|item| serde_json::from_str::<H256>(item.get()).ok()).collect();
	let places = read.iter().map(Option::is_some).collect();
	(read.into_iter().flatten().collect(), places)
}

/// One answer for each item: what was answered, or nothing where there was no question.
fn in_their_places(places: &[bool], answers: Vec<bool>) -> Vec<Option<bool>> {
	let mut answers = answers.into_iter();
	places.iter().map(|asked| if *asked { answers.next() } else { None }).collect()
}

fn custom_refusal(code: u8) -> Option<ErrorObjectOwned> {
	PaymentRefusal::from_code(code).map(error::payment_refused)
}

fn parse(item: PaymentItem<AccountId>) -> Result<Payment<AccountId>, String> {
	let PaymentItem { asset, fee, to, amount, root, nullifiers, outputs, proof } = item;
	let fee = number("fee", &fee)?;
	let proof = proof.try_into().map_err(|_| "proof is longer than any proof".to_owned())?;
	let body = PaymentBody { root, nullifiers, outputs, proof };
	match (to, amount) {
		(None, None) => Ok(Payment::Transfer { asset, fee, body }),
		(Some(to), Some(amount)) => {
			Ok(Payment::Unshield { asset, to, amount: number("amount", &amount)?, fee, body })
		},
		_ => Err("to and amount stand together, or neither does".to_owned()),
	}
}

/// A decimal string, in its one form.
fn number(name: &str, text: &str) -> Result<u64, String> {
	let bad = || format!("{name} is not a whole number of smallest units below 2^64");
	let number: u64 = text.parse().map_err(|_| bad())?;
	if number.to_string() == text {
		Ok(number)
	} else {
		Err(bad())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::{json, Value};

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn hex(byte: u8, length: usize) -> String {
		format!("0x{}", hex::encode(vec![byte; length]))
	}

	fn item() -> Value {
		let output = json!({
			"commitment": hex(4, 32), "ephemeral": hex(5, 32),
			"note": hex(6, 184), "outgoing": hex(7, 112), "auditor": "0x",
		});
		json!({
			"asset": 0, "fee": "5", "root": hex(1, 32),
			"nullifiers": [hex(2, 32), hex(3, 32)],
			"outputs": [output, output],
			"proof": "0x0102",
		})
	}

	fn parsed(item: Value) -> Result<Payment<AccountId>, String> {
		parse(serde_json::from_value(item).map_err(|cause| cause.to_string())?)
	}

	#[test]
	fn a_payment_goes_to_notes_or_to_an_account() {
		let transfer = parsed(item()).unwrap();
		let Payment::Transfer { asset: 0, fee: 5, body } = transfer else { panic!("{transfer:?}") };
		assert_eq!(body.nullifiers, [[2; 32], [3; 32]]);
		assert_eq!(body.outputs[1].ciphertext.auditor, None);
		assert_eq!(body.proof.to_vec(), [1, 2]);
		let mut unshield = item();
		unshield["to"] = json!(ALICE);
		assert!(parsed(unshield.clone()).is_err());
		unshield["amount"] = json!("7");
		assert!(matches!(parsed(unshield), Ok(Payment::Unshield { amount: 7, fee: 5, .. })));
	}

	#[test]
	fn what_is_not_a_payment_is_refused() {
		for (field, value) in [
			("fee", json!("05")),
			("fee", json!("-1")),
			("fee", json!("18446744073709551616")),
			("fee", json!(5)),
			("amount", json!("7")),
			("root", json!("0x00")),
			("nullifiers", json!([hex(2, 32)])),
			("proof", json!(hex(0, 96 * 1024 + 1))),
			("other", json!(1)),
		] {
			let mut changed = item();
			changed[field] = value.clone();
			assert!(parsed(changed).is_err(), "{field} {value}");
		}
		for (field, value) in
			[("note", hex(0, 183)), ("outgoing", hex(0, 113)), ("auditor", hex(0, 143))]
		{
			let mut changed = item();
			changed["outputs"][0][field] = json!(value);
			assert!(parsed(changed).is_err(), "{field}");
		}
		let mut audited = item();
		audited["outputs"][0]["auditor"] = json!(hex(9, 144));
		assert!(parsed(audited).is_ok());
	}

	#[test]
	fn one_bad_nullifier_leaves_the_others_their_answers() {
		let [one, short, four] = [hex(1, 32), hex(2, 31), hex(4, 32)];
		// Neither a lone surrogate nor a number too large for any type can be read, though both are JSON.
		let items = format!(r#"["{one}", "{short}", 3, "\ud800", 1e999, "{four}"]"#);
		let items: Vec<Box<RawValue>> = serde_json::from_str(&items).unwrap();
		let (asked, places) = nullifiers_of(&items);
		assert_eq!(asked, [H256([1; 32]), H256([4; 32])]);
		let answers = in_their_places(&places, vec![true, false]);
		assert_eq!(answers, [Some(true), None, None, None, None, Some(false)]);
	}

	#[test]
	fn every_refusal_has_a_code_of_its_own() {
		let mut codes: Vec<_> =
			PaymentRefusal::ALL.iter().map(|r| error::payment_refused(*r).code()).collect();
		codes.sort_unstable();
		codes.dedup();
		assert_eq!(codes.len(), PaymentRefusal::ALL.len());
		for refusal in PaymentRefusal::ALL {
			let answer = custom_refusal(refusal.code()).unwrap();
			assert!(answer.message().starts_with(refusal.name()));
		}
		assert!(custom_refusal(1).is_none());
	}
}
