//! What the account's meters counted in the same slot of former weeks.

use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use crate::{
	error::{Error, Result},
	rpc::{Device, Period},
	standing::{calendar::Slot, forecast::WEEKS, plan::Coming},
	store::Store,
	types::{Direction, Directions, Resource},
};

/// The meters that count for one side, and their readings.
pub struct History<'a> {
	store: &'a Store,
	devices: Vec<u32>,
	direction: Direction,
}

impl<'a> History<'a> {
	/// The history of the meters that the store has and the account owns. Store and node must agree on what each
	/// meter counts, and where.
	pub fn of(
		store: &'a Store,
		devices: &[Device],
		zone: u32,
		resource: Resource,
		side: Side,
	) -> Result<Self> {
		let direction = match side {
			Side::Offer => Direction::Export,
			Side::Bid => Direction::Import,
		};
		let mut counting = Vec::new();
		for device in devices.iter().filter(|device| device.state == "active") {
			let Some((_, meter)) = store.meter_of(device.id) else { continue };
			let known = (meter.facts.zone, meter.facts.resource, meter.facts.directions);
			let told = (device.zone, device.resource, device.directions);
			let counts = |(of_zone, of_resource, directions): (_, _, Directions)| {
				(of_zone, of_resource) == (zone, resource) && directions.contains(direction)
			};
			// What is said otherwise of a meter that counts elsewhere keeps nobody back here.
			if !counts(known) && !counts(told) {
				continue;
			}
			if known != told {
				let message = format!(
					"the node says of device {} another zone, resource or direction than the store: ask another \
					 node, and compare `device list`",
					device.id
				);
				return Err(Error::new("FactsDiffer", message));
			}
			counting.push(device.id);
		}
		Ok(Self { store, devices: counting, direction })
	}

	/// Whether any meter counts for the side.
	pub fn has_meters(&self) -> bool {
		!self.devices.is_empty()
	}

	/// What they counted together in the same slot of former weeks. A week in which one of them has no reading
	/// is a gap.
	pub fn former(&self, calendar: &Calendar, period: u64) -> Vec<Option<u64>> {
		let counted = |former: u64| {
			if !self.has_meters() {
				return None;
			}
			let readings = self.devices.iter().map(|device| {
				let opening = self.store.opening(*device, former, self.direction)?;
				Some(u64::from(opening.reading))
			});
			readings.sum::<Option<u64>>()
		};
		calendar.former(period).into_iter().map(|former| former.and_then(counted)).collect()
	}
}

/// Where periods lie on the clock.
#[derive(Clone, Debug)]
pub struct Calendar {
	zone: Zone,
	running: u64,
	/// The first period that is ordered for.
	first: u64,
	start_ms: u64,
	length_ms: u64,
	/// The first period that has another length, if one is decided.
	until: Option<u64>,
	/// The weeks in which periods were as long and as numbered as now, one week before first.
	alike: [bool; WEEKS],
}

impl Calendar {
	/// By the running period, the first one whose gate is open, and a clock on the wall.
	pub fn of(zone: Zone, running: &Period, first_open: u64) -> Self {
		Self {
			zone,
			running: running.period,
			first: first_open.max(running.period.saturating_add(1)),
			start_ms: running.start_ms,
			length_ms: running.schedule.length_ms,
			until: running.schedule_until,
			alike: [false; WEEKS],
		}
	}

	/// The slot of a period of the present length.
	pub fn slot(&self, period: u64) -> Option<Slot> {
		let after = i128::from(period) - i128::from(self.running);
		let after = after.checked_mul(self.length_ms.into())?;
		let start = after.checked_add(self.start_ms.into())?;
		Slot::of(self.zone, u64::try_from(start).ok()?)
	}

	/// The next periods of the present length whose gates are open.
	pub fn coming(&self, count: u64) -> impl Iterator<Item = u64> + '_ {
		let next = (0..count).filter_map(|after| self.first.checked_add(after));
		next.filter(|period| self.until.is_none_or(|until| *period < until))
	}

	/// All periods that may lie on the days of these: two days around them.
	pub fn around(&self, coming: &[Coming]) -> std::ops::RangeInclusive<u64> {
		const TWO_DAYS_MS: u64 = 2 * 86_400_000;
		// A node that calls periods shorter than any are has nobody count for ever.
		const SHORTEST_MS: u64 = 1_000;
		let near = TWO_DAYS_MS / self.length_ms.max(SHORTEST_MS);
		let periods = coming.iter().map(|one| one.period);
		let first = periods.clone().min().unwrap_or(self.running).saturating_sub(near);
		let last = periods.max().unwrap_or(self.running).saturating_add(near);
		first..=last
	}

	/// When a period's slot was one week before, two weeks before, and so on, where it was.
	pub fn weeks_before(&self, period: u64) -> Vec<(usize, u64)> {
		let Some(slot) = self.slot(period) else { return Vec::new() };
		let weeks =
			(1..=WEEKS).map(|weeks| Some((weeks, slot.weeks_before(u64::try_from(weeks).ok()?)?)));
		weeks.flatten().collect()
	}

	/// Asks where the periods of former weeks lay. A period of another length or number is none of the same slot;
	/// an answer that stays away says nothing about it.
	pub async fn ask(&mut self, told: impl AsyncFn(u64) -> Result<Period>) -> Result<()> {
		for (weeks, at_ms) in self.weeks_before(self.first) {
			let period = told(at_ms).await?;
			self.check(weeks, at_ms, &period);
		}
		Ok(())
	}

	/// Takes a week's periods for what they are now, if the one that lay there is told to be so.
	pub fn check(&mut self, weeks: usize, at_ms: u64, told: &Period) {
		let same = told.start_ms == at_ms
			&& told.schedule.length_ms == self.length_ms
			&& self.index(at_ms) == Some(told.period);
		if let Some(alike) = weeks.checked_sub(1).and_then(|at| self.alike.get_mut(at)) {
			*alike = same;
		}
	}

	/// The periods of the same slot in former weeks.
	pub fn former(&self, period: u64) -> Vec<Option<u64>> {
		let mut former = vec![None; WEEKS];
		for (weeks, at_ms) in self.weeks_before(period) {
			let Some(at) = weeks.checked_sub(1) else { continue };
			let alike = self.alike.get(at).copied().unwrap_or(false);
			if let Some(place) = former.get_mut(at).filter(|_| alike) {
				*place = self.index(at_ms);
			}
		}
		former
	}

	/// The period that starts at a time.
	fn index(&self, at_ms: u64) -> Option<u64> {
		let before = self.start_ms.checked_sub(at_ms)?;
		if before.checked_rem(self.length_ms)? != 0 {
			return None;
		}
		self.running.checked_sub(before.checked_div(self.length_ms)?)
	}
}
