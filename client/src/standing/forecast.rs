//! What a coming period will count, by the same slot on former days of its weekday.
//!
//! The forecast is the median of the newest [`DAYS`] such days that have a reading, none of them older than
//! [`WEEKS`] weeks. A median, since one odd day (a holiday, a power cut) does not move it; four days, since a
//! season moves what is older. The margin is half of the range between the quartiles, rounded up: one odd day
//! moves it by a quarter of what it is odd by, and a standard deviation by nearly half. Quartiles are the medians of the lower and the upper
//! half, which share the middle day where the days are odd in number.
//!
//! A day without a whole reading is a gap, and is passed over: nothing is filled in. Fewer than [`LEAST_DAYS`]
//! days make no forecast, since two have no spread that says anything.

/// How far back days may lie.
pub const WEEKS: usize = 8;
/// How many days are counted, the newest ones.
pub const DAYS: usize = 4;
/// Fewer days make no forecast.
pub const LEAST_DAYS: usize = 3;

/// What is expected, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
	/// The median.
	pub quantity: u64,
	/// Half of the range between the quartiles, rounded up: half of the days lie about as near.
	pub margin: u64,
	/// The lowest of the days.
	pub least: u64,
	/// The highest of the days.
	pub most: u64,
	/// How many days there were.
	pub days: usize,
	/// How many weeks before the oldest of them was.
	pub weeks: usize,
}

/// There were not enough days with readings for a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFewDays {
	/// How many had a reading.
	pub days: usize,
}

impl Forecast {
	/// Makes a forecast of the slot's readings one week before, two weeks before, and so on; none where a
	/// day has no whole reading. What is older than [`WEEKS`] is not looked at.
	pub fn of(former: &[Option<u64>]) -> Result<Self, TooFewDays> {
		let weeks = (1..).zip(former.iter().take(WEEKS));
		let known = weeks.filter_map(|(weeks, day)| Some((weeks, (*day)?))).take(DAYS);
		let (weeks, mut days): (Vec<usize>, Vec<u64>) = known.unzip();
		days.sort_unstable();
		let few = TooFewDays { days: days.len() };
		if days.len() < LEAST_DAYS {
			return Err(few);
		}
		let half = days.len().div_ceil(2);
		let (lower, upper) =
			(days.get(..half).unwrap_or_default(), days.iter().rev().take(half).rev());
		let upper: Vec<u64> = upper.copied().collect();
		let found = || {
			let range = median(&upper)?.checked_sub(median(lower)?)?;
			Some(Self {
				quantity: median(&days)?,
				margin: range.div_ceil(2),
				least: *days.first()?,
				most: *days.last()?,
				days: days.len(),
				weeks: *weeks.last()?,
			})
		};
		found().ok_or(few)
	}

	/// What is offered: a unit that is offered and missing costs the imbalance price, and one that is
	/// there and was not offered only loses the difference between the book and the utility. So the
	/// seller wants to have it on three days of four, and the quartile is where that is.
	pub fn to_offer(&self) -> u64 {
		self.quantity.saturating_sub(self.margin)
	}

	/// What is bid for: a unit that is bought and not used is paid all the same, and one that is used and
	/// was not bought costs the utility's price in place of the book's. Where the book's price is half of the
	/// utility's both lose as much, so that the median is best, and a margin to either side gains little
	/// elsewhere.
	pub fn to_bid(&self) -> u64 {
		self.quantity
	}
}

/// The middle of sorted numbers; between two of them the mean, rounded down.
fn median(sorted: &[u64]) -> Option<u64> {
	let upper = sorted.get(sorted.len() / 2)?;
	if sorted.len() % 2 == 1 {
		return Some(*upper);
	}
	let lower = sorted.get((sorted.len() / 2).checked_sub(1)?)?;
	Some(u64::midpoint(*lower, *upper))
}
