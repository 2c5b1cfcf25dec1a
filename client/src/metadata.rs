//! What calls are encoded by: the metadata that a node serves. A node could serve false ones, in
//! which `suspend` has the bytes of `retire`. So every signature covers the hash of the metadata
//! that the call was encoded by (RFC-0078 of the Polkadot Fellowship), and the chain's runtime,
//! which knows the hash of its own, refuses a signature over any other.

use std::{
	collections::BTreeSet,
	sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use codec::{Decode, Encode};
use merkleized_metadata::{generate_metadata_digest, ExtraInfo};
use scale_info::{PortableRegistry, TypeDef};
use serde::Deserialize;
use serde_json::json;
use subxt::{
	config::{
		transaction_extensions::{
			ChargeTransactionPayment, ChargeTransactionPaymentParams, CheckGenesis,
			CheckMetadataHashMode, CheckMortality, CheckMortalityParams, CheckNonce,
			CheckNonceParams, CheckSpecVersion, CheckTxVersion, Params,
		},
		ClientState, Config, HashFor, ParamsFor, TransactionExtension,
	},
	error::TransactionExtensionError,
	ext::{
		frame_decode::extrinsics::{
			TransactionExtension as EncodedExtension, TransactionExtensionError as EncodeError,
		},
		frame_metadata::{v15::RuntimeMetadataV15, RuntimeMetadata, RuntimeMetadataPrefixed},
	},
	ArcMetadata, Metadata, PolkadotConfig,
};

use crate::{
	error::{Error, Result},
	proof::parse_bytes,
	rpc::Rpc,
	units::MONEY_DECIMALS,
};

/// Most types in metadata, which are walked from one to the next: a runtime has some hundreds.
const MOST_TYPES: usize = 4_096;

/// The metadata version that has a hash.
const VERSION: u32 = 15;

/// Symbol of the token, which the hash covers.
const TOKEN: &str = "MPF";

/// The transaction extension by which a signature covers the hash.
const EXTENSION: &str = "CheckMetadataHash";

/// Version and metadata hash of the runtime that this program was released with.
const RELEASE: &str = include_str!("../../runtime/metadata-hash");

/// A runtime's name and version.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuntimeVersion {
	spec_name: String,
	spec_version: u32,
}

/// Metadata as a node served them.
#[derive(Clone, Debug)]
struct Served {
	metadata: ArcMetadata,
	spec_version: u32,
	hash: [u8; 32],
}

impl Served {
	/// Asks for the metadata of the last final block. `MetadataUnreadable` if they are not metadata
	/// of version 15 by which a call means one thing.
	async fn ask(rpc: &Rpc) -> Result<Self> {
		let at = rpc.raw("chain_getFinalizedHead", vec![]).await?;
		let version = rpc.raw("state_getRuntimeVersion", vec![at.clone()]).await?;
		let version: RuntimeVersion = serde_json::from_value(version).map_err(unreadable)?;
		let which = format!("0x{}", hex::encode(VERSION.encode()));
		let call = vec![json!("Metadata_metadata_at_version"), json!(which), at];
		let answer = rpc.raw("state_call", call).await?;
		let answer = parse_bytes(answer.as_str().unwrap_or_default())?;
		Self::of(&version, &answer)
	}

	/// From what the runtime's `Metadata_metadata_at_version` answered.
	fn of(version: &RuntimeVersion, answer: &[u8]) -> Result<Self> {
		let served = Option::<Vec<u8>>::decode(&mut &answer[..]).map_err(unreadable)?;
		let served = served.ok_or_else(|| unreadable("version 15 is not served"))?;
		let served = RuntimeMetadataPrefixed::decode(&mut &served[..]).map_err(unreadable)?.1;
		let RuntimeMetadata::V15(read) = &served else {
			return Err(unreadable("they are of another version"));
		};
		ensure_one_meaning(read)?;
		let hash = hash(&served, read, version)?;
		let RuntimeMetadata::V15(read) = served else {
			return Err(unreadable("they are of another version"));
		};
		let metadata = Metadata::from_v15(read).map_err(unreadable)?;
		Ok(Self { metadata: Arc::new(metadata), spec_version: version.spec_version, hash })
	}
}

/// What a connection's signatures are bound to.
#[derive(Clone, Debug)]
pub struct Binding {
	config: ChainConfig,
	served: Arc<RwLock<Served>>,
}

impl Binding {
	/// To what the node serves now.
	pub async fn ask(rpc: &Rpc) -> Result<Self> {
		Ok(Self::to(Served::ask(rpc).await?))
	}

	fn to(served: Served) -> Self {
		let known = [(served.spec_version, served.metadata.clone())];
		let known = PolkadotConfig::builder().set_metadata_for_spec_versions(known);
		let config = ChainConfig(known.use_historic_types(false).build());
		Self { config, served: Arc::new(RwLock::new(served)) }
	}

	/// How subxt is to read and write this chain.
	pub fn config(&self) -> ChainConfig {
		self.config.clone()
	}

