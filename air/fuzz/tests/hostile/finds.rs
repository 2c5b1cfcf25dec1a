//! The fuzzer works: let loose on the proof system without our checks, it finds the panics.
#![cfg(feature = "wasm")]

use meterproof_fuzz::{
	campaign::{run, Settings},
	engine::{module, Entry, Wasm},
};

/// Where the proof system panics, or what it says then.
const PLACES: [&str; 11] = [
	"memory allocation of",
	"capacity overflow",
	"air/boundary/mod.rs",
	"air/context.rs",
	"air/trace_info.rs",
	"winter-air-0.13.1/src/options.rs",
	"proof/ood_frame.rs",
	"proof/queries.rs",
	"winter-fri-0.13.1/src/utils.rs",
	"winter-math-0.13.1/src/field/traits.rs",
	"winter-verifier-0.13.1/src/channel.rs",
];

#[test]
fn without_our_checks_the_fuzzer_finds_the_panics() {
	let settings = Settings {
		seed: 1,
		from: 0,
		mutations: 6_000,
		limit: None,
		threads: 2,
		failures: std::env::temp_dir(),
		only_count: true,
	};
	let module = module().unwrap();
	let record = run(&settings, "stock", || Wasm::new(module.clone(), Entry::Stock)).unwrap();
	let found = record.crashes();
	for place in PLACES {
		assert!(found.keys().any(|crash| crash.contains(place)), "{place}: {found:#?}");
	}
}
