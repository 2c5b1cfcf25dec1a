//! The chain's own JSON-RPC methods.

#[cfg(test)]
mod answers;
mod governance;
mod payments;
mod sealed;
mod validators;
mod water;

pub use governance::{
	AuthorizedUpgrade, GovernanceState, Ongoing, PutDown, Referendum, ReferendumState, Track, Vote,
	Voter,
};
pub use payments::{
	find_asset, show, smallest, Destination, PaymentAsset, PaymentsState, TreeState, NOTE_PAGE,
};
pub use sealed::{Agreed, Trade};
pub use validators::{Bond, BondState, FreshKeys, ValidatorSet, WaitingSlash};
pub use water::{Classes, Cut, Season, WaterAccount, WaterOffer};

pub use meterproof_statements::requests::CommitmentItem;

use std::time::Duration;

use meterproof_statements::usage;
use serde::{
	de::{DeserializeOwned, Error as _},
	Deserialize, Deserializer,
};
use serde_json::{json, Value};
use subxt::{
	rpcs::{
		client::{RpcParams, RpcSubscription},
		Error as RpcError, RpcClient,
	},
	utils::{AccountId32, H256},
};

use crate::{
	connection,
	error::{Error, Result},
	types::{Direction, Directions, Evidence, Group, Resource},
};

/// Most items of a paged answer.
pub const PAGE: u32 = 100;

/// Most items that are read page by page: a node could else go on for ever.
pub const MOST_ITEMS: usize = 1_000_000;

/// Most commitments in one request.
pub const MOST_COMMITMENTS: usize = 512;

/// The methods of a node.
#[derive(Clone, Debug)]
pub struct Rpc(RpcClient);

/// Where a period stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PeriodPhase {
	/// Open for trading.
	Open,
	/// Trading has closed.
	Closed,
	/// Between start and end.
	Running,
	/// Commitments are taken.
	Committing,
	/// Proofs are taken.
	Proving,
	/// Past the deadline.
	Final,
}

/// A period.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Period {
	/// The period's index.
	pub period: u64,
	/// Where it stands.
	pub phase: PeriodPhase,
	/// The chain's clock, Unix ms.
	pub now_ms: u64,
	/// The period's start, Unix ms.
	pub start_ms: u64,
	/// The period's end, Unix ms.
	pub end_ms: u64,
	/// The lengths that place the period on the clock.
	pub schedule: Schedule,
	/// The first later period with other lengths, if a change is decided.
	pub schedule_until: Option<u64>,
}

impl Period {
	/// The period that starts at a time, if one does and this one's lengths still place it.
	pub fn starting_at(&self, at_ms: u64) -> Option<u64> {
		let after = at_ms.checked_sub(self.start_ms)?;
		let length = self.schedule.length_ms;
		let index = self.period.checked_add(after.checked_div(length)?)?;
		let placed = self.schedule_until.is_none_or(|until| index < until);
		(after % length == 0 && placed).then_some(index)
	}
}

/// The lengths that place a period.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
	/// Length of a period, in ms.
	pub length_ms: u64,
}

/// A device.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
	/// The device's id.
	pub id: u32,
	/// The device's public key, 0x and hex.
	pub key: String,
	/// Metering-point id.
	pub metering_point: String,
	/// The account that owns the device.
	pub operator: AccountId32,
	/// The device's zone.
	pub zone: u32,
	/// What the device measures.
	pub resource: Resource,
	/// The device's registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units.
	pub nameplate: u32,
	/// `registered`, `active`, `suspended` or `retired`.
	pub state: String,
	/// The registrar that attested the device.
	pub registrar: Option<AccountId32>,
	/// On what evidence the device was attested.
	pub evidence: Option<Evidence>,
}

/// What became of a commitment.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "status", rename_all = "camelCase")]
pub enum CommitmentAnswer {
	/// The commitment waits to be put into a block.
	Accepted,
	/// The same commitment is on record already.
	Recorded,
	/// The commitment was refused.
	Refused {
		/// Why.
		error: Refusal,
	},
}

