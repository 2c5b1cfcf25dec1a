//! What the figures were measured on.

use std::{fmt, fs, thread};

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
	/// Its processor, as it names itself.
	pub model: String,
	/// How many threads run at once.
	pub cores: usize,
}

impl Machine {
	/// The one that this program runs on.
	pub fn this() -> Self {
		let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
		Self {
			// Some architectures give no name.
			model: field(&information, "model name").unwrap_or(std::env::consts::ARCH).into(),
			cores: thread::available_parallelism().map_or(1, usize::from),
		}
	}
}

impl fmt::Display for Machine {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let cores = if self.cores == 1 { "core" } else { "cores" };
		write!(formatter, "{}, {} {cores}", self.model, self.cores)
	}
}

/// The largest resident size of this process so far, in MB.
pub fn peak_mb() -> Option<u64> {
	megabytes("/proc/self/status", "VmHWM")
}

/// The resident size of another process now, in MB.
pub fn resident_mb(process: u32) -> Option<u64> {
	megabytes(&format!("/proc/{process}/status"), "VmRSS")
}

/// Memory that programs may still take, in MB.
pub fn available_mb() -> Option<u64> {
	megabytes("/proc/meminfo", "MemAvailable")
}

fn megabytes(file: &str, name: &str) -> Option<u64> {
	let text = fs::read_to_string(file).ok()?;
	let kibibytes: u64 = field(&text, name)?.trim_end_matches("kB").trim().parse().ok()?;
	Some((kibibytes * 1_024).div_ceil(1_000_000))
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
	let mut fields = text.lines().filter_map(|line| line.split_once(':'));
	fields.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn fields_are_found() {
		let text = "processor\t: 0\nmodel name\t: A: fast one\nmodel name\t: B\n";
		assert_eq!(field(text, "model name"), Some("A: fast one"));
		assert_eq!(field(text, "model"), None);
	}

	#[cfg(target_os = "linux")]
	#[test]
	fn this_process_has_a_peak() {
		let now = resident_mb(std::process::id()).unwrap();
		assert!((1..=peak_mb().unwrap()).contains(&now));
		assert!(available_mb().unwrap() > 0);
	}
}
