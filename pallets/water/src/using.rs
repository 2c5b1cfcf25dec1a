//! Proof of use: from claims to a statement, and from an accepted statement to closed turns.

use alloc::{
	collections::btree_set::BTreeSet,
	string::{String, ToString},
	vec::Vec,
};

use frame::prelude::*;
use meterproof_primitives::{
	worth, Claim, Commitment, DeviceId, GroupStatement, Slot, UsageStatement, MAX_CLAIM,
};

use crate::*;

/// A statement that is formed.
#[derive(Clone, Debug)]
pub(crate) struct Formed<AccountId> {
	/// What a proof has to prove.
	pub statement: UsageStatement<AccountId>,
	/// For each claim what meters are presumed to have counted that told nothing, where its turn is
	/// still to be closed.
	pub missing: Vec<Option<Quantity>>,
	/// How many commitments it has.
	pub slots: u32,
}

impl<T: Config> Pallet<T> {
	/// Whether a proof for `period` may come now, as far as the clock says.
	pub(crate) fn ensure_provable(period: PeriodIndex) -> Result<(), Error<T>> {
		match T::Clock::phase(period) {
			Phase::Open | Phase::Closed | Phase::Running => Err(Error::<T>::PeriodRunning),
			Phase::Committing | Phase::Proving => Ok(()),
			Phase::Final => Err(Error::<T>::DeadlinePassed),
		}
	}

	/// The statement that these claims make, of `who` or of whoever may make them: every rule but the clock and
	/// the proof. Refuses before it reads more than the caller declared.
	pub(crate) fn form_statement(
		who: Option<&T::AccountId>,
		zone: ZoneId,
		period: PeriodIndex,
		claims: &[UseClaim<T::AccountId>],
		slots: u32,
	) -> Result<Formed<T::AccountId>, Error<T>> {
		let mut seen = BTreeSet::new();
		let mut groups = Vec::with_capacity(claims.len());
		let mut missing = Vec::with_capacity(claims.len());
		let mut used: u32 = 0;
		let mut total: Quantity = 0;
		for claim in claims {
			let UseClaim { account, used: most, slack_commitment } = claim;
			ensure!(seen.insert(account), Error::<T>::DuplicateAccount);
			let record = Accounts::<T>::get(zone, account).ok_or(Error::<T>::NoAccount)?;
			let group = Self::group(zone, account);
			used = used.saturating_add(T::Commitments::count(&group, period));
			ensure!(used <= slots.min(T::MaxSlots::get()), Error::<T>::TooManySlots);
			let committed = T::Commitments::of(&group, period);
			ensure!(!committed.is_empty(), Error::<T>::NoCommitments);
			let (presumed, is_open) = match record.closed.filter(|closed| closed.period == period) {
				// It stays part of the statement, or it could void the proof for the others.
				Some(closed) => (closed.missing, false),
				None => {
					let ends = record.turn.is_some() && record.due == period;
					ensure!(ends, Error::<T>::NoTurnEnds);
					let complete = T::Commitments::complete(&group, period);
					ensure!(complete, Error::<T>::NotAllCommitted);
					let may = |who: &T::AccountId| T::Provers::may_prove(who, &group, period);
					ensure!(who.is_none_or(may), Error::<T>::NotEntitled);
					(Self::missing(zone, &group, &record, &committed)?, true)
				},
			};
			let counted = (*most).checked_sub(presumed).ok_or(Error::<T>::UseBelowMissing)?;
			total = total
				.checked_add(counted)
				.filter(|total| *total < MAX_CLAIM && *most < MAX_CLAIM)
				.ok_or(Error::<T>::ClaimsTooLarge)?;
			missing.push(is_open.then_some(presumed));
			let slot = |(device, commitment)| Slot { device, commitment };
			groups.push(GroupStatement {
				operator: group.operator,
				zone,
				direction: group.direction,
				claim: Claim::AtMost(counted),
				slots: committed.into_iter().map(slot).collect(),
				slack_commitment: *slack_commitment,
			});
		}
		ensure!(!groups.is_empty(), Error::<T>::NoClaims);
		ensure!(missing.iter().any(Option::is_some), Error::<T>::AlreadyClosed);
		let genesis = T::Genesis::get().ok_or(Error::<T>::GenesisUnknown)?;
		let statement = UsageStatement { genesis, period, resource: Resource::Water, groups };
		Ok(Formed { statement, missing, slots: used })
	}

	/// What the meters of an account are presumed to have counted in its turn that told nothing: those that
	/// have not committed, and those that have left since it began, their nameplates in each period.
	fn missing(
		zone: ZoneId,
		group: &GroupOf<T>,
		record: &AccountOf<T>,
		committed: &[(DeviceId, Commitment)],
	) -> Result<Quantity, Error<T>> {
		let season = Seasons::<T>::get(zone, record.season).ok_or(Error::<T>::NoSeason)?;
		let period = record.due;
		let members = T::Devices::members(group, period).unwrap_or(0);
		let capacity = Self::capacity(group, period).unwrap_or(0);
		let silent = if committed.len() as u32 >= members {
			0
		} else {
			let told: Quantity = committed
				.iter()
				.filter_map(|(device, _)| T::Devices::committing(*device, period).ok())
				.map(|device| Quantity::from(device.nameplate))
				.fold(0, Quantity::saturating_add);
			capacity.saturating_sub(T::Clock::scaled(told, period).0)
		};
		let gone = Self::gone(group, record, capacity);
		Ok(silent.saturating_add(gone).saturating_mul(season.turn.into()))
	}