/// Why a commitment was refused.
#[derive(Clone, Debug, Deserialize)]
pub struct Refusal {
	/// Stable name.
	pub name: String,
	/// What is wrong and what to do.
	pub message: String,
}

/// One register of a device in one period.
#[derive(Clone, Debug, Deserialize)]
pub struct RegisterStatus {
	/// The register.
	pub direction: Direction,
	/// The commitment on record.
	pub commitment: Option<String>,
	/// The group that the register counts for, if it does or would.
	#[serde(default)]
	pub group: Option<Group>,
	/// Name of the refusal that a commitment would meet now, if any.
	#[serde(default)]
	pub refusal: Option<String>,
	/// What is wrong and what to do.
	#[serde(default)]
	pub reason: Option<String>,
}

/// The public inputs of a usage proof, as the node forms them.
pub type Statement = usage::Statement<AccountId32>;

/// The public inputs of the two proofs that settle sealed trades, as far as they are known before
/// proving.
pub type SealedStatement = meterproof_statements::SealedStatements<AccountId32>;

/// Where a group's settlement stands.
#[derive(Clone, Debug, Deserialize)]
pub struct SettlementStatus {
	/// Phase of the period.
	pub phase: PeriodPhase,
	/// Sum of its trades, in base units.
	pub contracted: u64,
	/// How many trades that is.
	pub trades: u32,
	/// Commitments on record.
	pub committed: u32,
	/// Whether a proof may enter.
	pub provable: bool,
	/// Whether the claim is final.
	pub settled: bool,
	/// Whether it waits to be settled sealed.
	#[serde(default)]
	pub sealed: bool,
	/// Sums over its trades, once settled.
	pub outcome: Option<Value>,
}

#[derive(Deserialize)]
struct Submitted {
	hash: String,
}

impl Rpc {
	/// Connects to a node, which may take `limit` for that and for each answer.
	pub async fn connect(url: &str, limit: Duration) -> Result<Self> {
		connection::open(url, limit).await.map(Self)
	}

	/// What the connection is made of.
	pub fn client(&self) -> RpcClient {
		self.0.clone()
	}

	/// Calls a method and keeps the answer as it is.
	pub async fn raw(&self, method: &str, params: Vec<Value>) -> Result<Value> {
		self.call(method, params).await
	}

	async fn call<T: DeserializeOwned>(&self, method: &str, params: Vec<Value>) -> Result<T> {
		let params = list(method, params)?;
		self.0.request(method, params).await.map_err(|error| rpc_error(method, error))
	}

	/// Begins a subscription, which ends when it is dropped.
	pub async fn subscribe(
		&self,
		begin: &str,
		params: Vec<Value>,
		end: &str,
	) -> Result<RpcSubscription<Value>> {
		let params = list(begin, params)?;
		self.0.subscribe(begin, params, end).await.map_err(|error| rpc_error(begin, error))
	}

	/// A period, or the running one.
	pub async fn period(&self, period: Option<u64>) -> Result<Period> {
		self.call("metering_period", vec![json!(period)]).await
	}

	/// The period that a time lies in.
	pub async fn period_at(&self, at_ms: u64) -> Result<Period> {
		self.call("metering_periodAt", vec![json!(at_ms)]).await
	}

	/// One device.
	pub async fn device(&self, id: u32) -> Result<Option<Device>> {
		self.call("devices_get", vec![json!(id)]).await
	}

	/// All devices of an operator, page by page.
	pub async fn devices_of(&self, operator: &AccountId32) -> Result<Vec<Device>> {
		let values = self.pages("devices_byOperator", vec![json!(operator)]).await?;
		values
			.into_iter()
			.map(|value| {
				serde_json::from_value(value)
					.map_err(|error| unexpected("devices_byOperator", &error))
			})
			.collect()
	}

