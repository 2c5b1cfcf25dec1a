//! A node's chain, as its JSON-RPC tells it.

use std::time::Duration;

use anyhow::{anyhow, bail, Context, Result};
use serde_json::{json, Value};

use crate::{meter::Commitment, rpc::Rpc, wait};

/// Storage key of `Balances::TotalIssuance`: the two names hashed by Twox-128.
const TOTAL_ISSUANCE: &str = "0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80";

/// Storage key of `System::Events`.
const EVENTS: &str = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

/// Storage prefix of `Offences::Reports`.
const OFFENCES: &str = "0xd5c41b52a371aa36c9254ce34324f2a5b262e9238fa402540c250bc3f5d6188d";

/// Time beyond a planned moment that a loaded machine may take.
const SLACK: Duration = Duration::from_secs(40);

/// The lengths that place periods on the clock, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
	/// Length of a period.
	pub length: u64,
	/// Trading closes this long before the start.
	pub gate_lead: u64,
	/// Commitments are taken this long after the end.
	pub commit_window: u64,
	/// Proofs are taken this long after that.
	pub proof_window: u64,
}

/// A period.
#[derive(Clone, Debug)]
pub struct Period {
	/// Its index.
	pub index: u64,
	/// `open`, `closed`, `running`, `committing`, `proving` or `final`.
	pub phase: String,
	/// The chain's clock, unix ms.
	pub now: u64,
	/// End, unix ms.
	pub end: u64,
	/// The first period open for trading.
	pub first_open: u64,
	/// The lengths in force.
	pub schedule: Schedule,
}

/// Phases in order.
const PHASES: [&str; 6] = ["open", "closed", "running", "committing", "proving", "final"];

/// The devices of one operator in one zone for electricity: what a claim is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
	/// The operator's address.
	pub operator: String,
	/// The zone.
	pub zone: u32,
	/// `import` or `export`.
	pub direction: &'static str,
}

impl Group {
	/// The group as the client writes it.
	pub fn text(&self) -> String {
		format!("{}/{}/electricity/{}", self.operator, self.zone, self.direction)
	}

	/// The group as JSON-RPC writes it.
	pub fn json(&self) -> Value {
		json!({
			"operator": self.operator,
			"zone": self.zone,
			"resource": "electricity",
			"direction": self.direction,
		})
	}
}

/// What the node said to one commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
	/// The commitment was taken into the pool.
	Accepted,
	/// The commitment is on record already, with the same bytes.
	Recorded,
	/// The commitment was refused.
	Refused {
		/// JSON-RPC code.
		code: i64,
		/// The refusal's name.
		name: String,
	},
}

impl Answer {
	/// A refusal.
	pub fn refused(code: i64, name: &str) -> Self {
		Self::Refused { code, name: name.into() }
	}
}

/// Where a group's settlement stands.
#[derive(Clone, Debug)]
pub struct Status {
	/// Sum of its live trades, in Wh.
	pub contracted: u64,
	/// Commitments on record.
	pub committed: u64,
	/// Whether a proof may enter.
	pub provable: bool,
	/// Whether the claim is final.
	pub settled: bool,
}

/// One settled period of one trade. Money in smallest units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
	/// The trade.
	pub trade: u64,
	/// The period.
	pub period: u64,
	/// In Wh.
	pub contracted: u64,
	/// In Wh.
	pub delivered: u64,
	/// To the seller.
	pub paid: u128,
	/// Back to the buyer.
	pub refunded: u128,
	/// From the seller's collateral to the buyer.
	pub penalty: u128,
}

/// One period of one trade that was settled sealed. Money in smallest units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedLine {
	/// The trade.
	pub trade: u64,
	/// The period.
	pub period: u64,
	/// In Wh.
	pub contracted: u64,
	/// What became notes of both sides.
	pub amount: u128,
}

/// A node's view of the chain.
#[derive(Clone, Debug)]
pub struct Chain {
	rpc: Rpc,
}

impl Chain {
	/// Through this node.
	pub fn new(rpc: Rpc) -> Self {
		Self { rpc }
	}

	/// Any method.
	pub fn rpc(&self) -> &Rpc {
		&self.rpc
	}

	/// Hash of block 0.
	pub fn genesis(&self) -> Result<[u8; 32]> {
		let hash = self.rpc.call("chain_getBlockHash", json!([0]))?;
		bytes32(hash.as_str().context("no genesis hash")?)
	}

	/// Number of the best block.
	pub fn best(&self) -> Result<u64> {
		number_of(&self.rpc.call("chain_getHeader", json!([]))?)
	}

