//! `cargo xtask test`.

use std::{
	path::{Path, PathBuf},
	process::Command,
};

use anyhow::{Context, Result};

use crate::{
	arguments,
	build::{self, CHECKED_SELECTION, SELECTION},
	fuzz::Engine,
	lanes::{self, Task},
	lint,
	process::{answer, text, Steps},
	setup::{self, For, WASM_TARGET},
	workspace,
};

/// The crates that runtimes and meters link.
const NO_STD: [&str; 5] = [
	"meterproof-statements",
	"meterproof-programs",
	"meterproof-verifier",
	"meterproof-device",
	"meterproof-clearing",
];

/// The prover.
const PROVER: &str = "meterproof-prover";

/// Tests that start nodes, in `tests/end-to-end`; they are not run unless named.
pub const END_TO_END: [&str; 10] = [
	"settlements",
	"validators",
	"liars",
	"payments",
	"agent",
	"sealed",
	"strangers",
	"partition",
	"light",
	"restart",
];

/// Scenarios that run side by side: their nodes wait for their next block most of the time.
const LANES: usize = 6;

/// The task.
pub fn run(given: &[String]) -> Result<()> {
	let [quick] = arguments::flags(given, ["--quick"])?;
	setup::ensure(For::Testing)?;
	if quick {
		run_quick()
	} else {
		run_all()
	}
}

/// What fails soon comes first; what needs everything built comes last.
fn run_all() -> Result<()> {
	let has_deny = lint::has_deny()?;
	let mut steps = Steps::new(18 + usize::from(has_deny));
	apart(&mut steps)?;
	let mend = "Mend what it names; `#[allow]` needs a reason beside it. `cargo xtask lint` looks at more.";
	steps.run("clippy: libraries, programs and examples", mend, lint::released()?)?;
	// After clippy, which makes programs of the same names without a runtime.
	steps.run(
		"node, client and demo: release build",
		"Mend what the compiler names. `cargo xtask setup` checks the tools it needs.",
		build::all()?,
	)?;
	if has_deny {
		let mend = "Take another dependency, or give a reason in deny.toml.";
		steps.run("cargo-deny, without a network", mend, lint::deny_offline()?)?;
	}
	units(&mut steps)?;
	hostile_bytes(&mut steps)?;
	end_to_end(&mut steps)?;
	steps.summary();
	if !has_deny {
		println!("\n{}", lint::NO_DENY);
	} else if !lint::has_advisories() {
		println!("\n{}", lint::NO_ADVISORIES);
	}
	println!("\nEverything passed.");
	Ok(())
}

/// The tests beside the code and the examples in the documents: three steps.
///
/// The prover takes minutes to build once more with its own tests. [`circuits`] runs them, so that here
/// its proofs are tested as a program that uses it makes them.
fn units(steps: &mut Steps) -> Result<()> {
	let next = again("--release --package CRATE NAME");
	let [mut tests, mut proofs, mut examples] =
		[workspace::cargo(["test"])?, workspace::cargo(["test"])?, workspace::cargo(["test"])?];
	tests.args(SELECTION).args(["--exclude", PROVER, "--tests", "--no-fail-fast"]);
	steps.run("unit tests of every crate", &next, tests)?;
	proofs.args(SELECTION).args(["--test", "proofs"]);
	steps.run("proofs, by the prover that is shipped", &next, proofs)?;
	examples.args(SELECTION).arg("--doc");
	steps.run("examples in the documents", &next, examples)
}

/// The scenarios of all suites, [`LANES`] at a time, those that took longest the last time first.
fn end_to_end(steps: &mut Steps) -> Result<()> {
	let mut build = workspace::cargo(["test", "--no-run"])?;
	build.args(SELECTION);
	for name in END_TO_END {
		build.args(["--test", name]);
	}
	steps.run("end to end: build", "Mend what the compiler names.", build)?;
	let logs = workspace::target()?.join("end-to-end");
	let next = format!(
		"What it printed stands above and in {}. To run it alone, build with `cargo xtask build` \
		first.\n{}",
		logs.display(),
		again("--release --workspace --test SUITE SCENARIO")
	);
	steps.step("end to end", &next, || lanes::run_all(scenarios()?, LANES, &logs))
}

/// A process for each scenario, `SUITE::SCENARIO`.
fn scenarios() -> Result<Vec<Task>> {
	let mut tasks = Vec::new();
	for suite in END_TO_END {
		let mut search = workspace::cargo(["test", "--no-run"])?;
		search.args(SELECTION).args(["--test", suite]).env("CARGO_TERM_COLOR", "never");
		let program = executable(&mut search)?;
		let names = answer(Command::new(&program).args(["--list", "--format", "terse"]))
			.with_context(|| format!("{} does not list its scenarios", program.display()))?;
		for name in names.lines().filter_map(|line| line.strip_suffix(": test")) {
			let command = scenario(&program, name)?;
			tasks.push(Task { name: format!("{suite}::{name}"), command });
		}
	}
	Ok(tasks)
}

/// The program that `cargo test --no-run` names when it has built one: `Executable FILE (PROGRAM)`.
fn executable(build: &mut Command) -> Result<PathBuf> {
	let output = build.output().with_context(|| format!("cannot start {}", text(build)))?;
	let said = String::from_utf8_lossy(&output.stderr);
	let named = said.lines().find_map(|line| {
		line.trim_start().strip_prefix("Executable ")?.rsplit_once('(')?.1.strip_suffix(')')
	});
	// Cargo names what lies in the checkout as seen from there.
	let program = named.map(|program| workspace::root().join(program));
	program.with_context(|| format!("{} names no program: {said}", text(build)))
}

