use super::*;
use scale_info::{meta_type, MetaType, TypeInfo};
use subxt::ext::frame_metadata::v15::{
	CustomMetadata, ExtrinsicMetadata, OuterEnums, PalletCallMetadata, PalletConstantMetadata,
	PalletMetadata, SignedExtensionMetadata,
};

/// Calls of a pallet.
#[derive(TypeInfo)]
#[allow(dead_code)]
enum DeviceCall {
	#[codec(index = 7)]
	Suspend { device: u32 },
	#[codec(index = 8)]
	Retire { device: u32 },
}

/// The same calls with each other's bytes.
#[derive(TypeInfo)]
#[allow(dead_code)]
enum SwappedCall {
	#[codec(index = 8)]
	Suspend { device: u32 },
	#[codec(index = 7)]
	Retire { device: u32 },
}

#[derive(TypeInfo)]
#[allow(dead_code)]
enum AllCalls {
	#[codec(index = 30)]
	Devices(DeviceCall),
}

#[derive(TypeInfo)]
#[allow(dead_code)]
enum AllSwapped {
	#[codec(index = 30)]
	Devices(SwappedCall),
}

fn pallet(name: &'static str, index: u8, calls: Option<MetaType>) -> PalletMetadata {
	let prefix = PalletConstantMetadata {
		name: "SS58Prefix",
		ty: meta_type::<u16>(),
		value: 42u16.encode(),
		docs: vec![],
	};
	PalletMetadata {
		name,
		storage: None,
		calls: calls.map(|ty| PalletCallMetadata { ty }),
		event: None,
		constants: if name == "System" { vec![prefix] } else { vec![] },
		error: None,
		index,
		docs: vec![],
	}
}

