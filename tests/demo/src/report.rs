//! The closing table and the JSON file.

use std::fmt::Write as _;

use meterproof_driver::{chain::Line, settle::Proof};
use serde_json::{json, Value};

use crate::{
	parties::name,
	plan::{Ending, Planned},
};

/// A trade at the end.
#[derive(Clone, Debug)]
pub struct Row {
	/// Its number on the chain.
	pub trade: u64,
	/// As it was planned.
	pub planned: Planned,
	/// How it was to end.
	pub ending: Ending,
	/// Whether only its two sides know how it ended.
	pub sealed: bool,
	/// Sums over its periods.
	pub sums: Sums,
}

/// Sums over periods or trades: Wh, and smallest units of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
	/// Wh.
	pub contracted: u64,
	/// Wh.
	pub settled: u64,
	/// To the seller.
	pub paid: u128,
	/// Back to the buyer.
	pub refunded: u128,
	/// From the seller's collateral to the buyer.
	pub penalty: u128,
}

impl Sums {
	/// Of some lines.
	pub fn of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Self {
		lines.into_iter().fold(Self::default(), |sums, line| Self {
			contracted: sums.contracted + line.contracted,
			settled: sums.settled + line.delivered,
			paid: sums.paid + line.paid,
			refunded: sums.refunded + line.refunded,
			penalty: sums.penalty + line.penalty,
		})
	}

	fn and(self, other: Self) -> Self {
		Self {
			contracted: self.contracted + other.contracted,
			settled: self.settled + other.settled,
			paid: self.paid + other.paid,
			refunded: self.refunded + other.refunded,
			penalty: self.penalty + other.penalty,
		}
	}

	fn json(&self) -> Value {
		json!({
			"contracted": self.contracted,
			"settled": self.settled,
			"paid": self.paid.to_string(),
			"refunded": self.refunded.to_string(),
			"penalty": self.penalty.to_string(),
		})
	}
}

/// The figures of the JSON file.
#[derive(Clone, Debug, Default)]
pub struct Figures {
	/// Readings that the meters took.
	pub readings: u64,
	/// Commitments found on the chain.
	pub commitments_on_chain: u64,
	/// In the order of their settlement.
	pub proofs: Vec<Proof>,
	/// All money before the first transaction, in smallest units.
	pub issuance_before: u128,
	/// All money at the end.
	pub issuance_after: u128,
	/// What sellers were paid in notes.
	pub paid_into_notes: u128,
	/// What went into notes of both sides of sealed trades.
	pub settled_sealed: u128,
	/// From a proof's submission to the finality of what it settled, in seconds.
	pub seconds_from_proof_to_finality: Vec<f64>,
}

impl Figures {
	/// The file.
	pub fn json(&self, rows: &[Row]) -> Value {
		let proofs: Vec<Value> = self.proofs.iter().map(proof_json).collect();
		let trades: Vec<Value> = rows.iter().map(|row| row.sums.json()).collect();
		json!({
			"readings": self.readings,
			"commitments_on_chain": self.commitments_on_chain,
			"proofs": proofs,
			"trades": trades,
			"issuance_before": self.issuance_before.to_string(),
			"issuance_after": self.issuance_after.to_string(),
			"paid_into_notes": self.paid_into_notes.to_string(),
			"settled_sealed": self.settled_sealed.to_string(),
			"seconds_from_proof_to_finality": self.seconds_from_proof_to_finality,
		})
	}
}

fn proof_json(proof: &Proof) -> Value {
	json!({
		"slots": proof.slots,
		"groups": proof.groups,
		"bytes": proof.bytes,
		"prove_ms": proof.prove_ms,
		"verify_native_ms": proof.verify_native_ms,
	})
}