	/// Number of the last final block.
	pub fn finalized(&self) -> Result<u64> {
		let hash = self.rpc.call("chain_getFinalizedHead", json!([]))?;
		number_of(&self.rpc.call("chain_getHeader", json!([hash]))?)
	}

	/// Waits until everything that is in a block now is final.
	pub fn wait_until_final(&self) -> Result<()> {
		self.wait_until_final_at(self.best()?)
	}

	/// Waits until the block of this number is final.
	pub fn wait_until_final_at(&self, best: u64) -> Result<()> {
		wait::until(&format!("block {best} is final"), SLACK, || {
			Ok((self.finalized()? >= best).then_some(()))
		})
	}

	/// Hash of the block of a number, if there is one.
	pub fn block_hash(&self, number: u64) -> Result<Option<String>> {
		let hash = self.rpc.call("chain_getBlockHash", json!([number]))?;
		Ok(hash.as_str().map(String::from))
	}

	/// How many nodes this one is connected to.
	pub fn peers(&self) -> Result<usize> {
		let health = self.rpc.call("system_health", json!([]))?;
		Ok(usize::try_from(integer(&health, "peers")?)?)
	}

	/// All money there is, in smallest units.
	pub fn issuance(&self) -> Result<u128> {
		let head = self.rpc.call("chain_getFinalizedHead", json!([]))?;
		let stored = self.rpc.call("state_getStorage", json!([TOTAL_ISSUANCE, head]))?;
		let stored = stored.as_str().context("there is no total issuance")?;
		let bytes = hex::decode(stored.trim_start_matches("0x"))?;
		let bytes = bytes.try_into().map_err(|_| anyhow!("not 16 bytes: {stored}"))?;
		Ok(u128::from_le_bytes(bytes))
	}

	/// How many offences of validators are recorded: 1,000 at most.
	pub fn offences(&self) -> Result<usize> {
		let keys = self.rpc.call("state_getKeysPaged", json!([OFFENCES, 1_000, null]))?;
		Ok(keys.as_array().context("the answer is no array")?.len())
	}

	/// A period; the running one without an index.
	pub fn period(&self, index: Option<u64>) -> Result<Period> {
		let value = self.rpc.call("metering_period", json!([index]))?;
		let schedule = &value["schedule"];
		Ok(Period {
			index: integer(&value, "period")?,
			phase: string(&value, "phase")?,
			now: integer(&value, "nowMs")?,
			end: integer(&value, "endMs")?,
			first_open: integer(&value, "firstOpen")?,
			schedule: Schedule {
				length: integer(schedule, "lengthMs")?,
				gate_lead: integer(schedule, "gateLeadMs")?,
				commit_window: integer(schedule, "commitWindowMs")?,
				proof_window: integer(schedule, "proofWindowMs")?,
			},
		})
	}

	/// Waits until `period` is in `phase` or beyond.
	pub fn wait_for_phase(&self, period: u64, phase: &str) -> Result<()> {
		let rank = |name: &str| PHASES.iter().position(|phase| *phase == name);
		let wanted = rank(phase).with_context(|| format!("no phase `{phase}`"))?;
		let state = self.period(Some(period))?;
		let schedule = state.schedule;
		// The latest moment any phase begins.
		let last = state.end + schedule.commit_window + schedule.proof_window;
		let limit = Duration::from_millis(last.saturating_sub(state.now)) + SLACK;
		wait::until(&format!("period {period} is {phase}"), limit, || {
			let now = rank(&self.period(Some(period))?.phase);
			Ok(now.filter(|now| *now >= wanted).map(|_| ()))
		})?;
		if phase == "running" {
			// The pool may look at the best block some moments later, and refuse until then.
			let seen = self.best()?;
			wait::until("the next block is there", SLACK, || {
				Ok((self.best()? > seen).then_some(()))
			})?;
		}
		Ok(())
	}

	/// Sends commitments; one answer for each.
	pub fn submit(&self, items: &[Commitment]) -> Result<Vec<Answer>> {
		let items: Vec<Value> = items.iter().map(Commitment::json).collect();
		self.submit_json(json!(items))
	}

	/// Sends one commitment.
	pub fn submit_one(&self, item: &Commitment) -> Result<Answer> {
		self.submit(std::slice::from_ref(item))?.pop().context("no answer")
	}

	/// Sends any JSON in place of commitments.
	pub fn submit_json(&self, items: Value) -> Result<Vec<Answer>> {
		let answers = self.rpc.call("metering_submitCommitments", json!([items]))?;
		let answers = answers.as_array().context("the answer is no array")?;
		answers.iter().map(answer).collect()
	}