	/// All items of a paged method, whose items have ids and whose last parameters are `after`
	/// and `limit`.
	pub async fn pages(&self, method: &str, params: Vec<Value>) -> Result<Vec<Value>> {
		let mut items: Vec<Value> = Vec::new();
		loop {
			let after = items.last().map_or(Value::Null, |item| item["id"].clone());
			let params = params.iter().cloned().chain([after, json!(PAGE)]).collect();
			let page: Vec<Value> = self.call(method, params).await?;
			let count = page.len();
			items.extend(page);
			if count < PAGE as usize {
				return Ok(items);
			}
			if count > PAGE as usize || items.len() > MOST_ITEMS {
				let message = format!("{method} answered more than there can be");
				return Err(Error::new("UnexpectedAnswer", message));
			}
		}
	}

	/// Sends commitments; one answer for each.
	pub async fn submit_commitments(
		&self,
		items: &[CommitmentItem],
	) -> Result<Vec<CommitmentAnswer>> {
		const METHOD: &str = "metering_submitCommitments";
		let mut answers = Vec::with_capacity(items.len());
		for part in items.chunks(MOST_COMMITMENTS) {
			let part_answers: Vec<_> = self.call(METHOD, vec![json!(part)]).await?;
			if part_answers.len() != part.len() {
				let message = format!("{METHOD} answered {} of {}", part_answers.len(), part.len());
				return Err(Error::new("UnexpectedAnswer", message));
			}
			answers.extend(part_answers);
		}
		Ok(answers)
	}

	/// A device's registers in a period.
	pub async fn register_status(&self, device: u32, period: u64) -> Result<Vec<RegisterStatus>> {
		self.call("metering_status", vec![json!(device), json!(period)]).await
	}

	/// The public inputs of a proof of these groups with these quantities.
	pub async fn statement(
		&self,
		period: u64,
		groups: &[(Group, Option<u64>)],
	) -> Result<Statement> {
		let groups: Vec<_> = groups
			.iter()
			.map(|(group, quantity)| json!({ "group": group, "quantity": quantity }))
			.collect();
		self.call("settlement_statement", vec![json!(period), json!(groups)]).await
	}

	/// Where a group stands.
	pub async fn settlement(&self, group: &Group, period: u64) -> Result<SettlementStatus> {
		self.call("settlement_status", vec![json!(group), json!(period)]).await
	}

	/// Sends a signed call that settles by proof; its hash.
	pub async fn submit_proof(&self, extrinsic: &[u8]) -> Result<String> {
		let extrinsic = format!("0x{}", hex::encode(extrinsic));
		let submitted: Submitted =
			self.call("settlement_submitProof", vec![json!(extrinsic)]).await?;
		Ok(submitted.hash)
	}

	/// Number of the best block.
	pub async fn best_number(&self) -> Result<u64> {
		self.number_in_header(vec![]).await
	}

	/// Number of a block.
	pub async fn number_of(&self, block: &H256) -> Result<u64> {
		self.number_in_header(vec![json!(block)]).await
	}

	async fn number_in_header(&self, params: Vec<Value>) -> Result<u64> {
		const METHOD: &str = "chain_getHeader";
		let header: Value = self.call(METHOD, params).await?;
		let number = header["number"].as_str().and_then(|text| text.strip_prefix("0x"));
		number.and_then(|digits| u64::from_str_radix(digits, 16).ok()).ok_or_else(|| {
			Error::new("UnexpectedAnswer", format!("{METHOD} answered a header without a number"))
		})
	}

	/// The nonce of an account's next transaction, those that wait in the pool counted.
	pub async fn next_nonce(&self, account: &AccountId32) -> Result<u64> {
		self.call("system_accountNextIndex", vec![json!(account)]).await
	}
}

/// Parameters by position.
fn list(method: &str, params: Vec<Value>) -> Result<RpcParams> {
	let mut list = RpcParams::new();
	for param in params {
		list.push(param).map_err(|error| rpc_error(method, error))?;
	}
	Ok(list)
}

