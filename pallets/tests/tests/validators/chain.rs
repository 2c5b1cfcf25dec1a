//! The chain as the validators' tests want it: three candidates of genesis, short eras.

pub use pallet_tests::{settings::*, *};

use frame::{deps::sp_runtime::BuildStorage, testing_prelude::*};
use pallet_validators::{EraIndex, EraLengths, HoldReason, SessionIndex};

/// The candidates of genesis, with bonds of 3, 2 and 1 thousand.
pub const ALICE: AccountId = account(1);
pub const BOB: AccountId = account(2);
pub const CAROL: AccountId = account(3);
/// Others, with money.
pub const DAVE: AccountId = account(4);
pub const ERIN: AccountId = account(5);
pub const FRANK: AccountId = account(6);
/// Reports offences.
pub const REPORTER: AccountId = account(10);
/// Has too little money for a bond.
pub const PAUPER: AccountId = account(21);

pub const FUNDS: Balance = 1_000_000;

pub const LENGTHS: EraLengths = EraLengths {
	epoch_slots: 10,
	sessions_per_era: 2,
	report_eras: 3,
	slash_eras: 2,
	unbonding_eras: 7,
};

/// What this suite sets.
pub fn set() {
	reset();
	ExistentialDeposit::set(100);
}

/// A chain whose first session has started.
pub fn new_test_ext() -> TestState {
	set();
	let rich = [ALICE, BOB, CAROL, DAVE, ERIN, FRANK, REPORTER, FEES];
	let balances = rich.map(|who| (who, FUNDS)).into_iter().chain([(PAUPER, 999)]).collect();
	let storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		validators: pallet_validators::GenesisConfig {
			candidates: vec![(CAROL, 1_000), (ALICE, 3_000), (BOB, 2_000)],
			least: 2,
			lengths: LENGTHS,
		},
		..Default::default()
	}
	.build_storage()
	.unwrap();
	let mut ext: TestState = storage.into();
	ext.execute_with(|| {
		System::set_block_number(1);
		Sessions::begin();
		System::reset_events();
	});
	ext
}

/// Runs a test and checks the invariants after it.
pub fn run(test: impl FnOnce(&mut Sessions)) {
	new_test_ext().execute_with(|| {
		test(&mut Sessions { session: 0, planned: planned(), at: planned() });
		ensure_invariants();
	});
}

fn planned() -> Vec<AccountId> {
	pallet_validators::Elected::<Test>::get().into_inner()
}

/// Sessions as the runtime counts them: the next one is planned when one starts.
pub struct Sessions {
	pub session: SessionIndex,
	/// The validators of the session after this one.
	pub planned: Vec<AccountId>,
	/// The validators of this session.
	pub at: Vec<AccountId>,
}

impl Sessions {
	fn begin() {
		let first = Validators::plan(0).expect("genesis has candidates");
		Validators::plan(1);
		Validators::start(0, &first);
	}

	/// Ends the session. Every validator has made a block in it, except those in `silent`.
	pub fn next_without(&mut self, silent: &[AccountId]) {
		for who in self.at.clone() {
			System::set_block_number(System::block_number() + 1);
			if !silent.contains(&who) {
				Validators::note_author(&who);
			}
		}
		self.session += 1;
		self.at = core::mem::take(&mut self.planned);
		Validators::start(self.session, &self.at);
		self.plan();
		ensure_invariants();
	}

	/// Plans the next session. As `pallet-session` does, it leaves out whoever has no keys.
	fn plan(&mut self) {
		let planned = Validators::plan(self.session + 1).unwrap_or_else(|| self.at.clone());
		self.planned = planned.into_iter().filter(|who| !Keyless::get().contains(who)).collect();
		assert!(!self.planned.is_empty(), "the chain stops");
	}

	/// A session ends in the next block, whoever makes it.
	pub fn end_at_once(&mut self) {
		System::set_block_number(System::block_number() + 1);
		self.session += 1;
		self.at = core::mem::take(&mut self.planned);
		Validators::start(self.session, &self.at);
		self.plan();
	}

	pub fn next(&mut self) {
		self.next_without(&[]);
	}

	/// Goes on until an era has begun.
	pub fn until(&mut self, era: EraIndex) {
		while pallet_validators::Era::<Test>::get() < era {
			self.next();
		}
	}

	/// The validators in order.
	pub fn set(&self) -> Vec<AccountId> {
		let mut set = self.at.clone();
		set.sort();
		set
	}
}

pub fn join(who: AccountId, bond: Balance) -> DispatchResult {
	Validators::join(RuntimeOrigin::signed(who), bond)
}

pub fn leave(who: AccountId) -> DispatchResult {
	Validators::leave(RuntimeOrigin::signed(who))
}

pub fn withdraw(who: AccountId) -> DispatchResult {
	Validators::withdraw(RuntimeOrigin::signed(REPORTER), who)
}

/// What an account has on hold for its bond.
pub fn bond(who: AccountId) -> Balance {
	held(HoldReason::Bond, who)
}

pub fn free_from(who: AccountId) -> EraIndex {
	pallet_validators::Leaving::<Test>::get(who).expect("it has left").free_from
}

pub fn candidates() -> Vec<AccountId> {
	pallet_validators::Candidates::<Test>::get().into_iter().map(|one| one.who).collect()
}
