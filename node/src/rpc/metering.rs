//! `metering_*`: periods, and commitments from meters without an account.

use std::{
	collections::BTreeMap,
	future::Future,
	sync::Arc,
	time::{Duration, Instant},
};

use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
};
use meterproof_primitives::{
	api::{CommitmentCheck, DevicesApi as _, MeteringApi, PeriodInfo, RegisterStatus},
	CommitmentItem, CommitmentRefusal, DeviceId, Directions, PeriodIndex, SignedCommitment,
	UnixMillis,
};
use meterproof_runtime::{opaque::UncheckedExtrinsic as Extrinsic, AccountId, Hash};
use sc_transaction_pool_api::{error::IntoPoolError, TransactionPool, TransactionSource};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::value::RawValue;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_runtime::transaction_validity::{InvalidTransaction, UnknownTransaction};

use super::{door::Lane, error, parameters::quoted, started::Started};
use crate::{
	answers::{Answers, Sent, ACCEPTED, RECORDED},
	client::{Client, OrderedPool},
};

/// Most commitments in one request.
pub const MAX_ITEMS: usize = 1_024;

/// What of a request has not been looked at by then is refused, so that whoever sent it is answered
/// before it stops waiting.
const TIME_FOR_A_REQUEST: Duration = Duration::from_secs(20);

/// What became of one item.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "camelCase")]
pub enum ItemAnswer {
	/// The commitment is in the pool; with its transaction's hash.
	Accepted { hash: Hash },
	/// The same commitment is on record already.
	Recorded,
	/// The commitment was not taken.
	Refused { error: ItemError },
}

/// Why an item was refused.
#[derive(Clone, Debug, Serialize)]
pub struct ItemError {
	code: i32,
	name: String,
	message: String,
}

impl From<CommitmentRefusal> for ItemAnswer {
	fn from(refusal: CommitmentRefusal) -> Self {
		Self::Refused {
			error: ItemError {
				code: error::refusal_code(refusal),
				name: refusal.name().into(),
				message: refusal.text().into(),
			},
		}
	}
}

impl ItemAnswer {
	/// What metrics count it as.
	fn name(&self) -> &str {
		match self {
			Self::Accepted { .. } => ACCEPTED,
			Self::Recorded => RECORDED,
			Self::Refused { error } => &error.name,
		}
	}

	fn malformed(message: impl Into<String>) -> Self {
		Self::Refused {
			error: ItemError {
				code: error::INVALID_PARAMETER,
				name: "Malformed".into(),
				message: message.into(),
			},
		}
	}

	fn busy() -> Self {
		Self::failed(error::BUSY, error::BUSY_NAME, error::BUSY_TEXT)
	}

	fn failed(code: i32, name: &str, message: impl Into<String>) -> Self {
		Self::Refused { error: ItemError { code, name: name.into(), message: message.into() } }
	}
}

/// Periods and commitments.
#[rpc(server)]
pub trait MeteringRpc {
	/// A period, or the running one.
	#[method(name = "metering_period")]
	fn period(&self, period: Option<PeriodIndex>) -> RpcResult<PeriodInfo>;

	/// The period that a time lies in.
	#[method(name = "metering_periodAt")]
	fn period_at(&self, at_ms: UnixMillis) -> RpcResult<PeriodInfo>;

	/// Takes signed commitments, each as JSON of its own: one answer for each, in order, whatever it is.
	#[method(name = "metering_submitCommitments")]
	async fn submit_commitments(&self, items: Vec<Box<RawValue>>) -> RpcResult<Vec<ItemAnswer>>;

	/// Why is my device not counted? One answer per register.
	#[method(name = "metering_status")]
	fn status(
		&self,
		device: DeviceId,
		period: PeriodIndex,
	) -> RpcResult<Vec<RegisterStatus<AccountId>>>;
}

/// Answers from the best block; transactions go to the pool.
pub struct Metering {
	pub client: Arc<Client>,
	pub pool: Arc<OrderedPool>,
	pub lane: Lane,
	pub answers: Answers,
	pub started: Started,
}