/// Metadata whose type of all calls is the first one, and whose pallet has the second one's calls.
fn metadata(all: MetaType, devices: MetaType, extensions: &[&'static str]) -> RuntimeMetadataV15 {
	let unit = meta_type::<()>();
	let signed_extensions = extensions.iter().map(|&identifier| SignedExtensionMetadata {
		identifier,
		ty: meta_type::<u8>(),
		additional_signed: meta_type::<Option<[u8; 32]>>(),
	});
	let extrinsic = ExtrinsicMetadata {
		version: 4,
		address_ty: unit,
		call_ty: all,
		signature_ty: unit,
		extra_ty: unit,
		signed_extensions: signed_extensions.collect(),
	};
	let outer_enums = OuterEnums { call_enum_ty: all, event_enum_ty: unit, error_enum_ty: unit };
	let pallets = vec![pallet("System", 0, None), pallet("Devices", 30, Some(devices))];
	let custom = CustomMetadata { map: Default::default() };
	RuntimeMetadataV15::new(pallets, extrinsic, unit, vec![], outer_enums, custom)
}

fn honest() -> RuntimeMetadataV15 {
	metadata(meta_type::<AllCalls>(), meta_type::<DeviceCall>(), &["CheckNonce", EXTENSION])
}

fn version(spec_version: u32) -> RuntimeVersion {
	RuntimeVersion { spec_name: "meterproof".to_owned(), spec_version }
}

fn served(metadata: RuntimeMetadataV15, spec_version: u32) -> Result<Served> {
	let prefixed = RuntimeMetadataPrefixed::from(metadata);
	Served::of(&version(spec_version), &Some(prefixed.encode()).encode())
}

#[test]
fn calls_with_other_bytes_have_another_hash() {
	let known = served(honest(), 2).unwrap();
	assert_eq!(served(honest(), 2).unwrap().hash, known.hash);
	let swapped =
		metadata(meta_type::<AllSwapped>(), meta_type::<SwappedCall>(), &["CheckNonce", EXTENSION]);
	for other in [served(swapped, 2), served(honest(), 3)] {
		assert_ne!(other.unwrap().hash, known.hash);
	}
}

/// The hash does not cover the pallets' list, by which a call is encoded.
#[test]
fn a_list_of_pallets_with_other_bytes_is_refused() {
	let extensions = ["CheckNonce", EXTENSION];
	let beside = || metadata(meta_type::<AllCalls>(), meta_type::<SwappedCall>(), &extensions);
	let unchecked = RuntimeMetadata::V15(beside());
	let same = hash(&unchecked, &beside(), &version(2)).unwrap();
	assert_eq!(same, served(honest(), 2).unwrap().hash, "so the chain would take it");

	let mut moved = honest();
	moved.pallets[1].index = 31;
	let mut renamed = honest();
	renamed.pallets[1].name = "Metering".to_owned();
	let mut doubled = honest();
	let mut second = doubled.pallets[1].clone();
	second.index = 31;
	doubled.pallets.push(second);
	for metadata in [beside(), moved, renamed, doubled] {
		assert_eq!(served(metadata, 2).unwrap_err().name(), "MetadataUnreadable");
	}
}

/// The hash covers one of two variants with one index: a call could have the other one's bytes.
#[test]
fn a_call_that_stands_twice_is_refused() {
	let mut doubled = honest();
	let calls = doubled.types.types.iter_mut().find_map(|known| match &mut known.ty.type_def {
		TypeDef::Variant(found) if found.variants.iter().any(|call| call.name == "Retire") => {
			Some(found)
		},
		_ => None,
	});
	let calls = &mut calls.unwrap().variants;
	let retire = calls.iter().position(|call| call.name == "Retire").unwrap();
	let mut suspend = calls.iter().find(|call| call.name == "Suspend").unwrap().clone();
	suspend.index = calls[retire].index;
	calls.insert(retire, suspend);
	let same = hash(&RuntimeMetadata::V15(doubled.clone()), &doubled, &version(2)).unwrap();
	assert_eq!(same, served(honest(), 2).unwrap().hash, "so the chain would take it");
	assert_eq!(served(doubled, 2).unwrap_err().name(), "MetadataUnreadable");
}

#[test]
fn metadata_of_very_many_types_are_refused() {
	let mut large = honest();
	let one = large.types.types[0].clone();
	large.types.types.resize(MOST_TYPES + 1, one);
	assert_eq!(ensure_one_meaning(&large).unwrap_err().name(), "MetadataUnreadable");
}

#[test]
fn metadata_by_which_the_hash_would_not_be_covered_are_refused() {
	let with = |extensions: &[&'static str]| {
		metadata(meta_type::<AllCalls>(), meta_type::<DeviceCall>(), extensions)
	};
	let mut no_prefix = honest();
	no_prefix.pallets[0].constants.clear();
	for metadata in [with(&["CheckNonce"]), with(&[EXTENSION, EXTENSION]), no_prefix] {
		assert_eq!(served(metadata, 2).unwrap_err().name(), "MetadataUnreadable");
	}
	for answer in [None::<Vec<u8>>.encode(), Some(vec![0u8; 8]).encode(), vec![], vec![7]] {
		let refused = Served::of(&version(2), &answer).unwrap_err();
		assert_eq!(refused.name(), "MetadataUnreadable", "{answer:?}");
	}
}

#[test]
fn a_signature_covers_the_hash() {
	let (value, implicit) = (&mut vec![], &mut vec![]);
	let types = PortableRegistry { types: vec![] };
	let extension = CheckMetadataHash([7; 32]);
	extension.encode_value_to(0, &types, value).unwrap();
	extension.encode_implicit_to(0, &types, implicit).unwrap();
	assert_eq!((&value[..], implicit[0], &implicit[1..]), (&[1][..], 1, &[7; 32][..]));
}

#[test]
fn only_what_was_hashed_is_signed() {
	let first = served(honest(), 2).unwrap();
	let (metadata, hash) = (first.metadata.clone(), first.hash);
	let binding = Binding::to(first);
	let signed = |used: &ArcMetadata| {
		let params = binding.params(used, 5, CheckMortalityParams::mortal(64));
		params.map(|(_, _, _, _, _, _, MetadataHash(hash))| hash).map_err(|e| e.name().to_owned())
	};
	assert_eq!(signed(&metadata), Ok(hash));

	// After an upgrade, what subxt is given are the metadata that were hashed.
	let upgraded = served(honest(), 3).unwrap();
	let (later, later_hash) = (upgraded.metadata.clone(), upgraded.hash);
	assert_eq!(signed(&later), Err("RuntimeChanged".into()));
	binding.adopt(upgraded);
	let given = binding.config().metadata_for_spec_version(3).unwrap();
	assert!(binding.covers(&given) && Arc::ptr_eq(&given, &later));
	assert_eq!(signed(&given), Ok(later_hash));
	assert_eq!(signed(&metadata), Err("RuntimeChanged".into()));
}

#[test]
fn the_release_knows_the_hash_of_its_own_runtime_alone() {
	let release = format!("3 0x{}\n", "07".repeat(32));
	assert!(ensure_released(&release, 3, &[7; 32]).is_ok());
	assert!(ensure_released(&release, 4, &[8; 32]).is_ok(), "the chain compares");
	let refused = ensure_released(&release, 3, &[8; 32]).unwrap_err();
	assert_eq!(refused.name(), "MetadataDiffers");

	let mut words = RELEASE.split_whitespace();
	assert!(words.next().unwrap().parse::<u32>().is_ok());
	assert_eq!(parse_bytes(words.next().unwrap()).unwrap().len(), 32);
	assert_eq!(words.next(), None);
}

#[test]
fn a_refused_hash_has_a_name_of_its_own() {
	let name = |name: &str, text: &str| explained(Error::new(name, text)).name().to_owned();
	let bad = "Invalid Transaction: Transaction has a bad signature";
	assert_eq!(name("InvalidTransaction", bad), "MetadataDiffers");
	assert_eq!(name("InvalidTransaction", "Inability to pay some fees"), "InvalidTransaction");
	let unknown = "Unknown Transaction Validity: Could not lookup information required to \
		validate the transaction";
	assert_eq!(name("RpcError", unknown), "MetadataNotHashed");
	assert_eq!(name("NonceTaken", "Transaction is outdated"), "NonceTaken");
}