/// The table, with totals.
pub fn table(rows: &[Row]) -> String {
	let mut text = format!(
		"{:>5}  {:<18} {:<7} {:>10} {:>9} {:>13} {:>13} {:>13}  {}\n",
		"trade",
		"seller > buyer",
		"periods",
		"contracted",
		"settled",
		"paid",
		"refunded",
		"penalty",
		"ending"
	);
	let _ = writeln!(
		text,
		"{:>5}  {:<18} {:<7} {:>10} {:>9} {:>13} {:>13} {:>13}",
		"", "", "", "Wh", "Wh", "MPF", "MPF", "MPF"
	);
	let mut total = Sums::default();
	for row in rows {
		let Planned { seller, buyer, first, last, .. } = row.planned;
		let who = format!("{} > {}", name(seller), name(buyer));
		let (first, last) = (first + 1, last + 1);
		let when = if first == last { first.to_string() } else { format!("{first}-{last}") };
		let sealed = if row.sealed { ", sealed: only its two sides see this line" } else { "" };
		let ending = format!("{}{sealed}", row.ending.text());
		line(&mut text, &row.trade.to_string(), &who, &when, &row.sums, &ending);
		total = total.and(row.sums);
	}
	text.push_str(&"-".repeat(112));
	text.push('\n');
	line(&mut text, "", "all", "", &total, "");
	text
}

fn line(text: &mut String, trade: &str, who: &str, when: &str, sums: &Sums, ending: &str) {
	let Sums { contracted, settled, paid, refunded, penalty } = *sums;
	let row = format!(
		"{trade:>5}  {who:<18} {when:<7} {contracted:>10} {settled:>9} {:>13} {:>13} {:>13}  {ending}",
		money(paid),
		money(refunded),
		money(penalty),
	);
	// Writing to a string does not fail.
	let _ = writeln!(text, "{}", row.trim_end());
}

/// Smallest units as tokens, to the millionth: prices here have no finer parts.
pub fn money(amount: u128) -> String {
	let token = 1_000_000_000_000;
	format!("{}.{:06}", amount / token, amount % token / 1_000_000)
}

/// The middle of some seconds.
pub fn median(values: &[f64]) -> f64 {
	let mut sorted = values.to_vec();
	sorted.sort_by(f64::total_cmp);
	sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn row(trade: u64) -> Row {
		let planned = Planned { seller: 0, buyer: 1, quantity: 700, price: 205, first: 0, last: 2 };
		let line = |period| Line {
			trade,
			period,
			contracted: 700,
			delivered: 600,
			paid: 600 * 205_000_000,
			refunded: 100 * 205_000_000,
			penalty: 100 * 205_000_000,
		};
		let sums = Sums::of(&[line(1), line(2), line(3)]);
		Row { trade, planned, ending: Ending::Partly, sealed: trade == 4, sums }
	}

	#[test]
	fn the_table_ends_with_totals() {
		let text = table(&[row(3), row(4)]);
		let last = text.lines().last().unwrap();
		assert!(
			last.contains("4200") && last.contains("3600") && last.contains("0.738000"),
			"{text}"
		);
		assert!(text.contains("Bob > Charlie") && text.contains("partly delivered\n"));
		assert!(text.contains("partly delivered, sealed"));
	}

	#[test]
	fn the_file_has_the_agreed_fields() {
		let figures = Figures { readings: 5, ..Figures::default() };
		let json = figures.json(&[row(3)]);
		let names: Vec<&String> = json.as_object().unwrap().keys().collect();
		let mut agreed = [
			"readings",
			"commitments_on_chain",
			"proofs",
			"trades",
			"issuance_before",
			"issuance_after",
			"paid_into_notes",
			"settled_sealed",
			"seconds_from_proof_to_finality",
		];
		agreed.sort();
		let mut names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
		names.sort();
		assert_eq!(names, agreed);
		assert_eq!(json["trades"][0]["settled"], 1_800);
		assert_eq!(json["trades"][0].as_object().unwrap().len(), 5);
	}

	#[test]
	fn money_is_shown_in_tokens() {
		assert_eq!(money(1_234_567_890_123), "1.234567");
		assert_eq!(money(0), "0.000000");
	}
}