fn scenario(program: &Path, name: &str) -> Result<Command> {
	let mut command = workspace::program(program)?;
	command
		.current_dir(workspace::root().join("tests/end-to-end"))
		.args([name, "--exact", "--nocapture"])
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.env("METERPROOF_PYTHON", workspace::cache()?.join("python/bin/python"));
	if has_node() {
		command.env("METERPROOF_NPM", workspace::root().join("tests/end-to-end/npm"));
	}
	Ok(command)
}

/// The dev profile without the node and its Wasm runtime: a few minutes from nothing.
fn run_quick() -> Result<()> {
	let mut steps = Steps::new(8);
	apart(&mut steps)?;
	let mut pallets = workspace::cargo(["test"])?;
	pallets
		.args(["--package", "meterproof-primitives"])
		.args(["--package", "pallet-tests", "--package", "meterproof-wallet"])
		.env("SKIP_WASM_BUILD", "1");
	steps.run("pallets, dev profile", &again("--package pallet-tests PALLET::NAME"), pallets)?;
	corpus(&mut steps, Engine::Checked)?;
	steps.summary();
	println!("\nThe quick tests passed. `cargo xtask test` runs everything.");
	Ok(())
}

/// Formatting, and what is built apart from the node: six steps.
fn apart(steps: &mut Steps) -> Result<()> {
	steps.run("formatting", "Run `cargo fmt --all`.", lint::formatting()?)?;

	// What the standard library is needed for does not get through the compiler's first half either.
	let mut no_std = workspace::cargo(["check", "--release", "--no-default-features"])?;
	no_std.args(["--target", WASM_TARGET]);
	for name in NO_STD {
		no_std.args(["--package", name]);
	}
	steps.run(
		"no_std crates for wasm32v1-none",
		"Something there needs the standard library, or a feature of it slipped in.",
		no_std,
	)?;

	python(steps)?;

	let mut ffi = workspace::cargo(["test", "--release", "--package", "meterproof-device"])?;
	ffi.args(["--features", "ffi"]);
	steps.run("device crate and its C functions", &again("-p meterproof-device NAME"), ffi)?;

	circuits(steps)
}

/// The circuits and the fuzzer's own tests, with the proof system's debug checks, and that proofs hide their
/// witness.
fn circuits(steps: &mut Steps) -> Result<()> {
	let mut tests = workspace::cargo(["test"])?;
	// The ranks are printed.
	tests.args(CHECKED_SELECTION).args(["--lib", "--", "--show-output"]);
	let next = "docs/zero-knowledge.md says what the tests called `hiding` are about.\n"
		.to_string()
		+ &again(&format!("{} NAME", CHECKED_SELECTION.join(" ")));
	steps.run("circuits, with the proof system's debug checks, and hiding", &next, tests)
}

/// Seconds that the fuzzer runs for, with each engine.
const FUZZING: &str = "8";

/// The fuzzer's tests and a short run of it: five steps. `cargo xtask fuzz` runs more.
fn hostile_bytes(steps: &mut Steps) -> Result<()> {
	corpus(steps, Engine::Checked)?;
	corpus(steps, Engine::Wasm)?;
	for engine in Engine::ALL {
		let mut fuzzer = engine.fuzzer()?;
		fuzzer.args(["--mutations", "1000000000", "--seconds", FUZZING]);
		steps.run(
			&format!("hostile bytes: {}", engine.name()),
			"The failing cases are named above: `meterproof-fuzz replay FILE` runs one again.",
			fuzzer,
		)?;
	}
	Ok(())
}

/// The fuzzer's corpus, against the verifier.
fn corpus(steps: &mut Steps, engine: Engine) -> Result<()> {
	let next = "docs/fuzzing.md says what the corpus is, and how its bases are made anew.";
	steps.run(&format!("fuzzer and corpus: {}", engine.name()), next, engine.tests()?)
}

/// Whether Node.js is here, as new as the packages of a trader's program need it. Without it that program
/// is not tried.
fn has_node() -> bool {
	const NEW_ENOUGH: &str = "const [a, b] = process.versions.node.split('.').map(Number); \
		process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)";
	let runs =
		|program: &str, arguments: &[&str]| answer(Command::new(program).args(arguments)).is_some();
	runs("node", &["--eval", NEW_ENOUGH]) && runs("npm", &["--version"])
}

/// The vectors checked by a second implementation: two steps.
fn python(steps: &mut Steps) -> Result<()> {
	let venv = workspace::cache()?.join("python");
	let requirements = workspace::root().join("device/python/requirements.txt");
	steps.run(
		"Python packages for device vectors and a trader's program",
		"Is there a network? `pip install -r device/python/requirements.txt` needs one once.",
		python_environment(&venv, &requirements)?,
	)?;
	let mut vectors = workspace::program(venv.join("bin/python"))?;
	vectors.arg("device/python/test_vectors.py");
	steps.run(
		"device vectors against a second implementation",
		"device/vectors, docs/device-protocol.md and the crate must say the same.",
		vectors,
	)
}

/// Makes the environment, or does nothing if it holds these very requirements already.
fn python_environment(venv: &PathBuf, requirements: &PathBuf) -> Result<Command> {
	let script = r#"
set -eu
if cmp --silent "$2" "$1/installed.txt" && "$1/bin/python" --version; then exit 0; fi
rm -rf "$1"
python3 -m venv "$1"
"$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2"
cp "$2" "$1/installed.txt"
"#;
	let mut command = workspace::program("sh")?;
	command.args(["-c", script, "sh"]).arg(venv).arg(requirements);
	Ok(command)
}

fn again(cargo_test: &str) -> String {
	let target = workspace::target().map_or("<target>".into(), |path| path.display().to_string());
	format!("To repeat one test: CARGO_TARGET_DIR={target} cargo test {cargo_test}")
}