impl Metering {
	async fn submit(&self, item: Box<RawValue>) -> ItemAnswer {
		let client = self.client.clone();
		let (period, transaction) = match self.lane.run(move || checked(&client, &item)).await {
			Ok(Ok(checked)) => checked,
			Ok(Err(answer)) => return answer,
			Err(_) => return ItemAnswer::busy(),
		};
		self.started.before(&self.client, period, self.enter(transaction)).await
	}

	/// Hands a transaction to the pool.
	async fn enter(&self, transaction: Extrinsic) -> ItemAnswer {
		let hash = self.pool.hash_of(&transaction);
		let at = self.client.info().best_hash;
		match self.pool.submit_one(at, TransactionSource::External, transaction).await {
			Ok(hash) => ItemAnswer::Accepted { hash },
			Err(cause) => pool_answer(cause, hash),
		}
	}
}

/// A commitment's period and transaction, or the answer where it needs none.
fn checked(client: &Client, item: &RawValue) -> Result<(PeriodIndex, Extrinsic), ItemAnswer> {
	let item = read(item).and_then(parse).map_err(ItemAnswer::malformed)?;
	let period = item.period;
	let at = client.info().best_hash;
	let api = client.runtime_api();
	let transaction = match api.check(at, item.clone()) {
		Ok(CommitmentCheck::Recorded) => return Err(ItemAnswer::Recorded),
		Ok(CommitmentCheck::Refused(refusal)) => return Err(refusal.into()),
		Ok(CommitmentCheck::Acceptable) => api.transaction(at, item),
		Err(cause) => Err(cause),
	};
	transaction
		.map(|transaction| (period, transaction))
		.map_err(|cause| ItemAnswer::failed(error::RUNTIME, "RuntimeFailed", cause.to_string()))
}

/// One answer for each item, in order: one after the other for `time`, and [`ItemAnswer::busy`] for
/// what is left then.
async fn answer_for<Item, Answered>(
	time: Duration,
	items: Vec<Item>,
	answer: impl Fn(Item) -> Answered,
) -> Vec<ItemAnswer>
where
	Answered: Future<Output = ItemAnswer>,
{
	let start = Instant::now();
	let mut answers = Vec::with_capacity(items.len());
	for item in items {
		let is_time_left = start.elapsed() < time;
		answers.push(if is_time_left { answer(item).await } else { ItemAnswer::busy() });
	}
	answers
}

/// The pool's refusals: what a second sender of the same bytes meets is no error.
fn pool_answer<E: IntoPoolError + std::fmt::Display>(cause: E, hash: Hash) -> ItemAnswer {
	use sc_transaction_pool_api::error::Error as PoolError;
	let text = cause.to_string();
	match cause.into_pool_error() {
		Ok(PoolError::AlreadyImported(_)) => ItemAnswer::Accepted { hash },
		// Another commitment for this device, direction and period waits in the pool.
		Ok(PoolError::TooLowPriority { .. }) => CommitmentRefusal::AlreadyCommitted.into(),
		Ok(
			PoolError::InvalidTransaction(InvalidTransaction::Custom(code))
			| PoolError::UnknownTransaction(UnknownTransaction::Custom(code)),
		) => CommitmentRefusal::from_code(code)
			.map(Into::into)
			.unwrap_or_else(|| ItemAnswer::failed(error::POOL, "InvalidTransaction", text)),
		Ok(PoolError::TemporarilyBanned) => ItemAnswer::failed(
			error::POOL,
			"TemporarilyBanned",
			"these bytes were refused or included lately; ask metering_status before sending again",
		),
		Ok(PoolError::ImmediatelyDropped) => ItemAnswer::failed(
			error::POOL,
			"PoolFull",
			"the node's transaction pool is full; send again in a few seconds",
		),
		_ => ItemAnswer::failed(error::POOL, "PoolRefused", text),
	}
}

