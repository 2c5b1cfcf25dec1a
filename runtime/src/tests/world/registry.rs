//! What operators and registrars do with devices.

use meterproof_primitives::{Evidence, Seat};
use pallet_devices::{Call, DeviceFacts, DeviceFactsOf, LeavingBonds, Suspender};

use super::*;

/// Most devices at a time.
const MOST_DEVICES: usize = 40;

/// The grade that a device is attested with: each in its turn.
fn evidence(device: &Device) -> Evidence {
	let turn = device.id as usize % Evidence::COUNT;
	Evidence::ALL[turn]
}

/// A device that can be changed.
fn live(device: &Device) -> bool {
	!device.row().retired
}

impl World {
	pub(super) fn appoint_registrar(&mut self, choices: &mut Choices) -> Option<Step> {
		let zone = *choices.of(&ZONES)?;
		let registrar = self.anybody(choices);
		Some(Step::root(Call::appoint_registrar { zone, registrar }))
	}

	/// A zone keeps its last two, or soon nothing would be attested.
	pub(super) fn dismiss_registrar(&mut self, choices: &mut Choices) -> Option<Step> {
		let zone = *choices.of(&ZONES)?;
		let known = registrars(zone);
		let registrar = choices.of(&known).filter(|_| known.len() > 2)?.clone();
		Some(match choices.once_in(2) {
			true => Step::root(Call::remove_registrar { zone, registrar }),
			false => Step::signed(registrar, Call::resign_registrar { zone }),
		})
	}

	pub(super) fn slash_registrar(&mut self, choices: &mut Choices) -> Option<Step> {
		let zone = *choices.of(&ZONES)?;
		let left = LeavingBonds::<Runtime>::iter_key_prefix(zone);
		let mut bonded: Vec<_> = left.chain(registrars(zone)).collect();
		bonded.sort();
		let registrar = choices.of(&bonded)?.clone();
		let amount = u128::from(choices.below(3)) * UNIT;
		Some(Step::root(Call::slash_registrar { zone, registrar, amount }))
	}

	pub(super) fn release_bond(&mut self, choices: &mut Choices) -> Option<Step> {
		let zone = *choices.of(&ZONES)?;
		let mut left: Vec<_> = LeavingBonds::<Runtime>::iter_key_prefix(zone).collect();
		left.sort();
		let registrar = choices.of(&left)?.clone();
		Some(Step::signed(self.anybody(choices), Call::release_bond { zone, registrar }))
	}

	/// A new meter, or one that can take the place of another.
	fn new_facts(&mut self, choices: &mut Choices) -> (AccountId, DeviceFactsOf<Runtime>) {
		let key = self.new_meter();
		match device(choices, live).filter(|_| choices.once_in(3)) {
			Some(other) => {
				let facts = DeviceFacts { key, directions: directions(choices), ..other.facts() };
				(other.row().operator.clone(), facts)
			},
			None => {
				// As long as an id can be.
				let point = format!("{:064}", self.meters.len()).into_bytes();
				let facts = DeviceFacts {
					key,
					metering_point: point.try_into().expect("it fits"),
					zone: *choices.of(&ZONES).expect("some"),
					resource: *choices.of(&RESOURCES).expect("some"),
					directions: directions(choices),
					nameplate: 1_000 + choices.below(4_000) as u32,
				};
				(self.anybody(choices), facts)
			},
		}
	}

	fn has_room() -> bool {
		devices(live).len() < MOST_DEVICES
	}

	pub(super) fn register(&mut self, choices: &mut Choices) -> Option<Step> {
		Self::has_room().then(|| {
			let (operator, facts) = self.new_facts(choices);
			Step::signed(operator, Call::register { facts })
		})
	}

	pub(super) fn register_batch(&mut self, choices: &mut Choices) -> Option<Step> {
		Self::has_room().then(|| {
			let count = choices.below(4);
			let batch: Vec<_> = (0..count).map(|_| self.new_facts(choices).1).collect();
			let batch = batch.try_into().expect("it fits");
			Step::signed(self.anybody(choices), Call::register_batch { batch })
		})
	}

