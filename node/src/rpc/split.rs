//! The statements of sealed trades in JSON: digests in hexadecimal, money as decimal strings.

use meterproof_primitives::{
	AssetId, Claim, PeriodIndex, Quantity, SealedTerms, SplitStatement, TradeId,
};
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// A claim about the sum of a group's readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StatementClaim {
	/// The sum is at least this much.
	AtLeast(Quantity),
	/// The sum is at most this much.
	AtMost(Quantity),
	/// The sum is exactly this much.
	Exactly(Quantity),
	/// The sum is at least the quantity behind this commitment: zero until the prover fills it in.
	AtLeastHidden(H256),
}

impl From<Claim> for StatementClaim {
	fn from(claim: Claim) -> Self {
		match claim {
			Claim::AtLeast(quantity) => Self::AtLeast(quantity),
			Claim::AtMost(quantity) => Self::AtMost(quantity),
			Claim::Exactly(quantity) => Self::Exactly(quantity),
			Claim::AtLeastHidden(commitment) => Self::AtLeastHidden(H256(commitment)),
		}
	}
}

impl From<StatementClaim> for Claim {
	fn from(claim: StatementClaim) -> Self {
		match claim {
			StatementClaim::AtLeast(quantity) => Self::AtLeast(quantity),
			StatementClaim::AtMost(quantity) => Self::AtMost(quantity),
			StatementClaim::Exactly(quantity) => Self::Exactly(quantity),
			StatementClaim::AtLeastHidden(commitment) => Self::AtLeastHidden(commitment.0),
		}
	}
}

/// The public inputs of a split's proof.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Split {
	/// Hash of block 0.
	genesis: H256,
	/// The period of all trades.
	period: PeriodIndex,
	/// What all notes are of.
	asset: AssetId,
	/// The trades, in the order of the groups.
	splits: Vec<TradeSplit>,
}

/// One trade's part. What the prover fills in is zero until then.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TradeSplit {
	terms: Terms,
	/// Commitment to what was delivered, as in the usage statement.
	quantity_commitment: H256,
	/// Leaf of the seller's note, then of the buyer's.
	outputs: [H256; 2],
	/// Digest of both notes' ciphertexts.
	ciphertexts: H256,
}

/// The terms by which payment and collateral of a trade are split.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terms {
	trade: TradeId,
	/// Contracted, in base units.
	quantity: u32,
	/// Price and imbalance price together, per base unit, as a decimal string.
	rate: String,
	/// Whose note pays the seller.
	payout: H256,
	/// Whose note pays the buyer.
	refund: H256,
	/// Commitment to the key that both sides share.
	key_commitment: H256,
}

impl From<SplitStatement> for Split {
	fn from(statement: SplitStatement) -> Self {
		let splits = statement.splits.into_iter().map(|split| TradeSplit {
			terms: Terms {
				trade: split.terms.trade,
				quantity: split.terms.quantity,
				rate: split.terms.rate.to_string(),
				payout: H256(split.terms.payout),
				refund: H256(split.terms.refund),
				key_commitment: H256(split.terms.key_commitment),
			},
			quantity_commitment: H256(split.quantity_commitment),
			outputs: split.outputs.map(H256),
			ciphertexts: H256(split.ciphertexts),
		});
		Self {
			genesis: H256(statement.genesis),
			period: statement.period,
			asset: statement.asset,
			splits: splits.collect(),
		}
	}
}

impl TryFrom<Split> for SplitStatement {
	type Error = String;

