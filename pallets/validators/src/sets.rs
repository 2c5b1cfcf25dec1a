//! Sets: chosen once per era, told session by session.

use alloc::vec::Vec;

use frame::prelude::*;

use crate::{pallet::*, types::*, WeightInfo};

impl<T: Config> Pallet<T> {
	/// The validators of a session, which is planned one session before it starts; none where nobody
	/// can be, and the validators that are there go on.
	pub fn plan(session: SessionIndex) -> Option<Vec<T::AccountId>> {
		let lengths = Lengths::<T>::get();
		if lengths.begins_era(session) || Elected::<T>::decode_len().unwrap_or(0) == 0 {
			Self::elect(lengths.era_of(session));
		}
		Self::without_offenders();
		let elected = Elected::<T>::get().into_inner();
		(!elected.is_empty()).then_some(elected)
	}

	/// Chooses the candidates with the largest bonds; of equal bonds, those who joined first.
	fn elect(era: EraIndex) {
		let mut candidates = Candidates::<T>::get().into_inner();
		candidates.retain(|candidate| T::Keys::contains(&candidate.who));
		candidates.sort_by(|a, b| b.bond.cmp(&a.bond));
		let most = T::MaxValidators::get() as usize;
		let elected: Vec<_> =
			candidates.into_iter().take(most).map(|candidate| candidate.who).collect();
		if elected.is_empty() {
			return;
		}
		let validators = elected.len() as u32;
		Elected::<T>::put(BoundedVec::truncate_from(elected));
		Self::deposit_event(Event::Elected { era, validators });
	}

	/// Whoever signed twice is not planned any more, unless too few would be left.
	fn without_offenders() {
		let slashes = Slashes::<T>::get();
		if slashes.is_empty() {
			return;
		}
		let least = Least::<T>::get() as usize;
		Elected::<T>::mutate(|elected| {
			for slash in &slashes {
				if elected.len() > least {
					elected.retain(|who| *who != slash.who);
				}
			}
		});
	}

	/// A session starts with these validators.
	pub fn start(session: SessionIndex, validators: &[T::AccountId]) {
		let lengths = Lengths::<T>::get();
		if lengths.begins_era(session) {
			Era::<T>::put(lengths.era_of(session));
			Self::drop_silent();
			Self::take_due_slashes();
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

	/// Notes who is expected to make blocks from now on.
	fn watch(validators: &[T::AccountId]) {
		let now = frame_system::Pallet::<T>::block_number();
		let before = LastSeen::<T>::get();
		let since = |who: &T::AccountId| {
			let known = before.iter().find(|(known, _)| known == who);
			known.map_or(now, |(_, last)| *last)
		};
		let seen = validators.iter().map(|who| (who.clone(), since(who))).collect();
		LastSeen::<T>::put(BoundedVec::truncate_from(seen));
	}

	fn drop_silent() {
		let now = frame_system::Pallet::<T>::block_number();
		let seen = LastSeen::<T>::get();
		let patience = IDLE_BLOCKS.saturating_mul(seen.len() as u32);
		for (who, last) in seen {
			let silent = now.saturating_sub(last) > patience.into();
			if silent && Self::position(&who).is_some() && Self::can_spare_one() {
				Self::retire(&who, Why::Silent);
			}
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
