//! What the market and the book of orders have in common, and the traits through which they meet.

use sp_runtime::{
	traits::{CheckedMul, ConstU32},
	BoundedVec, DispatchError, DispatchResult,
};

use crate::*;

/// Number of an order in books.
pub type OrderId = u64;

/// What an order does.
pub use meterproof_clearing::Side as OrderSide;

/// The number of a backstop's bid in every book.
pub const BACKSTOP_BID: OrderId = meterproof_clearing::LAST_RESORT;

/// The number of a backstop's offer in every book.
pub const BACKSTOP_OFFER: OrderId = meterproof_clearing::LAST_RESORT.saturating_add(1);

/// Whether an order is a backstop's.
pub fn is_of_last_resort(order: OrderId) -> bool {
	order >= meterproof_clearing::LAST_RESORT
}

/// What registrars had ever taken out of a group at some time, by registrar: the sum of nameplates.
pub type EverTaken<AccountId> = BoundedVec<(AccountId, Quantity), ConstU32<MAX_TAKERS>>;

impl<AccountId> Standing<AccountId> {
	/// What each registrar has ever taken out of the group.
	pub fn ever_taken(self) -> EverTaken<AccountId> {
		let taken = self.taken.into_iter().map(|taking| (taking.registrar, taking.ever));
		BoundedVec::truncate_from(taken.collect())
	}
}

/// What a book keeps free of a group in one period, for the trades that it may make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reserved {
	/// The sum of the group's offers in the book, or what it has posted as a backstop, in base units.
	pub quantity: Quantity,
	/// The most trades that they can become.
	pub trades: u32,
}

/// What the contract of a group has room for in one period, whatever its devices count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
	/// How much more can be contracted, in base units.
	pub quantity: Quantity,
	/// How many more trades it can have.
	pub trades: u32,
}

/// What books keep free of groups; implemented by `pallet-book`, asked by `pallet-market` before it
/// makes a trade of its own.
pub trait Reservations<AccountId> {
	/// What is kept free of the group in `period`; nothing where it has no offer in a book and has posted no
	/// sale.
	fn reserved(group: &GroupId<AccountId>, period: PeriodIndex) -> Reserved;
}

/// What two orders of a cleared book agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deal<AccountId, Balance> {
	/// Whose devices deliver.
	pub seller: GroupId<AccountId>,
	/// Who pays.
	pub buyer: AccountId,
	/// When.
	pub period: PeriodIndex,
	/// In base units.
	pub quantity: Quantity,
	/// Per base unit.
	pub price: Balance,
	/// Charged per base unit not delivered; the collateral on hold is this much per base unit.
	pub imbalance_price: Balance,
	/// The seller's deposit that passes to the trade; zero where another trade has it.
	pub deposit: Balance,
	/// The least evidence that the seller's devices must be attested on.
	pub least_evidence: Evidence,
	/// Whose notes pay the seller; without one its account is paid.
	pub payout: Option<NoteOwner>,
	/// Whose notes refund the buyer; without one its account is refunded.
	pub refund: Option<NoteOwner>,
	/// What registrars had ever taken out of the seller's group when it made its offer.
	pub taken: EverTaken<AccountId>,
}

/// Why the money of a deal has been on hold until now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealHolds<Reason> {
	/// The buyer's payment.
	pub payment: Reason,
	/// The seller's collateral.
	pub collateral: Reason,
	/// The seller's deposit.
	pub deposit: Reason,
}

/// Trades that a book makes; implemented by `pallet-market`.
pub trait BookTrades<AccountId> {
	/// Amounts of money.
	type Balance;
	/// Why money is on hold.
	type Reason;
	/// What one base unit that is sold of exporting meters and not delivered costs at least, in the dearest of
	/// the periods `first..=last`.
	fn imbalance_price(
		zone: ZoneId,
		resource: Resource,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> Self::Balance;
	/// Whether the group can deliver `quantity` more in each of the periods `first..=last`, which are
	/// open, beside what it has contracted and what books keep free of it, and have `trades` trades
	/// for its orders in a book.
	fn ensure_room(
		group: &GroupId<AccountId>,
		first: PeriodIndex,
		last: PeriodIndex,
		quantity: Quantity,
		trades: u32,
	) -> DispatchResult;
	/// What the group's contract of `period`, whose gate may have closed, has room for. It counts neither what
	/// books keep free of the group nor what its devices have become.
	fn room(group: &GroupId<AccountId>, period: PeriodIndex) -> Room;
	/// Whether a note of `owner` can be paid, and takes so much.
	fn ensure_payable(owner: &NoteOwner, most: Self::Balance) -> DispatchResult;
	/// Makes the trade, accepted by its buyer. The money stays on hold, for the trade from now on.
	fn conclude(
		deal: Deal<AccountId, Self::Balance>,
		held: &DealHolds<Self::Reason>,
	) -> Result<TradeId, DispatchError>;
	/// Most trades one (group, period) can have.
	fn max_trades() -> u32;
	/// Sets what one base unit not delivered costs at least, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_imbalance_price(zone: ZoneId, resource: Resource, price: Self::Balance);
}

/// What `quantity` base units cost; none where that is more than any money.
pub fn worth<Balance>(quantity: Quantity, price: Balance) -> Option<Balance>
where
	Balance: TryFrom<Quantity> + CheckedMul,
{
	Balance::try_from(quantity).ok()?.checked_mul(&price)
}

/// What `quantity` base units in each of `periods` periods cost.
pub fn worth_over<Balance>(quantity: Quantity, price: Balance, periods: u32) -> Option<Balance>
where
	Balance: TryFrom<Quantity> + CheckedMul + From<u32>,
{
	worth(quantity, price)?.checked_mul(&periods.into())
}

/// Whether a payout was made. Only what stands in the way of this payee puts its payout off: its
/// account, its balance, its note. Any other error is not the payee's, the nesting of the call that
/// settles among them, and fails that call: else whoever sends it could put off everybody's money.
pub fn made(payout: DispatchResult) -> Result<bool, DispatchError> {
	use DispatchError::*;
	match payout {
		Ok(()) => Ok(true),
		Err(
			Token(_) | Arithmetic(_) | Module(_) | NoProviders | ConsumerRemaining
			| TooManyConsumers,
		) => Ok(false),
		Err(
			error @ (Transactional(_) | Exhausted | Corruption | Unavailable | RootNotAllowed
			| BadOrigin | CannotLookup | Trie(_) | Other(_)),
		) => Err(error),
	}
}