	/// The commitment on record for a register, 0x and hex.
	pub fn recorded(&self, device: u32, period: u64, direction: &str) -> Result<Option<String>> {
		let registers = self.rpc.call("metering_status", json!([device, period]))?;
		let registers = registers.as_array().context("the answer is no array")?;
		let register = registers.iter().find(|register| register["direction"] == direction);
		let register = register.with_context(|| format!("device {device} has no {direction}"))?;
		Ok(register["commitment"].as_str().map(String::from))
	}

	/// Waits until the commitments are in a block.
	pub fn wait_for_commitments(&self, items: &[Commitment]) -> Result<()> {
		wait::until("the commitments are in a block", SLACK, || {
			for item in items {
				let (device, period) = (item.device, item.period);
				if self.recorded(device, period, item.direction_name())?.is_none() {
					bail!("no commitment of device {device}");
				}
			}
			Ok(Some(()))
		})
	}

	/// Where a group stands.
	pub fn status(&self, group: &Group, period: u64) -> Result<Status> {
		let value = self.rpc.call("settlement_status", json!([group.json(), period]))?;
		Ok(Status {
			contracted: integer(&value, "contracted")?,
			committed: integer(&value, "committed")?,
			provable: value["provable"] == true,
			settled: value["settled"] == true,
		})
	}

	/// A trade, as the node writes it.
	pub fn trade(&self, trade: u64) -> Result<Value> {
		Ok(self.rpc.call("market_trade", json!([trade]))?)
	}

	/// What a block recorded: its extrinsics and events, in hex.
	pub fn block_bytes(&self, hash: &str) -> Result<String> {
		let block = self.rpc.call("chain_getBlock", json!([hash]))?;
		let events = self.rpc.call("state_getStorage", json!([EVENTS, hash]))?;
		let extrinsics = block["block"]["extrinsics"].as_array().context("a block without any")?;
		let parts = extrinsics.iter().chain([&events]).filter_map(Value::as_str);
		Ok(parts.map(|part| part.trim_start_matches("0x")).collect::<Vec<_>>().join("\n"))
	}

	/// Imbalance price of a trade, in smallest units per Wh.
	pub fn imbalance_price(&self, trade: u64) -> Result<u128> {
		money(&self.rpc.call("market_trade", json!([trade]))?, "imbalancePrice")
	}

	/// Settled periods of an account's trades, from a period on, but for those that were settled
	/// sealed.
	pub fn statement(&self, account: &str, from: u64) -> Result<Vec<Line>> {
		self.lines(account, from)?
			.iter()
			.filter(|line| line["sealed"].is_null())
			.map(line)
			.collect()
	}

	/// Settled periods of an account's trades that were settled sealed, from a period on.
	pub fn sealed_statement(&self, account: &str, from: u64) -> Result<Vec<SealedLine>> {
		let lines = self.lines(account, from)?;
		lines.iter().filter(|line| !line["sealed"].is_null()).map(sealed_line).collect()
	}

	fn lines(&self, account: &str, from: u64) -> Result<Vec<Value>> {
		let lines = self.rpc.call("market_statement", json!([account, from, 100]))?;
		lines.as_array().cloned().context("the answer is no array")
	}

	/// The validator set, as the node writes it.
	pub fn validator_set(&self) -> Result<Value> {
		Ok(self.rpc.call("validators_set", json!([]))?)
	}

	/// The account that made the block which `made` names when it is in the chain; none where the set changed
	/// meanwhile.
	pub fn author_of(&self, made: impl FnOnce() -> Result<String>) -> Result<Option<String>> {
		let before = self.validator_set()?;
		let block = made()?;
		let header = self.rpc.call("chain_getHeader", json!([block]))?;
		let after = self.validator_set()?;
		if before != after {
			return Ok(None);
		}
		let index = author_index(&header)?;
		let author = before["validators"][index].as_str();
		author.map(|author| Some(author.into())).with_context(|| {
			format!("the author of a block is number {index} of the validators {before}")
		})
	}

	/// Fails with the first invariant that does not hold.
	pub fn audit(&self) -> Result<()> {
		let answer = self.rpc.call("audit_invariants", json!([]))?;
		if answer["ok"] != true {
			bail!("the audit answers {answer}");
		}
		Ok(())
	}
}

/// Number in a header.
pub fn number_of(header: &Value) -> Result<u64> {
	let number = header["number"].as_str().context("a header without number")?;
	Ok(u64::from_str_radix(number.trim_start_matches("0x"), 16)?)
}

/// Tag of a digest item that its author wrote before the block was executed, and BABE's name.
const BABE_PRE_DIGEST: &str = "0x0642414245";

/// The place of a block's author among BABE's authorities, which its header's digest tells: behind the
/// kind of slot, in four bytes.
fn author_index(header: &Value) -> Result<usize> {
	let digest = babe_digest(header)?;
	let index = digest.get(1..5).context("a short digest of BABE")?;
	Ok(u32::from_le_bytes(index.try_into()?).try_into()?)
}

