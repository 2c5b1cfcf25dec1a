//! Preimages, as the scheduler and the whitelist read them.
//!
//! All other calls within calls, of `utility`, `proxy`, `multisig` and `sudo`, are decoded together with what carries
//! them: a transaction, of which a trap keeps out that one alone, or a call that the scheduler has decoded to a bounded
//! depth. Motions of the technical collective are stored, and no hook reads them.

use alloc::borrow::Cow;

use codec::{Decode, DecodeLimit};
use frame_support::{
	traits::{Bounded, FetchResult, QueryPreimage, StorePreimage},
	weights::Weight,
};
use sp_runtime::DispatchError;

use crate::*;

/// Most calls within each other in a call that is carried out by the scheduler, or off the whitelist. What people
/// propose has three or four.
const MOST_LEVELS: u32 = 16;

/// The chain's preimages. A call with more than [`MOST_LEVELS`] calls within each other is not decoded.
///
/// The scheduler decodes what is due when a block begins, before it looks at the origin. Calls within calls can be
/// nested as deep as they are long, and decoding them takes as much of the stack: the block would be made and
/// imported by nobody, and no other block could come after its parent.
pub struct Preimages;

impl QueryPreimage for Preimages {
	type H = <Preimage as QueryPreimage>::H;

	fn len(hash: &Hash) -> Option<u32> {
		<Preimage as QueryPreimage>::len(hash)
	}

	fn fetch(hash: &Hash, len: Option<u32>) -> FetchResult {
		Preimage::fetch(hash, len)
	}

	fn is_requested(hash: &Hash) -> bool {
		Preimage::is_requested(hash)
	}

	fn request(hash: &Hash) {
		Preimage::request(hash);
	}

	fn unrequest(hash: &Hash) {
		Preimage::unrequest(hash);
	}

	fn peek<T: Decode>(bounded: &Bounded<T, Self::H>) -> Result<(T, Option<u32>), DispatchError> {
		let decode = |mut bytes: &[u8]| {
			T::decode_with_depth_limit(MOST_LEVELS, &mut bytes)
				.map_err(|_| DispatchError::Corruption)
		};
		let looked_up = |bytes: Cow<[u8]>| {
			let length = u32::try_from(bytes.len()).map_err(|_| DispatchError::Corruption)?;
			Ok((decode(&bytes)?, Some(length)))
		};
		match bounded {
			Bounded::Inline(bytes) => Ok((decode(bytes)?, None)),
			Bounded::Lookup { hash, len } => looked_up(Self::fetch(hash, Some(*len))?),
			Bounded::Legacy { hash, .. } => looked_up(Self::fetch(hash, None)?),
		}
	}
}

impl StorePreimage for Preimages {
	const MAX_LENGTH: usize = <Preimage as StorePreimage>::MAX_LENGTH;

	fn note(bytes: Cow<[u8]>) -> Result<Hash, DispatchError> {
		<Preimage as StorePreimage>::note(bytes)
	}
}

/// The chain's preimages for the whitelist, which decodes them by itself, and 256 levels of them. A preimage that is no
/// call, or has more than [`MOST_LEVELS`] calls within each other, is not available.
///
/// A referendum dispatches what is on the whitelist when a block begins, as [`Preimages`] says.
pub struct OfWhitelisted;

impl QueryPreimage for OfWhitelisted {
	type H = <Preimage as QueryPreimage>::H;

	fn len(hash: &Hash) -> Option<u32> {
		<Preimage as QueryPreimage>::len(hash)
	}

	fn fetch(hash: &Hash, len: Option<u32>) -> FetchResult {
		let bytes = Preimage::fetch(hash, len)?;
		RuntimeCall::decode_with_depth_limit(MOST_LEVELS, &mut &bytes[..])
			.map_err(|_| DispatchError::Corruption)?;
		Ok(bytes)
	}

	fn is_requested(hash: &Hash) -> bool {
		Preimage::is_requested(hash)
	}

	fn request(hash: &Hash) {
		Preimage::request(hash);
	}

	fn unrequest(hash: &Hash) {
		Preimage::unrequest(hash);
	}
}

impl StorePreimage for OfWhitelisted {
	const MAX_LENGTH: usize = <Preimage as StorePreimage>::MAX_LENGTH;

	fn note(bytes: Cow<[u8]>) -> Result<Hash, DispatchError> {
		<Preimage as StorePreimage>::note(bytes)
	}
}

type Published = pallet_whitelist::weights::SubstrateWeight<Runtime>;

/// The SDK's weights of the whitelist, where a preimage's bytes count twice: [`OfWhitelisted`] decodes them once more.
pub struct WhitelistWeights;

impl pallet_whitelist::WeightInfo for WhitelistWeights {
	fn whitelist_call() -> Weight {
		Published::whitelist_call()
	}
	fn remove_whitelisted_call() -> Weight {
		Published::remove_whitelisted_call()
	}
	fn defer_dispatch(n: u32) -> Weight {
		Published::defer_dispatch(n)
	}
	fn remove_deferred_dispatch() -> Weight {
		Published::remove_deferred_dispatch()
	}
	fn dispatch_whitelisted_call(n: u32) -> Weight {
		let once = Published::dispatch_whitelisted_call(n);
		let bytes = once.saturating_sub(Published::dispatch_whitelisted_call(0));
		once.saturating_add(bytes)
	}
	fn dispatch_whitelisted_call_with_preimage(n: u32) -> Weight {
		Published::dispatch_whitelisted_call_with_preimage(n)
	}
}
