//! `cargo xtask bench weights`.

use std::process::{Command, Stdio};

use anyhow::{bail, Context, Result};

use crate::{
	process::{answer, Steps},
	setup::{self, For},
	workspace,
};

/// This chain's own pallets; the SDK's bring weights of their own.
const PALLETS: [&str; 8] = [
	"pallet_book",
	"pallet_devices",
	"pallet_metering",
	"pallet_market",
	"pallet_payments",
	"pallet_settlement",
	"pallet_validators",
	"pallet_water",
];

/// A call of the SDK whose weight on the SDK's reference machine is published: a yardstick.
const YARDSTICK: (&str, &str) = ("pallet_balances", "transfer_allow_death");

/// What it takes there, in tenths of a microsecond.
const REFERENCE: u64 = 488;

/// The task.
pub fn run(given: &[String]) -> Result<()> {
	let pallets = chosen(given)?;
	setup::ensure(For::Building)?;
	let mut steps = Steps::new(pallets.len().saturating_add(1));
	steps.run("the benchmark tool and the runtime", "Mend what the compiler names.", tool()?)?;
	let next = "A benchmark that fails names itself above; they stand in pallets/*/benchmarking.rs";
	for pallet in pallets {
		let file = workspace::root().join(format!("runtime/src/weights/{pallet}.rs"));
		let mut command = measure(pallet, "*")?;
		command
			.args(["--template", "xtask/bencher/weights.hbs"])
			.arg(format!("--output={}", file.display()));
		// The machine's speed may change while it measures: the faster of two looks counts.
		let before = yardstick()?;
		steps.run(pallet, next, command)?;
		let took = before.min(yardstick()?);
		println!("The yardstick took {}.{} us.", took / 10, took % 10);
		let text = std::fs::read_to_string(&file)?;
		std::fs::write(&file, on_reference_machine(&text, took)?)?;
	}
	steps.summary();
	println!("\nWritten to runtime/src/weights, as times of the SDK's reference machine.");
	Ok(())
}

/// What the yardstick takes on this machine, in tenths of a microsecond.
fn yardstick() -> Result<u64> {
	let (pallet, call) = YARDSTICK;
	let output = answer(&mut measure(pallet, call)?).context("the yardstick cannot be measured")?;
	tenths_printed(&output)
}

/// The time in what the tool prints, in tenths of a microsecond. The tool prints four digits or fewer,
/// with as many of them behind the point as there is room for.
fn tenths_printed(output: &str) -> Result<u64> {
	let mut words = output.split("Time ~=").nth(1).unwrap_or_default().split_whitespace();
	let (time, unit) = (words.next(), words.next());
	let (Some(time), Some("µs")) = (time, unit) else {
		bail!("the benchmark tool printed no time in microseconds");
	};
	let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
	let took = format!("{whole}{}", fraction.chars().next().unwrap_or('0')).parse()?;
	if took == 0 {
		bail!("the benchmark tool printed a time of nothing");
	}
	Ok(took)
}

/// The file with its times as they were on the SDK's reference machine, to go by the yardstick: the
/// weights of the SDK's own pallets are of that machine, and so is the second that a block has.
fn on_reference_machine(text: &str, took: u64) -> Result<String> {
	const BEGINS: &str = "Weight::from_parts(";
	let mut result = String::with_capacity(text.len());
	for line in text.lines() {
		if line.starts_with("//! Machine: ") {
			let (took, there) = (tenths(took), tenths(REFERENCE));
			result.push_str(&format!(
				"{line}\n//! Times are multiplied by {there}/{took}: what {} takes on the SDK's reference \
				machine, and here.\n",
				YARDSTICK.1
			));
			continue;
		}
		match line.split_once(BEGINS) {
			Some((before, rest)) if !before.contains("//") => {
				let (time, rest) = rest.split_once(',').context("a weight without a proof size")?;
				let time: u64 = time.replace('_', "").parse()?;
				let scaled = u128::from(time) * u128::from(REFERENCE) / u128::from(took);
				result.push_str(&format!("{before}{BEGINS}{},{rest}\n", underscored(scaled)));
			},
			_ => {
				result.push_str(line);
				result.push('\n');
			},
		}
	}
	Ok(result)
}

