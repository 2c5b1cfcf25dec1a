//! What an audit tells.

use std::collections::BTreeSet;

use meterproof_wallet::{
	audit::{Audit, AuditedPayment, Reading},
	network::Network,
};
use serde_json::{json, Value};

use super::super::unit::Units;
use crate::output::table;

/// The payments of some assets from some block on.
pub struct Report<'a> {
	network: &'a Network,
	assets: &'a BTreeSet<u32>,
	payments: Vec<&'a AuditedPayment>,
}

impl<'a> Report<'a> {
	/// Out of all that the audit has seen.
	pub fn new(audit: &'a Audit, assets: &'a BTreeSet<u32>, from_block: u32) -> Self {
		let payments = audit.payments().iter();
		let payments = payments
			.filter(|payment| assets.contains(&payment.asset) && payment.block >= from_block)
			.collect();
		Self { network: audit.network(), assets, payments }
	}

	fn of(&self, asset: u32) -> impl Iterator<Item = &&'a AuditedPayment> {
		self.payments.iter().filter(move |payment| payment.asset == asset)
	}

	fn unreadable(&self, asset: u32) -> usize {
		self.of(asset).filter(|payment| !payment.is_readable()).count()
	}

	fn listed(&self, only_unreadable: bool) -> impl Iterator<Item = &&'a AuditedPayment> {
		self.payments.iter().filter(move |payment| !(only_unreadable && payment.is_readable()))
	}

	/// For programs: counts per asset, and the payments.
	pub fn json(&self, only_unreadable: bool) -> Value {
		let assets = self.assets.iter().map(|asset| {
			json!({
				"asset": asset,
				"payments": self.of(*asset).count(),
				"unreadable": self.unreadable(*asset),
			})
		});
		let payments = self.listed(only_unreadable).map(|payment| {
			let notes = positions(payment).map(|(position, note)| self.note(position, note));
			json!({
				"asset": payment.asset,
				"block": payment.block,
				"readable": payment.is_readable(),
				"amount": payment.is_readable().then(|| payment.amount().to_string()),
				"notes": notes.collect::<Vec<_>>(),
			})
		});
		json!({ "assets": assets.collect::<Vec<_>>(), "payments": payments.collect::<Vec<_>>() })
	}

	fn note(&self, position: u32, note: &Reading) -> Value {
		match note {
			Reading::Opened { amount, to, memo } => json!({
				"position": position,
				"readable": true,
				"amount": amount.to_string(),
				"to": to.to_text(self.network),
				"memo": memo.text(),
			}),
			Reading::Unreadable | Reading::NoPart => {
				json!({ "position": position, "readable": false })
			},
		}
	}

	/// For people: a row for each note that holds something or does not open, and the counts.
	pub fn text(&self, units: &Units, only_unreadable: bool) -> String {
		let mut rows = Vec::new();
		for payment in self.listed(only_unreadable) {
			let notes = positions(payment)
				.filter(|(_, note)| !matches!(note, Reading::Opened { amount: 0, .. }));
			for (position, note) in notes {
				let (amount, to, memo) = match note {
					Reading::Opened { amount, to, memo } => {
						let shown = units.of(payment.asset).show(*amount);
						(shown, to.to_text(self.network), memo.text())
					},
					Reading::Unreadable => ("does not open".into(), "-".into(), String::new()),
					Reading::NoPart => ("has no part".into(), "-".into(), String::new()),
				};
				let (block, asset) = (payment.block.to_string(), payment.asset.to_string());
				rows.push(vec![block, position.to_string(), asset, amount, to, memo]);
			}
		}
		let counts = self.assets.iter().map(|asset| {
			let (all, bad) = (self.of(*asset).count(), self.unreadable(*asset));
			format!("asset {asset}: {all} payments, of which {bad} do not open as they should")
		});
		let counts = counts.collect::<Vec<_>>().join("\n");
		let counts = match self.assets.is_empty() {
			true => "no asset names this auditor, and no payment opens with its key".to_owned(),
			false => counts,
		};
		let headings = ["block", "position", "asset", "amount", "to", "memo"];
		format!("{}\n{counts}", table(&headings, &rows))
	}
}