	fn try_from(split: Split) -> Result<Self, String> {
		let splits = split.splits.into_iter().map(|split| {
			let Terms { trade, quantity, rate, payout, refund, key_commitment } = split.terms;
			let rate = rate.parse().map_err(|_| format!("not a rate: {rate}"))?;
			Ok(meterproof_primitives::Split {
				terms: SealedTerms {
					trade,
					quantity,
					rate,
					payout: payout.0,
					refund: refund.0,
					key_commitment: key_commitment.0,
				},
				quantity_commitment: split.quantity_commitment.0,
				outputs: split.outputs.map(|leaf| leaf.0),
				ciphertexts: split.ciphertexts.0,
			})
		});
		Ok(Self {
			genesis: split.genesis.0,
			period: split.period,
			asset: split.asset,
			splits: splits.collect::<Result<_, String>>()?,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_primitives::{
		api::{SealedInfo, StatementLine},
		Sealed, SealedBuyer, SharedKey, SEALED_KEY_LENGTH,
	};
	use serde_json::json;

	fn hex(byte: u8) -> String {
		format!("0x{}", format!("{byte:02x}").repeat(32))
	}

	fn statement() -> SplitStatement {
		SplitStatement {
			genesis: [1; 32],
			period: 2,
			asset: 0,
			splits: vec![meterproof_primitives::Split {
				terms: SealedTerms {
					trade: 3,
					quantity: u32::MAX,
					rate: (1 << 60) - 1,
					payout: [4; 32],
					refund: [5; 32],
					key_commitment: [6; 32],
				},
				quantity_commitment: [7; 32],
				outputs: [[8; 32], [9; 32]],
				ciphertexts: [10; 32],
			}],
		}
	}

	#[test]
	fn a_split_keeps_its_shape_and_comes_back() {
		let json = serde_json::to_value(Split::from(statement())).unwrap();
		let expected = json!({
			"genesis": hex(1),
			"period": 2,
			"asset": 0,
			"splits": [{
				"terms": {
					"trade": 3,
					"quantity": 4_294_967_295u32,
					"rate": "1152921504606846975",
					"payout": hex(4),
					"refund": hex(5),
					"keyCommitment": hex(6),
				},
				"quantityCommitment": hex(7),
				"outputs": [hex(8), hex(9)],
				"ciphertexts": hex(10),
			}],
		});
		assert_eq!(json, expected);
		let read: Split = serde_json::from_value(json).unwrap();
		assert_eq!(SplitStatement::try_from(read), Ok(statement()));
	}

	#[test]
	fn a_rate_that_is_none_is_refused() {
		let mut split = Split::from(statement());
		split.splits[0].terms.rate = "-1".into();
		assert!(SplitStatement::try_from(split).is_err());
	}

	#[test]
	fn a_hidden_quantity_is_a_commitment_in_hexadecimal() {
		let claim = StatementClaim::from(Claim::AtLeastHidden([7; 32]));
		let json = serde_json::to_value(claim).unwrap();
		assert_eq!(json, json!({ "atLeastHidden": hex(7) }));
		let read: StatementClaim = serde_json::from_value(json).unwrap();
		assert_eq!(Claim::from(read), Claim::AtLeastHidden([7; 32]));
		let open = StatementClaim::from(Claim::AtLeast(5));
		assert_eq!(serde_json::to_value(open).unwrap(), json!({ "atLeast": 5 }));
	}

	#[test]
	fn a_period_settled_sealed_shows_its_sum_and_no_quantity() {
		let line = |delivered: Option<Quantity>, sealed: Option<u128>| StatementLine {
			trade: 1,
			period: 2,
			seller: 3u64,
			buyer: 4u64,
			contracted: 100,
			delivered,
			paid: delivered.map(|_| 500u128),
			refunded: delivered.map(|_| 0),
			penalty: delivered.map(|_| 0),
			sealed,
		};
		let json = serde_json::to_value(line(None, Some(1_700))).unwrap();
		assert_eq!(json["sealed"], json!("1700"));
		for hidden in ["delivered", "paid", "refunded", "penalty"] {
			assert_eq!(json.get(hidden), Some(&json!(null)));
		}
		let json = serde_json::to_value(line(Some(100), None)).unwrap();
		assert_eq!((&json["delivered"], &json["paid"]), (&json!(100), &json!("500")));
		assert_eq!(json.get("sealed"), Some(&json!(null)));
	}

	#[test]
	fn the_buyers_part_of_a_sealed_trade_is_null_until_it_accepts() {
		let shared = SharedKey { commitment: [3; 32], ciphertext: [4; SEALED_KEY_LENGTH] };
		let buyer = SealedBuyer { refund_key: [2; 32], shared };
		let json = |buyer| {
			let sealed = SealedInfo::from(Sealed { payout_key: [1; 32], buyer });
			serde_json::to_value(sealed).unwrap()
		};
		assert_eq!(
			json(None),
			json!({
				"payoutKey": hex(1), "refundKey": null, "keyCommitment": null, "sealedKey": null,
			})
		);
		assert_eq!(
			json(Some(buyer)),
			json!({
				"payoutKey": hex(1),
				"refundKey": hex(2),
				"keyCommitment": hex(3),
				"sealedKey": format!("0x{}", "04".repeat(SEALED_KEY_LENGTH)),
			})
		);
	}
}
