//! Fees: by weight and length, adjusted to load, paid to the block's author and the treasury.

use frame_support::{
	dispatch::DispatchClass,
	parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		ConstU8, Imbalance, OnUnbalanced,
	},
	weights::{ConstantMultiplier, Weight},
	PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, MultiplierUpdate};
use sp_runtime::{
	traits::{AccountIdConversion, Convert, One},
	FixedPointNumber, Perquintill, Saturating,
};

use super::RuntimeBlockWeights;
use crate::*;

parameter_types! {
	/// One picosecond of execution, in the smallest unit: a second of block time is one token.
	pub const WeightFee: Balance = 1;
	/// One byte: a proof of 100 kB costs a tenth of a token in length.
	pub const TransactionByteFee: Balance = MICRO_UNIT;
	/// The treasury.
	pub const TreasuryId: PalletId = PalletId(*b"mpr/fees");
	/// The treasury's account. Registration fees go there, slashes, and what load adds to the fees of
	/// transactions. Referenda decide how that money is spent.
	pub FeePot: AccountId = TreasuryId::get().into_account_truncating();
	/// Fees rise while blocks are fuller than this, and fall while they are not.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// Full blocks double the fees in 15 minutes, and are a hundred times as dear after 100 minutes;
	/// empty ones halve them in 46 minutes.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(1, 500);
	/// Weight never costs less than [`WeightFee`] says: whoever fills blocks on an idle chain pays
	/// what they would cost on a busy one.
	pub MinimumMultiplier: Multiplier = Multiplier::one();
	/// What a proof costs stays affordable while somebody fills blocks for hours.
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(1_000);
}

/// The multiplier of the weight fee follows the fuller one of the two classes that pay: normal
/// transactions, and the share of a block that commitments and proofs have. The SDK's
/// `TargetedFeeAdjustment` looks at the first alone, so that filling the second would never get
/// dearer. The formula is the same: with s the fullness, t the target and v the variable, the
/// factor of a block is 1 + v (s - t) + v^2 (s - t)^2 / 2.
pub struct FullerClass;

impl FullerClass {
	/// How full the block is, by weight. Commitments without a fee do not count: their number is
	/// limited, and nobody pays for what they make dearer.
	fn fullness() -> Perquintill {
		let limits = RuntimeBlockWeights::get();
		let all = System::block_weight();
		let free = [(DispatchClass::Operational, Metering::free_weight())];
		DispatchClass::non_mandatory()
			.iter()
			.map(|class| {
				let most = limits.get(*class).max_total.unwrap_or(limits.max_block);
				let free = free.iter().find(|(of, _)| of == class);
				let free = free.map_or(Weight::zero(), |(_, weight)| *weight);
				let used = all.get(*class).saturating_sub(free).ref_time();
				Perquintill::from_rational(used.min(most.ref_time()), most.ref_time().max(1))
			})
			.max()
			.unwrap_or_default()
	}
}

impl Convert<Multiplier, Multiplier> for FullerClass {
	fn convert(previous: Multiplier) -> Multiplier {
		let (fullness, target) = (Self::fullness(), TargetBlockFullness::get());
		let difference = match fullness >= target {
			true => fullness.saturating_sub(target),
			false => target.saturating_sub(fullness),
		};
		let first = AdjustmentVariable::get().saturating_mul(difference.into());
		let second = first.saturating_mul(first).saturating_mul(Multiplier::from_rational(1, 2));
		let factor = match fullness >= target {
			true => Multiplier::one().saturating_add(first).saturating_add(second),
			false => Multiplier::one().saturating_sub(first).saturating_add(second),
		};
		previous.saturating_mul(factor).clamp(MinimumMultiplier::get(), MaximumMultiplier::get())
	}
}

impl MultiplierUpdate for FullerClass {
	fn min() -> Multiplier {
		MinimumMultiplier::get()
	}
	fn max() -> Multiplier {
		MaximumMultiplier::get()
	}
	fn target() -> Perquintill {
		TargetBlockFullness::get()
	}
	fn variability() -> Multiplier {
		AdjustmentVariable::get()
	}
}

/// The block's author gets tips, and of a fee the part that one is of the multiplier; what load adds
/// goes to [`FeePot`]. Else whoever makes blocks could fill its own for nothing and so make
/// everybody's fees rise. Without a known author a fee is burnt.
pub struct ToAuthor;

impl ToAuthor {
	/// What the fee would be at a multiplier of one, if it were for weight alone; and the rest.
	fn parts(
		fee: Credit<AccountId, Balances>,
	) -> (Credit<AccountId, Balances>, Credit<AccountId, Balances>) {
		let multiplier = TransactionPayment::next_fee_multiplier();
		let share = multiplier.reciprocal().unwrap_or_default().saturating_mul_int(fee.peek());
		fee.split(share)
	}

	fn give(author: &AccountId, amount: Credit<AccountId, Balances>) {
		// What an account cannot take (below the existential deposit) is burnt.
		let _ = Balances::resolve(author, amount);
	}
}

impl OnUnbalanced<Credit<AccountId, Balances>> for ToAuthor {
	fn on_unbalanceds(mut fee_then_tip: impl Iterator<Item = Credit<AccountId, Balances>>) {
		let Some(author) = Authorship::author() else { return };
		if let Some(fee) = fee_then_tip.next() {
			let (share, rest) = Self::parts(fee);
			Self::give(&author, share);
			// An account that does not exist yet takes no amount below the existential deposit.
			if let Err(rest) = Balances::resolve(&FeePot::get(), rest) {
				Self::give(&author, rest);
			}
		}
		if let Some(tip) = fee_then_tip.next() {
			Self::give(&author, tip);
		}
	}
}

/// Weight to fee: see [`WeightFee`].
pub type WeightToFee = ConstantMultiplier<Balance, WeightFee>;

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, ToAuthor>;
	type WeightToFee = WeightToFee;
	type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
	type FeeMultiplierUpdate = FullerClass;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

#[cfg(test)]
mod tests;
