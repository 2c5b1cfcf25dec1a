//! Who takes part, and who owns which meter.

use anyhow::{ensure, Result};
use meterproof_driver::{
	account::{Account, Balance},
	client::Client,
	operator::{NewMeter, Operator, Registered},
	readings::{Stretch, Table},
};
use std::path::Path;

/// Operators, each with a share of the meters.
pub const OPERATORS: [&str; 4] = ["Bob", "Charlie", "Dave", "Eve"];

/// Who takes what peers leave, among those who buy: it comes after the operators.
pub const BACKSTOP: usize = OPERATORS.len();

/// The name of an operator or of the backstop.
pub fn name(party: usize) -> &'static str {
	OPERATORS.get(party).copied().unwrap_or("Ferdie")
}

/// Everybody with an account.
pub struct Parties {
	/// Root, registrar and, as the only validator, author of the blocks.
	pub alice: Account,
	/// The zone's backstop; proves for all operators.
	pub ferdie: Account,
	/// In the order of [`OPERATORS`].
	pub operators: Vec<Operator>,
}

/// Where registration fees go, and what load adds to other fees: the account of the pallet id
/// `mpr/fees`.
const FEE_POT: &str = "5EYCAe5i8TNVk5uaS5KBcWkYYN5fyyxx3wqSaPYppQ8VbHYW";

impl Parties {
	/// The well-known accounts.
	pub fn new(client: &Client, folder: &Path) -> Result<Self> {
		let operators = OPERATORS
			.iter()
			.map(|name| Ok(Operator::new(Account::well_known(client, name)?, folder)));
		Ok(Self {
			alice: Account::well_known(client, "Alice")?,
			ferdie: Account::well_known(client, "Ferdie")?,
			operators: operators.collect::<Result<_>>()?,
		})
	}

	/// What all accounts have together: fees stay among them, since Alice makes the blocks, and what
	/// does not go to her is counted with them.
	pub fn total(&self) -> Result<u128> {
		let operators = self.operators.iter().map(|operator| &operator.account);
		let balances = balances(&operators.chain([&self.alice, &self.ferdie]).collect::<Vec<_>>())?;
		let fees = self.alice.balance_of(FEE_POT)?.total();
		Ok(balances.iter().map(Balance::total).sum::<u128>() + fees)
	}

	/// What each operator has.
	pub fn balances(&self) -> Result<Vec<Balance>> {
		balances(&self.operators.iter().map(|operator| &operator.account).collect::<Vec<_>>())
	}
}

fn balances(accounts: &[&Account]) -> Result<Vec<Balance>> {
	accounts.iter().map(|account| account.balance()).collect()
}

/// One operator's meters.
#[derive(Clone, Debug)]
pub struct Share {
	/// Names, those with photovoltaics first.
	pub meters: Vec<String>,
	/// How many have photovoltaics.
	pub solar: usize,
	/// Sum of their exports per step, in Wh: known to the operator alone.
	pub exports: Vec<u64>,
}

/// Deals the meters out: those with photovoltaics by what they export, so that each operator has
/// something to sell.
pub fn deal(table: &Table, stretch: Stretch) -> Result<Vec<Share>> {
	let steps = stretch.first..stretch.first + stretch.steps;
	let exported =
		|meter: &String| -> u64 { steps.clone().map(|step| table.export(meter, step)).sum() };
	let (mut solar, plain): (Vec<&String>, Vec<&String>) =
		table.meters.keys().partition(|meter| table.exports(meter));
	solar.sort_by_key(|meter| std::cmp::Reverse(exported(meter)));
	let every = |all: &[&String], own: usize| -> Vec<String> {
		all.iter().skip(own).step_by(OPERATORS.len()).map(|meter| meter.to_string()).collect()
	};
	let mut shares = Vec::new();
	for (own, name) in OPERATORS.iter().enumerate() {
		let mut meters = every(&solar, own);
		let solar = meters.len();
		meters.extend(every(&plain, own));
		let exports: Vec<u64> = steps
			.clone()
			.map(|step| meters.iter().map(|meter| table.export(meter, step)).sum())
			.collect();
		ensure!(
			exports.iter().all(|sum| *sum >= 20),
			"too little sun: {name} would have {exports:?} Wh to sell; the demo needs {} meters \
			that export in the same {} time steps",
			OPERATORS.len(),
			stretch.steps,
		);
		shares.push(Share { meters, solar, exports });
	}
	Ok(shares)
}

/// The meters as they are registered: a register for export where one is ever used, and room for
/// twice the largest reading.
pub fn to_register(table: &Table, share: &Share) -> Vec<NewMeter> {
	let meters = share.meters.iter().map(|name| NewMeter {
		name: name.clone(),
		exports: table.exports(name),
		nameplate: table.peak(name).saturating_mul(2).saturating_add(1_000),
		seed: None,
	});
	meters.collect()
}

/// The chain's number of a meter.
pub fn device_of(registered: &[Registered], name: &str) -> Option<u32> {
	registered.iter().find(|meter| meter.name == name).map(|meter| meter.device)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::profiles::summer_day;

	#[test]
	fn every_meter_has_one_owner() {
		let table = Table::parse(&summer_day(1, 41)).unwrap();
		let stretch = table.brightest(3).unwrap();
		let shares = deal(&table, stretch).unwrap();
		let mut dealt: Vec<&String> = shares.iter().flat_map(|share| &share.meters).collect();
		dealt.sort();
		assert_eq!(dealt, table.meters.keys().collect::<Vec<_>>());
		assert!(shares.iter().all(|share| share.solar > 0 && share.exports.len() == 3));
	}

	#[test]
	fn a_day_without_sun_is_refused() {
		let night = "time,meter,import_wh,export_wh\n2016-06-14T00:00:00Z,a,5,0\n";
		let table = Table::parse(night).unwrap();
		let stretch = table.brightest(1).unwrap();
		assert!(deal(&table, stretch).unwrap_err().to_string().contains("too little sun"));
	}
}
