//! Sealed trades, and what a prover needs to settle them.

use meterproof_wallet::{address::Address, trade::SharedKey};
use serde::Deserialize;
use serde_json::json;
use subxt::utils::AccountId32;

use super::{named_leaves, Rpc, SealedStatement};
use crate::{
	error::{Error, Result},
	proof::{parse_bytes, parse_hash},
	roots::RootLeaf,
	types::Group,
};

/// A trade, as far as traders and wallets need it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trade {
	/// The trade's number.
	pub id: u64,
	/// Whose devices deliver.
	pub seller: Group,
	/// Who pays.
	pub buyer: AccountId32,
	/// What is sold in each period, in base units.
	pub quantity: u64,
	/// Price per base unit, in the token's smallest unit.
	pub price: String,
	/// What a base unit not delivered costs, in the token's smallest unit.
	pub imbalance_price: String,
	/// First period.
	pub first: u64,
	/// Last period.
	pub last: u64,
	/// Whose notes pay the seller, 0x and hex.
	pub payout: Option<String>,
	/// Whose notes pay the buyer, 0x and hex.
	pub refund: Option<String>,
	/// The keys of a sealed trade.
	#[serde(default)]
	pub sealed: Option<SealedInfo>,
}

/// What makes a trade a sealed one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedInfo {
	/// To whom the contents of the seller's notes are encrypted, 0x and hex.
	pub payout_key: String,
	/// To whom the contents of the buyer's notes are encrypted, once the buyer has accepted.
	pub refund_key: Option<String>,
	/// Commitment to the key that both sides share.
	pub key_commitment: Option<String>,
	/// The key that both sides share, encrypted to the seller.
	pub sealed_key: Option<String>,
}

/// A sealed trade that its buyer has accepted.
#[derive(Clone, Copy, Debug)]
pub struct Agreed {
	/// Where the seller is paid.
	pub payout: Address,
	/// Where the buyer is paid.
	pub refund: Address,
	/// What both share.
	pub shared: SharedKey,
}

impl Trade {
	/// The keys of the trade, if it is sealed.
	pub fn sealed(&self) -> Result<&SealedInfo> {
		let message = || format!("trade {} is not a sealed one", self.id);
		self.sealed.as_ref().ok_or_else(|| Error::new("TradeNotSealed", message()))
	}

	/// Where the seller is paid.
	pub fn payout(&self) -> Result<Address> {
		let sealed = self.sealed()?;
		let owner = self.payout.as_deref().ok_or_else(|| self.incomplete())?;
		Ok(Address { owner: parse_hash(owner)?, key: parse_hash(&sealed.payout_key)? })
	}

	/// What both sides have agreed on.
	pub fn agreed(&self) -> Result<Agreed> {
		let sealed = self.sealed()?;
		let accepted = || {
			let (owner, key) = (self.refund.as_deref()?, sealed.refund_key.as_deref()?);
			Some((owner, key, sealed.key_commitment.as_deref()?, sealed.sealed_key.as_deref()?))
		};
		let message = || format!("the buyer has not accepted trade {}", self.id);
		let (owner, key, commitment, ciphertext) =
			accepted().ok_or_else(|| Error::new("NotAccepted", message()))?;
		let ciphertext = parse_bytes(ciphertext)?.try_into().map_err(|_| self.incomplete())?;
		Ok(Agreed {
			payout: self.payout()?,
			refund: Address { owner: parse_hash(owner)?, key: parse_hash(key)? },
			shared: SharedKey { commitment: parse_hash(commitment)?, ciphertext },
		})
	}

	/// Price and imbalance price together, if notes can hold it.
	pub fn rate(&self) -> Result<u64> {
		let price = |text: &str| text.parse::<u64>().ok();
		let rate = price(&self.price).zip(price(&self.imbalance_price));
		rate.and_then(|(price, imbalance)| price.checked_add(imbalance))
			.ok_or_else(|| self.incomplete())
	}

	fn incomplete(&self) -> Error {
		let message = format!("the node does not say of trade {} what it should", self.id);
		Error::new("UnexpectedAnswer", message)
	}
}

impl Rpc {
	/// A trade.
	pub async fn trade(&self, id: u64) -> Result<Trade> {
		let trade: Option<Trade> = self.call("market_trade", vec![json!(id)]).await?;
		trade.ok_or_else(|| Error::new("UnknownTrade", format!("no trade has the id {id}")))
	}

	/// What is to be proved to settle these groups sealed, by a call that takes these leaves out of roots.
	pub async fn sealed_statement(
		&self,
		period: u64,
		groups: &[Group],
		leaves: &[&RootLeaf],
	) -> Result<SealedStatement> {
		let asked = vec![json!(period), json!(groups)];
		let asked = asked.into_iter().chain(named_leaves(leaves)).collect();
		self.call("settlement_sealedStatement", asked).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::Value;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn hash(byte: u8) -> String {
		format!("0x{}", hex::encode([byte; 32]))
	}

	fn trade(sealed: Value) -> Trade {
		let seller = json!({
			"operator": ALICE, "zone": 1, "resource": "electricity", "direction": "export",
		});
		let trade = json!({
			"id": 17, "state": "accepted", "seller": seller, "buyer": ALICE, "quantity": 700,
			"price": "250000000", "imbalancePrice": "300000000", "first": 5, "last": 6,
			"payout": hash(1), "refund": hash(2), "sealed": sealed,
		});
		serde_json::from_value(trade).unwrap()
	}

	fn sealed() -> Value {
		json!({
			"payoutKey": hash(3), "refundKey": hash(4), "keyCommitment": hash(5),
			"sealedKey": format!("0x{}", hex::encode([6; 80])),
		})
	}

	#[test]
	fn a_sealed_trade_is_read_as_the_node_writes_it() {
		let trade = trade(sealed());
		let agreed = trade.agreed().unwrap();
		assert_eq!(agreed.payout, Address { owner: [1; 32], key: [3; 32] });
		assert_eq!(agreed.refund, Address { owner: [2; 32], key: [4; 32] });
		let shared = SharedKey { commitment: [5; 32], ciphertext: [6; 80] };
		assert_eq!(agreed.shared, shared);
		assert_eq!(trade.rate().unwrap(), 550_000_000);
	}

	#[test]
	fn what_is_not_agreed_on_is_named() {
		let name = |trade: &Trade| trade.agreed().unwrap_err().name().to_owned();
		let open = Trade { payout: None, ..trade(Value::Null) };
		assert_eq!(name(&open), "TradeNotSealed");
		assert_eq!(open.payout().unwrap_err().name(), "TradeNotSealed");
		let offered = json!({
			"payoutKey": hash(3), "refundKey": null, "keyCommitment": null, "sealedKey": null,
		});
		let offered = trade(offered);
		assert_eq!(name(&offered), "NotAccepted");
		assert_eq!(offered.payout().unwrap().key, [3; 32]);
		let mut short = sealed();
		short["sealedKey"] = json!("0x00");
		assert_eq!(name(&trade(short)), "UnexpectedAnswer");
		let mut dear = trade(sealed());
		dear.price = u64::MAX.to_string();
		assert_eq!(dear.rate().unwrap_err().name(), "UnexpectedAnswer");
	}
}
