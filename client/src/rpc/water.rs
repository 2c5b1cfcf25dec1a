//! `water_*`: seasons, accounts in them, and what proves their use.

use serde::Deserialize;
use serde_json::{json, Value};
use subxt::utils::AccountId32;

use super::{decimal, unexpected, Rpc, Statement};
use crate::error::Result;

/// Litres by priority.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Classes {
	/// What is served first and cut last.
	pub essential: u64,
	/// What can be passed on.
	pub general: u64,
}

/// A scarcity cut.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cut {
	/// The first turn that it holds for.
	pub from_turn: u32,
	/// What is kept of essential litres, in millionths.
	pub essential_kept: u32,
	/// What is kept of general litres, in millionths.
	pub general_kept: u32,
}

/// A season.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Season {
	/// The zone.
	pub zone: u32,
	/// Its number.
	pub season: u32,
	/// Its first period.
	pub first: u64,
	/// Its last period.
	pub last: u64,
	/// Periods of a turn.
	pub turn: u32,
	/// How many turns it has.
	pub turns: u32,
	/// The turn that runs.
	pub running: Option<u32>,
	/// What was announced, in litres.
	pub available: u64,
	/// What each class gets of it.
	pub granted: Classes,
	/// What a litre used beyond the allocation costs, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub penalty: u128,
	/// Cuts, in order of their turns.
	pub cuts: Vec<Cut>,
}

/// General litres that are offered.
#[derive(Clone, Debug, Deserialize)]
pub struct WaterOffer {
	/// Who may take them.
	pub to: Option<AccountId32>,
	/// How many litres.
	pub quantity: u64,
	/// Per litre, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub price: u128,
}

/// An account in a zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaterAccount {
	/// The zone.
	pub zone: u32,
	/// Whose it is.
	pub account: AccountId32,
	/// Its standing shares.
	pub entitlement: Classes,
	/// What it may still use.
	pub balance: Classes,
	/// The turn that is to be proved next.
	pub turn: Option<u32>,
	/// The last period of that turn.
	pub reading: Option<u64>,
	/// What it offers.
	pub offer: Option<WaterOffer>,
	/// Whether it enters no other season.
	pub leaving: bool,
	/// On hold until the turn is closed.
	#[serde(deserialize_with = "decimal")]
	pub surety: u128,
	/// On hold, and to be claimed.
	#[serde(deserialize_with = "decimal")]
	pub claimable: u128,
	/// Charged and not paid.
	#[serde(deserialize_with = "decimal")]
	pub owed: u128,
}

impl Rpc {
	/// The last season of a zone that was announced; with the answer as it is.
	pub async fn season(&self, zone: u32) -> Result<(Option<Season>, Value)> {
		const METHOD: &str = "water_season";
		let told = self.raw(METHOD, vec![json!(zone)]).await?;
		let season = Deserialize::deserialize(&told).map_err(|error| unexpected(METHOD, &error))?;
		Ok((season, told))
	}

	/// An account in a zone; with the answer as it is.
	pub async fn holder(
		&self,
		zone: u32,
		account: &AccountId32,
	) -> Result<(Option<WaterAccount>, Value)> {
		const METHOD: &str = "water_account";
		let told = self.raw(METHOD, vec![json!(zone), json!(account)]).await?;
		let holder = Deserialize::deserialize(&told).map_err(|error| unexpected(METHOD, &error))?;
		Ok((holder, told))
	}

	/// The public inputs of a proof that these accounts have used at most so much.
	pub async fn use_statement(
		&self,
		zone: u32,
		period: u64,
		claims: &[(AccountId32, u64)],
	) -> Result<Statement> {
		let claims: Vec<_> = claims
			.iter()
			.map(|(account, used)| json!({ "account": account, "used": used }))
			.collect();
		self.call("water_statement", vec![json!(zone), json!(period), json!(claims)]).await
	}
}