fn tenths(number: u64) -> String {
	format!("{}.{}", number / 10, number % 10)
}

/// A number with an underscore before every three digits, as Rust's sources have it.
fn underscored(number: u128) -> String {
	let digits = number.to_string();
	let mut result = String::new();
	for (i, digit) in digits.chars().enumerate() {
		if i > 0 && (digits.len() - i).is_multiple_of(3) {
			result.push('_');
		}
		result.push(digit);
	}
	result
}

/// The pallets to measure: those given, or all.
fn chosen(given: &[String]) -> Result<Vec<&'static str>> {
	if given.is_empty() {
		return Ok(PALLETS.to_vec());
	}
	given
		.iter()
		.map(|name| match PALLETS.into_iter().find(|pallet| pallet == name) {
			Some(pallet) => Ok(pallet),
			None => bail!("there is no pallet `{name}` to measure: {}", PALLETS.join(", ")),
		})
		.collect()
}

fn tool() -> Result<Command> {
	let mut command = workspace::cargo(["build", "--release", "--locked"])?;
	command
		.args(["--manifest-path", "xtask/bencher/Cargo.toml"])
		// A runtime of the tool's own, for another of its commands.
		.env("SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD", "1");
	Ok(command)
}

fn measure(pallet: &str, call: &str) -> Result<Command> {
	let mut command = workspace::program(workspace::binary("meterproof-bencher")?)?;
	command
		.args(["--pallet", pallet, "--extrinsic", call])
		.args(["--steps=20", "--repeat=10", "--wasm-execution=compiled"])
		.args(["--genesis-builder=runtime", "--genesis-builder-preset=development"])
		.stdin(Stdio::null());
	Ok(command)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_yardstick_is_read_with_any_number_of_digits() {
		let read = |time: &str| tenths_printed(&format!("Model:\nTime ~=  {time}\n   µs\n\nReads"));
		let tenths = ["94.68", "114.2", "159", "5.0"].map(|time| read(time).unwrap());
		assert_eq!(tenths, [946, 1_142, 1_590, 50]);
		assert!(read("0.01").is_err());
		assert!(tenths_printed("Time ~= 1.2 ms").is_err() && tenths_printed("").is_err());
	}

	#[test]
	fn times_become_those_of_the_reference_machine() {
		let text = "//! Machine: some; state in memory.\n\
			\t\t// At least 97_600_000 ps.\n\
			\t\tWeight::from_parts(97_600_000, 4_246)\n\
			\t\t\t.saturating_add(Weight::from_parts(2_000, 21634).saturating_mul(g.into()))\n";
		let scaled = on_reference_machine(text, 2 * REFERENCE).unwrap();
		let expected = "//! Machine: some; state in memory.\n\
			//! Times are multiplied by 48.8/97.6: what transfer_allow_death takes on the SDK's \
			reference machine, and here.\n\
			\t\t// At least 97_600_000 ps.\n\
			\t\tWeight::from_parts(48_800_000, 4_246)\n\
			\t\t\t.saturating_add(Weight::from_parts(1_000, 21634).saturating_mul(g.into()))\n";
		assert_eq!(scaled, expected);
		assert_eq!([7, 1_000, 1_234_567].map(underscored), ["7", "1_000", "1_234_567"]);
	}

	#[test]
	fn all_pallets_are_measured_unless_some_are_named() {
		assert_eq!(chosen(&[]).unwrap(), PALLETS);
		assert_eq!(chosen(&["pallet_market".into()]).unwrap(), ["pallet_market"]);
		assert!(chosen(&["pallet_balances".into()]).is_err());
	}
}
