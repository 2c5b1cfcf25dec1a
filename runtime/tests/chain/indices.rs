//! Pallet and call indices are what signed and stored bytes mean: `indices.txt` holds them, so that
//! a diff shows a break. `metadata-hash` holds the hash of all that a signer encodes a call by.

use std::{fmt::Write, fs, path::PathBuf};

use codec::Decode;
use frame_metadata::RuntimeMetadataPrefixed;
use frame_support::traits::{Get, GetCallIndex, GetCallName, PalletsInfoAccess};
use merkleized_metadata::{generate_metadata_digest, ExtraInfo};
use meterproof_runtime::{AllPalletsWithSystem, Runtime, VERSION};

fn calls<C: GetCallName + GetCallIndex>() -> Vec<(u8, &'static str)> {
	C::get_call_indices().iter().copied().zip(C::get_call_names().iter().copied()).collect()
}

fn snapshot() -> String {
	let mut text = String::new();
	for pallet in AllPalletsWithSystem::infos() {
		let _ = writeln!(text, "{} {}", pallet.index, pallet.name);
		let calls = match pallet.name {
			"Devices" => calls::<pallet_devices::Call<Runtime>>(),
			"Metering" => calls::<pallet_metering::Call<Runtime>>(),
			"Book" => calls::<pallet_book::Call<Runtime>>(),
			"Market" => calls::<pallet_market::Call<Runtime>>(),
			"Payments" => calls::<pallet_payments::Call<Runtime>>(),
			"Settlement" => calls::<pallet_settlement::Call<Runtime>>(),
			"Validators" => calls::<pallet_validators::Call<Runtime>>(),
			"Water" => calls::<pallet_water::Call<Runtime>>(),
			_ => continue,
		};
		for (index, name) in calls {
			let _ = writeln!(text, "    {index} {name}");
		}
	}
	text
}

#[test]
fn pallets_and_calls_keep_their_indices() {
	let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/indices.txt");
	if std::env::var_os("WRITE_INDICES").is_some() {
		fs::write(&file, snapshot()).expect("the file can be written");
	}
	let written = fs::read_to_string(&file).expect("the file is there");
	assert_eq!(written, snapshot(), "a break: raise transaction_version and set WRITE_INDICES=1");
}

/// The runtime's version, and the hash of its metadata as RFC-0078 of the Fellowship defines it.
fn metadata_hash() -> String {
	// A constant that is read from an empty storage is no part of the hash.
	let served =
		sp_io::TestExternalities::default().execute_with(|| Runtime::metadata_at_version(15));
	let metadata = served.expect("version 15 is served");
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata[..]).expect("it is metadata").1;
	let extra = ExtraInfo {
		spec_version: VERSION.spec_version,
		spec_name: VERSION.spec_name.to_string(),
		base58_prefix: <Runtime as frame_system::Config>::SS58Prefix::get(),
		decimals: 12,
		token_symbol: "MPF".to_owned(),
	};
	let digest = generate_metadata_digest(&metadata, extra).expect("it has a digest");
	format!("{} {:?}\n", VERSION.spec_version, sp_core::H256(digest.hash()))
}

#[test]
fn the_runtime_is_built_with_the_hash_of_its_metadata() {
	let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("metadata-hash");
	if std::env::var_os("WRITE_METADATA_HASH").is_some() {
		fs::write(&file, metadata_hash()).expect("the file can be written");
	}
	let written = fs::read_to_string(&file).expect("the file is there");
	assert_eq!(
		written,
		metadata_hash(),
		"calls are encoded otherwise: set WRITE_METADATA_HASH=1, or nobody can sign for this build"
	);
}
