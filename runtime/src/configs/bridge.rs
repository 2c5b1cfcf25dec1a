//! How another chain follows this one: BEEFY's votes, and the Merkle mountain range that they sign
//! (`docs/bridge.md`).

use frame_support::{
	traits::{ConstU32, Get},
	weights::Weight,
};
use sp_consensus_beefy::{
	ecdsa_crypto::AuthorityId,
	mmr::{BeefyDataProvider, MmrLeafVersion},
};
use sp_session::MembershipProof;

use super::{KnownSets, ReportLongevity};
use crate::*;

impl pallet_beefy::Config for Runtime {
	type BeefyId = AuthorityId;
	// As BABE's and GRANDPA's. `MaxValidators` is what a contract has to be ready for.
	type MaxAuthorities = ConstU32<100>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = KnownSets;
	type OnNewValidatorSet = BeefyMmr;
	type AncestryHelper = BeefyMmr;
	type WeightInfo = ();
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem =
		pallet_beefy::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_mmr::Config for Runtime {
	const INDEXING_PREFIX: &'static [u8] = sp_mmr_primitives::INDEXING_PREFIX;
	type Hashing = sp_consensus_beefy::MmrHashing;
	type LeafData = BeefyMmr;
	type OnNewRoot = pallet_beefy_mmr::DepositBeefyDigest<Runtime>;
	type BlockHashProvider = pallet_mmr::DefaultBlockHashProvider<Runtime>;
	type WeightInfo = MmrWeight;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// What a new leaf weighs with so many peaks. The pallet's own figures are of another database, and
/// leave out Keccak and the leaf's parts.
pub struct MmrWeight;

impl pallet_mmr::WeightInfo for MmrWeight {
	fn on_initialize(peaks: u32) -> Weight {
		/// Keccak of two hashes, and the node that a node with an index keeps: above what it costs.
		const NODE: Weight = Weight::from_parts(5_000_000, 0);
		/// What a proof of the state has of a value of 40 bytes.
		const VALUE: Weight = Weight::from_parts(0, 2_515);
		let peaks = u64::from(peaks);
		// The parent's number and hash, the next set, the root of settlements; number of leaves, root.
		let reads = peaks.saturating_add(6);
		let writes = peaks.saturating_add(3);
		// A push merges as many peaks as there are at most, and the root bags them again.
		let database = <Runtime as frame_system::Config>::DbWeight::get();
		NODE.saturating_mul(peaks.saturating_mul(2).saturating_add(2))
			.saturating_add(VALUE.saturating_mul(reads))
			.saturating_add(database.reads_writes(reads, writes))
	}
}

impl pallet_beefy_mmr::Config for Runtime {
	type LeafVersion = LeafVersion;
	type BeefyAuthorityToMerkleLeaf = pallet_beefy_mmr::BeefyEcdsaToEthereum;
	type LeafExtra = Hash;
	type BeefyDataProvider = RootOfSettlements;
	// Of proofs that somebody voted for another chain, which the weight of such a report contains.
	type WeightInfo = ();
}

/// Version 0.0 of the leaf: 113 bytes, each field at its place.
pub struct LeafVersion;

impl Get<MmrLeafVersion> for LeafVersion {
	fn get() -> MmrLeafVersion {
		MmrLeafVersion::default()
	}
}

/// What a leaf says besides its block's parent and the next validators: the root over what that parent
/// settled. A leaf may say of ancestors only, or two blocks of one height would write one entry of the
/// index.
pub struct RootOfSettlements;

impl BeefyDataProvider<Hash> for RootOfSettlements {
	fn extra_data() -> Hash {
		pallet_settlement::SettledRoot::<Runtime>::get()
	}
}

#[cfg(test)]
mod tests;
