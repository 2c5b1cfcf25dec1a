//! Operators, meters, registrars, traders and payers, who make calls at random.
//!
//! A world keeps what the chain does not: the meters' keys and readings, and the owners of notes. All
//! else it looks up on the chain that it stands on, so that what became of its calls need not be told
//! to it. Whoever drives it opens blocks, asks for [`World::step`]s and makes them.
//!
//! Most calls fit the state and succeed; some name a wrong account, key, period or quantity.

mod backing;
mod meters;
mod money;
mod ordering;
mod paying;
mod registry;
mod settling;
mod trading;
mod validating;
mod watering;

use std::collections::BTreeMap;

use meterproof_primitives::{
	DeviceId, Direction, Directions, GroupId, PeriodClock, PeriodIndex, Phase, Resource, ZoneId,
};
use pallet_devices::{DeviceRecord, DeviceRow};
use sp_keyring::Sr25519Keyring;

use super::choices::Choices;
use crate::*;

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
	/// Governance.
	Root,
	/// An account, which signs.
	Account(AccountId),
	/// No account makes the call: it carries what authorises it.
	Itself,
}

/// A call, and who makes it.
#[derive(Clone, Debug)]
pub struct Step {
	pub call: RuntimeCall,
	pub by: By,
}

impl Step {
	fn signed(by: AccountId, call: impl Into<RuntimeCall>) -> Self {
		Self { call: call.into(), by: By::Account(by) }
	}

	fn root(call: impl Into<RuntimeCall>) -> Self {
		Self { call: call.into(), by: By::Root }
	}

	fn itself(call: impl Into<RuntimeCall>) -> Self {
		Self { call: call.into(), by: By::Itself }
	}

	/// The origin that it is dispatched with once it is authorised.
	pub fn origin(&self) -> RuntimeOrigin {
		match &self.by {
			By::Root => RuntimeOrigin::root(),
			By::Account(who) => RuntimeOrigin::signed(who.clone()),
			By::Itself => frame_system::RawOrigin::Authorized.into(),
		}
	}
}

/// Where things are.
const ZONES: [ZoneId; 2] = [1, 2];
const RESOURCES: [Resource; 2] = [Resource::Electricity, Resource::Water];

/// An account that can be emptied while it has something on hold, since something else keeps it
/// alive: its payouts can fail.
const FRAGILE: Sr25519Keyring = Sr25519Keyring::Ferdie;

fn accounts() -> Vec<AccountId> {
	use Sr25519Keyring::*;
	[Bob, Charlie, Dave, Eve, FRAGILE].map(|key| key.to_account_id()).into()
}

/// The world.
pub struct World {
	/// Secrets of the meters by public key: the number that they are made of.
	meters: BTreeMap<[u8; 32], u64>,
	/// Notes that its payers made or may have made.
	notes: Vec<paying::Owned>,
	/// How many more proofs of each kind it makes: they take long.
	pub proofs: Proofs,
}

/// How many proofs a world makes.
#[derive(Clone, Copy, Debug)]
pub struct Proofs {
	/// Of readings.
	pub usage: u32,
	/// Of readings and how they split a sealed trade's money.
	pub sealed: u32,
	/// Of payments.
	pub payments: u32,
}

type Kind = fn(&mut World, &mut Choices) -> Option<Step>;

