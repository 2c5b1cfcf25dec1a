//! Pallet and call indices are what signed and stored bytes mean: `indices.txt` holds them, so that
//! a diff shows a break.

use std::{fmt::Write, fs, path::PathBuf};

use frame_support::traits::{GetCallIndex, GetCallName, PalletsInfoAccess};
use meterproof_runtime::{AllPalletsWithSystem, Runtime};

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
			"Market" => calls::<pallet_market::Call<Runtime>>(),
			"Payments" => calls::<pallet_payments::Call<Runtime>>(),
			"Settlement" => calls::<pallet_settlement::Call<Runtime>>(),
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