fn positions(payment: &AuditedPayment) -> impl Iterator<Item = (u32, &Reading)> {
	(payment.position..).zip(&payment.notes)
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::note::{owner, Note};
	use meterproof_wallet::{
		audit::AuditorKey,
		ciphertext::Sealing,
		keys::Seed,
		memo::Memo,
		network::Kind,
		scan::{Content, Published},
		secret::Secret,
	};

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	/// A note of `asset` in `block`, for the auditor with this key.
	fn note(asset: u32, block: u32, amount: u64, auditor: &AuditorKey) -> Published {
		let view = Seed::from_bytes(&[1; 32]).viewing_key();
		let to = view.address_key(0).address();
		let note = Note { asset, amount, owner: to.owner, randomness: canonical() };
		let ciphertext = Sealing {
			note: &note,
			to: &to,
			memo: &Memo::new("for March").unwrap(),
			outgoing: view.outgoing(),
			auditor: Some(&auditor.public()),
			ephemeral: &Secret::random().unwrap(),
		};
		let content =
			Content::Sealed { nullifier: [0; 32], ciphertext: ciphertext.seal().unwrap() };
		Published { commitment: note.commitment().unwrap(), asset, block, content }
	}

	/// Any digest whose words are below the modulus.
	fn canonical() -> [u8; 32] {
		owner(&[1; 32], 0).unwrap()
	}

	fn audit() -> Audit {
		let (ours, other) = (AuditorKey::random().unwrap(), AuditorKey::random().unwrap());
		let notes = [
			note(4, 1, 100, &ours),
			note(4, 1, 0, &ours),
			note(4, 2, 5, &ours),
			note(4, 2, 6, &other),
			note(5, 3, 7, &other),
			note(5, 3, 8, &other),
		];
		let mut audit = Audit::new(NETWORK, ours);
		audit.take(0, &notes).unwrap();
		audit
	}

	#[test]
	fn what_opens_is_listed_and_what_does_not_is_counted() {
		let (audit, assets) = (audit(), BTreeSet::from([4]));
		let value = Report::new(&audit, &assets, 0).json(false);
		assert_eq!(value["assets"], json!([{ "asset": 4, "payments": 2, "unreadable": 1 }]));
		let payments = value["payments"].as_array().unwrap();
		assert_eq!((&payments[0]["amount"], &payments[1]["amount"]), (&json!("100"), &Value::Null));
		assert_eq!(payments[1]["notes"][0]["memo"], "for March");
		assert_eq!(payments[1]["notes"][1], json!({ "position": 3, "readable": false }));

		let text = Report::new(&audit, &assets, 0).text(&Units::default(), false);
		assert!(text.contains("does not open"), "{text}");
		assert!(text.ends_with("asset 4: 2 payments, of which 1 do not open as they should"));
		assert_eq!(text.lines().count(), 1 + 3 + 1, "{text}");
	}

	#[test]
	fn assets_blocks_and_what_does_not_open_can_be_chosen() {
		let audit = audit();
		let of = |assets: &[u32], from_block| {
			let assets = assets.iter().copied().collect();
			let count =
				|only| Report::new(&audit, &assets, from_block).json(only)["payments"].clone();
			[false, true].map(|only| count(only).as_array().unwrap().len())
		};
		assert_eq!(of(&[4], 0), [2, 1]);
		assert_eq!(of(&[4], 2), [1, 1]);
		assert_eq!(of(&[5], 0), [1, 1]);
		assert_eq!(of(&[4, 5], 3), [1, 1]);
		let none = BTreeSet::new();
		let text = Report::new(&audit, &none, 0).text(&Units::default(), false);
		assert!(text.contains("no asset names this auditor"));
	}
}
