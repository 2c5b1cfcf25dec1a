//! What the gateways' runtime API answers.

use frame::prelude::H256;
use meterproof_primitives::{api::GatewayInfo, GatewayId, PeriodIndex};

use crate::{pallet::*, registry::ordered, types::*};

impl<T: Config> Pallet<T> {
	/// One gateway.
	pub fn gateway(id: GatewayId) -> Option<GatewayInfo<T::AccountId, BalanceOf<T>>> {
		let Gateway { account, deposit, retiring } = Gateways::<T>::get(id)?;
		Some(GatewayInfo { id, account, deposit, retires_from: retiring })
	}

	/// What a gateway committed to in a period, until the root is deleted.
	pub fn root(gateway: GatewayId, period: PeriodIndex) -> Option<H256> {
		Roots::<T>::get(ordered(period), gateway).map(H256)
	}
}
