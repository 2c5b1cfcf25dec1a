//! `settlement_finalityProof`: from a settlement to a root that BEEFY signed (`docs/bridge.md`).

use codec::Decode;
use jsonrpsee::{core::RpcResult, types::ErrorObjectOwned};
use meterproof_primitives::{api::SettlementApi as _, GroupId, MerklePath, PeriodIndex};
use meterproof_runtime::{opaque::Header, AccountId, BlockNumber, Hash};
use pallet_settlement::settled_key;
use sc_client_api::{Backend as _, BlockBackend};
use serde::Serialize;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_consensus_beefy::{mmr::find_mmr_root_digest, BEEFY_ENGINE_ID};
use sp_core::{
	offchain::{storage::OffchainDb, OffchainDbExt, OffchainStorage, STORAGE_PREFIX},
	Bytes,
};
use sp_io::hashing::keccak_256;
use sp_mmr_primitives::MmrApi as _;
use sp_runtime::traits::Header as _;

use super::error;
use crate::client::{Backend, Client};

type Block = meterproof_runtime::opaque::Block;

/// Blocks that are looked at for BEEFY's signatures, from the last final one back.
const MOST_LOOKED_AT: u32 = 4_096;

/// What shows another chain that a settlement is final.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FinalityProof {
	/// The block that settled the group.
	block: BlockNumber,
	block_hash: Hash,
	/// What is hashed of the settlement: 13 words of 32 bytes.
	settlement: Bytes,
	/// From there to the root over what the block settled.
	settlement_path: MerklePath,
	/// The leaf of the following block, which holds that root: 113 bytes.
	leaf: Bytes,
	/// From there to the root that BEEFY signs.
	leaf_path: MerklePath,
	/// The block of that root.
	signed: Signed,
}

/// A block, and what BEEFY's voters signed of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
	block: BlockNumber,
	block_hash: Hash,
	/// Root of the Merkle mountain range.
	root: Hash,
	/// SCALE `VersionedFinalityProof`, null where this node has none of the block that was asked for.
	justification: Option<Bytes>,
}

fn refused(name: &str, text: impl std::fmt::Display) -> ErrorObjectOwned {
	error::error(error::SETTLEMENT_REFUSED, format!("{name}: {text}"))
}

fn not_indexed() -> ErrorObjectOwned {
	refused(
		"NotIndexed",
		"this node has no index of that block; ask one that has run with \
		 --enable-offchain-indexing true since before it",
	)
}

/// What BEEFY's voters signed of a block, if this node has it.
fn justification(client: &Client, block: Hash) -> RpcResult<Option<Bytes>> {
	let all = client.justifications(block).map_err(error::runtime)?;
	Ok(all.and_then(|all| all.get(BEEFY_ENGINE_ID).cloned()).map(Bytes))
}

/// The header of a final block.
fn header(client: &Client, number: BlockNumber) -> RpcResult<Header> {
	let hash = client.hash(number).map_err(error::runtime)?;
	let header = hash.map(|hash| client.header(hash)).transpose().map_err(error::runtime)?;
	header
		.flatten()
		.ok_or_else(|| refused("UnknownBlock", format!("this node has no block {number}")))
}

/// The last block that BEEFY signed, from block `first` on.
fn last_signed(client: &Client, first: BlockNumber) -> RpcResult<(Header, Bytes)> {
	let last = client.info().finalized_number;
	let earliest = first.max(last.saturating_sub(MOST_LOOKED_AT));
	for number in (earliest..=last).rev() {
		let header = header(client, number)?;
		if let Some(signatures) = justification(client, header.hash())? {
			return Ok((header, signatures));
		}
	}
	Err(refused("NotSigned", "BEEFY's voters have not signed a block after it; ask again"))
}

/// The proof for one group and period.
pub fn proof(
	client: &Client,
	backend: &Backend,
	group: GroupId<AccountId>,
	period: PeriodIndex,
	at: Option<BlockNumber>,
) -> RpcResult<FinalityProof> {
	let finalized = client.info().finalized_hash;
	let (block, words) =
		client.runtime_api().words(finalized, group, period).map_err(error::runtime)?.ok_or_else(
			|| refused("NotSettled", "no final block has settled the group in the period"),
		)?;
	// The leaf of a block says of its parent.
	let of_leaf = block.saturating_add(1);
	let (signed, justification) = match at {
		None => {
			let (header, signatures) = last_signed(client, of_leaf)?;
			(header, Some(signatures))
		},
		Some(at) if at < of_leaf || at > client.info().finalized_number => {
			let text =
				format!("block {at} is not final, or not after block {block}, which settled it");
			return Err(refused("WrongBlock", text));
		},
		Some(at) => {
			let header = header(client, at)?;
			let signatures = justification(client, header.hash())?;
			(header, signatures)
		},
	};
	let root = find_mmr_root_digest::<Block>(&signed)
		.ok_or_else(|| refused("UnknownBlock", "the signed block's header has no root"))?;

	let block_hash = header(client, block)?.hash();
	let index = backend.offchain_storage().ok_or_else(not_indexed)?;
	let hashes = index.get(STORAGE_PREFIX, &settled_key(&block_hash)).ok_or_else(not_indexed)?;
	let hashes = Vec::<Hash>::decode(&mut &hashes[..]).map_err(error::runtime)?;
	let own = Hash::from(keccak_256(&words));
	let place = hashes.iter().position(|hash| *hash == own).ok_or_else(not_indexed)?;
	let settlement_path = MerklePath::in_tree(&hashes, place).ok_or_else(not_indexed)?;

	let mut api = client.runtime_api();
	api.register_extension(OffchainDbExt::new(OffchainDb::new(index)));
	let (leaves, proof) = api
		.generate_proof(finalized, vec![of_leaf], Some(*signed.number()))
		.map_err(error::runtime)?
		.map_err(|_| not_indexed())?;
	let leaf = leaves.into_iter().next().ok_or_else(not_indexed)?.into_opaque_leaf().0;
	let position = proof.leaf_indices.first().copied().ok_or_else(not_indexed)?;
	let leaf_path = MerklePath::in_mountain_range(position, proof.leaf_count, &proof.items)
		.filter(|path| path.root(keccak_256(&leaf).into()) == root)
		.ok_or_else(|| refused("UnknownBlock", "the index does not lead to the signed root"))?;

	Ok(FinalityProof {
		block,
		block_hash,
		settlement: Bytes(words),
		settlement_path,
		leaf: Bytes(leaf),
		leaf_path,
		signed: Signed { block: *signed.number(), block_hash: signed.hash(), root, justification },
	})
}