	/// Refuses with `RuntimeChanged` while the best block has another runtime than the last final one,
	/// whose metadata signatures cover. A node that does not answer is not asked again.
	pub async fn ensure_not_upgraded(&self, rpc: &Rpc) -> Result<()> {
		let version = rpc.raw("state_getRuntimeVersion", vec![]).await;
		let version = version.map(serde_json::from_value::<RuntimeVersion>);
		match version {
			Ok(Ok(best)) if best.spec_version != self.served().spec_version => {
				Err(being_upgraded())
			},
			_ => Ok(()),
		}
	}

	/// Whether these are the metadata whose hash signatures cover.
	pub fn covers(&self, used: &ArcMetadata) -> bool {
		Arc::ptr_eq(used, &self.served().metadata)
	}

	/// After an upgrade of the runtime: asks for its metadata, which subxt uses from then on.
	pub async fn renew(&self, rpc: &Rpc) -> Result<()> {
		self.adopt(Served::ask(rpc).await?);
		Ok(())
	}

	fn adopt(&self, served: Served) {
		self.config.set_metadata_for_spec_version(served.spec_version, served.metadata.clone());
		*self.served.write().unwrap_or_else(PoisonError::into_inner) = served;
	}

	fn served(&self) -> RwLockReadGuard<'_, Served> {
		self.served.read().unwrap_or_else(PoisonError::into_inner)
	}

	/// What a signature covers besides the call. `used` are the metadata that the call will be
	/// encoded by, which must be those whose hash is known (`RuntimeChanged`); where their version
	/// is the release's, so must their hash be (`MetadataDiffers`).
	pub fn params(
		&self,
		used: &ArcMetadata,
		nonce: u64,
		mortality: CheckMortalityParams<ChainConfig>,
	) -> Result<ParamsFor<ChainConfig>> {
		if !self.covers(used) {
			return Err(being_upgraded());
		}
		let served = self.served();
		ensure_released(RELEASE, served.spec_version, &served.hash)?;
		let nonce = CheckNonceParams::with_nonce(nonce);
		let tip = ChargeTransactionPaymentParams::no_tip();
		Ok(((), (), (), nonce, mortality, tip, MetadataHash(served.hash)))
	}
}

fn being_upgraded() -> Error {
	let message =
		"the chain's runtime is being upgraded: try again once the new one's block is final";
	Error::new("RuntimeChanged", message)
}

fn unreadable(reason: impl std::fmt::Display) -> Error {
	Error::new("MetadataUnreadable", format!("the node serves no usable metadata: {reason}"))
}

/// The hash of metadata, as RFC-0078 defines it.
fn hash(
	served: &RuntimeMetadata,
	read: &RuntimeMetadataV15,
	version: &RuntimeVersion,
) -> Result<[u8; 32]> {
	let system = read.pallets.iter().find(|pallet| pallet.name == "System");
	let constants = system.map(|system| system.constants.as_slice()).unwrap_or_default();
	let prefix = constants.iter().find(|constant| constant.name == "SS58Prefix");
	let prefix = prefix.and_then(|prefix| u16::decode(&mut &prefix.value[..]).ok());
	let extra = ExtraInfo {
		spec_version: version.spec_version,
		spec_name: version.spec_name.clone(),
		base58_prefix: prefix.ok_or_else(|| unreadable("System.SS58Prefix is missing"))?,
		decimals: u8::try_from(MONEY_DECIMALS).map_err(unreadable)?,
		token_symbol: TOKEN.to_owned(),
	};
	Ok(generate_metadata_digest(served, extra).map_err(unreadable)?.hash())
}

/// The hash covers the types that are reached from the type of all calls and from the transaction
/// extensions. What a call is encoded by is found through the list of pallets, which it does not
/// cover: so that list must say what the type of all calls says.
///
/// Of two variants with one index the hash covers one, and subxt takes one of two with one name: so
/// no index and no name may stand twice.
fn ensure_one_meaning(read: &RuntimeMetadataV15) -> Result<()> {
	if read.types.types.len() > MOST_TYPES {
		return Err(unreadable(format!("they have more than {MOST_TYPES} types")));
	}
	for known in &read.types.types {
		let TypeDef::Variant(found) = &known.ty.type_def else { continue };
		let variants = found.variants.iter().map(|variant| (variant.index, &variant.name));
		ensure_distinct(variants, || known.ty.path.to_string())?;
	}
	let pallets = read.pallets.iter().map(|pallet| (pallet.index, &pallet.name));
	ensure_distinct(pallets, || "the list of pallets".to_owned())?;
	let all = read.types.resolve(read.extrinsic.call_ty.id).map(|found| &found.type_def);
	let Some(TypeDef::Variant(all)) = all else {
		return Err(unreadable("its calls have no type"));
	};
	for pallet in &read.pallets {
		let Some(calls) = &pallet.calls else { continue };
		let same = all.variants.iter().any(|variant| {
			let [field] = &variant.fields[..] else { return false };
			(variant.name == pallet.name, variant.index, field.ty.id)
				== (true, pallet.index, calls.ty.id)
		});
		if !same {
			let name = &pallet.name;
			return Err(unreadable(format!("they say two things of the calls of {name}")));
		}
	}
	let covering = read.extrinsic.signed_extensions.iter();
	if covering.filter(|extension| extension.identifier == EXTENSION).count() != 1 {
		return Err(unreadable(format!("{EXTENSION} is not one of the transaction extensions")));
	}
	Ok(())
}

