//! Gateways and the roots that they post.

use meterproof_primitives::GatewayId;
use pallet_gateways::{Call, Gateways, Roots};

use super::*;

/// Most gateways at a time.
const MOST_GATEWAYS: usize = 4;

/// The gateways with their accounts, in order of number.
fn gateways() -> Vec<(GatewayId, AccountId, bool)> {
	let mut found: Vec<_> = Gateways::<Runtime>::iter()
		.map(|(gateway, record)| (gateway, record.account, record.retiring.is_some()))
		.collect();
	found.sort();
	found
}

impl World {
	pub(super) fn register_gateway(&mut self, choices: &mut Choices) -> Option<Step> {
		let has_room = gateways().len() < MOST_GATEWAYS;
		has_room.then(|| Step::signed(self.anybody(choices), Call::register {}))
	}

	pub(super) fn post_root(&mut self, choices: &mut Choices) -> Option<Step> {
		let (gateway, account, _) = choices.of(&gateways())?.clone();
		let taking: Vec<_> = recent_periods()
			.filter(|(_, phase)| matches!(phase, Phase::Running | Phase::Committing))
			.collect();
		let (period, _) = *choices.of(&taking)?;
		let root = [choices.below(8) as u8; 32];
		Some(Step::signed(account, Call::post_root { gateway, period, root }))
	}

	pub(super) fn retire_gateway(&mut self, choices: &mut Choices) -> Option<Step> {
		let (gateway, account, _) = choices.of(&gateways())?.clone();
		Some(Step::signed(account, Call::retire { gateway }))
	}

	pub(super) fn release_gateway(&mut self, choices: &mut Choices) -> Option<Step> {
		let going: Vec<_> = gateways().into_iter().filter(|(.., retires)| *retires).collect();
		let (gateway, ..) = choices.of(&going)?.clone();
		Some(Step::signed(self.anybody(choices), Call::release { gateway }))
	}

	pub(super) fn sweep_roots(&mut self, choices: &mut Choices) -> Option<Step> {
		let oldest = Roots::<Runtime>::iter_keys().next()?;
		let is_due = u64::from_be_bytes(oldest.0) < Metering::oldest_unsettled();
		let limit = 1 + choices.below(8) as u32;
		(is_due || choices.once_in(8))
			.then(|| Step::signed(self.anybody(choices), Call::sweep { limit }))
	}
}
