//! A P1 telegram of a meter that is not there.

use std::fmt::Write as _;

use crate::dsmr::{checksum, time};

/// A meter on the M-Bus of a simulated P1 port.
#[derive(Clone, Copy, Debug)]
pub struct GasMeter<'a> {
	/// Its equipment identifier.
	pub name: &'a str,
	/// When its register was read, Unix ms: in most meters at the last full hour or five minutes.
	pub at_ms: u64,
	/// What the register says, in litres.
	pub litres: u64,
}

/// A telegram of DSMR 5 as a meter sends it at `at_ms`, Unix ms, in Central European time. The totals, in
/// Wh, are divided between two tariffs.
pub fn telegram(
	meter: &str,
	at_ms: u64,
	import_wh: u64,
	export_wh: u64,
	gas: Option<GasMeter<'_>>,
) -> Vec<u8> {
	let mut text = String::from("/MPF5\\SIMULATED\r\n\r\n1-3:0.2.8(50)\r\n");
	// Writing to a text does not fail.
	let mut line = |parts: std::fmt::Arguments<'_>| {
		let _ = write!(text, "{parts}\r\n");
	};
	line(format_args!("0-0:1.0.0({})", time::format(at_ms, 1)));
	line(format_args!("0-0:96.1.1({})", hex::encode_upper(meter)));
	for (group, total) in [(1, import_wh), (2, export_wh)] {
		for (tariff, part) in [(1, total / 3), (2, total - total / 3)] {
			let (whole, thousandths) = (part / 1000, part % 1000);
			line(format_args!("1-0:{group}.8.{tariff}({whole:06}.{thousandths:03}*kWh)"));
		}
	}
	line(format_args!("0-0:96.14.0(0002)"));
	line(format_args!("0-0:96.13.0()"));
	if let Some(gas) = gas {
		let (whole, thousandths) = (gas.litres / 1000, gas.litres % 1000);
		let at = time::format(gas.at_ms, 1);
		line(format_args!("0-1:24.1.0(003)"));
		line(format_args!("0-1:96.1.0({})", hex::encode_upper(gas.name)));
		line(format_args!("0-1:24.2.1({at})({whole:05}.{thousandths:03}*m3)"));
	}
	text.push('!');
	let sum = checksum(text.as_bytes());
	let _ = write!(text, "{sum:04X}\r\n");
	text.into_bytes()
}