fn ensure_distinct<'a>(
	named: impl Iterator<Item = (u8, &'a String)>,
	whose: impl FnOnce() -> String,
) -> Result<()> {
	let (mut indices, mut names) = (BTreeSet::new(), BTreeSet::new());
	for (index, name) in named {
		if !indices.insert(index) || !names.insert(name) {
			let reason = format!("index {index} or name {name} stands twice in {}", whose());
			return Err(unreadable(reason));
		}
	}
	Ok(())
}

/// A runtime of the release's version has the release's hash. A later one has a hash that this
/// program cannot know: the chain alone compares it.
fn ensure_released(release: &str, spec_version: u32, hash: &[u8; 32]) -> Result<()> {
	let served = format!("0x{}", hex::encode(hash));
	let mut words = release.split_whitespace();
	let (version, known) = (words.next().and_then(|word| word.parse().ok()), words.next());
	if version != Some(spec_version) || known == Some(served.as_str()) {
		return Ok(());
	}
	let message = format!(
		"the node serves metadata with hash {served} for version {spec_version} of the runtime, which \
		 are not those of this release: nothing is signed; use the release that belongs to the \
		 chain, or another node"
	);
	Err(Error::new("MetadataDiffers", message))
}

/// What a refusal by the pool means for the hash that was signed.
pub fn explained(error: Error) -> Error {
	let text = error.to_string();
	let is = |name: &str, part: &str| error.name() == name && text.contains(part);
	if is("InvalidTransaction", "bad signature") || text.contains("BadProof") {
		let message = format!(
			"{text}: the chain's runtime does not take the signature, as when its metadata are not \
			 those that the node served; do not believe this node"
		);
		return Error::new("MetadataDiffers", message);
	}
	if text.contains("Could not lookup information") || text.contains("CannotLookup") {
		let message = format!("{text}: the chain's runtime was built without its metadata's hash");
		return Error::new("MetadataNotHashed", message);
	}
	error
}

/// Accounts, signatures, hashes and headers of this chain are those of the SDK, and its signatures
/// cover the hash of the metadata.
#[derive(Clone, Debug)]
pub struct ChainConfig(PolkadotConfig);

/// Members of the transaction extension that hold something.
pub type Extensions = (
	CheckSpecVersion,
	CheckTxVersion,
	CheckGenesis<ChainConfig>,
	CheckNonce,
	CheckMortality<ChainConfig>,
	ChargeTransactionPayment,
	CheckMetadataHash,
);

impl Config for ChainConfig {
	type AccountId = <PolkadotConfig as Config>::AccountId;
	type Address = <PolkadotConfig as Config>::Address;
	type Signature = <PolkadotConfig as Config>::Signature;
	type Header = <PolkadotConfig as Config>::Header;
	type TransactionExtensions = Extensions;
	type AssetId = <PolkadotConfig as Config>::AssetId;
	type Hasher = <PolkadotConfig as Config>::Hasher;

	fn genesis_hash(&self) -> Option<HashFor<Self>> {
		self.0.genesis_hash()
	}

	fn spec_and_transaction_version_for_block_number(&self, block: u64) -> Option<(u32, u32)> {
		self.0.spec_and_transaction_version_for_block_number(block)
	}

	fn metadata_for_spec_version(&self, spec_version: u32) -> Option<ArcMetadata> {
		self.0.metadata_for_spec_version(spec_version)
	}

	fn set_metadata_for_spec_version(&self, spec_version: u32, metadata: ArcMetadata) {
		self.0.set_metadata_for_spec_version(spec_version, metadata);
	}
}

/// The hash that a signature is to cover.
#[derive(Debug)]
pub struct MetadataHash([u8; 32]);

impl Params<ChainConfig> for MetadataHash {}

/// The member of the transaction extension that covers the hash.
#[derive(Debug)]
pub struct CheckMetadataHash([u8; 32]);

impl TransactionExtension<ChainConfig> for CheckMetadataHash {
	type Decoded = CheckMetadataHashMode;
	type Params = MetadataHash;

	fn new(
		_client: &ClientState<ChainConfig>,
		MetadataHash(hash): MetadataHash,
	) -> Result<Self, TransactionExtensionError> {
		Ok(Self(hash))
	}
}

impl EncodedExtension<PortableRegistry> for CheckMetadataHash {
	const NAME: &str = EXTENSION;

	/// The mode: a hash is covered.
	fn encode_value_to(
		&self,
		_type_id: u32,
		_types: &PortableRegistry,
		out: &mut Vec<u8>,
	) -> Result<(), EncodeError> {
		1u8.encode_to(out);
		Ok(())
	}

	/// The hash.
	fn encode_implicit_to(
		&self,
		_type_id: u32,
		_types: &PortableRegistry,
		out: &mut Vec<u8>,
	) -> Result<(), EncodeError> {
		Some(self.0).encode_to(out);
		Ok(())
	}
}

#[cfg(test)]
mod tests;
