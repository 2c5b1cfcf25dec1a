//! Candidates for the validator set, with bonds small enough to leave the chain's first validator the
//! first one.

use pallet_session::NextKeys;
use pallet_validators::{Call, Candidates, Leaving, Slashes};
use sp_keyring::Ed25519Keyring;

use super::*;

/// Gives everybody session keys: the world makes no blocks with them.
pub(super) fn give_keys() {
	use Ed25519Keyring::{Bob, Charlie, Dave, Eve, Ferdie};
	let votes = [Bob, Charlie, Dave, Eve, Ferdie];
	for (index, (account, vote)) in accounts().into_iter().zip(votes).enumerate() {
		let babe = sp_core::sr25519::Public::from_raw([index as u8 + 1; 32]);
		let beefy = sp_core::ecdsa::Public::from_raw([index as u8 + 1; 33]);
		let keys =
			SessionKeys { babe: babe.into(), grandpa: vote.public().into(), beefy: beefy.into() };
		NextKeys::<Runtime>::insert(account, keys);
	}
}

fn candidates() -> Vec<AccountId> {
	Candidates::<Runtime>::get().into_iter().map(|candidate| candidate.who).collect()
}

fn leavers() -> Vec<AccountId> {
	let mut leavers: Vec<_> = Leaving::<Runtime>::iter_keys().collect();
	leavers.sort();
	leavers
}

fn offenders() -> Vec<AccountId> {
	Slashes::<Runtime>::get().into_iter().map(|slash| slash.who).collect()
}

impl World {
	pub(super) fn join(&mut self, choices: &mut Choices) -> Option<Step> {
		let bond = MIN_BOND + u128::from(choices.below(3)) * UNIT;
		Some(Step::signed(self.anybody(choices), Call::join { bond }))
	}

	pub(super) fn raise_bond(&mut self, choices: &mut Choices) -> Option<Step> {
		let who = choices.of(&candidates())?.clone();
		Some(Step::signed(who, Call::raise_bond { by: UNIT }))
	}

	/// The first validator stays.
	pub(super) fn leave(&mut self, choices: &mut Choices) -> Option<Step> {
		let others = candidates().into_iter().filter(|who| accounts().contains(who));
		let who = choices.of(&others.collect::<Vec<_>>())?.clone();
		Some(Step::signed(who, Call::leave {}))
	}

	pub(super) fn purge_keys(&mut self, choices: &mut Choices) -> Option<Step> {
		let rich = accounts().into_iter().filter(|who| NextKeys::<Runtime>::contains_key(who));
		let idle = rich.filter(|who| !candidates().contains(who)).collect::<Vec<_>>();
		let who = choices.of(&idle).filter(|_| choices.once_in(4))?.clone();
		Some(Step::signed(who, Call::purge_keys {}))
	}

	pub(super) fn withdraw(&mut self, choices: &mut Choices) -> Option<Step> {
		let who = choices.of(&leavers())?.clone();
		Some(Step::signed(self.anybody(choices), Call::withdraw { who }))
	}

	pub(super) fn apply_slash(&mut self, choices: &mut Choices) -> Option<Step> {
		let who = choices.of(&offenders())?.clone();
		Some(Step::signed(self.anybody(choices), Call::apply_slash { who }))
	}

	pub(super) fn cancel_slash(&mut self, choices: &mut Choices) -> Option<Step> {
		let who = choices.of(&offenders()).filter(|_| choices.once_in(8))?.clone();
		Some(Step::root(Call::cancel_slash { who }))
	}

	pub(super) fn set_least(&mut self, choices: &mut Choices) -> Option<Step> {
		Some(Step::root(Call::set_least { least: 1 + choices.below(2) as u32 }))
	}

	/// Somebody who signs twice now, and what part of the bond that costs.
	pub fn offence(&self, choices: &mut Choices) -> Option<(AccountId, sp_runtime::Perbill)> {
		let bonded = candidates().into_iter().chain(leavers());
		let bonded: Vec<_> = bonded.filter(|who| accounts().contains(who)).collect();
		let who = choices.of(&bonded)?.clone();
		Some((who, sp_runtime::Perbill::from_percent(choices.below(101) as u32)))
	}
}