/// The slot of a block, which its header's digest tells: behind the author's place, in eight bytes.
pub fn slot_of(header: &Value) -> Result<u64> {
	let digest = babe_digest(header)?;
	let slot = digest.get(5..13).context("a short digest of BABE")?;
	Ok(u64::from_le_bytes(slot.try_into()?))
}

/// What a block's author wrote for BABE, behind the name and the length of what follows (compact).
fn babe_digest(header: &Value) -> Result<Vec<u8>> {
	let logs = header["digest"]["logs"].as_array().context("a header without a digest")?;
	let mut logs = logs.iter().filter_map(Value::as_str);
	let item = logs.find_map(|log| log.strip_prefix(BABE_PRE_DIGEST));
	let mut item = hex::decode(item.context("a header without BABE's digest")?)?;
	let length = match item.first().map(|first| first & 3) {
		Some(0) => 1,
		Some(1) => 2,
		_ => bail!("a digest of BABE of {} bytes", item.len()),
	};
	Ok(item.split_off(length.min(item.len())))
}

fn answer(value: &Value) -> Result<Answer> {
	match value["status"].as_str() {
		Some("accepted") => Ok(Answer::Accepted),
		Some("recorded") => Ok(Answer::Recorded),
		Some("refused") => {
			let error = &value["error"];
			let code = error["code"].as_i64().context("a refusal without code")?;
			Ok(Answer::Refused { code, name: string(error, "name")? })
		},
		_ => bail!("not an answer: {value}"),
	}
}

fn line(value: &Value) -> Result<Line> {
	Ok(Line {
		trade: integer(value, "trade")?,
		period: integer(value, "period")?,
		contracted: integer(value, "contracted")?,
		delivered: integer(value, "delivered")?,
		paid: money(value, "paid")?,
		refunded: money(value, "refunded")?,
		penalty: money(value, "penalty")?,
	})
}

fn sealed_line(value: &Value) -> Result<SealedLine> {
	for hidden in ["delivered", "paid", "refunded", "penalty"] {
		if !value[hidden].is_null() {
			bail!("a sealed settlement tells `{hidden}`: {value}");
		}
	}
	Ok(SealedLine {
		trade: integer(value, "trade")?,
		period: integer(value, "period")?,
		contracted: integer(value, "contracted")?,
		amount: money(value, "sealed")?,
	})
}

/// A whole number in a field.
pub fn integer(value: &Value, field: &str) -> Result<u64> {
	value[field].as_u64().with_context(|| format!("no whole number `{field}` in {value}"))
}

/// Any number in a field.
pub fn number(value: &Value, field: &str) -> Result<f64> {
	value[field].as_f64().with_context(|| format!("no number `{field}` in {value}"))
}

/// A text in a field.
pub fn string(value: &Value, field: &str) -> Result<String> {
	let text = value[field].as_str().map(String::from);
	text.with_context(|| format!("no text `{field}` in {value}"))
}

/// 32 bytes, 0x and hex.
pub fn bytes32(text: &str) -> Result<[u8; 32]> {
	let bytes = hex::decode(text.trim_start_matches("0x"))?;
	bytes.try_into().map_err(|_| anyhow!("not 32 bytes: {text}"))
}

/// An amount of money in a field: a decimal string of smallest units.
pub fn money(value: &Value, field: &str) -> Result<u128> {
	string(value, field)?.parse().with_context(|| format!("`{field}` is no amount in {value}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_header_says_which_authority_made_the_block() {
		let header = |logs: &[String]| json!({ "digest": { "logs": logs } });
		let seal = || "0x05424142450101".to_owned();
		// A secondary slot's digest has 13 bytes, a primary one's 109: its length takes two bytes.
		let secondary = format!("{BABE_PRE_DIGEST}3402030000001122334455667788");
		let primary = format!("{BABE_PRE_DIGEST}b5010102010000{}", "00".repeat(104));
		assert_eq!(author_index(&header(&[secondary.clone(), seal()])).unwrap(), 3);
		assert_eq!(slot_of(&header(&[secondary, seal()])).unwrap(), 0x88_77_66_55_44_33_22_11);
		assert_eq!(author_index(&header(&[seal(), primary])).unwrap(), 258);
		assert!(author_index(&header(&[seal()])).is_err());
		assert!(author_index(&header(&[format!("{BABE_PRE_DIGEST}3402")])).is_err());
		assert!(author_index(&json!({})).is_err());
		assert!(slot_of(&header(&[format!("{BABE_PRE_DIGEST}140203000000")])).is_err());
	}
}
