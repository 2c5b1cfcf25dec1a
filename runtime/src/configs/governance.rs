//! Accounts that act together or for each other, and sudo until a referendum removes it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;

use crate::*;

/// Deposit for `items` storage items of `bytes` in all.
pub(super) const fn deposit(items: u32, bytes: u32) -> Balance {
	let of_items = (items as Balance).saturating_mul(MILLI_UNIT.saturating_mul(100));
	of_items.saturating_add((bytes as Balance).saturating_mul(MILLI_UNIT.saturating_div(10)))
}

parameter_types! {
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
}

/// What a proxy may do for its principal. Whatever right a proxy of a type has ends with the proxy:
/// calls that name somebody else for later, as a prover, the owner of coming payouts or a device's
/// next operator, are the principal's own or those of a proxy for everything.
#[derive(
	Copy,
	Clone,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	Debug,
	MaxEncodedLen,
	TypeInfo,
	Default,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Register and manage devices.
	#[codec(index = 1)]
	Devices,
	/// Trade, and nothing else.
	#[codec(index = 2)]
	Market,
	/// Submit commitments and proofs.
	#[codec(index = 3)]
	Settlement,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::Devices => matches!(call, RuntimeCall::Devices(call) if !hands_over(call)),
			Self::Market => match call {
				RuntimeCall::Market(call) => !names_a_payee(call),
				RuntimeCall::Book(call) => !orders_for_a_payee(call),
				RuntimeCall::Water(call) => trades_water(call),
				_ => false,
			},
			Self::Settlement => match call {
				RuntimeCall::Metering(_) => true,
				RuntimeCall::Water(call) => proves_use(call),
				RuntimeCall::Settlement(call) => {
					!matches!(call, pallet_settlement::Call::name_prover { .. })
				},
				_ => false,
			},
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == other || *self == Self::Any
	}
}

/// Whether the call gives a device away.
fn hands_over(call: &pallet_devices::Call<Runtime>) -> bool {
	matches!(call, pallet_devices::Call::offer_transfer { .. })
}

/// Whether the call names whose notes are paid in the place of the principal's account.
fn names_a_payee(call: &pallet_market::Call<Runtime>) -> bool {
	use pallet_market::Call::{accept, accept_sealed, offer, offer_sealed};
	match call {
		offer { payout, .. } => payout.is_some(),
		accept { refund, .. } => refund.is_some(),
		offer_sealed { .. } | accept_sealed { .. } => true,
		_ => false,
	}
}

/// Whether the call offers or takes an allocation of water.
fn trades_water(call: &pallet_water::Call<Runtime>) -> bool {
	use pallet_water::Call::{offer, take, withdraw};
	matches!(call, offer { .. } | take { .. } | withdraw { .. })
}

/// Whether the call proves what was used of an allocation of water.
fn proves_use(call: &pallet_water::Call<Runtime>) -> bool {
	matches!(call, pallet_water::Call::prove_use { .. })
}

/// Whether the call has an order pay notes in the place of the principal's account.
fn orders_for_a_payee(call: &pallet_book::Call<Runtime>) -> bool {
	use pallet_book::Call::{bid, offer};
	match call {
		bid { refund: payee, .. } | offer { payout: payee, .. } => payee.is_some(),
		_ => false,
	}
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = sp_runtime::traits::BlakeTwo256;
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = System;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

#[cfg(test)]
mod tests {
	use meterproof_primitives::{Direction, NoteOwner, Resource};

	use super::*;

	const SOMEBODY: AccountId = AccountId::new([7; 32]);

	fn offer(payout: Option<NoteOwner>) -> RuntimeCall {
		RuntimeCall::Market(pallet_market::Call::offer {
			zone: 1,
			resource: Resource::Water,
			direction: Direction::Import,
			buyer: SOMEBODY,
			quantity: 1,
			price: 1,
			max_imbalance_price: 1,
			first: 1,
			last: 1,
			payout,
		})
	}

	fn bid(refund: Option<NoteOwner>) -> RuntimeCall {
		RuntimeCall::Book(pallet_book::Call::bid {
			zone: 1,
			resource: Resource::Water,
			quantity: 1,
			limit: 1,
			first: 1,
			last: 1,
			refund,
		})
	}

	#[test]
	fn what_a_proxy_may_name_ends_with_it() {
		let settlement = [
			(ProxyType::Settlement, name_prover()),
			(ProxyType::Market, offer(Some([1; 32]))),
			(ProxyType::Market, bid(Some([1; 32]))),
			(
				ProxyType::Devices,
				RuntimeCall::Devices(pallet_devices::Call::offer_transfer {
					device: 1,
					key: [1; 32],
					to: SOMEBODY,
				}),
			),
		];
		for (proxy, call) in settlement {
			assert!(!proxy.filter(&call), "{proxy:?} may not call {call:?}");
			assert!(ProxyType::Any.filter(&call));
		}
	}

	#[test]
	fn a_proxy_does_its_own_trade() {
		let (zone, resource, direction) = (1, Resource::Water, Direction::Import);
		let clear = pallet_settlement::Call::clear_prover { zone, resource, direction };
		let litres = pallet_water::Call::offer { zone: 1, to: None, quantity: 1, price: 1 };
		let own = [
			(ProxyType::Settlement, RuntimeCall::Settlement(clear)),
			(ProxyType::Market, offer(None)),
			(ProxyType::Market, bid(None)),
			(ProxyType::Market, RuntimeCall::Water(litres)),
			(
				ProxyType::Devices,
				RuntimeCall::Devices(pallet_devices::Call::suspend { device: 1, key: [1; 32] }),
			),
		];
		for (proxy, call) in &own {
			assert!(proxy.filter(call), "{proxy:?} may call {call:?}");
			let others = [ProxyType::Devices, ProxyType::Market, ProxyType::Settlement];
			for other in others.into_iter().filter(|other| other != proxy) {
				assert!(!other.filter(call), "{other:?} may not call {call:?}");
			}
		}
	}

	fn name_prover() -> RuntimeCall {
		RuntimeCall::Settlement(pallet_settlement::Call::name_prover {
			zone: 1,
			resource: Resource::Water,
			direction: Direction::Import,
			prover: SOMEBODY,
		})
	}
}
