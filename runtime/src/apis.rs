//! The runtime APIs: the SDK's and this chain's own.

use alloc::{string::String, vec::Vec};

use codec::Encode;

use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	traits::Get,
	weights::Weight,
};
use meterproof_primitives::{
	api::{
		BackstopInfo, BalanceCursor, BalancePage, BondInfo, BookInfo, ClearingInfo,
		CommitmentCheck, DeviceInfo, GovernanceState, NotePage, OrderInfo, Owed, PaymentAsset,
		PaymentsState, PeriodInfo, ReferendumId, ReferendumInfo, RegisterStatus, SettlementStatus,
		StatementLine, TradeInfo, ValidatorSetInfo, VoterInfo, WaterAccountInfo, WaterSeason,
	},
	AssetId, DeviceId, GroupId, OrderId, Payment, PaymentKind, PaymentRefusal, PeriodIndex,
	Quantity, Resource, SignedCommitment, SplitStatement, TradeId, TransferStatement, UnixMillis,
	UsageStatement, ZoneId,
};
use pallet_grandpa::AuthorityId as GrandpaId;
use sp_api::impl_runtime_apis;
use sp_consensus_beefy::{ecdsa_crypto::AuthorityId as BeefyId, mmr::BeefyAuthoritySet};
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

use crate::*;

