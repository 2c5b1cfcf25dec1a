//! The device library on emulated microcontrollers, called from C through the header: every vector, and what each
//! function costs in instructions, stack and flash. `docs/firmware.md` says what is asked of the machine that runs
//! this, and gives the figures.
//!
//! All processors, and one of them with one profile:
//!
//! ```text
//! cargo xtask firmware
//! cargo test --release -p meterproof-device --features ffi --test firmware -- --ignored the_size_profile
//! ```
#![cfg(feature = "ffi")]

mod boards;
mod build;
mod emulator;
mod measured;
#[path = "../vectors_table/mod.rs"]
mod vectors_table;

use std::{env, fs};

use boards::{Board, BOARDS, CORTEX_M4};
use build::{Profile, Programs, PROFILES, SIZE};
use measured::Measured;

/// The most flash that the size profile takes on a Cortex-M, in bytes.
const FLASH: u32 = 32_000;

/// The same on RISC-V, which has no instructions for products of 64 bits and none that load many registers.
const FLASH_RISC_V: u32 = 40_000;

/// The most stack that it takes, in bytes.
const STACK: u32 = 4_096;

/// The most instructions in which a Cortex-M4 commits and signs.
const INSTRUCTIONS: u32 = 3_000_000;

const COMMIT_AND_SIGN: &str = "meterproof_commit_and_sign";
const KEY_COMMIT_AND_SIGN: &str = "meterproof_key_commit_and_sign";

/// Runs all vectors, and checks what holds on every processor and with every profile.
fn measure(board: &'static Board, profile: &'static Profile, rounds: u32) -> Measured {
	let what = format!("{} on {}", profile.name, board.processor);
	let programs = Programs::build(board, profile);
	let said = emulator::run(board, &programs.check(rounds));
	let measured = Measured::read(board, &said, programs.flash());
	assert_eq!(measured.vectors, vectors_table::count(), "{what}:\n{said}");

	assert_eq!(programs.memory(), 0, "{what}: the library keeps state");
	let allocating = programs.symbols("alloc");
	assert!(allocating.is_empty(), "{what}: something may ask for memory: {allocating:?}");
	let panicking = programs.callers("panicking");
	assert_eq!(panicking, profile.panicking, "{what}: what may panic");

	// One number, whatever seed, secret, salt and reading are.
	for cost in &measured.costs {
		assert_eq!(cost.least, cost.most, "{what}: {} takes its time from a secret", cost.function);
		assert_eq!(cost.least, cost.instructions, "{what}: {}", cost.function);
	}
	measured
}

/// The quick one: half a minute where nothing is built.
#[test]
#[ignore = "needs a cross compiler and QEMU: cargo xtask firmware"]
fn the_size_profile_on_a_cortex_m4() {
	let measured = measure(&CORTEX_M4, &SIZE, 6);
	assert!(measured.flash <= FLASH, "{} bytes of flash", measured.flash);
	assert!(measured.stack() <= STACK, "{} bytes of stack", measured.stack());
	let signed = measured.instructions(KEY_COMMIT_AND_SIGN);
	assert!(signed <= INSTRUCTIONS, "{signed} instructions");
}

/// The example firmware, with everything.
#[test]
#[ignore = "cargo xtask firmware"]
fn the_example_is_small() {
	let programs = Programs::build(&CORTEX_M4, &SIZE);
	let [text, data, _] = programs.size(&programs.example());
	assert!(text + data <= 36_000, "{text} + {data} bytes of flash");
}

/// Minutes, and compilers for all of them: `cargo xtask firmware`.
#[test]
#[ignore = "cargo xtask firmware"]
fn every_profile_on_every_processor() {
	let mut rows = Vec::new();
	for board in BOARDS {
		for profile in PROFILES {
			let measured = measure(board, profile, 12);
			if profile.name == SIZE.name {
				let is_arm = board.processor.starts_with("Cortex");
				let limit = if is_arm { FLASH } else { FLASH_RISC_V };
				assert!(measured.flash <= limit, "{}: {measured:?}", board.processor);
			} else if board.processor == CORTEX_M4.processor {
				assert!(measured.instructions(COMMIT_AND_SIGN) <= INSTRUCTIONS, "{measured:?}");
			}
			rows.push((*board, *profile, measured));
		}
	}
	let tables = measured::tables(&rows);
	print!("{tables}");
	if env::var_os("WRITE_FIRMWARE_FIGURES").is_some() {
		write_into_docs(&tables);
	}
}

/// Replaces the figures of `docs/firmware.md`.
fn write_into_docs(tables: &str) {
	let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/firmware.md");
	let page = fs::read_to_string(file).unwrap();
	let (before, rest) = page.split_once("<!-- figures -->").unwrap();
	let (_, after) = rest.split_once("<!-- end of figures -->").unwrap();
	let page = format!("{before}<!-- figures -->\n\n{tables}\n<!-- end of figures -->{after}");
	fs::write(file, page).unwrap();
}
