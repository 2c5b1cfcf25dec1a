//! What the chain would refuse, found before a call is signed and paid for. Such a refusal has the name
//! and the words that the chain has for it, and says besides how things stand.

use subxt::utils::AccountId32;

use super::eras::Eras;
use crate::{
	chain::{Balance, Chain},
	error::Error,
	rpc::{Bond, ValidatorSet},
	units::show_money,
};

/// A refusal by a pallet's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
	/// The name of the error.
	pub name: &'static str,
	/// How things stand.
	pub standing: String,
}

impl Refused {
	fn new(name: &'static str, standing: impl Into<String>) -> Self {
		Self { name, standing: standing.into() }
	}

	/// The error in the words of the pallet, and how things stand.
	pub async fn explained(self, chain: &Chain) -> Error {
		let words = chain.explain("Validators", Error::new(self.name, self.name)).await;
		Error::new(self.name, format!("{words}; {}", self.standing))
	}
}

/// What joining with a bond has to put on hold besides what is on hold already.
pub fn ensure_may_join(
	set: &ValidatorSet,
	own: Option<&Bond>,
	account: &AccountId32,
	bond: u128,
	most_candidates: u64,
	eras: &Eras,
) -> Result<u128, Refused> {
	let money = |amount| format!("{} MPF", show_money(amount));
	if let Some(own) = own.filter(|own| own.state.is_candidate()) {
		let standing =
			format!("its bond is {}, and its state {}", money(own.bond), own.state.name());
		return Err(Refused::new("AlreadyCandidate", standing));
	}
	if bond < set.min_bond {
		let standing = format!("the smallest bond is {}", money(set.min_bond));
		return Err(Refused::new("BondTooSmall", standing));
	}
	if let Some(slash) = set.slash_of(account) {
		let standing = format!("{} go in {}", money(slash.amount), eras.when(slash.due.into()));
		return Err(Refused::new("SlashPending", standing));
	}
	let held = own.map_or(0, |own| own.bond);
	let Some(missing) = bond.checked_sub(held) else {
		let standing = format!("{} of it are on hold from before: name them all", money(held));
		return Err(Refused::new("BondTooSmall", standing));
	};
	let smallest = set.candidates.iter().map(|candidate| candidate.bond).min();
	let is_full = set.candidates.len() as u64 >= most_candidates;
	if let Some(smallest) = smallest.filter(|smallest| is_full && *smallest >= bond) {
		let standing = format!("the smallest bond among them is {}", money(smallest));
		return Err(Refused::new("TooManyCandidates", standing));
	}
	Ok(missing)
}

/// What an account gets back that has left.
pub fn ensure_may_withdraw(
	set: &ValidatorSet,
	bond: Option<&Bond>,
	account: &AccountId32,
	eras: &Eras,
) -> Result<u128, Refused> {
	let nothing = |standing: &str| Err(Refused::new("NothingToWithdraw", standing));
	let Some(bond) = bond else { return nothing("nothing of it is on hold as a bond") };
	let Some(free_from) = bond.free_from.filter(|_| !bond.state.is_candidate()) else {
		return nothing("it is a candidate");
	};
	if let Some(slash) = set.slash_of(account) {
		let amount = show_money(slash.amount);
		let standing = format!("{amount} MPF go in {}", eras.when(slash.due.into()));
		return Err(Refused::new("SlashPending", standing));
	}
	if u64::from(free_from) > eras.now() {
		let standing = format!("it is free from {}", eras.when(free_from.into()));
		return Err(Refused::new("BondLocked", standing));
	}
	Ok(bond.bond)
}

