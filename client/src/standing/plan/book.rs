//! What to do with one book.

mod room;

use meterproof_clearing::Side;

use self::room::payable;
use super::{Action, Budget, Coming, Decision, Gate, OrderRules, Short, Standing, Traded, Why};
use crate::standing::{
	forecast::{Forecast, TooFewDays},
	limits::Limits,
};

/// One book, on its way through the plan.
pub(super) struct Book<'a> {
	pub limits: &'a Limits,
	pub terms: &'a OrderRules,
	pub coming: &'a Coming,
	pub budget: &'a mut Budget,
	/// What stands once everything decided is done, oldest first.
	pub standing: Vec<Standing>,
	/// What is cancelled.
	pub gone: Vec<u64>,
	pub decided: &'a mut Vec<Decision>,
}

impl Book<'_> {
	/// Decides what to do with it.
	pub fn decide(&mut self) {
		if self.coming.gate == Gate::Closed {
			return self.leave(Why::GateClosed);
		}
		// What the owner forbids goes, whatever is known of the period.
		self.cancel_forbidden();
		self.cancel_beyond();
		if !self.coming.has_meters {
			return self.leave(Why::NoMeters);
		}
		let forecast = match Forecast::of(&self.coming.former) {
			Ok(forecast) => forecast,
			Err(TooFewDays { days }) => return self.leave(Why::TooFewDays { days }),
		};
		let expected = match self.limits.side {
			Side::Offer => forecast.to_offer(),
			Side::Bid => forecast.to_bid(),
		};
		let wanted = expected.min(self.limits.quantity).saturating_sub(self.coming.traded.quantity);
		self.cancel_excess(wanted, &forecast);
		self.improve();
		self.place(wanted, &forecast);
		let told = self.decided.last().is_some_and(|last| last.period == self.coming.period);
		if !told {
			let why = match wanted {
				0 => Why::NothingExpected { forecast, traded: self.coming.traded.quantity },
				_ => Why::StandsAlready { forecast, quantity: self.quantity() },
			};
			self.leave(why);
		}
	}

	/// Orders that do worse than the owner allows now.
	fn cancel_forbidden(&mut self) {
		for own in self.cancellable().into_iter().filter(|own| self.limits.forbid(own.limit)) {
			let why = Why::LimitForbidden {
				order: own.order,
				limit: own.limit,
				owner: self.limits.price,
			};
			self.cancel(own, why);
		}
	}

	/// Orders beyond what the owner allows, the newest first.
	fn cancel_beyond(&mut self) {
		for own in self.cancellable().into_iter().rev() {
			if !self.is_beyond_limits() {
				return;
			}
			let why = Why::BeyondLimits { order: own.order, quantity: self.quantity() };
			if !self.cancel(own, why) {
				return;
			}
		}
	}

	/// Orders beyond what is expected, the newest first.
	fn cancel_excess(&mut self, wanted: u64, forecast: &Forecast) {
		// A new order in place of one that is nearly right costs a fee and gains nothing.
		let bearable = wanted.saturating_add(forecast.margin);
		if self.quantity() <= bearable {
			return;
		}
		for own in self.cancellable().into_iter().rev() {
			// One that goes, and has no successor since what was signed leaves no room for it, may leave less right
			// than it was.
			if self.quantity() <= wanted || !self.is_nearer_without(&own, wanted) {
				return;
			}
			let why = Why::TooMuchStands {
				order: own.order,
				quantity: self.quantity(),
				wanted,
				forecast: *forecast,
			};
			if !self.cancel(own, why) {
				return;
			}
		}
	}

	/// The orders that may be cancelled, oldest first.
	fn cancellable(&self) -> Vec<Standing> {
		let (memory, period) = (&self.budget.memory, self.coming.period);
		self.standing.iter().filter(|own| memory.may_cancel(period, own.order)).copied().collect()
	}

	fn is_beyond_limits(&self) -> bool {
		if self.standing.is_empty() {
			return false;
		}
		let Traded { quantity, money } = self.coming.traded;
		self.quantity().saturating_add(quantity) > self.limits.quantity
			|| self.money().saturating_add(money) > self.limits.money
			|| self.of_the_day() > self.limits.daily
	}

	/// Brings limits to the owner's, as far as there is money for it.
	fn improve(&mut self) {
		if !self.budget.memory.may_improve() {
			return;
		}
		let price = self.limits.price;
		for at in 0..self.standing.len() {
			let Some(own) = self.standing.get(at).copied() else { return };
			// What is forbidden could not be cancelled any more.
			if own.limit == price || self.limits.forbid(own.limit) {
				continue;
			}
			if price.saturating_mul(own.quantity.into()) < self.terms.least_worth {
				self.leave(Why::ImprovedWorthTooLittle { order: own.order });
				continue;
			}
			let more = match self.limits.side {
				Side::Offer => Some(0),
				Side::Bid => price.saturating_sub(own.limit).checked_mul(own.quantity.into()),
			};
			let (room, short) = self.room();
			let Some(more) = more.filter(|more| *more <= room) else {
				self.leave(Why::NoMoneyToImprove { order: own.order, short });
				continue;
			};
			self.take(more, 0);
			if let Some(own) = self.standing.get_mut(at) {
				own.limit = price;
				if self.limits.side == Side::Bid {
					own.rate = price;
				}
			}
			let action = Action::Improve { order: own.order, limit: price };
			self.decide_on(action, Why::OwnersLimit { from: own.limit });
		}
	}

	/// Orders what is missing, as far as there is money for it.
	fn place(&mut self, wanted: u64, forecast: &Forecast) {
		let missing = wanted.saturating_sub(self.quantity());
		if missing == 0 || (!self.standing.is_empty() && missing <= forecast.margin) {
			return;
		}
		if self.standing.len() >= self.terms.own_orders {
			return self.leave(Why::TooManyOwnOrders { most: self.terms.own_orders });
		}
		let limit = self.limits.price;
		if self.is_full(limit) {
			return self.leave(Why::BookFull { most: self.terms.most(self.limits.side) });
		}
		if self.budget.places == 0 {
			return self.leave(Why::NoPlaces);
		}
		let rate = self.rate();
		let (room, short) = self.room_to_place();
		let payable = payable(room, rate);
		let left = self.quantity_left();
		let (most, short) = match left < payable {
			true => (left, Short::SignedQuantity),
			false => (payable, short),
		};
		let quantity = missing.min(most);
		let short = (quantity < missing).then_some((missing, short));
		let worth = limit.saturating_mul(quantity.into());
		if quantity == 0 || worth < self.terms.least_worth {
			return self.leave(Why::WorthTooLittle { quantity, short, forecast: *forecast });
		}
		let stake = rate.saturating_mul(quantity.into());
		self.take(stake, self.terms.deposit);
		self.budget.memory.add(self.coming.period, self.coming.date, (quantity, stake));
		self.budget.places = self.budget.places.saturating_sub(1);
		self.standing.push(Standing { order: u64::MAX, quantity, limit, rate });
		let action = Action::Place { side: self.limits.side, quantity, limit, rate };
		let (traded, most) = (self.coming.traded.quantity, self.limits.quantity);
		self.decide_on(action, Why::Expected { forecast: *forecast, traded, most, short });
	}

	/// Whether the book has no place for another order with this limit: it is full of orders that are as good.
	fn is_full(&self, limit: u128) -> bool {
		let side = self.limits.side;
		let mut count = 0_usize;
		let mut is_better = false;
		for rival in self.coming.rivals.iter().filter(|rival| !self.gone.contains(&rival.order)) {
			count = count.saturating_add(1);
			// An own one may be improved by now.
			let own = self.standing.iter().find(|own| own.order == rival.order);
			let other = own.map_or(rival.limit, |own| own.limit);
			is_better |= match side {
				Side::Bid => limit > other,
				Side::Offer => limit < other,
			};
		}
		count >= self.terms.most(side) && !is_better
	}

	/// Takes an order out, if the book still lets it go.
	fn cancel(&mut self, own: Standing, why: Why) -> bool {
		if self.coming.gate != Gate::Open {
			self.leave(Why::Locked { why: Box::new(why) });
			return false;
		}
		let stake = own.rate.saturating_mul(own.quantity.into());
		self.budget.free =
			self.budget.free.saturating_add(stake).saturating_add(self.terms.deposit);
		let of_the_day = self.budget.at_stake.entry(self.coming.date).or_default();
		*of_the_day = of_the_day.saturating_sub(stake);
		self.budget.places = self.budget.places.saturating_add(1);
		self.gone.push(own.order);
		self.standing.retain(|standing| standing.order != own.order);
		self.decide_on(Action::Cancel { order: own.order }, why);
		true
	}

	fn decide_on(&mut self, action: Action, why: Why) {
		self.tell(Some(action), why);
	}

	fn leave(&mut self, why: Why) {
		self.tell(None, why);
	}

	fn tell(&mut self, action: Option<Action>, why: Why) {
		self.decided.push(Decision {
			period: self.coming.period,
			weekday: self.coming.weekday,
			side: self.limits.side,
			zone: self.terms.zone,
			resource: self.terms.resource,
			action,
			why,
		});
	}
}
