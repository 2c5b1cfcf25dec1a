//! A chain of one validator whose commit window holds many periods, and attested meters on it.

use std::{fs, process::Command, thread};

use anyhow::{anyhow, bail, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	meter::Commitment,
	node::{Node, Settings},
	operator::look_at,
	programs::Programs,
	setting::{Household, Setting},
};
use serde_json::{json, Value};

/// Who sends for the meters: each one a gateway with meters of its own account.
const GATEWAYS: [&str; 4] = ["Bob", "Charlie", "Dave", "Eve"];

/// Who sells, and whose few meters have committed before the others come.
const SELLER: &str = "Ferdie";
const SELLER_METERS: u32 = 2;

/// Registers of a meter, each of which commits in every period.
const REGISTERS: usize = 2;

/// Commitments of one period, until there are more than ten periods.
const IN_A_PERIOD: usize = 2_000;

/// How many periods the meters were cut off from the chain, at most.
const MOST_PERIODS: usize = 10;

/// Periods that a commit window is long.
const WINDOW_PERIODS: u64 = 25;

/// What any meter reads, in Wh.
const READING: u32 = 400;

/// How much is set up for so many commitments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
	/// Commitments in all.
	pub waiting: usize,
	/// Periods that they are of.
	pub periods: usize,
	/// Meters in all.
	pub meters: usize,
}

impl Size {
	/// For so many commitments.
	pub fn of(waiting: usize) -> Self {
		let periods = waiting.div_ceil(IN_A_PERIOD).clamp(1, MOST_PERIODS);
		Self { waiting, periods, meters: waiting.div_ceil(REGISTERS * periods) }
	}

	/// Length of a period in milliseconds: one is soon over, and of ten the first must not reach its
	/// cut-off before all are in.
	pub fn period_ms(self) -> u64 {
		if self.periods == 1 {
			6_000
		} else {
			12_000
		}
	}
}

/// A running chain, and who takes part.
pub struct Setup {
	/// Node, registrar and accounts.
	pub setting: Setting,
	/// The gateways' meters.
	pub gateways: Vec<Household>,
	/// Who sells.
	pub seller: Household,
}

impl Setup {
	/// Starts a node, registers all meters and has them attested.
	pub fn start(size: Size) -> Result<Self> {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-bench-").tempdir()?;
		let file = folder.path().join("chain.json");
		fs::write(&file, chain_spec(&programs, size)?.to_string())?;
		// Not `--dev`: that would also shorten how long the pool refuses what it knows as invalid.
		let arguments = vec![
			format!("--chain={}", file.display()),
			"--alice".into(),
			"--validator".into(),
			"--force-authoring".into(),
			"--unsafe-force-node-key-generation".into(),
		];
		let settings = Settings::new("node", folder.path(), arguments)?;
		let node = Node::start(&programs, settings)?;
		let setting = Setting::on(programs, node, folder)?;

		let shares = shares(size.meters);
		let (shared, sellers) = (&setting, [(SELLER, SELLER_METERS)]);
		let households: Result<Vec<Household>> = thread::scope(|scope| {
			let gateways = GATEWAYS.into_iter().zip(shares).filter(|(_, meters)| *meters > 0);
			let all = gateways.chain(sellers);
			let register = |(name, meters)| scope.spawn(move || shared.household(name, meters));
			let running: Vec<_> = all.map(register).collect();
			let joined = running.into_iter().map(|thread| thread.join());
			joined.map(|result| result.map_err(|_| anyhow!("a thread panicked"))?).collect()
		});
		let mut households = households?;
		let devices = households.iter().flat_map(|household| &household.devices);
		let devices: Vec<_> = devices.copied().collect();
		let seen = look_at(&setting.alice.client, &devices)?;
		let attest = ["--wait", "block", "device", "attest", "--facts", &seen];
		setting.alice.client.run(&attest)?;
		let seller = households.pop().context("nobody sells")?;
		Ok(Self { setting, gateways: households, seller })
	}

	/// What each gateway has to send for the periods from `first` on, older periods first.
	pub fn commitments(&self, size: Size, first: u64) -> Result<Vec<Vec<Commitment>>> {
		let genesis = self.setting.chain().genesis()?;
		let mut left = size.waiting;
		let mut all: Vec<Vec<Commitment>> = vec![Vec::new(); self.gateways.len()];
		for period in first..first + size.periods as u64 {
			for (gateway, items) in self.gateways.iter().zip(&mut all) {
				for meter in &gateway.meters {
					for direction in [Direction::Import, Direction::Export] {
						if left > 0 {
							left -= 1;
							items.push(meter.commit(genesis, period, direction, READING, 0));
						}
					}
				}
			}
		}
		if left > 0 {
			bail!("{left} commitments have no meter");
		}
		Ok(all)
	}

	/// The seller's commitments of one period.
	pub fn sellers(&self, period: u64) -> Result<Vec<Commitment>> {
		let genesis = self.setting.chain().genesis()?;
		let meters = self.seller.meters.iter();
		Ok(meters
			.map(|meter| meter.commit(genesis, period, Direction::Export, READING, 0))
			.collect())
	}
}

/// How many meters each gateway has.
fn shares(meters: usize) -> [u32; GATEWAYS.len()] {
	let mut shares = [0; GATEWAYS.len()];
	for meter in 0..meters {
		shares[meter % GATEWAYS.len()] += 1;
	}
	shares
}

/// The development chain with other periods.
fn chain_spec(programs: &Programs, size: Size) -> Result<Value> {
	let output = Command::new(&programs.node)
		.args(["export-chain-spec", "--chain", "dev"])
		.output()
		.context("cannot start the node's program")?;
	let mut spec: Value = serde_json::from_slice(&output.stdout)
		.context("the node does not print its chain specification")?;
	let length = size.period_ms();
	let schedule = spec
		.pointer_mut("/genesis/runtimeGenesis/patch/metering/schedule")
		.context("the chain specification has no schedule")?;
	*schedule = json!({
		"lengthMs": length,
		"gateLeadMs": 2_000,
		"commitWindowMs": WINDOW_PERIODS * length,
		"proofWindowMs": 2 * length,
		"minBlocks": 3,
	});
	Ok(spec)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn there_is_a_meter_and_a_period_for_every_commitment() {
		for waiting in [1, 500, 2_001, 20_000, 80_000] {
			let size = Size::of(waiting);
			assert!(size.meters * size.periods * REGISTERS >= waiting, "{size:?}");
			assert_eq!(shares(size.meters).iter().sum::<u32>() as usize, size.meters);
			// The runtime takes so many in one group.
			assert!(shares(size.meters).iter().all(|share| *share <= 1_024));
		}
		assert_eq!(Size::of(20_000), Size { waiting: 20_000, periods: 10, meters: 1_000 });
	}
}
