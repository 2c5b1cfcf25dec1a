//! Each case of the corpus: the proof system without our checks fails on it, our verifier refuses.

use meterproof_fuzz::{
	base::{bases, Base},
	corpus::{corpus, Recipe, Stock},
	memory::counted,
};
use meterproof_fuzz_subject as subject;
use std::process::{Command, Output};

/// Two cases to start from: a payment, and a usage statement with one group of 117 readings.
fn two() -> [Base; 2] {
	let mut bases = bases();
	let payment = bases.iter().position(|base| base.name == "transfer").unwrap();
	[bases.swap_remove(payment), bases.swap_remove(0)]
}

#[test]
fn the_corpus_has_each_case_once() {
	for base in two() {
		let recipes = corpus(&base);
		assert!(recipes.len() > 40, "{}", recipes.len());
		for (i, recipe) in recipes.iter().enumerate() {
			assert!(recipe.proof != base.proof, "{}, {}: unchanged", base.name, recipe.name);
			let same = recipes[..i].iter().find(|other| other.proof == recipe.proof);
			assert!(same.is_none(), "{}, {}: twice", base.name, recipe.name);
		}
	}
}

#[test]
fn our_verifier_refuses_each_case_and_stays_small() {
	for base in two() {
		for recipe in corpus(&base) {
			let (result, memory) = counted(|| base.statement.verify(&recipe.proof));
			assert!(result.is_err(), "{}, {}", base.name, recipe.name);
			assert!(memory.peak < 1 << 20, "{}, {}: {memory:?}", base.name, recipe.name);
		}
	}
}

/// Runs the proof system alone in a process of its own, which may die.
fn run(base: &Base, recipe: &Recipe, file: &std::path::Path) -> Output {
	std::fs::write(file, subject::encode(&base.statement, &recipe.proof)).unwrap();
	let program = env!("CARGO_BIN_EXE_meterproof-fuzz");
	Command::new(program).arg("stock").arg(file).output().unwrap()
}

/// The cases in which the native proof system does otherwise than the corpus says.
fn wrong_natively(base: &Base, file: &std::path::Path) -> Vec<String> {
	let mut wrong = Vec::new();
	for recipe in corpus(base) {
		let output = run(base, &recipe, file);
		let said = String::from_utf8_lossy(&output.stdout);
		let cried = String::from_utf8_lossy(&output.stderr);
		// The checks come with debug assertions: see the profile.
		let expected = match cfg!(debug_assertions) {
			true => recipe.expected.checked,
			false => recipe.expected.native,
		};
		let asked = said.lines().find_map(|line| line.strip_prefix("largest request: "));
		let asked: usize = asked.and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
		let is_right = match expected {
			Stock::Refuses => said.starts_with("refused") && asked < 1 << 20,
			Stock::Accepts => said.starts_with("accepted"),
			Stock::Panics(text) => said.starts_with("panicked") && said.contains(text),
			Stock::RunsOut => output.status.code().is_none() && cried.contains("memory allocation"),
			Stock::Asks(bytes) => said.starts_with("refused") && asked >= bytes,
		};
		if !is_right {
			let (base, name) = (base.name, recipe.name);
			wrong.push(format!("{base}, {name}: expected {expected:?}: {said}{cried}"));
		}
	}
	wrong
}

#[test]
fn without_our_checks_each_case_does_natively_what_the_corpus_says() {
	let folder = std::env::temp_dir().join(format!("meterproof-corpus-{}", std::process::id()));
	std::fs::create_dir_all(&folder).unwrap();
	let file = folder.join("case.bin");
	let wrong: Vec<_> = two().iter().flat_map(|base| wrong_natively(base, &file)).collect();
	std::fs::remove_dir_all(&folder).unwrap();
	assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(feature = "wasm")]
mod wasm {
	use super::*;
	use meterproof_fuzz::engine::{module, End, Engine, Entry, Wasm};

	#[test]
	fn without_our_checks_each_case_does_in_wasm_what_the_corpus_says() {
		let mut stock = Wasm::new(module().unwrap(), Entry::Stock);
		let mut wrong = Vec::new();
		for base in two() {
			for recipe in corpus(&base) {
				let run = stock.run(&base.statement, &recipe.proof);
				let is_right = match (recipe.expected.wasm, &run.end) {
					(Stock::Refuses, End::Verdict(verdict)) => *verdict != 0,
					(Stock::Accepts, End::Verdict(verdict)) => *verdict == 0,
					(Stock::Panics(text), End::Crash(crash)) => crash.contains(text),
					_ => false,
				};
				if !is_right {
					let (base, name, expected) = (base.name, recipe.name, recipe.expected.wasm);
					wrong.push(format!("{base}, {name}: expected {expected:?}: {:?}", run.end));
				}
			}
		}
		assert!(wrong.is_empty(), "{}", wrong.join("\n"));
	}

	#[test]
	fn our_verifier_refuses_each_case_in_wasm_and_does_not_trap() {
		let mut ours = Wasm::new(module().unwrap(), Entry::Verify);
		for base in two() {
			for recipe in corpus(&base) {
				let run = ours.run(&base.statement, &recipe.proof);
				let (base, name) = (base.name, recipe.name);
				assert!(matches!(run.end, End::Verdict(1..)), "{base}, {name}: {run:?}");
				assert!(run.memory.peak < 1 << 20, "{base}, {name}: {run:?}");
			}
			let run = ours.run(&base.statement, &base.proof);
			assert_eq!(run.end, End::Verdict(0));
		}
	}
}
