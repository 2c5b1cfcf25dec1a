//! Commitments in signed calls that an account pays for, instead of the free method.

use std::collections::HashMap;

use subxt::{
	dynamic::{At, Value},
	ext::scale_value::{Composite, ValueDef},
};
use subxt_signer::sr25519::Keypair;

use super::Sent;
use crate::{
	chain::{bytes, call, int, variant, Call, Chain},
	error::{Error, Result},
	proof::{parse_bytes, parse_hash},
	rpc::{CommitmentAnswer, CommitmentItem, PeriodPhase, Refusal},
};

/// Another commitment stands, or this very one.
const ALREADY: &str = "AlreadyCommitted";

/// Records a period's commitments. What is on record already is not paid for again; what the chain
/// skipped is answered as the free method would.
pub async fn send(
	chain: &Chain,
	payer: &Keypair,
	period: u64,
	items: Vec<CommitmentItem>,
) -> Result<Vec<Sent>> {
	let on_record = on_record(chain, &items).await?;
	let (recorded, missing): (Vec<_>, Vec<_>) =
		items.into_iter().partition(|item| on_record.holds(item));
	let mut sent = pair(recorded, |_| CommitmentAnswer::Recorded);

	let phase = chain.rpc.period(Some(period)).await?.phase;
	if matches!(phase, PeriodPhase::Proving | PeriodPhase::Final) {
		sent.extend(pair(missing, |_| refused("CutOffPassed")));
		return Ok(sent);
	}
	let size = chain.constant("Metering", "MaxBatch").await?;
	let size = usize::try_from(size).unwrap_or(usize::MAX).max(1);
	for part in missing.chunks(size) {
		let included = chain.submit(payer, &commit_batch(part)?).await?;
		let events = included.events("Metering", "BatchRecorded")?;
		let refusals = events.first().and_then(refusals).ok_or_else(|| {
			let message = "the block does not say what became of the batch";
			Error::new("UnexpectedEvent", message)
		})?;
		sent.extend(answers(chain, part, &refusals).await?);
	}
	Ok(sent)
}

fn pair(
	items: Vec<CommitmentItem>,
	answer: impl Fn(&CommitmentItem) -> CommitmentAnswer,
) -> Vec<Sent> {
	items
		.into_iter()
		.map(|item| {
			let answer = answer(&item);
			(item, answer)
		})
		.collect()
}

fn commit_batch(items: &[CommitmentItem]) -> Result<Call> {
	let batch = items
		.iter()
		.map(|item| {
			Ok(Value::named_composite([
				("device", int(item.device)),
				("period", int(item.period)),
				("direction", variant(item.direction.variant())),
				("commitment", bytes(parse_hash(&item.commitment)?)),
				("signature", bytes(parse_bytes(&item.signature)?)),
			]))
		})
		.collect::<Result<Vec<_>>>()?;
	Ok(call("Metering", "commit_batch", vec![Value::unnamed_composite(batch)]))
}

/// Names of the refusals in a `BatchRecorded` event, by place in the batch.
fn refusals(event: &Composite<()>) -> Option<HashMap<usize, String>> {
	let listed = event.at("refused")?;
	let mut refusals = HashMap::new();
	for refusal in (0usize..).map_while(|at| listed.at(at)) {
		let place = refusal.at(0)?.as_u128().and_then(|place| usize::try_from(place).ok())?;
		let ValueDef::Variant(reason) = &refusal.at(1)?.value else { return None };
		refusals.insert(place, reason.name.clone());
	}
	Some(refusals)
}

async fn answers(
	chain: &Chain,
	part: &[CommitmentItem],
	refusals: &HashMap<usize, String>,
) -> Result<Vec<Sent>> {
	// Somebody else may have sent the same bytes meanwhile.
	let taken: Vec<_> = part
		.iter()
		.enumerate()
		.filter(|(place, _)| refusals.get(place).is_some_and(|name| name == ALREADY))
		.map(|(_, item)| item.clone())
		.collect();
	let on_record = on_record(chain, &taken).await?;
	let answer = |(place, item): (usize, &CommitmentItem)| {
		let answer = match refusals.get(&place) {
			Some(name) if !on_record.holds(item) => refused(name),
			_ => CommitmentAnswer::Recorded,
		};
		(item.clone(), answer)
	};
	Ok(part.iter().enumerate().map(answer).collect())
}

