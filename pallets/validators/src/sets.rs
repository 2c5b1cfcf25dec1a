//! Sets: chosen once per era, told session by session.

use alloc::vec::Vec;

use frame::prelude::*;

use crate::{pallet::*, types::*, WeightInfo};

impl<T: Config> Pallet<T> {
	/// The validators of a session, which is planned one session before it starts; none where too few
	/// can be, and the validators that are there go on.
	pub fn plan(session: SessionIndex) -> Option<Vec<T::AccountId>> {
		let lengths = Lengths::<T>::get();
		let keyed = Self::elected_with_keys();
		if lengths.begins_era(session) || keyed.is_empty() {
			Self::elect(lengths.era_of(session));
		}
		Self::without_offenders();
		let elected = Self::elected_with_keys();
		(!elected.is_empty()).then_some(elected)
	}

	/// Sessions have nobody without keys.
	fn elected_with_keys() -> Vec<T::AccountId> {
		Elected::<T>::get().into_iter().filter(T::Keys::has).collect()
	}

	/// Chooses the candidates with the largest bonds; of equal bonds, those who joined first. Fewer than
	/// the least are not chosen.
	fn elect(era: EraIndex) {
		let mut candidates = Candidates::<T>::get().into_inner();
		candidates.retain(|candidate| T::Keys::has(&candidate.who));
		if candidates.len() < Least::<T>::get().max(1) as usize {
			return;
		}
		candidates.sort_by_key(|candidate| core::cmp::Reverse(candidate.bond));
		let most = T::MaxValidators::get() as usize;
		let elected: Vec<_> =
			candidates.into_iter().take(most).map(|candidate| candidate.who).collect();
		let validators = elected.len() as u32;
		Elected::<T>::put(BoundedVec::truncate_from(elected));
		Self::deposit_event(Event::Elected { era, validators });
	}

	/// Removes validators that signed twice from the planned sets, unless too few would be left.
	pub(crate) fn without_offenders() {
		let slashes = Slashes::<T>::get();
		if slashes.is_empty() {
			return;
		}
		let least = Least::<T>::get().max(1) as usize;
		let mut elected = Elected::<T>::get();
		for slash in &slashes {
			let others = elected.iter().filter(|who| **who != slash.who && T::Keys::has(who));
			if others.count() >= least {
				elected.retain(|who| *who != slash.who);
			}
		}
		Elected::<T>::put(elected);
	}

	/// A session starts with these validators.
	pub fn start(session: SessionIndex, validators: &[T::AccountId]) {
		let lengths = Lengths::<T>::get();
		if lengths.begins_era(session) {
			Era::<T>::put(lengths.era_of(session));
			Self::drop_silent();
			Self::take_due_slashes();
			Self::retire_unfit();
			Self::forget_charges(&lengths);
		}
		Self::watch(validators);
		// Sessions begin with everybody enabled.
		for slash in Slashes::<T>::get() {
			T::Disable::disable(&slash.who, slash.fraction);
		}
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::start_session(),
			DispatchClass::Mandatory,
		);
	}

	/// The author of the block at hand.
	pub fn note_author(author: &T::AccountId) {
		let now = frame_system::Pallet::<T>::block_number();
		LastSeen::<T>::mutate(|seen| {
			if let Some((_, last)) = seen.iter_mut().find(|(who, _)| who == author) {
				*last = now;
			}
		});
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::note_author(),
			DispatchClass::Mandatory,
		);
	}

	/// Notes who is expected to make blocks from now on. In a smaller set silence is measured anew: it
	/// is told by fewer blocks there.
	fn watch(validators: &[T::AccountId]) {
		let now = frame_system::Pallet::<T>::block_number();
		let before = LastSeen::<T>::get();
		let since = |who: &T::AccountId| {
			let known = before.iter().find(|(known, _)| known == who);
			known.filter(|_| validators.len() >= before.len()).map_or(now, |(_, last)| *last)
		};
		let seen = validators.iter().map(|who| (who.clone(), since(who))).collect();
		LastSeen::<T>::put(BoundedVec::truncate_from(seen));
	}

	/// Drops a third of the set at most, and one at least; those who were silent longest come first.
	fn drop_silent() {
		let now = frame_system::Pallet::<T>::block_number();
		let mut seen = LastSeen::<T>::get().into_inner();
		let patience = IDLE_BLOCKS.saturating_mul(seen.len() as u32);
		let most = seen.len().saturating_sub(1).checked_div(3).unwrap_or(0).max(1);
		seen.retain(|(who, last)| {
			now.saturating_sub(*last) > patience.into() && Self::position(who).is_some()
		});
		seen.sort_by_key(|(_, last)| *last);
		Self::retire_spared(seen.into_iter().take(most).map(|(who, _)| who), Why::Silent);
	}

	/// Offenders, and whoever a slash left with less than the smallest bond, go once they can be spared.
	fn retire_unfit() {
		let slashes = Slashes::<T>::get();
		let unfit = |candidate: &CandidateOf<T>| {
			let offends = slashes.iter().any(|slash| slash.who == candidate.who);
			offends || candidate.bond < T::MinBond::get()
		};
		let candidates = Candidates::<T>::get();
		let mut unfit = candidates.into_iter().filter(unfit).peekable();
		if unfit.peek().is_some() {
			Self::retire_spared(unfit.map(|candidate| candidate.who), Why::Offence);
		}
	}

	/// Forgets what was charged for an era whose offences nobody can report any more.
	fn forget_charges(lengths: &EraLengths) {
		let past = lengths.report_eras.saturating_add(2);
		if let Some(era) = Era::<T>::get().checked_sub(past) {
			let _ = Charged::<T>::clear_prefix(era, CHARGES_PER_ERA, None);
		}
	}

	fn take_due_slashes() {
		let era = Era::<T>::get();
		let due = Slashes::<T>::get().into_iter().filter(|slash| slash.due <= era);
		for slash in due.take(SLASHES_PER_ERA as usize) {
			Self::take_slash(&slash.who);
		}
	}
}
