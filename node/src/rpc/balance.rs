//! `market_balance`: supply and demand of a zone, resource and period.

use std::sync::Arc;

use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use meterproof_primitives::{
	api::{BalanceCursor, BookApi as _, MarketBalance, SettlementApi as _, MOST_BALANCED_GROUPS},
	PeriodIndex, Resource, ZoneId,
};
use meterproof_runtime::{AccountId, Balance, Hash};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::Bytes;

use super::error;
use crate::client::Client;

/// Blocks behind the best one in which a question goes on at most: nodes that prune keep the state of so many.
const OLDEST: u32 = 256;

/// Supply and demand. Money is a decimal string of the token's smallest unit.
#[rpc(server)]
pub trait BalanceRpc {
	/// What is ordered, cleared, contracted and proved, or null where the records of the period may be
	/// gone. `after` is the `next` of an answer that has not looked at all groups: it goes on there, in
	/// the same block.
	#[method(name = "market_balance")]
	fn balance(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
		after: Option<Bytes>,
	) -> RpcResult<Option<MarketBalance<Balance>>>;
}

/// Answers from the best block.
pub struct Balances(pub Arc<Client>);

/// Where a question goes on: other blocks would count a group twice that is settled meanwhile, or not
/// at all.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
struct Place {
	block: Hash,
	groups: BalanceCursor<AccountId>,
}

impl Place {
	fn read(after: &Bytes) -> RpcResult<Self> {
		Self::decode_all(&mut &after[..]).map_err(|_| {
			let message = "`after` is not the `next` of an answer of this method";
			error::error(error::INVALID_PARAMETER, message)
		})
	}

	fn written(&self) -> String {
		format!("0x{}", hex::encode(self.encode()))
	}
}

impl BalanceRpcServer for Balances {
	fn balance(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
		after: Option<Bytes>,
	) -> RpcResult<Option<MarketBalance<Balance>>> {
		let best = self.0.info();
		let Place { block, groups } = match after {
			Some(after) => {
				let place = Place::read(&after)?;
				// A runtime of long ago would have to be compiled first.
				let number = self.0.number(place.block).map_err(error::runtime)?;
				if number.is_none_or(|number| best.best_number.saturating_sub(number) > OLDEST) {
					let message =
						"the block of `after` is unknown or too old: begin again without it";
					return Err(error::error(error::INVALID_PARAMETER, message));
				}
				place
			},
			None => Place { block: best.best_hash, groups: BalanceCursor::start() },
		};
		let api = self.0.runtime_api();
		let limit = MOST_BALANCED_GROUPS;
		let sums = api.balance(block, zone, resource, period, groups, limit);
		let Some(sums) = sums.map_err(error::runtime)? else { return Ok(None) };
		let book = api.book(block, zone, resource, period).map_err(error::runtime)?;
		let clearing = api.clearing(block, zone, resource, period).map_err(error::runtime)?;
		Ok(Some(MarketBalance {
			block_hash: block,
			zone,
			resource,
			period,
			phase: sums.phase,
			standing: book.as_ref().map(Into::into),
			cleared: clearing.as_ref().map(Into::into),
			export: sums.export,
			import: sums.import,
			next: sums.next.map(|groups| Place { block, groups }.written()),
		}))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_primitives::{Direction, GroupId};

	#[test]
	fn a_place_is_read_as_it_was_written_and_nothing_else_is() {
		let operator = AccountId::new([7; 32]);
		let (zone, resource, direction) = (3, Resource::Water, Direction::Export);
		let group = GroupId { operator, zone, resource, direction };
		let groups = BalanceCursor { settled: true, after: Some(group) };
		let place = Place { block: Hash::repeat_byte(9), groups };
		let bytes = hex::decode(place.written().trim_start_matches("0x")).unwrap();
		assert_eq!(Place::read(&Bytes(bytes.clone())).unwrap(), place);
		let (mut longer, shorter) = (bytes.clone(), bytes[1..].to_vec());
		longer.push(0);
		for wrong in [longer, shorter, Vec::new()] {
			let refused = Place::read(&Bytes(wrong)).unwrap_err();
			assert_eq!(refused.code(), error::INVALID_PARAMETER);
		}
	}
}