	pub(super) fn attest(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, |device| live(device) && device.row().attestation.is_none())?;
		let registrar = choices.of(&registrars(device.row().zone))?.clone();
		let (operator, facts) = (device.row().operator.clone(), device.facts());
		let (evidence, device) = (evidence(&device), device.id);
		Some(Step::signed(registrar, Call::attest { device, operator, facts, evidence }))
	}

	pub(super) fn attest_batch(&mut self, choices: &mut Choices) -> Option<Step> {
		let zone = *choices.of(&ZONES)?;
		let registrar = choices.of(&registrars(zone))?.clone();
		let most = choices.below(4) as usize;
		let batch: Vec<_> = devices(|device| {
			let row = device.row();
			live(device)
				&& row.attestation.is_none()
				&& row.zone == zone
				&& row.operator != registrar
		})
		.into_iter()
		.take(most)
		.map(|device| (device.id, device.row().operator.clone(), device.facts(), evidence(&device)))
		.collect();
		let batch = batch.try_into().ok()?;
		Some(Step::signed(registrar, Call::attest_batch { batch }))
	}

	/// A device that stands as attested.
	fn attested(&self, choices: &mut Choices) -> Option<Device> {
		device(choices, |device| live(device) && device.row().attestation.is_some())
	}

	pub(super) fn revoke(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = self.attested(choices)?;
		let registrar = choices.of(&registrars(device.row().zone))?.clone();
		let key = device.row().key;
		Some(Step::signed(registrar, Call::revoke { device: device.id, key }))
	}

	pub(super) fn suspend(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = self.attested(choices)?;
		let by = match choices.once_in(2) {
			true => device.row().operator.clone(),
			false => choices.of(&registrars(device.row().zone))?.clone(),
		};
		let key = device.row().key;
		Some(Step::signed(by, Call::suspend { device: device.id, key }))
	}

	pub(super) fn resume(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, |device| live(device) && device.row().suspended_by.is_some())?;
		let by = match device.row().suspended_by? {
			Suspender::Operator => device.row().operator.clone(),
			Suspender::Registrar => choices.of(&registrars(device.row().zone))?.clone(),
		};
		let key = device.row().key;
		Some(Step::signed(by, Call::resume { device: device.id, key }))
	}

	pub(super) fn rotate_key(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, live)?;
		let new_key = match choices.once_in(4) {
			true => self.attested(choices)?.row().key,
			false => self.new_meter(),
		};
		let key = device.row().key;
		let call = Call::rotate_key { device: device.id, key, new_key };
		Some(Step::signed(device.row().operator.clone(), call))
	}

	pub(super) fn offer_transfer(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, live)?;
		let (key, to) = (device.row().key, self.anybody(choices));
		let call = Call::offer_transfer { device: device.id, key, to };
		Some(Step::signed(device.row().operator.clone(), call))
	}

	pub(super) fn withdraw_transfer(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, |device| device.record.offered_to.is_some())?;
		let key = device.row().key;
		let call = Call::withdraw_transfer { device: device.id, key };
		Some(Step::signed(device.row().operator.clone(), call))
	}

	pub(super) fn accept_transfer(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, |device| device.record.offered_to.is_some())?;
		let by = device.record.offered_to.clone()?;
		let call = Call::accept_transfer {
			device: device.id,
			operator: device.row().operator.clone(),
			attestation: device.row().attestation.clone(),
			facts: device.facts(),
		};
		Some(Step::signed(by, call))
	}

	pub(super) fn retire(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, live)?;
		let key = device.row().key;
		let call = Call::retire { device: device.id, key };
		Some(Step::signed(device.row().operator.clone(), call))
	}

	pub(super) fn release_deposit(&mut self, choices: &mut Choices) -> Option<Step> {
		let left = |device: &Device| !live(device) || !device.record.releases.is_empty();
		let device = device(choices, left)?.id;
		Some(Step::signed(self.anybody(choices), Call::release_deposit { device }))
	}

	pub(super) fn swap(&mut self, choices: &mut Choices) -> Option<Step> {
		let same = |one: &Device, other: &Device| {
			one.id != other.id
				&& one.record.metering_point == other.record.metering_point
				&& one.record.resource == other.record.resource
				&& one.row().zone == other.row().zone
				&& one.row().operator == other.row().operator
		};
		let all = devices(live);
		let new = device(choices, |new| {
			live(new)
				&& new.row().attestation.is_none()
				&& all.iter().any(|old| old.row().attestation.is_some() && same(old, new))
		})?;
		let old = all.iter().find(|old| old.row().attestation.is_some() && same(old, &new))?;
		let registrar = choices.of(&registrars(new.row().zone))?.clone();
		let call = Call::swap {
			old: old.id,
			old_key: old.row().key,
			new: new.id,
			operator: new.row().operator.clone(),
			facts: new.facts(),
			evidence: evidence(&new),
		};
		Some(Step::signed(registrar, call))
	}

	pub(super) fn change_zone(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, live)?;
		let (key, zone) = (device.row().key, *choices.of(&ZONES)?);
		let call = Call::change_zone { device: device.id, key, zone };
		Some(Step::signed(device.row().operator.clone(), call))
	}

	/// A seat at one of the gateways, or now and then none.
	fn seat(choices: &mut Choices) -> Option<Seat> {
		let gateway = choices.below(pallet_gateways::NextGateway::<Runtime>::get().into()) as u32;
		let seat = choices.below(64) as u32;
		(!choices.once_in(8)).then_some(Seat { gateway, seat })
	}

	pub(super) fn bind(&mut self, choices: &mut Choices) -> Option<Step> {
		let device = device(choices, live)?;
		let (key, seat) = (device.row().key, Self::seat(choices));
		let call = Call::bind { device: device.id, key, seat };
		Some(Step::signed(device.row().operator.clone(), call))
	}

	pub(super) fn bind_batch(&mut self, choices: &mut Choices) -> Option<Step> {
		let operator = device(choices, live)?.row().operator.clone();
		let most = choices.below(4) as usize;
		let own = devices(|device| live(device) && device.row().operator == operator);
		let batch: Vec<_> = own
			.into_iter()
			.take(most)
			.map(|device| (device.id, device.row().key, Self::seat(choices)))
			.collect();
		let batch = batch.try_into().ok()?;
		Some(Step::signed(operator, Call::bind_batch { batch }))
	}
}
