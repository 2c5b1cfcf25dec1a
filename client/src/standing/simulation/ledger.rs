//! What a household pays and is paid.

use super::Options;

/// What was delivered of trades, and what that means in money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
	/// What came, in base units.
	pub quantity: u64,
	/// What did not.
	pub missing: u64,
	/// What is paid for what came.
	pub paid: u128,
	/// What is charged for what did not.
	pub charged: u128,
}

impl Delivered {
	/// Of a trade at a price, with a collateral of so much per unit.
	pub fn of(quantity: u64, missing: u64, price: u128, rate: u128) -> Self {
		let paid = price.saturating_mul(quantity.into());
		Self { quantity, missing, paid, charged: rate.saturating_mul(missing.into()) }
	}

	/// Adds another trade's.
	pub fn add(&mut self, other: Self) {
		self.quantity = self.quantity.saturating_add(other.quantity);
		self.missing = self.missing.saturating_add(other.missing);
		self.paid = self.paid.saturating_add(other.paid);
		self.charged = self.charged.saturating_add(other.charged);
	}
}

/// Parts what a seller's meters counted among its trades, as the chain does: each gets its share, rounded
/// down, and what is left goes one unit at a time by the trades' numbers. More than was sold is not parted.
pub fn deliver(counted: u64, sold: &[u64]) -> Vec<u64> {
	let all: u64 = sold.iter().fold(0, |sum, quantity| sum.saturating_add(*quantity));
	let delivered = counted.min(all);
	let share = |quantity: &u64| {
		let product = u128::from(*quantity).saturating_mul(delivered.into());
		let part = product.checked_div(all.into()).unwrap_or(0);
		u64::try_from(part).unwrap_or(*quantity)
	};
	let mut shares: Vec<u64> = sold.iter().map(share).collect();
	let given = shares.iter().fold(0, |sum: u64, share| sum.saturating_add(*share));
	let mut left = delivered.saturating_sub(given);
	for (share, quantity) in shares.iter_mut().zip(sold) {
		if left > 0 && *share < *quantity {
			*share = share.saturating_add(1);
			left = left.saturating_sub(1);
		}
	}
	shares
}

/// One household's month. Costs are what it pays less what it is paid, in the token's smallest unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Household {
	/// Its meter.
	pub name: String,
	/// What its month costs with the utility alone.
	pub without: i128,
	/// What it costs with the book.
	pub with: i128,
	/// What it took, in base units.
	pub used: u128,
	/// What it fed in.
	pub fed: u128,
	/// What it sold in books and delivered.
	pub sold: u128,
	/// What it sold and did not deliver.
	pub missing: u128,
	/// What it was charged for that.
	pub charged: u128,
	/// What it bought in books and got.
	pub bought: u128,
	/// What of that it did not use.
	pub unused: u128,
	/// What it got for what sellers did not deliver.
	pub compensated: u128,
}

impl Household {
	/// What the book saves.
	pub fn saved(&self) -> i128 {
		self.without.saturating_sub(self.with)
	}

	/// Adds a period.
	pub fn book(
		&mut self,
		import: u64,
		export: u64,
		sold: &Delivered,
		got: &Delivered,
		options: &Options,
	) {
		let money = |price: u128, quantity: u64| signed(price.saturating_mul(quantity.into()));
		let utility = |import, export| {
			money(options.utility_sells, import) - money(options.utility_buys, export)
		};
		self.without += utility(import, export);
		// The utility neither pays nor charges for energy that was bought and is not used.
		let rest =
			utility(import.saturating_sub(got.quantity), export.saturating_sub(sold.quantity));
		self.with += rest + signed(got.paid) - signed(got.charged) - signed(sold.paid)
			+ signed(sold.charged);
		for (sum, quantity) in [
			(&mut self.used, import),
			(&mut self.fed, export),
			(&mut self.sold, sold.quantity),
			(&mut self.missing, sold.missing),
			(&mut self.bought, got.quantity),
			(&mut self.unused, got.quantity.saturating_sub(import)),
		] {
			*sum += u128::from(quantity);
		}
		self.charged += sold.charged;
		self.compensated += got.charged;
	}

	/// Adds another household's month.
	pub fn add(&mut self, other: &Self) {
		self.without += other.without;
		self.with += other.with;
		for (sum, part) in [
			(&mut self.used, other.used),
			(&mut self.fed, other.fed),
			(&mut self.sold, other.sold),
			(&mut self.missing, other.missing),
			(&mut self.charged, other.charged),
			(&mut self.bought, other.bought),
			(&mut self.unused, other.unused),
			(&mut self.compensated, other.compensated),
		] {
			*sum += part;
		}
	}
}

/// Prices are below 2^64 and a month's quantities below 2^48.
fn signed(amount: u128) -> i128 {
	i128::try_from(amount).unwrap_or(i128::MAX)
}