/// Money in JSON is a decimal string.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<u128, D::Error> {
	let text = String::deserialize(deserializer)?;
	text.parse().map_err(|_| D::Error::custom("money is not a decimal string"))
}

fn unexpected(method: &str, error: &serde_json::Error) -> Error {
	Error::new("UnexpectedAnswer", format!("{method} answered something else: {error}"))
}

/// What the pool says of a transaction whose nonce has been used in a block.
const OUTDATED: &str = "Transaction is outdated";

/// The reason without the words that say where it came from.
fn cause(error: &RpcError) -> String {
	error.to_string().replace("RPC error: client error: ", "")
}

/// A method's error. The chain's own begin with the error's name, alone or before a colon.
pub fn rpc_error(method: &str, error: RpcError) -> Error {
	match error {
		RpcError::User(refused) => {
			let first = refused.message.split([':', ' ']).next().unwrap_or_default();
			let is_name = first.len() > 3
				&& first.bytes().all(|byte| byte.is_ascii_alphanumeric())
				&& first.bytes().filter(u8::is_ascii_uppercase).count() > 1;
			let detail = refused.data.as_deref().map(|data| data.get().trim_matches('"'));
			let message = match detail {
				Some(detail) => format!("{}: {detail}", refused.message),
				None => refused.message.clone(),
			};
			let name = match refused.code {
				_ if is_name => first,
				1_010 if detail == Some(OUTDATED) => "NonceTaken",
				-32_601 => "UnknownMethod",
				-32_602 => "InvalidParameter",
				1_010 => "InvalidTransaction",
				1_012 => "TemporarilyBanned",
				1_013 => "AlreadyInPool",
				1_014 => "NonceTaken",
				1_016 => "PoolFull",
				_ => "RpcError",
			};
			Error::new(name, message)
		},
		RpcError::Deserialization(error) => unexpected(method, &error),
		error => Error::new("ConnectionLost", format!("{method}: {}", cause(&error))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::rpcs::UserError;

	fn name(code: i32, message: &str) -> String {
		let error = UserError { code, message: message.to_owned(), data: None };
		rpc_error("method", RpcError::User(error)).name().to_owned()
	}

	#[test]
	fn a_refusal_is_called_what_the_chain_calls_it() {
		assert_eq!(name(-33_100, "NotAllCommitted"), "NotAllCommitted");
		assert_eq!(name(-33_100, "DeadlinePassed: too late"), "DeadlinePassed");
		assert_eq!(name(-32_601, "Method not found"), "UnknownMethod");
		assert_eq!(name(1_010, "Invalid Transaction"), "InvalidTransaction");
		assert_eq!(name(-32_010, "the runtime did not answer"), "RpcError");
	}

	#[test]
	fn a_nonce_is_taken_by_a_call_in_the_pool_or_in_a_block() {
		assert_eq!(name(1_014, "Priority is too low"), "NonceTaken");
		let refused = |detail: &str| {
			let data = serde_json::value::to_raw_value(detail).ok();
			let error = UserError { code: 1_010, message: "Invalid Transaction".into(), data };
			rpc_error("method", RpcError::User(error)).name().to_owned()
		};
		assert_eq!(refused("Transaction is outdated"), "NonceTaken");
		assert_eq!(refused("Transaction has a bad signature"), "InvalidTransaction");
	}

	#[test]
	fn answers_are_read() {
		let answers: Vec<CommitmentAnswer> = serde_json::from_value(json!([
			{ "status": "accepted", "hash": "0x00" },
			{ "status": "recorded" },
			{ "status": "refused", "error": {
				"code": -33003, "name": "UnknownDevice", "message": "no device has this id"
			} },
		]))
		.unwrap();
		assert!(
			matches!(&answers[2], CommitmentAnswer::Refused { error } if error.name == "UnknownDevice")
		);
	}
}