/// The commitments on the chain of some devices.
struct OnRecord(HashMap<(u32, u64), Vec<String>>);

impl OnRecord {
	/// Whether the chain has this commitment on record. The register is part of what is hashed, so that no two
	/// registers have the same commitment.
	fn holds(&self, item: &CommitmentItem) -> bool {
		let known = self.0.get(&(item.device, item.period));
		known.is_some_and(|known| known.contains(&item.commitment))
	}
}

async fn on_record(chain: &Chain, items: &[CommitmentItem]) -> Result<OnRecord> {
	let mut known = HashMap::new();
	for item in items {
		let (device, period) = (item.device, item.period);
		if known.contains_key(&(device, period)) {
			continue;
		}
		let registers = chain.rpc.register_status(device, period).await?;
		let commitments = registers.into_iter().filter_map(|register| register.commitment);
		known.insert((device, period), commitments.collect());
	}
	Ok(OnRecord(known))
}

/// A refusal by the name that the chain gives, in the words of the free method.
fn refused(name: &str) -> CommitmentAnswer {
	let message = match name {
		"PeriodNotStarted" => "the period has not started; commit once it has ended",
		"CutOffPassed" => "the cut-off for commitments of this period has passed",
		"UnknownDevice" => "no device has this id",
		"DeviceNotAttested" => {
			"the device is not attested for this period; ask a registrar of its zone"
		},
		"DeviceSuspended" => "the device is suspended in this period",
		"DeviceRetired" => "the device is retired",
		"DirectionNotMetered" => "the device has no register for this direction",
		ALREADY => "another commitment already stands for this device, direction and period",
		"BadSignature" => {
			"the signature does not match the device's key; rotate-key tells the store of a new one"
		},
		"GroupFull" => "the group holds as many commitments as it can in one period",
		_ => "the chain refused the commitment",
	};
	let error = Refusal { name: name.to_owned(), message: message.to_owned() };
	CommitmentAnswer::Refused { error }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Direction;

	fn item(device: u32, commitment: &str) -> CommitmentItem {
		CommitmentItem {
			device,
			period: 7,
			direction: Direction::Export,
			commitment: commitment.to_owned(),
			signature: "0x00".to_owned(),
		}
	}

	#[test]
	fn refusals_are_read_with_their_places() {
		let refusal = |place: u32, name: &str| {
			Value::unnamed_composite([Value::u128(place.into()), variant(name)])
		};
		let list = vec![refusal(2, "BadSignature"), refusal(5, ALREADY)];
		let event = Composite::Named(vec![
			("recorded".to_owned(), Value::u128(4)),
			("refused".to_owned(), Value::unnamed_composite(list)),
		]);
		let found = refusals(&event).unwrap();
		assert_eq!(found.len(), 2);
		assert_eq!(found[&2], "BadSignature");
		assert_eq!(found[&5], ALREADY);
		let none = Value::unnamed_composite(Vec::<Value>::new());
		let event = Composite::Named(vec![("refused".to_owned(), none)]);
		assert_eq!(refusals(&event), Some(HashMap::new()));
		assert_eq!(refusals(&Composite::Named(vec![])), None);
	}

	#[test]
	fn a_commitment_is_on_record_with_the_same_bytes_only() {
		let known = OnRecord([((1, 7), vec!["0xaa".to_owned()])].into());
		assert!(known.holds(&item(1, "0xaa")));
		assert!(!known.holds(&item(1, "0xab")));
		assert!(!known.holds(&item(2, "0xaa")));
	}

	#[test]
	fn a_batch_names_every_field_of_an_item() {
		assert!(commit_batch(&[item(1, &format!("0x{}", "aa".repeat(32)))]).is_ok());
		let error = commit_batch(&[item(1, "0xaa")]).unwrap_err();
		assert_eq!(error.name(), "BadHex");
	}
}
