//! How much more a book may take.

use meterproof_clearing::Side;

use super::Book;
use crate::standing::{
	limits::Limits,
	plan::{Short, Standing},
};

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

	/// How much more may be ordered by what was signed before.
	pub(super) fn quantity_left(&self) -> u64 {
		let signed = self.budget.memory.quantity_of(self.coming.period);
		self.limits.quantity.saturating_sub(signed)
	}

	/// What a new order holds for each base unit.
	pub(super) fn rate(&self) -> u128 {
		match self.limits.side {
			Side::Bid => self.limits.price,
			Side::Offer => self.limits.price.max(self.terms.imbalance_price).max(self.coming.asked),
		}
	}

	/// Whether without an order, and with what may be ordered in its place, what stands is nearer to what is wanted.
	/// In a round by hand everything may be ordered.
	pub(super) fn is_nearer_without(&self, own: &Standing, wanted: u64) -> bool {
		let memory = &self.budget.memory;
		let stands = self.quantity();
		let rest = stands.saturating_sub(own.quantity);
		if !memory.is_kept() || rest >= wanted {
			return true;
		}
		let Limits { money, daily, .. } = *self.limits;
		let of_period = money.saturating_sub(memory.of_period(self.coming.period));
		let of_day = daily.saturating_sub(memory.of_day(self.coming.date));
		let room = payable(of_period.min(of_day), self.rate()).min(self.quantity_left());
		wanted.saturating_sub(rest.saturating_add(room)) < stands.saturating_sub(wanted)
	}

	pub(super) fn take(&mut self, stake: u128, deposit: u128) {
		self.budget.free = self.budget.free.saturating_sub(stake).saturating_sub(deposit);
		let of_the_day = self.budget.at_stake.entry(self.coming.date).or_default();
		*of_the_day = of_the_day.saturating_add(stake);
	}
}

/// How much there is money for.
pub(super) fn payable(room: u128, rate: u128) -> u64 {
	u64::try_from(room.checked_div(rate).unwrap_or(0)).unwrap_or(u64::MAX)
}