/// A leaf of the chain's Merkle mountain range.
type MmrLeaf =
	<<Runtime as pallet_mmr::Config>::LeafData as sp_mmr_primitives::LeafDataProvider>::LeafData;

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> sp_runtime::ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: frame_support::view_functions::ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> sp_consensus_babe::BabeConfiguration {
			let epoch = Babe::epoch_config().unwrap_or(genesis_config_presets::BABE_EPOCH_CONFIG);
			sp_consensus_babe::BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: configs::EpochDuration::get(),
				c: epoch.c,
				authorities: Babe::authorities().to_vec(),
				randomness: Babe::randomness(),
				allowed_slots: epoch.allowed_slots,
			}
		}

		fn current_epoch_start() -> sp_consensus_babe::Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> sp_consensus_babe::Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> sp_consensus_babe::Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			_slot: sp_consensus_babe::Slot,
			authority_id: sp_consensus_babe::AuthorityId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			use codec::Encode;
			use frame_support::traits::KeyOwnerProofSystem;
			Historical::prove((sp_consensus_babe::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_babe::OpaqueKeyOwnershipProof::new(proof.encode()))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
			key_owner_proof: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			let key_owner_proof = key_owner_proof.decode()?;
			Babe::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			pallet_grandpa::CurrentSetId::<Runtime>::get()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_grandpa::EquivocationProof<
				<Block as BlockT>::Hash,
				NumberFor<Block>,
			>,
			key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			let key_owner_proof = key_owner_proof.decode()?;
			Grandpa::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof)
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_grandpa::SetId,
			authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			use codec::Encode;
			use frame_support::traits::KeyOwnerProofSystem;
			Historical::prove((sp_consensus_grandpa::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(proof.encode()))
		}
	}

	impl sp_consensus_beefy::BeefyApi<Block, BeefyId> for Runtime {
		fn beefy_genesis() -> Option<BlockNumber> {
			pallet_beefy::GenesisBlock::<Runtime>::get()
		}

		fn validator_set() -> Option<sp_consensus_beefy::ValidatorSet<BeefyId>> {
			Beefy::validator_set()
		}

		fn submit_report_double_voting_unsigned_extrinsic(
			equivocation_proof: sp_consensus_beefy::DoubleVotingProof<
				BlockNumber,
				BeefyId,
				sp_consensus_beefy::ecdsa_crypto::Signature,
			>,
			key_owner_proof: sp_consensus_beefy::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			let key_owner_proof = key_owner_proof.decode()?;
			Beefy::submit_unsigned_double_voting_report(equivocation_proof, key_owner_proof)
		}

		fn submit_report_fork_voting_unsigned_extrinsic(
			equivocation_proof: sp_consensus_beefy::ForkVotingProof<
				<Block as BlockT>::Header,
				BeefyId,
				sp_runtime::OpaqueValue,
			>,
			key_owner_proof: sp_consensus_beefy::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Beefy::submit_unsigned_fork_voting_report(
				equivocation_proof.try_into()?,
				key_owner_proof.decode()?,
			)
		}

		fn submit_report_future_block_voting_unsigned_extrinsic(
			equivocation_proof: sp_consensus_beefy::FutureBlockVotingProof<BlockNumber, BeefyId>,
			key_owner_proof: sp_consensus_beefy::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			let key_owner_proof = key_owner_proof.decode()?;
			Beefy::submit_unsigned_future_block_voting_report(equivocation_proof, key_owner_proof)
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_beefy::ValidatorSetId,
			authority_id: BeefyId,
		) -> Option<sp_consensus_beefy::OpaqueKeyOwnershipProof> {
			use codec::Encode;
			use frame_support::traits::KeyOwnerProofSystem;
			Historical::prove((sp_consensus_beefy::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_beefy::OpaqueKeyOwnershipProof::new(proof.encode()))
		}
	}

	impl sp_mmr_primitives::MmrApi<Block, Hash, BlockNumber> for Runtime {
		fn mmr_root() -> Result<Hash, sp_mmr_primitives::Error> {
			Ok(pallet_mmr::RootHash::<Runtime>::get())
		}

		fn mmr_leaf_count() -> Result<sp_mmr_primitives::LeafIndex, sp_mmr_primitives::Error> {
			Ok(pallet_mmr::NumberOfLeaves::<Runtime>::get())
		}

		fn generate_proof(
			block_numbers: Vec<BlockNumber>,
			best_known_block_number: Option<BlockNumber>,
		) -> Result<
			(Vec<sp_mmr_primitives::EncodableOpaqueLeaf>, sp_mmr_primitives::LeafProof<Hash>),
			sp_mmr_primitives::Error,
		> {
			let (leaves, proof) = Mmr::generate_proof(block_numbers, best_known_block_number)?;
			let opaque = |leaf| sp_mmr_primitives::EncodableOpaqueLeaf::from_leaf(&leaf);
			Ok((leaves.into_iter().map(opaque).collect(), proof))
		}

		fn generate_ancestry_proof(
			prev_block_number: BlockNumber,
			best_known_block_number: Option<BlockNumber>,
		) -> Result<sp_mmr_primitives::AncestryProof<Hash>, sp_mmr_primitives::Error> {
			Mmr::generate_ancestry_proof(prev_block_number, best_known_block_number)
		}

		fn verify_proof(
			leaves: Vec<sp_mmr_primitives::EncodableOpaqueLeaf>,
			proof: sp_mmr_primitives::LeafProof<Hash>,
		) -> Result<(), sp_mmr_primitives::Error> {
			let decoded = leaves.into_iter().map(|leaf| leaf.into_opaque_leaf().try_decode());
			let leaves = decoded
				.collect::<Option<Vec<MmrLeaf>>>()
				.ok_or(sp_mmr_primitives::Error::Verify)?;
			Mmr::verify_leaves(leaves, proof)
		}

		fn verify_proof_stateless(
			root: Hash,
			leaves: Vec<sp_mmr_primitives::EncodableOpaqueLeaf>,
			proof: sp_mmr_primitives::LeafProof<Hash>,
		) -> Result<(), sp_mmr_primitives::Error> {
			type Hashing = <Runtime as pallet_mmr::Config>::Hashing;
			let node = |leaf: sp_mmr_primitives::EncodableOpaqueLeaf| {
				sp_mmr_primitives::DataOrHash::Data(leaf.into_opaque_leaf())
			};
			let nodes = leaves.into_iter().map(node).collect();
			pallet_mmr::verify_leaves_proof::<Hashing, _>(root, nodes, proof)
		}
	}

	impl pallet_beefy_mmr::BeefyMmrApi<Block, Hash> for Runtime {
		fn authority_set_proof() -> BeefyAuthoritySet<Hash> {
			BeefyMmr::authority_set_proof()
		}

		fn next_authority_set_proof() -> BeefyAuthoritySet<Hash> {
			BeefyMmr::next_authority_set_proof()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(uxt, len)
		}

		fn query_fee_details(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(uxt, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis_config_presets::get_preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis_config_presets::preset_names()
		}
	}

	impl meterproof_primitives::api::ValidatorsApi<Block, AccountId, Balance> for Runtime {
		fn set() -> ValidatorSetInfo<AccountId, Balance> {
			Validators::set_info()
		}

		fn bond(account: AccountId) -> Option<BondInfo<AccountId, Balance>> {
			Validators::bond_info(&account)
		}

		fn has_keys(account: AccountId, keys: Option<Vec<u8>>) -> bool {
			let own = pallet_session::NextKeys::<Runtime>::get(account);
			match keys {
				Some(keys) => own.is_some_and(|own| own.encode() == keys),
				None => own.is_some(),
			}
		}
	}

	impl meterproof_primitives::api::GovernanceApi<Block, AccountId, Balance> for Runtime {
		fn state() -> GovernanceState<AccountId, Balance> {
			governing::state()
		}

		fn referenda(
			after: Option<ReferendumId>,
			limit: u32,
		) -> Vec<ReferendumInfo<AccountId, Balance>> {
			governing::referenda(after, limit)
		}

		fn referendum(id: ReferendumId) -> Option<ReferendumInfo<AccountId, Balance>> {
			governing::referendum(id)
		}

		fn voter(account: AccountId) -> VoterInfo<AccountId, Balance> {
			governing::voter(account)
		}
	}

	impl meterproof_primitives::api::DevicesApi<Block, AccountId> for Runtime {
		fn device(id: DeviceId) -> Option<DeviceInfo<AccountId>> {
			Devices::device(id)
		}

		fn by_operator(
			operator: AccountId,
			after: Option<DeviceId>,
			limit: u32,
		) -> Vec<DeviceInfo<AccountId>> {
			Devices::by_operator(&operator, after, limit)
		}
	}

	impl meterproof_primitives::api::MeteringApi<Block, AccountId> for Runtime {
		fn period(period: Option<PeriodIndex>) -> PeriodInfo {
			Metering::period_info(period)
		}

		fn period_at(at: UnixMillis) -> PeriodInfo {
			Metering::period_info_at(at)
		}

		fn check(item: SignedCommitment) -> CommitmentCheck {
			Metering::check(&item)
		}

		fn transaction(item: SignedCommitment) -> <Block as BlockT>::Extrinsic {
			authorized(RuntimeCall::Metering(Metering::commit_call(item)))
		}

		fn status(device: DeviceId, period: PeriodIndex) -> Vec<RegisterStatus<AccountId>> {
			Metering::status(device, period)
		}
	}

	impl meterproof_primitives::api::MarketApi<Block, AccountId, Balance> for Runtime {
		fn offers(
			zone: Option<ZoneId>,
			after: Option<TradeId>,
			limit: u32,
		) -> Vec<TradeInfo<AccountId, Balance>> {
			Market::offers(zone, after, limit)
		}

		fn trades(
			account: AccountId,
			after: Option<TradeId>,
			limit: u32,
		) -> Vec<TradeInfo<AccountId, Balance>> {
			Market::trades_of(&account, after, limit)
		}

		fn trade(id: TradeId) -> Option<TradeInfo<AccountId, Balance>> {
			Market::trade(id)
		}

		fn statement(
			account: AccountId,
			from: PeriodIndex,
			limit: u32,
		) -> Vec<StatementLine<AccountId, Balance>> {
			Market::statement(&account, from, limit)
		}
	}

	impl meterproof_primitives::api::BookApi<Block, AccountId, Balance> for Runtime {
		fn book(
			zone: ZoneId,
			resource: Resource,
			period: PeriodIndex,
		) -> Option<BookInfo<AccountId, Balance>> {
			Book::book(zone, resource, period)
		}

		fn clearing(
			zone: ZoneId,
			resource: Resource,
			period: PeriodIndex,
		) -> Option<ClearingInfo<AccountId, Balance>> {
			Book::clearing(zone, resource, period)
		}

		fn orders(
			account: AccountId,
			after: Option<OrderId>,
			limit: u32,
		) -> Vec<OrderInfo<AccountId, Balance>> {
			Book::orders_of(&account, after, limit)
		}

		fn owed(account: AccountId) -> Owed<Balance> {
			Book::owed(&account)
		}

		fn backstop(
			zone: ZoneId,
			resource: Resource,
		) -> Option<BackstopInfo<AccountId, Balance>> {
			Book::backstop(zone, resource)
		}
	}

	impl meterproof_primitives::api::WaterApi<Block, AccountId, Balance> for Runtime {
		fn season(zone: ZoneId, season: Option<u32>) -> Option<WaterSeason<Balance>> {
			Water::season(zone, season)
		}

		fn account(
			zone: ZoneId,
			account: AccountId,
		) -> Option<WaterAccountInfo<AccountId, Balance>> {
			Water::account(zone, account)
		}

		fn accounts(
			zone: ZoneId,
			after: Option<AccountId>,
			limit: u32,
		) -> Vec<WaterAccountInfo<AccountId, Balance>> {
			Water::accounts(zone, after, limit)
		}

		fn statement(
			zone: ZoneId,
			period: PeriodIndex,
			claims: Vec<(AccountId, Quantity)>,
		) -> Result<UsageStatement<AccountId>, String> {
			Water::statement(zone, period, claims)
		}
	}

	impl meterproof_primitives::api::SettlementApi<Block, AccountId, Balance> for Runtime {
		fn statement(
			period: PeriodIndex,
			groups: Vec<(GroupId<AccountId>, Option<Quantity>)>,
		) -> Result<UsageStatement<AccountId>, String> {
			Settlement::statement(period, groups)
		}

		fn balance(
			zone: ZoneId,
			resource: Resource,
			period: PeriodIndex,
			from: BalanceCursor<AccountId>,
			limit: u32,
		) -> Option<BalancePage<AccountId>> {
			Settlement::balance(zone, resource, period, from, limit)
		}

		fn status(group: GroupId<AccountId>, period: PeriodIndex) -> SettlementStatus<Balance> {
			Settlement::status(&group, period)
		}

		fn words(group: GroupId<AccountId>, period: PeriodIndex) -> Option<(BlockNumber, Vec<u8>)> {
			Settlement::proof_words(&group, period)
		}

		fn verify(statement: UsageStatement<AccountId>, proof: Vec<u8>) -> bool {
			use meterproof_primitives::VerifyUsage;
			configs::UsageVerifier::verify(&statement, &proof)
		}

		fn sealed_statement(
			period: PeriodIndex,
			groups: Vec<GroupId<AccountId>>,
		) -> Result<(UsageStatement<AccountId>, SplitStatement), String> {
			Settlement::sealed_statement(period, groups)
		}

		fn verify_sealed(
			usage: UsageStatement<AccountId>,
			usage_proof: Vec<u8>,
			split: SplitStatement,
			split_proof: Vec<u8>,
		) -> bool {
			Settlement::verify_sealed(&usage, &usage_proof, &split, &split_proof)
		}

		fn check(extrinsic: <Block as BlockT>::Extrinsic) -> Result<(), String> {
			configs::check_proof_transaction(extrinsic)
		}
	}

	impl meterproof_primitives::api::PaymentsApi<Block, AccountId> for Runtime {
		fn state() -> PaymentsState {
			Payments::state()
		}

		fn notes(from: u32, limit: u32) -> NotePage {
			Payments::notes(from, limit)
		}

		fn assets(after: Option<AssetId>, limit: u32) -> Vec<PaymentAsset> {
			Payments::assets(after, limit)
		}

		fn fee(kind: PaymentKind, asset: AssetId) -> Option<u64> {
			Payments::fee(kind, asset)
		}

		fn root_known(root: sp_core::H256) -> bool {
			Payments::root_known(root)
		}

		fn spent(nullifiers: Vec<sp_core::H256>) -> Vec<bool> {
			Payments::spent(nullifiers)
		}

		fn transaction(payment: Payment<AccountId>) -> <Block as BlockT>::Extrinsic {
			authorized(RuntimeCall::Payments(Payments::payment_call(payment)))
		}

		fn check(extrinsic: <Block as BlockT>::Extrinsic) -> Result<(), PaymentRefusal> {
			configs::check_payment_transaction(extrinsic)
		}

		fn verify(statement: TransferStatement<AccountId>, proof: Vec<u8>) -> bool {
			use meterproof_primitives::VerifyTransfer;
			configs::TransferVerifier::verify(&statement, &proof)
		}
	}

	impl meterproof_primitives::api::AuditApi<Block> for Runtime {
		fn ensure_invariants() -> Result<(), String> {
			audit()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			use frame_benchmarking::BenchmarkList;
			use frame_support::traits::StorageInfoTrait;
			let mut list = Vec::<BenchmarkList>::new();
			list_benchmarks!(list, extra);
			(list, AllPalletsWithSystem::storage_info())
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, String> {
			use frame_benchmarking::BenchmarkBatch;
			use frame_support::traits::WhitelistedStorageKeys;
			let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
			let mut batches = Vec::<BenchmarkBatch>::new();
			let params = (&config, &whitelist);
			add_benchmarks!(params, batches);
			Ok(batches)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			let weight = Executive::try_runtime_upgrade(checks).unwrap_or_default();
			(weight, configs::RuntimeBlockWeights::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			Executive::try_execute_block(block, state_root_check, signature_check, select)
				.unwrap_or_default()
		}
	}
}