#[async_trait]
impl MeteringRpcServer for Metering {
	fn period(&self, period: Option<PeriodIndex>) -> RpcResult<PeriodInfo> {
		self.client
			.runtime_api()
			.period(self.client.info().best_hash, period)
			.map_err(error::runtime)
	}

	fn period_at(&self, at_ms: UnixMillis) -> RpcResult<PeriodInfo> {
		self.client
			.runtime_api()
			.period_at(self.client.info().best_hash, at_ms)
			.map_err(error::runtime)
	}

	async fn submit_commitments(&self, items: Vec<Box<RawValue>>) -> RpcResult<Vec<ItemAnswer>> {
		if items.len() > MAX_ITEMS {
			return Err(error::error(
				error::INVALID_PARAMETER,
				format!("{} items; at most {MAX_ITEMS} in one request", items.len()),
			));
		}
		let answers = answer_for(TIME_FOR_A_REQUEST, items, |item| self.submit(item)).await;
		for answer in &answers {
			self.answers.count(Sent::Commitment, answer.name());
		}
		Ok(answers)
	}

	fn status(
		&self,
		device: DeviceId,
		period: PeriodIndex,
	) -> RpcResult<Vec<RegisterStatus<AccountId>>> {
		let (at, api) = (self.client.info().best_hash, self.client.runtime_api());
		let registers = MeteringApi::status(&*api, at, device, period).map_err(error::runtime)?;
		let known = api.device(at, device).map_err(error::runtime)?;
		Ok(of_the_device(registers, known.map(|known| known.directions)))
	}
}

/// The registers that a device has, if it is known. The runtime tells of both where it does not take
/// commitments of the device at all.
fn of_the_device(
	mut registers: Vec<RegisterStatus<AccountId>>,
	directions: Option<Directions>,
) -> Vec<RegisterStatus<AccountId>> {
	registers.retain(|register| directions.is_none_or(|own| own.contains(register.direction)));
	registers
}

/// The fields of a commitment, in the order of the docs.
const FIELDS: [&str; 5] = ["device", "period", "direction", "commitment", "signature"];

/// One item as a collector sent it. What is wrong is named by its field. Not all JSON can be read: a
/// string may hold a lone surrogate (`"\ud800"`), and a number may be too large for any type (`1e999`).
fn read(item: &RawValue) -> Result<CommitmentItem, String> {
	let item = item.get();
	if !item.starts_with('{') {
		return Err(format!("an item is an object with the fields {}", FIELDS.join(", ")));
	}
	let fields: BTreeMap<String, &RawValue> = serde_json::from_str(item)
		.map_err(|cause| format!("the name of a field cannot be read: {cause}"))?;
	if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
		let (unknown, known) = (quoted(unknown), FIELDS.join(", "));
		return Err(format!("`{unknown}` is no field of a commitment, which has {known}"));
	}
	Ok(CommitmentItem {
		device: field(&fields, "device", "a whole number below 2^32")?,
		period: field(&fields, "period", "a whole number, without point or exponent")?,
		direction: field(&fields, "direction", "\"import\" or \"export\"")?,
		commitment: field(&fields, "commitment", "a string of 0x and 64 digits")?,
		signature: field(&fields, "signature", "a string of 0x and 128 digits")?,
	})
}

fn field<T: DeserializeOwned>(
	fields: &BTreeMap<String, &RawValue>,
	name: &str,
	wanted: &str,
) -> Result<T, String> {
	let value = fields.get(name).ok_or_else(|| format!("`{name}` is missing: {wanted}"))?;
	let given = value.get();
	serde_json::from_str(given)
		.map_err(|_| format!("`{name}` is {wanted}, and not {}", quoted(given)))
}

fn parse(item: CommitmentItem) -> Result<SignedCommitment, String> {
	Ok(SignedCommitment {
		device: item.device,
		period: item.period,
		direction: item.direction,
		commitment: bytes("commitment", &item.commitment)?,
		signature: bytes("signature", &item.signature)?,
	})
}

