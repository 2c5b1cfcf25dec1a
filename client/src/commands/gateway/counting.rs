//! Which meters count: the chain knows which devices' commitments it takes in a period, and only from
//! those is a reading missing. A meter that was replaced, retired, handed over or never registered
//! stops nobody else's.

use std::collections::HashMap;

use tokio::task::JoinSet;

use crate::{
	chain::Chain,
	error::{Error, Result},
	rpc::RegisterStatus,
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