	/// The nameplates that registrars have taken out of a group by a period: of the devices that are out, and of all
	/// that ever were.
	pub(crate) fn taken(group: &GroupOf<T>, period: PeriodIndex) -> (Quantity, Quantity) {
		let standing = T::Devices::standing(group, period);
		let taken = standing.map(|standing| standing.taken).unwrap_or_default();
		let none: (Quantity, Quantity) = (0, 0);
		taken.iter().fold(none, |(out, ever), taking| {
			(out.saturating_add(taking.nameplates), ever.saturating_add(taking.ever))
		})
	}

	/// What meters could count in a period that have left since the turn began, but for those that registrars took
	/// away, where those that are there can count `capacity`.
	fn gone(group: &GroupOf<T>, record: &AccountOf<T>, capacity: Quantity) -> Quantity {
		let (out, ever) = Self::taken(group, record.due);
		let excused = out.min(ever.saturating_sub(record.taken));
		let (excused, _) = T::Clock::scaled(excused, record.due);
		record.answerable.saturating_sub(capacity).saturating_sub(excused)
	}

	/// What a proof has to prove, for whoever makes it: slack commitments are left zero. `claims` are accounts
	/// with what they have used at most. Otherwise the name of the error that the proof would meet.
	pub fn statement(
		zone: ZoneId,
		period: PeriodIndex,
		claims: Vec<(T::AccountId, Quantity)>,
	) -> Result<UsageStatement<T::AccountId>, String> {
		let claims: Vec<_> = claims
			.into_iter()
			.take(T::MaxGroups::get() as usize)
			.map(|(account, used)| UseClaim { account, used, slack_commitment: [0; 32] })
			.collect();
		Self::ensure_provable(period)
			.and_then(|()| Self::form_statement(None, zone, period, &claims, u32::MAX))
			.map(|formed| formed.statement)
			.map_err(|error| {
				let name: &'static str = error.into();
				name.to_string()
			})
	}

	/// Closes the turn of an account that was proved.
	pub(crate) fn close_proved(
		zone: ZoneId,
		who: &T::AccountId,
		used: Quantity,
		missing: Quantity,
	) -> DispatchResult {
		let record = Accounts::<T>::get(zone, who).ok_or(Error::<T>::NoAccount)?;
		Self::close(zone, who, record, Use { proved: true, used, missing })
	}

	/// Closes a turn that nobody proved: all meters have counted their nameplates in each period.
	pub(crate) fn do_expire(zone: ZoneId, who: &T::AccountId) -> DispatchResult {
		let record = Accounts::<T>::get(zone, who).ok_or(Error::<T>::NoAccount)?;
		ensure!(record.turn.is_some(), Error::<T>::NotInSeason);
		ensure!(T::Clock::phase(record.due) == Phase::Final, Error::<T>::DeadlineNotPassed);
		let season = Seasons::<T>::get(zone, record.season).ok_or(Error::<T>::NoSeason)?;
		let group = Self::group(zone, who);
		let capacity = Self::capacity(&group, record.due).unwrap_or(0);
		let all = capacity.saturating_add(Self::gone(&group, &record, capacity));
		let missing = all.saturating_mul(season.turn.into());
		Self::close(zone, who, record, Use { proved: false, used: missing, missing })
	}

	/// Takes what was used from an account's balance, charges what that does not cover, and has it go on
	/// with its next turn, or season.
	fn close(
		zone: ZoneId,
		who: &T::AccountId,
		mut record: AccountOf<T>,
		Use { proved, used, missing }: Use,
	) -> DispatchResult {
		let turn = record.turn.ok_or(Error::<T>::NotInSeason)?;
		let number = record.season;
		let mut season = Seasons::<T>::get(zone, number).ok_or(Error::<T>::NoSeason)?;
		let shortfall = record.balance.take(used);
		// More than any money is all there is.
		let charged = worth(shortfall, season.penalty).unwrap_or(BalanceOf::<T>::max_value());
		let owed = Self::charge(zone, who, &mut record, charged)?;
		record.closed = Some(ClosedTurn { period: record.due, missing });
		Turns::<T>::remove(ordered(record.due), (zone, who));

		let next = turn.saturating_add(1);
		let goes_on = next < season.turns;
		if goes_on {
			record.balance = season.cut(record.balance, next, next);
			let group = Self::group(zone, who);
			let capacity = Self::capacity(&group, season.start(next));
			record.answerable = capacity.unwrap_or(record.answerable);
			record.taken = Self::taken(&group, season.start(next)).1;
			record.turn = Some(next);
			record.due = season.reading(next);
			Turns::<T>::insert(ordered(record.due), (zone, who), ());
		} else {
			let most = season.carry.mul_floor(record.entitlement.general);
			let general = record.balance.general.min(most);
			record.balance = Classes { essential: 0, general };
			record.offer = None;
			record.answerable = 0;
			record.turn = None;
			season.members = season.members.saturating_sub(1);
			Seasons::<T>::insert(zone, number, season);
		}
		Self::deposit_event(Event::TurnClosed {
			zone,
			season: number,
			turn,
			account: who.clone(),
			proved,
			used,
			missing,
			shortfall,
			charged,
			owed,
			balance: record.balance,
		});
		if !goes_on {
			Self::go_on(zone, who, &mut record, T::Clock::oldest_unsettled());
		}
		Accounts::<T>::insert(zone, who, record);
		Ok(())
	}
}

/// What became of a turn.
struct Use {
	/// Whether it was proved.
	proved: bool,
	/// In litres, at most.
	used: Quantity,
	/// What of it meters are presumed to have counted that told nothing.
	missing: Quantity,
}