fn bytes<const N: usize>(name: &str, text: &str) -> Result<[u8; N], String> {
	let mut bytes = [0u8; N];
	let digits = text.strip_prefix("0x").ok_or(format!("{name} does not start with 0x"))?;
	hex::decode_to_slice(digits, &mut bytes)
		.map_err(|cause| format!("{name} is not {N} bytes of hexadecimal: {cause}"))?;
	Ok(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::door::Door;
	use serde_json::{json, Value};

	#[test]
	fn bytes_are_exactly_as_long_as_they_must_be() {
		assert_eq!(bytes::<2>("x", "0x0aff"), Ok([0x0a, 0xff]));
		assert!(bytes::<2>("x", "0aff").is_err());
		assert!(bytes::<2>("x", "0x0a").is_err());
		assert!(bytes::<2>("x", "0x0aff00").is_err());
		assert!(bytes::<2>("x", "0x0axx").is_err());
	}

	#[test]
	fn what_is_wrong_with_an_item_is_named_and_voids_no_other() {
		let read = |item: &Value| read(&RawValue::from_string(item.to_string()).unwrap());
		let item = |field: &str, value: Value| {
			let mut item = json!({
				"device": 1, "period": 149_000_000, "direction": "export",
				"commitment": "0x00", "signature": "0x00",
			});
			item[field] = value;
			item
		};
		assert!(read(&item("device", json!(4))).is_ok());
		for (wrong, words) in [
			(item("period", json!(1.49e8)), ["`period`", "149000000.0"]),
			(item("period", json!("149000000")), ["`period`", "\"149000000\""]),
			(item("period", json!(-1)), ["`period`", "-1"]),
			(item("device", json!(1_u64 << 32)), ["`device`", "2^32"]),
			(item("direction", json!("Export")), ["`direction`", "\"Export\""]),
			(item("commitment", json!(7)), ["`commitment`", "7"]),
			(item("ts", json!(1)), ["`ts`", "signature"]),
			(item("x".repeat(999).as_str(), json!(1)), ["`xxxx", "…"]),
			(json!({ "device": 1 }), ["`period`", "missing"]),
			(json!("0x00"), ["an object", "device"]),
			(Value::Null, ["an object", "device"]),
		] {
			let refused = read(&wrong).unwrap_err();
			assert!(words.iter().all(|word| refused.contains(word)), "{wrong}: {refused}");
			assert!(refused.len() < 200, "{refused}");
		}
	}

	/// Reads items as [`Metering`] does, and has no chain to ask.
	struct Reader;

	#[async_trait]
	impl MeteringRpcServer for Reader {
		fn period(&self, _period: Option<PeriodIndex>) -> RpcResult<PeriodInfo> {
			Err(error::busy())
		}

		fn period_at(&self, _at_ms: UnixMillis) -> RpcResult<PeriodInfo> {
			Err(error::busy())
		}

		async fn submit_commitments(
			&self,
			items: Vec<Box<RawValue>>,
		) -> RpcResult<Vec<ItemAnswer>> {
			let answers = items.iter().map(|item| match read(item).and_then(parse) {
				Ok(_) => ItemAnswer::Recorded,
				Err(message) => ItemAnswer::malformed(message),
			});
			Ok(answers.collect())
		}

		fn status(
			&self,
			_device: DeviceId,
			_period: PeriodIndex,
		) -> RpcResult<Vec<RegisterStatus<AccountId>>> {
			Err(error::busy())
		}
	}

	/// Through all that reads a request: its envelope, the door, the method's parameters.
	#[tokio::test]
	async fn an_item_that_cannot_be_read_voids_no_other_of_its_request() {
		let methods = Door::open().unwrap().queries.guard(Reader.into_rpc()).unwrap();
		let good = json!({
			"device": 1, "period": 149_000_000, "direction": "export",
			"commitment": format!("0x{}", "0".repeat(64)),
			"signature": format!("0x{}", "0".repeat(128)),
		})
		.to_string();
		let bad = [
			(good.replace("export", r"\ud800"), "`direction`"),
			(good.replace("\"0x", r#""\udfff0x"#), "`commitment`"),
			(good.replace("149000000", "1e999"), "`period`"),
			(good.replace("device", r"\ud800"), "the name of a field"),
			(r#""\ud800""#.to_owned(), "an object"),
		];
		let bad_items = bad.iter().map(|(item, _)| item.as_str()).collect::<Vec<_>>().join(",");
		let items = format!("[{good},{bad_items},{good}]");
		for params in [format!("[{items}]"), format!("{{\"items\":{items}}}")] {
			let request = format!(
				"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"metering_submitCommitments\",\
				 \"params\":{params}}}"
			);
			let (answer, _) = methods.raw_json_request(&request, 1).await.unwrap();
			let answer: Value = serde_json::from_str(&answer).unwrap();
			let answers = answer["result"].as_array().unwrap_or_else(|| panic!("{answer}"));
			assert_eq!(answers.len(), bad.len() + 2);
			for good in [&answers[0], &answers[bad.len() + 1]] {
				assert_eq!(good["status"], "recorded");
			}
			for (answer, (_, words)) in answers[1..].iter().zip(&bad) {
				assert_eq!(answer["error"]["name"], "Malformed");
				let message = answer["error"]["message"].as_str().unwrap();
				assert!(message.contains(words) && message.len() < 200, "{message}");
			}
		}
	}

	#[test]
	fn a_device_has_no_status_for_a_register_that_it_does_not_have() {
		use meterproof_primitives::Direction;
		let registers = || {
			[Direction::Import, Direction::Export].map(|direction| RegisterStatus::<AccountId> {
				direction,
				commitment: None,
				group: None,
				refusal: Some("DeviceNotAttested".into()),
				reason: None,
			})
		};
		let of = |directions| {
			let registers = of_the_device(registers().to_vec(), directions);
			registers.iter().map(|register| register.direction).collect::<Vec<_>>()
		};
		assert_eq!(of(Some(Directions::Export)), [Direction::Export]);
		assert_eq!(of(Some(Directions::Both)).len(), 2);
		assert_eq!(of(None).len(), 2, "nobody knows what an unknown device has");
	}

	#[tokio::test]
	async fn what_the_time_does_not_suffice_for_is_refused_and_not_looked_at() {
		let time = Duration::from_millis(200);
		let answers = answer_for(time, vec![1, 2], |item| async move {
			assert_eq!(item, 1, "the time was up");
			tokio::time::sleep(time).await;
			ItemAnswer::Recorded
		})
		.await;
		let [ItemAnswer::Recorded, ItemAnswer::Refused { error }] = &answers[..] else {
			panic!("{answers:?}")
		};
		assert_eq!((error.code, error.name.as_str()), (error::BUSY, "NodeBusy"));
	}

	/// The other answers are types of `primitives`, which its own tests hold to the document.
	#[test]
	fn a_refused_item_is_answered_as_the_document_has_it() {
		let document: Value = serde_json::from_str(crate::rpc::discover::OPENRPC).unwrap();
		let methods = document["methods"].as_array().unwrap();
		let known = methods.iter().find(|known| known["name"] == "metering_submitCommitments");
		let answer = [ItemAnswer::from(CommitmentRefusal::CutOffPassed)];
		let answer = serde_json::to_value(answer).unwrap();
		assert_eq!(answer, known.unwrap()["examples"][0]["result"]["value"]);
	}

	#[test]
	fn every_refusal_has_its_own_code_and_comes_back_from_it() {
		let mut codes: Vec<_> =
			CommitmentRefusal::ALL.iter().map(|r| error::refusal_code(*r)).collect();
		codes.dedup();
		assert_eq!(codes.len(), CommitmentRefusal::ALL.len());
		for refusal in CommitmentRefusal::ALL {
			assert_eq!(CommitmentRefusal::from_code(refusal.code()), Some(*refusal));
		}
	}
}