/// An account can have so much put on hold, and still exist.
pub fn ensure_funds(balance: Balance, needed: u128, existential: u128) -> Result<(), Error> {
	let stays = balance.frozen.saturating_sub(balance.held).max(existential);
	let available = balance.free.saturating_sub(stays);
	if needed <= available {
		return Ok(());
	}
	let message = format!(
		"{} MPF are to be put on hold, and the account can spare {} MPF; send it more, and a little \
		 for fees besides: nothing was signed",
		show_money(needed),
		show_money(available)
	);
	Err(Error::new("FundsUnavailable", message))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{BondState, WaitingSlash};

	const ME: AccountId32 = AccountId32([7; 32]);
	const ERAS: Eras = Eras { session: 12, sessions_per_era: 6, session_ms: 3_600_000 };

	fn bond(account: AccountId32, bond: u128, state: BondState) -> Bond {
		let free_from = (!state.is_candidate()).then_some(5);
		Bond { account, bond, state, free_from }
	}

	fn set() -> ValidatorSet {
		let other = |n| AccountId32([n; 32]);
		ValidatorSet {
			epoch_slots: 1_800,
			sessions_per_era: 6,
			unbonding_eras: 34,
			least: 1,
			most: 2,
			min_bond: 100,
			validators: vec![other(1)],
			candidates: vec![
				bond(other(1), 300, BondState::Elected),
				bond(other(2), 200, BondState::Waiting),
			],
			slashes: vec![],
		}
	}

	fn slashed() -> ValidatorSet {
		let slash = WaitingSlash { account: ME, amount: 50, due: 4 };
		ValidatorSet { slashes: vec![slash], ..set() }
	}

	#[test]
	fn joining_holds_what_is_missing_and_is_refused_before_it_costs() {
		let join = |set: &ValidatorSet, own: Option<BondState>, amount, most| {
			let own = own.map(|state| bond(ME, 150, state));
			let found = ensure_may_join(set, own.as_ref(), &ME, amount, most, &ERAS);
			found.map_err(|refused| refused.name)
		};
		assert_eq!(join(&set(), None, 100, 100), Ok(100));
		assert_eq!(join(&set(), Some(BondState::Left), 400, 100), Ok(250));
		assert_eq!(join(&set(), Some(BondState::Leaving), 150, 100), Ok(0));
		assert_eq!(join(&set(), Some(BondState::Leaving), 149, 100), Err("BondTooSmall"));
		assert_eq!(join(&set(), None, 99, 100), Err("BondTooSmall"));
		for state in [BondState::Waiting, BondState::Elected] {
			assert_eq!(join(&set(), Some(state), 400, 100), Err("AlreadyCandidate"));
		}
		assert_eq!(join(&slashed(), Some(BondState::Left), 400, 100), Err("SlashPending"));
		assert_eq!(join(&set(), None, 200, 2), Err("TooManyCandidates"));
		assert_eq!(join(&set(), None, 201, 2), Ok(201));
	}

	#[test]
	fn who_has_joined_already_is_told_with_what() {
		let own = bond(ME, 5_000_000_000_000_000, BondState::Elected);
		let refused = ensure_may_join(&set(), Some(&own), &ME, 200, 100, &ERAS).unwrap_err();
		assert!(refused.standing.contains("5000 MPF") && refused.standing.contains("elected"));
	}

	#[test]
	fn a_bond_comes_back_once_it_is_free_and_nothing_waits() {
		let withdraw = |set: &ValidatorSet, state: Option<BondState>, session| {
			let own = state.map(|state| bond(ME, 150, state));
			let eras = Eras { session, ..ERAS };
			ensure_may_withdraw(set, own.as_ref(), &ME, &eras)
		};
		let name = |found: Result<u128, Refused>| found.map_err(|refused| refused.name);
		assert_eq!(name(withdraw(&set(), None, 60)), Err("NothingToWithdraw"));
		assert_eq!(name(withdraw(&set(), Some(BondState::Elected), 60)), Err("NothingToWithdraw"));
		assert_eq!(name(withdraw(&slashed(), Some(BondState::Left), 60)), Err("SlashPending"));
		assert_eq!(name(withdraw(&set(), Some(BondState::Left), 29)), Err("BondLocked"));
		assert_eq!(name(withdraw(&set(), Some(BondState::Left), 30)), Ok(150));
		let locked = withdraw(&set(), Some(BondState::Left), 12).unwrap_err();
		assert!(locked.standing.contains("era 5, 3 eras from now, in 18 h"), "{}", locked.standing);
	}

	#[test]
	fn an_account_keeps_what_it_needs_to_exist_and_what_is_frozen() {
		let balance = |free, held, frozen| Balance { free, held, frozen };
		assert!(ensure_funds(balance(110, 0, 0), 100, 10).is_ok());
		let refused = ensure_funds(balance(109, 0, 0), 100, 10).unwrap_err();
		assert_eq!(refused.name(), "FundsUnavailable");
		// What is on hold counts for what is frozen.
		assert!(ensure_funds(balance(110, 50, 60), 100, 10).is_ok());
		assert!(ensure_funds(balance(110, 50, 61), 100, 10).is_err());
		assert!(ensure_funds(balance(0, 0, u128::MAX), 1, u128::MAX).is_err());
	}
}
