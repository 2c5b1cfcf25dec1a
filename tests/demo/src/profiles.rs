//! Made-up households and photovoltaics for a summer day: the same for the same seed, everywhere.

use std::fmt::Write as _;

use meterproof_driver::readings::HEADER;

/// Quarter hours of a day.
const STEPS: u64 = 96;

/// Rows of `meters` connection points, of which every fourth has photovoltaics, for one day.
pub fn summer_day(seed: u64, meters: u32) -> String {
	let mut text = format!("{HEADER}\n");
	let mut weather = Draw::new(seed, u64::MAX);
	let clouds: Vec<u64> = (0..STEPS).map(|_| 70 + weather.below(31)).collect();
	let homes: Vec<Home> = (0..meters).map(|number| Home::new(seed, number)).collect();
	for step in 0..STEPS {
		for home in &homes {
			let used = home.load(step);
			let made = home.sun(step) * clouds[step as usize] / 100;
			let (import, export) = (used.saturating_sub(made), made.saturating_sub(used));
			let (hour, minute) = (step / 4, step % 4 * 15);
			let time = format!("2026-06-21T{hour:02}:{minute:02}:00Z");
			// Writing to a string does not fail.
			let _ = writeln!(text, "{time},{},{import},{export}", home.name);
		}
	}
	text
}

struct Home {
	name: String,
	seed: u64,
	number: u32,
	/// Wh that are always used in a quarter of an hour.
	base: u64,
	/// Wh more in the morning and in the evening.
	peak: u64,
	/// Peak power of the roof in W, or zero.
	watts: u64,
}

impl Home {
	fn new(seed: u64, number: u32) -> Self {
		let mut draw = Draw::new(seed, u64::from(number));
		let (base, peak, roof) = (15 + draw.below(30), 60 + draw.below(200), draw.below(8_000));
		Self {
			name: format!("home-{:03}", number + 1),
			seed,
			number,
			base,
			peak,
			watts: if number.is_multiple_of(4) { 3_000 + roof } else { 0 },
		}
	}

	/// Two humps, around 7:30 and 19:00, over what is always used, and a third of chance.
	fn load(&self, step: u64) -> u64 {
		let hump = |centre: u64, half_width: u64| {
			let distance = step.abs_diff(centre).min(half_width);
			self.peak * (half_width - distance) / half_width
		};
		let mean = self.base + hump(30, 8) + hump(76, 16);
		let mut draw = Draw::new(self.seed, u64::from(self.number) << 32 | step);
		mean * (85 + draw.below(31)) / 100
	}

	/// A parabola from 5:30 to 20:30 with its top at 13:00.
	fn sun(&self, step: u64) -> u64 {
		let (half_day, distance) = (30u64, step.abs_diff(52));
		if distance >= half_day {
			return 0;
		}
		let square = half_day * half_day;
		// A quarter of an hour at W is a quarter of that in Wh.
		self.watts / 4 * (square - distance * distance) / square
	}
}

/// Draws numbers that depend on a seed and a stream: SplitMix64.
struct Draw(u64);

impl Draw {
	fn new(seed: u64, stream: u64) -> Self {
		let mut draw = Self(seed);
		let start = draw.next() ^ stream;
		Self(start)
	}

	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		mixed ^ (mixed >> 31)
	}

	/// Below `bound`; the bias for small bounds does not matter here.
	fn below(&mut self, bound: u64) -> u64 {
		self.next() % bound
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_driver::readings::Table;

	#[test]
	fn the_same_seed_gives_the_same_day() {
		assert_eq!(summer_day(1, 9), summer_day(1, 9));
		assert_ne!(summer_day(1, 9), summer_day(2, 9));
	}

	#[test]
	fn homes_use_and_roofs_export_at_noon() {
		for seed in 0..20 {
			let table = Table::parse(&summer_day(seed, 40)).unwrap();
			assert_eq!((table.meters.len(), table.times.len()), (40, 96));
			let solar: Vec<_> = table.meters.keys().filter(|meter| table.exports(meter)).collect();
			assert_eq!(solar.len(), 10);
			let noon = table.brightest(3).unwrap();
			for meter in solar {
				for step in noon.first..noon.first + 3 {
					assert!(table.export(meter, step) > 100, "seed {seed}, {meter}, step {step}");
				}
				assert!(table.meters[meter].iter().any(|reading| reading.import > 0));
			}
		}
	}
}
