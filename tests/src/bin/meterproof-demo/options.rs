//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};

/// Printed by `--help`.
pub const HELP: &str = "\
The whole job on a node of its own: meters commit, one proof adds them up, escrow pays.

    cargo xtask demo [OPTIONS]

    --readings FILE  meter data with the columns time,meter,import_wh,export_wh: every meter in it
                     takes part, from the brightest stretch on. Without it, made-up households
    --json FILE      write the figures to FILE
    --periods N      how many settlement periods, at least 3 (default 3)
    --meters N       how many made-up connection points, at least 16 (default 40)
    --seed N         another made-up day (default 1)
    --keep DIR       keep the node's database, stores and logs in DIR, which is made new
    --help           this text
";

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
	/// Meter data.
	pub readings: Option<PathBuf>,
	/// Where the figures go.
	pub json: Option<PathBuf>,
	/// How many periods.
	pub periods: usize,
	/// How many made-up connection points.
	pub meters: u32,
	/// Which made-up day.
	pub seed: u64,
	/// Where to keep everything.
	pub keep: Option<PathBuf>,
}

impl Options {
	/// Reads the arguments; `None` asks for help.
	pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
		let mut options =
			Self { readings: None, json: None, periods: 3, meters: 40, seed: 1, keep: None };
		let mut arguments = arguments;
		while let Some(argument) = arguments.next() {
			let (name, joined) = match argument.split_once('=') {
				Some((name, value)) => (name.to_string(), Some(value.to_string())),
				None => (argument, None),
			};
			if name == "--help" || name == "-h" {
				return Ok(None);
			}
			let mut value = || {
				joined.clone().or_else(|| arguments.next()).with_context(|| format!("{name} what?"))
			};
			let number = |text: String| {
				text.parse::<u64>().with_context(|| format!("{name}: `{text}` is no number"))
			};
			match name.as_str() {
				"--readings" => options.readings = Some(value()?.into()),
				"--json" => options.json = Some(value()?.into()),
				"--keep" => options.keep = Some(value()?.into()),
				"--periods" => options.periods = usize::try_from(number(value()?)?)?,
				"--meters" => options.meters = u32::try_from(number(value()?)?)?,
				"--seed" => options.seed = number(value()?)?,
				_ => bail!("unknown option `{name}`; --help lists them"),
			}
		}
		if options.periods < 3 || options.periods > 90 {
			bail!("--periods: from 3 to 90");
		}
		if options.meters < 16 || options.meters > 2_000 {
			bail!("--meters: from 16 to 2000");
		}
		Ok(Some(options))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Option<Options>> {
		Options::parse(text.split_whitespace().map(String::from))
	}

	#[test]
	fn options_are_read() {
		let options = parse("--readings a.csv --json=b.json --seed 7").unwrap().unwrap();
		assert_eq!(options.readings, Some("a.csv".into()));
		assert_eq!(options.json, Some("b.json".into()));
		assert_eq!((options.seed, options.periods), (7, 3));
		assert_eq!(parse("--seed 1 --help").unwrap(), None);
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--reading a").unwrap_err().to_string().contains("--reading"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
		assert!(parse("--seed x").unwrap_err().to_string().contains("`x`"));
		assert!(parse("--periods 2").is_err());
	}
}