/// What can be done, and how often it is tried.
const KINDS: &[(u64, Kind)] = &[
	(1, World::appoint_registrar),
	(1, World::dismiss_registrar),
	(1, World::slash_registrar),
	(2, World::release_bond),
	(6, World::register),
	(1, World::register_batch),
	(8, World::attest),
	(2, World::attest_batch),
	(1, World::revoke),
	(2, World::suspend),
	(3, World::resume),
	(2, World::rotate_key),
	(2, World::offer_transfer),
	(1, World::withdraw_transfer),
	(3, World::accept_transfer),
	(1, World::retire),
	(3, World::release_deposit),
	(2, World::swap),
	(2, World::change_zone),
	(10, World::commit),
	(8, World::commit_batch),
	(3, World::sweep),
	(1, World::set_schedule),
	(1, World::set_imbalance_price),
	(10, World::offer),
	(12, World::accept),
	(1, World::withdraw_offer),
	(2, World::expire_offer),
	(12, World::claim),
	(3, World::prune_trade),
	(3, World::offer_sealed),
	(4, World::accept_sealed),
	(10, World::bid),
	(8, World::offer_in_book),
	(3, World::improve),
	(2, World::cancel_order),
	(3, World::clear),
	(1, World::prune_clearing),
	(4, World::claim_of_book),
	(1, World::set_least_evidence),
	(1, World::set_backstop),
	(2, World::fund_backstop),
	(1, World::withdraw_fund),
	(3, World::post_prices),
	(12, World::submit_proof),
	(4, World::expire_group),
	(2, World::name_prover),
	(1, World::clear_prover),
	(4, World::prune_settlement),
	(6, World::submit_sealed_proof),
	(1, World::set_water_zone),
	(4, World::open_water),
	(1, World::leave_water),
	(3, World::grant),
	(3, World::announce),
	(1, World::cut),
	(2, World::enter_season),
	(3, World::offer_water),
	(1, World::withdraw_water),
	(4, World::take_water),
	(6, World::prove_use),
	(3, World::expire_turn),
	(2, World::pay_for_water),
	(4, World::claim_of_water),
	(2, World::set_asset),
	(4, World::shield),
	(4, World::transfer),
	(4, World::unshield),
	(8, World::empty_or_fund),
	(2, World::join),
	(1, World::raise_bond),
	(1, World::leave),
	(4, World::withdraw),
	(1, World::apply_slash),
	(1, World::cancel_slash),
	(1, World::set_least),
	(1, World::purge_keys),
];

impl World {
	/// A world on the chain at hand, in whose first block this is called. What it needs besides its
	/// own calls is set up.
	pub fn begin(proofs: Proofs) -> Self {
		System::inc_providers(&FRAGILE.to_account_id());
		paying::make_local_currency();
		validating::give_keys();
		Self { meters: BTreeMap::new(), notes: Vec::new(), proofs }
	}

	/// Something that somebody does now.
	pub fn step(&mut self, choices: &mut Choices) -> Step {
		loop {
			let kind = choices.by_weight(KINDS);
			if let Some(step) = kind(self, choices) {
				return self.muddled(step, choices);
			}
		}
	}

	/// Now and then somebody else makes the call.
	fn muddled(&mut self, step: Step, choices: &mut Choices) -> Step {
		match (&step.by, choices.once_in(24)) {
			(By::Account(_) | By::Root, true) => {
				let other = self.anybody(choices);
				Step { by: By::Account(other), ..step }
			},
			_ => step,
		}
	}

	pub fn anybody(&self, choices: &mut Choices) -> AccountId {
		choices.of(&accounts()).expect("there are accounts").clone()
	}
}

/// A registered device.
struct Device {
	id: DeviceId,
	record: DeviceRecord<Runtime>,
}

impl Device {
	fn row(&self) -> &DeviceRow<AccountId> {
		self.record.rows.latest().expect("a device has a row")
	}

	fn facts(&self) -> pallet_devices::DeviceFactsOf<Runtime> {
		pallet_devices::DeviceFacts {
			key: self.row().key,
			metering_point: self.record.metering_point.clone(),
			zone: self.row().zone,
			resource: self.record.resource,
			directions: self.record.directions,
			nameplate: self.record.nameplate,
		}
	}
}

/// The devices for which this holds, in order of id.
fn devices(filter: impl Fn(&Device) -> bool) -> Vec<Device> {
	let mut found: Vec<_> = pallet_devices::Devices::<Runtime>::iter()
		.map(|(id, record)| Device { id, record })
		.filter(filter)
		.collect();
	found.sort_by_key(|device| device.id);
	found
}

/// One of the devices for which this holds.
fn device(choices: &mut Choices, filter: impl Fn(&Device) -> bool) -> Option<Device> {
	let mut found = devices(filter);
	let at = choices.below(found.len() as u64) as usize;
	(at < found.len()).then(|| found.swap_remove(at))
}

/// Who may attest in a zone.
fn registrars(zone: ZoneId) -> Vec<AccountId> {
	let registrars = pallet_devices::Registrars::<Runtime>::get(zone);
	registrars.into_iter().map(|registrar| registrar.account).collect()
}

/// The periods around the one at hand, oldest first, and where they stand.
fn recent_periods() -> impl DoubleEndedIterator<Item = (PeriodIndex, Phase)> {
	let open = Metering::first_open();
	(open.saturating_sub(9)..open).map(|period| (period, Metering::phase(period)))
}

fn directions(choices: &mut Choices) -> Directions {
	*choices
		.of(&[Directions::Import, Directions::Export, Directions::Both, Directions::Both])
		.expect("some")
}
