//! Meters, their commitments, and the periods these are for.

use meterproof_device::{commit_and_sign, MeterKey, SaltSecret, Slot};
use meterproof_primitives::{DeviceKey, Schedule, SignedCommitment};
use meterproof_prover::usage::Opening;

use super::*;

fn key(number: u64) -> MeterKey {
	MeterKey::from_seed(&seed(number, 1))
}

fn salts(number: u64) -> SaltSecret {
	SaltSecret::from_bytes(seed(number, 2))
}

fn seed(number: u64, purpose: u8) -> [u8; 32] {
	let mut seed = [purpose; 32];
	seed[..8].copy_from_slice(&number.to_le_bytes());
	seed
}

fn slot(device: DeviceId, period: PeriodIndex, direction: Direction) -> Slot {
	let direction = match direction {
		Direction::Import => meterproof_device::Direction::Import,
		Direction::Export => meterproof_device::Direction::Export,
	};
	Slot { genesis: Metering::genesis().unwrap(), device, period, direction }
}

/// The periods that meters may commit for.
fn committing() -> Vec<PeriodIndex> {
	recent_periods()
		.filter(|(_, phase)| matches!(phase, Phase::Running | Phase::Committing))
		.map(|(period, _)| period)
		.collect()
}

impl World {
	/// A new meter's public key.
	pub(super) fn new_meter(&mut self) -> DeviceKey {
		let number = self.meters.len() as u64;
		let public = key(number).public();
		self.meters.insert(public, number);
		public
	}

	/// What a meter signs for a register in a period. All count as much as they can.
	pub(super) fn signed(
		&self,
		device: &Device,
		period: PeriodIndex,
		of: Direction,
	) -> Option<SignedCommitment> {
		let row = device.record.rows.at(period)?;
		let number = *self.meters.get(&row.key)?;
		let reading = device.record.nameplate;
		let slot = slot(device.id, period, of);
		let signed = commit_and_sign(&key(number), &salts(number), &slot, reading, 0);
		Some(SignedCommitment {
			device: device.id,
			period,
			direction: of,
			commitment: signed.commitment,
			signature: signed.signature,
		})
	}

	/// What opens the commitment of a register in a period.
	pub(super) fn opening(
		&self,
		id: DeviceId,
		period: PeriodIndex,
		of: Direction,
	) -> Option<Opening> {
		let record = pallet_devices::Devices::<Runtime>::get(id)?;
		let number = *self.meters.get(&record.rows.at(period)?.key)?;
		let salt = salts(number).salt(&slot(id, period, of), 0);
		Some(Opening { reading: record.nameplate, salt })
	}

	/// Commitments that are not recorded yet for a period, at most so many.
	fn missing(&self, period: PeriodIndex, most: usize) -> Vec<SignedCommitment> {
		let counted = |device: &Device| {
			device.record.rows.at(period).is_some_and(|row| row.counted().is_some())
		};
		let mut missing = Vec::new();
		for device in devices(counted) {
			for of in device.record.directions.iter() {
				let place = (period, device.id, of);
				if missing.len() < most
					&& !pallet_metering::Positions::<Runtime>::contains_key(place)
				{
					missing.extend(self.signed(&device, period, of));
				}
			}
		}
		missing
	}

	pub(super) fn commit(&mut self, choices: &mut Choices) -> Option<Step> {
		let period = *choices.of(&committing())?;
		let missing = self.missing(period, 64);
		let mut item = choices.of(&missing)?.clone();
		if choices.once_in(16) {
			item.signature[0] ^= 1;
		}
		Some(Step::itself(Metering::commit_call(item)))
	}

	pub(super) fn commit_batch(&mut self, choices: &mut Choices) -> Option<Step> {
		let period = *choices.of(&committing())?;
		let most = choices.below(48) as usize;
		let mut batch = self.missing(period, most);
		if let Some(item) = batch.first().filter(|_| choices.once_in(4)).cloned() {
			batch.push(item);
		}
		let batch = batch.try_into().ok()?;
		let by = self.anybody(choices);
		Some(Step::signed(by, pallet_metering::Call::commit_batch { batch }))
	}

	pub(super) fn sweep(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut kept: Vec<_> = pallet_metering::Counts::<Runtime>::iter()
			.map(|(period, group, _)| (period, group))
			.collect();
		kept.sort();
		let oldest = Metering::oldest_unsettled();
		let due = kept.iter().take_while(|(period, _)| *period < oldest).count();
		let (period, group) = match due {
			0 => choices.of(&kept),
			due => choices.of(&kept[..due]),
		}?;
		let call = pallet_metering::Call::sweep {
			period: *period,
			group: group.clone(),
			pages: 1 + choices.below(4) as u32,
		};
		Some(Step::signed(self.anybody(choices), call))
	}

	pub(super) fn set_schedule(&mut self, choices: &mut Choices) -> Option<Step> {
		let from = Metering::first_changeable() + choices.below(3);
		let schedule = Schedule {
			length_ms: 12_000 + 2_000 * choices.below(4),
			..genesis_config_presets::DEV_SCHEDULE
		};
		Some(Step::root(pallet_metering::Call::set_schedule { from, schedule }))
	}
}
