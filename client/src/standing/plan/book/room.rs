//! How much more a book may take.

use super::Book;
use crate::standing::{limits::Limits, plan::Short};

impl Book<'_> {
	/// The quantity of all that stands.
	pub(super) fn quantity(&self) -> u64 {
		self.standing.iter().map(|own| own.quantity).fold(0, u64::saturating_add)
	}

	/// The money at stake in all that stands.
	pub(super) fn money(&self) -> u128 {
		let stakes = self.standing.iter().map(|own| own.rate.saturating_mul(own.quantity.into()));
		stakes.fold(0, u128::saturating_add)
	}

	/// The money at stake in all periods of the day.
	pub(super) fn of_the_day(&self) -> u128 {
		self.budget.at_stake.get(&self.coming.date).copied().unwrap_or_default()
	}

	/// How much more may be at stake, and what sets the bound.
	pub(super) fn room(&self) -> (u128, Short) {
		let used = self.money().saturating_add(self.coming.traded.money);
		let rooms = [
			(self.limits.money.saturating_sub(used), Short::Period),
			(self.limits.daily.saturating_sub(self.of_the_day()), Short::Day),
			(self.budget.free, Short::Balance),
		];
		rooms.into_iter().min_by_key(|(room, _)| *room).unwrap_or((0, Short::Balance))
	}

	/// The same of a new order, which has a deposit, and counts with all that was signed before.
	pub(super) fn room_to_place(&self) -> (u128, Short) {
		let Limits { money, daily, .. } = self.limits;
		let memory = &self.budget.memory;
		let rooms = [
			self.room(),
			(self.budget.free.saturating_sub(self.terms.deposit), Short::Balance),
			(money.saturating_sub(memory.of_period(self.coming.period)), Short::SignedPeriod),
			(daily.saturating_sub(memory.of_day(self.coming.date)), Short::SignedDay),
		];
		rooms.into_iter().min_by_key(|(room, _)| *room).unwrap_or((0, Short::Balance))
	}

	pub(super) fn take(&mut self, stake: u128, deposit: u128) {
		self.budget.free = self.budget.free.saturating_sub(stake).saturating_sub(deposit);
		let of_the_day = self.budget.at_stake.entry(self.coming.date).or_default();
		*of_the_day = of_the_day.saturating_add(stake);
	}
}
