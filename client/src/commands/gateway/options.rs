//! What the command line says of the form of readings.

use meterproof_meters::{
	files::{
		own_csv::Options,
		text::DecimalMark,
		times::{resolve, Labels, Stamp, Zone},
	},
	Amount, Unit,
};

use crate::{
	cli::{GatewayArgs, RowArgs},
	error::{named_errors, Result},
	types::Resource,
};

named_errors! {
	/// Why an option was refused.
	#[derive(PartialEq, Eq)]
	#[allow(clippy::enum_variant_names, reason = "they are the errors' names")]
	pub enum OptionError {
		/// Not a unit.
		BadUnit { text: String } => "{text}: the units are Wh, kWh, MWh, l and m3";
		/// Not a time zone.
		BadTimeZone { text: String }
			=> "{text}: not a time zone like Europe/Vienna or an offset like +01:00";
		/// Not a length of time.
		BadStep { text: String } => "{text}: not a time like 15m, 1h or 900s";
		/// Not a point in time.
		BadTime { text: String, reason: String } => "{text}: {reason}";
		/// Not an amount with a unit.
		BadRollover { text: String } => "{text}: not an amount like 1000000kWh or 100000m3";
	}
}

/// The form of the rows.
pub fn of(args: &RowArgs) -> Result<Options, OptionError> {
	let unit = |text: &String| {
		Unit::parse(text).ok_or_else(|| OptionError::BadUnit { text: text.clone() })
	};
	let zone = |text: &String| {
		Zone::parse(text).ok_or_else(|| OptionError::BadTimeZone { text: text.clone() })
	};
	let step = |text: &String| {
		milliseconds(text).ok_or_else(|| OptionError::BadStep { text: text.clone() })
	};
	Ok(Options {
		unit: args.unit.as_ref().map(unit).transpose()?,
		zone: args.time_zone.as_ref().map(zone).transpose()?,
		labels: match args.labels.as_deref() {
			Some("end") => Labels::End,
			_ => Labels::Start,
		},
		step_ms: args.step.as_ref().map(step).transpose()?,
		decimal: args.decimal.as_deref().and_then(DecimalMark::parse),
		registers: args.registers,
	})
}

/// `15m`, `1h`, `900s` or `1d` in ms; not nothing.
fn milliseconds(text: &str) -> Option<u64> {
	let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
	let unit = match text.get(digits.len()..)? {
		"s" => 1_000,
		"m" | "min" => 60_000,
		"h" => 3_600_000,
		"d" => 86_400_000,
		_ => return None,
	};
	let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
	let count = digits.parse::<u64>().ok().filter(|count| plain && *count > 0)?;
	count.checked_mul(unit)
}

/// The label of the first time step.
pub fn from_time(args: &GatewayArgs) -> Result<Option<u64>, OptionError> {
	let Some(text) = &args.from_time else { return Ok(None) };
	let bad = |reason: String| OptionError::BadTime { text: text.clone(), reason };
	let stamp = Stamp::parse(text, None);
	let stamp = stamp.ok_or_else(|| bad("not a time like 2016-06-14T10:00:00Z".to_owned()))?;
	let options = of(&args.rows)?;
	let resolved = resolve(&[stamp], options.zone, options.labels, None);
	let at_ms = resolved.into_iter().next().transpose();
	at_ms.map_err(|error| bad(error.to_string()))
}

/// Where registers begin anew, in Wh or litres.
pub fn rollover(args: &RowArgs) -> Result<Option<u128>, OptionError> {
	args.rollover.as_deref().map(capacity).transpose()
}

/// An amount with its unit at which registers begin anew, in Wh or litres.
pub fn capacity(text: &str) -> Result<u128, OptionError> {
	let bad = || OptionError::BadRollover { text: text.to_owned() };
	let start = text.find(|character: char| character.is_alphabetic()).ok_or_else(bad)?;
	let (number, unit) = text.split_at(start);
	let unit = Unit::parse(unit).ok_or_else(bad)?;
	let amount = Amount::parse(number.trim(), unit).map_err(|_| bad())?;
	let resource = match unit {
		Unit::Litre | Unit::CubicMetre => Resource::Water,
		_ => Resource::Electricity,
	};
	let total = amount.standing(resource).map_err(|_| bad())?;
	Some(total).filter(|total| *total > 0).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		cli::{Cli, Command},
		error::Named,
	};
	use clap::Parser;

	#[test]
	fn lengths_of_time_are_read() {
		for (text, ms) in [
			("15m", Some(900_000)),
			("15min", Some(900_000)),
			("1h", Some(3_600_000)),
			("12s", Some(12_000)),
			("1d", Some(86_400_000)),
			("0m", None),
			("15", None),
			("m", None),
			("-1m", None),
			("1.5h", None),
			("15 fortnights", None),
			("99999999999999999999s", None),
		] {
			assert_eq!(milliseconds(text), ms, "{text}");
		}
	}

	#[test]
	fn a_register_s_capacity_has_a_unit() {
		let of = |text: &str| {
			rollover(&RowArgs { rollover: Some(text.to_owned()), ..RowArgs::default() })
		};
		assert_eq!(of("1000000kWh"), Ok(Some(1_000_000_000)));
		assert_eq!(of("99999.999 m3"), Ok(Some(99_999_999)));
		for text in ["1000000", "kWh", "0kWh", "-1kWh", "1furlong"] {
			assert_eq!(of(text).unwrap_err().name(), "BadRollover", "{text}");
		}
	}

	#[test]
	fn a_time_to_begin_with_is_a_label_of_the_file() {
		let of = |more: &[&str]| {
			let line = ["meterproof", "gateway", "--store", "s", "--readings", "halved.csv"];
			let cli = Cli::parse_from([&line[..], more].concat());
			let Command::Gateway(args) = cli.command else { panic!("another verb") };
			from_time(&args)
		};
		// 2026-11-02T05:00:00Z.
		let six = Ok(Some(1_793_595_600_000));
		for labels in ["start", "end"] {
			let labels = ["--labels", labels, "--periods", "4", "--from-time"];
			let with = |more: &[&str]| of(&[&labels[..], more].concat());
			assert_eq!(with(&["2026-11-02T06:00:00+01:00"]), six);
			assert_eq!(with(&["2026-11-02 06:00", "--time-zone", "Europe/Vienna"]), six);
			for wrong in ["six o'clock", "2026-11-02T06:00:00"] {
				assert_eq!(with(&[wrong]).unwrap_err().name(), "BadTime", "{wrong}");
			}
		}
		assert_eq!(of(&[]), Ok(None));
	}

	#[test]
	fn options_that_mean_nothing_are_refused_by_name() {
		let text = |text: &str| Some(text.to_owned());
		for (args, name) in [
			(RowArgs { unit: text("kW"), ..RowArgs::default() }, "BadUnit"),
			(RowArgs { time_zone: text("Vienna"), ..RowArgs::default() }, "BadTimeZone"),
			(RowArgs { step: text("quarter"), ..RowArgs::default() }, "BadStep"),
		] {
			assert_eq!(of(&args).unwrap_err().name(), name);
		}
	}
}
