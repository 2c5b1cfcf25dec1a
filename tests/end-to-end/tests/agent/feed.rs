//! Meters that are not there: a broker of MQTT with messages in JSON and SenML, and P1 ports over TCP.

use std::{
	collections::BTreeSet,
	io::Write,
	net::{TcpListener, TcpStream},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	thread,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use meterproof_meters::simulate::{broker::Broker, dsmr, mqtt};
use tokio::runtime::Runtime;

/// Between two looks at the clock.
const LOOK: Duration = Duration::from_millis(100);
/// Between two telegrams of a P1 port.
const TELEGRAM: Duration = Duration::from_millis(1_000);

/// How a meter speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
	/// Messages in JSON.
	Json,
	/// Messages in SenML.
	Senml,
	/// Telegrams of a P1 port of its own.
	P1,
}

/// A meter and all that its registers ever counted.
#[derive(Clone, Debug)]
pub struct FedMeter {
	/// Its name.
	pub name: String,
	/// How it speaks.
	pub protocol: Protocol,
	/// What it counts in each step, import and export, in Wh; over and over again.
	pub steps: Vec<(u32, u32)>,
	/// The period of the first step, at which its registers stand at zero.
	pub since: u64,
}

/// Where periods lie on the clock.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
	/// A period.
	pub period: u64,
	/// Its start, Unix ms.
	pub start_ms: u64,
	/// Length, in ms.
	pub length_ms: u64,
}

impl Grid {
	/// The period that a time lies in.
	pub fn period_at(&self, at_ms: u64) -> u64 {
		self.period + at_ms.saturating_sub(self.start_ms) / self.length_ms
	}

	/// When a period starts, Unix ms.
	pub fn start_of(&self, period: u64) -> u64 {
		self.start_ms + (period - self.period) * self.length_ms
	}
}

impl FedMeter {
	/// Where its registers stand when a period starts, in Wh.
	pub fn stands(&self, period: u64) -> (u64, u64) {
		let (length, period) = (self.steps.len() as u64, period.saturating_sub(self.since));
		let sum = |steps: &[(u32, u32)]| {
			steps.iter().fold((0u64, 0u64), |(import, export), (more_import, more_export)| {
				(import + u64::from(*more_import), export + u64::from(*more_export))
			})
		};
		let (rounds, rest) = (period / length, (period % length) as usize);
		let (whole, part) = (sum(&self.steps), sum(&self.steps[..rest]));
		(rounds * whole.0 + part.0, rounds * whole.1 + part.1)
	}

	/// What its export register counts in a period, in Wh.
	pub fn export(&self, period: u64) -> u64 {
		self.stands(period + 1).1 - self.stands(period).1
	}
}

/// What meters say while the feed runs, and which of them are silent.
pub struct Feed {
	/// Where the broker is.
	pub broker: String,
	/// Ports of the meters with a P1 port, by name.
	pub ports: Vec<(String, u16)>,
	shared: Arc<Shared>,
	_runtime: Runtime,
}

struct Shared {
	grid: Grid,
	meters: Mutex<Vec<FedMeter>>,
	silent: Mutex<BTreeSet<String>>,
	broker: Broker,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The time, Unix ms.
pub fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	since.as_millis() as u64
}

impl Feed {
	/// Starts a broker, ports, and what is sent to them: at each period's start, where registers stand.
	pub fn start(grid: Grid, meters: Vec<FedMeter>) -> Result<Self> {
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.build()
			.context("no runtime")?;
		let broker = runtime.block_on(Broker::start("127.0.0.1:0"))?;
		let address = broker.address.to_string();
		let shared = Arc::new(Shared {
			grid,
			meters: Mutex::new(meters.clone()),
			silent: Mutex::default(),
			broker,
		});
		let mut ports = Vec::new();
		for meter in meters.into_iter().filter(|meter| meter.protocol == Protocol::P1) {
			let listener = TcpListener::bind("127.0.0.1:0")?;
			ports.push((meter.name.clone(), listener.local_addr()?.port()));
			let shared = Arc::downgrade(&shared);
			thread::spawn(move || {
				while let Ok((stream, _)) = listener.accept() {
					let (shared, meter) = (shared.clone(), meter.clone());
					thread::spawn(move || {
						// Whoever listens may go at any moment.
						let _ =
							speak(stream, &meter, || Some(shared.upgrade()?.moment(&meter.name)));
					});
				}
			});
		}
		let weak = Arc::downgrade(&shared);
		thread::spawn(move || {
			let mut last = None;
			while let Some(shared) = weak.upgrade() {
				let period = shared.grid.period_at(now_ms());
				if last != Some(period) {
					shared.publish(period);
					last = Some(period);
				}
				drop(shared);
				thread::sleep(LOOK);
			}
		});
		Ok(Self { broker: address, ports, shared, _runtime: runtime })
	}

	/// Makes a meter silent, or lets it speak again.
	pub fn silence(&self, meter: &str, silent: bool) {
		let mut all = locked(&self.shared.silent);
		match silent {
			true => all.insert(meter.to_owned()),
			false => all.remove(meter),
		};
	}

	/// Another meter speaks from now on.
	pub fn add(&self, meter: FedMeter) {
		locked(&self.shared.meters).push(meter);
	}

	/// Publishes where a meter stood at a period's start once more.
	pub fn say_again(&self, meter: &str, period: u64) {
		let meters = locked(&self.shared.meters).clone();
		for meter in meters.iter().filter(|known| known.name == meter) {
			self.shared.publish_one(meter, period);
		}
	}
}

impl Shared {
	fn publish(&self, period: u64) {
		let (meters, silent) = (locked(&self.meters).clone(), locked(&self.silent).clone());
		for meter in meters.iter().filter(|meter| !silent.contains(&meter.name)) {
			self.publish_one(meter, period);
		}
	}

	fn publish_one(&self, meter: &FedMeter, period: u64) {
		let (import, export) = meter.stands(period);
		let (at_ms, name) = (self.grid.start_of(period), &meter.name);
		match meter.protocol {
			Protocol::Json => {
				let message = mqtt::json_message(name, at_ms, import, export);
				self.broker.publish(&format!("json/{name}"), message, false);
			},
			Protocol::Senml => {
				let message = mqtt::senml_pack(name, at_ms, import, export);
				self.broker.publish(&format!("senml/{name}"), message, false);
			},
			Protocol::P1 => {},
		}
	}

	/// The time of a P1 port's meter and the period; none while it is silent.
	fn moment(&self, meter: &str) -> Option<(u64, u64)> {
		if locked(&self.silent).contains(meter) {
			return None;
		}
		let at_ms = now_ms();
		Some((at_ms, self.grid.period_at(at_ms)))
	}
}

/// Telegrams, one a second, until the other end is gone or there is no feed any more.
fn speak(
	mut stream: TcpStream,
	meter: &FedMeter,
	moment: impl Fn() -> Option<Option<(u64, u64)>>,
) -> Result<()> {
	while let Some(moment) = moment() {
		if let Some((at_ms, period)) = moment {
			let (import, export) = meter.stands(period);
			stream.write_all(&dsmr::telegram(&meter.name, at_ms, import, export, None))?;
		}
		thread::sleep(TELEGRAM);
	}
	Ok(())
}
