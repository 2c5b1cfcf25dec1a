//! Who counts: the chain knows which devices' commitments it takes in a period, and only from
//! those is a reading missing. A meter that was replaced, retired, handed over or never registered
//! stops nobody else's.

use std::collections::HashMap;

use tokio::task::JoinSet;

use super::Registered;
use crate::{
	chain::Chain,
	error::{Error, Result},
	readings::{Readings, Step},
	rpc::RegisterStatus,
	store::Store,
	types::Direction,
};

/// Questions that wait for their answers at one time.
const AT_ONCE: usize = 32;

/// What the chain says of devices in one period, by device.
#[derive(Debug, Default)]
pub struct Answers(HashMap<u32, Vec<RegisterStatus>>);

impl Answers {
	/// Asks the chain.
	pub async fn of(chain: &Chain, devices: &[u32], period: u64) -> Result<Self> {
		let mut answers = HashMap::new();
		for part in devices.chunks(AT_ONCE) {
			let mut asked = JoinSet::new();
			for device in part.iter().copied() {
				let rpc = chain.rpc.clone();
				asked.spawn(async move { (device, rpc.register_status(device, period).await) });
			}
			while let Some(answer) = asked.join_next().await {
				let stopped = |_| Error::new("ChainError", "a question to the node was given up");
				let (device, registers) = answer.map_err(stopped)?;
				answers.insert(device, registers?);
			}
		}
		Ok(Self(answers))
	}

	/// Answers that are known.
	#[cfg(test)]
	pub fn new(answers: HashMap<u32, Vec<RegisterStatus>>) -> Self {
		Self(answers)
	}

	/// What the chain says of a register; `None` if it was not asked about the device.
	pub fn register(&self, device: u32, direction: Direction) -> Option<Register<'_>> {
		let registers = self.0.get(&device)?;
		let register = registers.iter().find(|register| register.direction == direction);
		Some(register.map_or(Register::Missing, Register::Known))
	}

	/// Whether a device counts, for an operator of the store's.
	pub fn counts(&self, device: u32, operators: &[[u8; 32]]) -> bool {
		let registers = self.0.get(&device).into_iter().flatten();
		registers.into_iter().any(|register| is_ours(register, operators))
	}

	/// Why a device does not count, in the chain's words.
	fn reason(&self, device: u32) -> &str {
		let registers = self.0.get(&device).into_iter().flatten();
		let name = registers.into_iter().find_map(|register| register.refusal.as_deref());
		name.unwrap_or("it is another operator's")
	}
}

/// A register, by the chain's word.
#[derive(Clone, Copy, Debug)]
pub enum Register<'a> {
	/// The device counts, and has no such register.
	Missing,
	/// What the chain says of it.
	Known(&'a RegisterStatus),
}

/// Whether a register counts, for an operator of the store's. A store that does not know whose its
/// meters are takes all for its own.
pub fn is_ours(register: &RegisterStatus, operators: &[[u8; 32]]) -> bool {
	let operator = register.group.as_ref().map(|group| group.operator.0);
	operator.is_some_and(|operator| operators.is_empty() || operators.contains(&operator))
}

/// The devices that must have readings, with the steps for which they must.
#[derive(Debug, Default)]
pub struct Required {
	steps: HashMap<u32, Vec<bool>>,
	/// Devices that count at neither end of the periods, and why.
	departed: HashMap<u32, String>,
}

impl Required {
	/// Asks the chain: for the first and the last period, and where a device counts in one of them
	/// alone, for those between.
	pub async fn of(
		chain: &Chain,
		store: &Store,
		meters: &[Registered],
		periods: &[u64],
	) -> Result<Self> {
		let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
			return Ok(Self::default());
		};
		let devices: Vec<_> = meters.iter().map(|meter| meter.device).collect();
		let at_first = Answers::of(chain, &devices, *first).await?;
		let at_last = match first == last {
			true => None,
			false => Some(Answers::of(chain, &devices, *last).await?),
		};
		let at_last = at_last.as_ref().unwrap_or(&at_first);
		let mut required = Self::default();
		for device in devices {
			let ends = [&at_first, at_last].map(|at| at.counts(device, store.operators()));
			let steps = match ends {
				[true, true] => vec![true; periods.len()],
				[false, false] => {
					required.departed.insert(device, at_last.reason(device).to_owned());
					continue;
				},
				_ => {
					let mut steps = Vec::with_capacity(periods.len());
					for period in periods {
						let answers = Answers::of(chain, &[device], *period).await?;
						steps.push(answers.counts(device, store.operators()));
					}
					steps
				},
			};
			required.steps.insert(device, steps);
		}
		Ok(required)
	}

	/// These devices, for every step.
	#[cfg(test)]
	pub fn always(devices: &[u32], steps: usize) -> Self {
		let steps = devices.iter().map(|device| (*device, vec![true; steps])).collect();
		Self { steps, departed: HashMap::new() }
	}

	/// Refuses readings that are missing or impossible before the first commitment is made.
	pub fn check(
		&self,
		readings: &Readings,
		steps: &[Step],
		periods: &[u64],
		meters: &[Registered],
	) -> Result<()> {
		for registered in meters {
			let facts = &registered.meter.facts;
			let required = self.steps.get(&registered.device);
			for (index, (period, step)) in periods.iter().zip(steps).enumerate() {
				if registered.meter.key_for(*period).seed().is_none() {
					continue;
				}
				let required = required.and_then(|steps| steps.get(index)).copied();
				let required = required.unwrap_or(false);
				if required || step.has(&facts.name) {
					readings.ensure_unit(&facts.name, facts.resource)?;
				}
				for direction in facts.directions.iter().filter(|_| required) {
					step.reading(&facts.name, direction, facts.nameplate)?;
				}
			}
		}
		Ok(())
	}

	/// Names of meters that do not count and have no readings either, with the reason.
	pub fn passed_over(&self, steps: &[Step], meters: &[Registered]) -> Vec<String> {
		let mut names = Vec::new();
		for Registered { meter, device, .. } in meters {
			let Some(reason) = self.departed.get(device) else { continue };
			if !steps.iter().any(|step| step.has(meter.name())) {
				names.push(format!("{} (device {device}: {reason})", meter.name()));
			}
		}
		names
	}
}
