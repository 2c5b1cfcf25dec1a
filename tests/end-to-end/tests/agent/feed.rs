//! Meters that are not there: a broker of MQTT with messages in JSON and SenML, ports over TCP where meters
//! speak or are asked, a serial port where one is heard by radio, and a file that is written anew.

use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	io::{Read, Write},
	net::{TcpListener, TcpStream},
	path::{Path, PathBuf},
	sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
	thread,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{anyhow, Context, Result};
use meterproof_driver::readings;
use meterproof_meters::{
	keys::MeterKey,
	simulate::{
		broker::Broker,
		curve::Curve,
		dlms::{DlmsKeys, DlmsMeter},
		mbus::{AirMeter, MbusMeter, WiredMeter},
		modbus::ModbusMeter,
		mqtt,
		p1::P1Meter,
		serve::{Device as Served, Terminal},
		sml::SmlMeter,
		Simulated, Totals,
	},
	telegram::Unusable,
	Resource,
};
use tokio::runtime::Runtime;

/// Between two looks at the clock.
const LOOK: Duration = Duration::from_millis(100);
/// Between two telegrams of a port.
const TELEGRAM: Duration = Duration::from_millis(1_000);
/// How long before a period's end a meter that tells no time stops answering until the next period: its answer
/// would arrive in the next period anyway.
const BEFORE_THE_END: u64 = 1_000;

/// The address of a meter on wires.
pub const MBUS_ADDRESS: u8 = 1;

/// Both keys of the meter that ciphers.
pub const KEYS: [[u8; 16]; 2] = [[0x11; 16], [0x22; 16]];

/// How a meter speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
	/// Messages in JSON.
	Json,
	/// Messages in SenML.
	Senml,
	/// Telegrams of a P1 port of its own.
	P1,
	/// SML, from an optical head.
	Sml,
	/// Ciphered DLMS notifications.
	Dlms,
	/// M-Bus on wires, asked.
	Mbus,
	/// Modbus TCP, asked.
	Modbus,
	/// M-Bus by radio, as a stick writes it on a serial port.
	Air,
	/// A table of where its registers stand.
	File,
}

impl Protocol {
	/// Whether a meter has a port of its own over TCP.
	fn has_port(self) -> bool {
		!matches!(self, Self::Json | Self::Senml | Self::Air | Self::File)
	}

	/// Whether a meter says something only when it is asked.
	fn is_asked(self) -> bool {
		matches!(self, Self::Mbus | Self::Modbus)
	}

	/// Whether a meter can be made silent, and is missed then as one that is heard of no more.
	pub fn can_be_silent(self) -> bool {
		!self.is_asked() && !matches!(self, Self::Air | Self::File)
	}
}

/// A port of one meter.
#[derive(Clone, Debug)]
pub struct Port {
	/// The meter's name in the store.
	pub meter: String,
	/// What it calls itself.
	pub told: String,
	/// How it speaks.
	pub protocol: Protocol,
	/// Where: `tcp://HOST:PORT`, the path of a terminal, or that of a file.
	pub at: String,
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
	/// Ports of the meters that have one.
	pub ports: Vec<Port>,
	shared: Arc<Shared>,
	_runtime: Runtime,
}

struct Shared {
	grid: Grid,
	meters: Mutex<Vec<FedMeter>>,
	silent: Mutex<BTreeSet<String>>,
	broker: Broker,
	/// Where files of meters are.
	folder: PathBuf,
	/// The rows of each meter's file.
	rows: Mutex<BTreeMap<String, Vec<String>>>,
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
	/// Files are put into a folder.
	pub fn start(grid: Grid, meters: Vec<FedMeter>, folder: &Path) -> Result<Self> {
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
			folder: folder.to_owned(),
			rows: Mutex::default(),
		});
		let mut ports = Vec::new();
		for (number, meter) in meters.into_iter().enumerate() {
			let FedMeter { name, protocol, .. } = meter.clone();
			match protocol {
				Protocol::Air => {
					let (told, at) = on_the_air(meter, number, Arc::downgrade(&shared))?;
					ports.push(Port { meter: name, told, protocol, at });
					continue;
				},
				Protocol::File => {
					let at = shared.file(&name).to_string_lossy().into_owned();
					ports.push(Port { meter: name.clone(), told: name, protocol, at });
					continue;
				},
				_ if !protocol.has_port() => continue,
				_ => {},
			}
			let listener = TcpListener::bind("127.0.0.1:0")?;
			let at = format!("tcp://{}", listener.local_addr()?);
			let (told, device) = device(&meter, number)?;
			ports.push(Port { meter: name, told, protocol, at });
			// Its counters run on from connection to connection.
			let device = Arc::new(Mutex::new(device));
			let shared = Arc::downgrade(&shared);
			thread::spawn(move || {
				while let Ok((stream, _)) = listener.accept() {
					let (shared, meter, device) = (shared.clone(), meter.clone(), device.clone());
					thread::spawn(move || {
						let feed = || shared.upgrade();
						// Whoever listens may go at any moment.
						let _ = match meter.protocol.is_asked() {
							true => answer(stream, &meter, &device, &feed),
							false => speak(stream, &meter, &device, &feed),
						};
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
			// A file that cannot be written is missed by the test.
			Protocol::File => drop(self.write_row(meter, at_ms)),
			_ => {},
		}
	}

	/// The file of a meter.
	fn file(&self, meter: &str) -> PathBuf {
		self.folder.join(format!("{meter}.csv"))
	}

	/// Puts a file in the place of a meter's, with one row more.
	fn write_row(&self, meter: &FedMeter, at_ms: u64) -> Result<()> {
		// The clock of files may be a few ms behind, and nothing in a file is newer than the file.
		thread::sleep(Duration::from_millis(50));
		let (import, export) = meter.stands(self.grid.period_at(at_ms));
		let mut all = locked(&self.rows);
		let rows = all.entry(meter.name.clone()).or_default();
		rows.push(format!("{},{},{import},{export}\n", readings::time(at_ms / 1_000), meter.name));
		let text = format!("time,meter,import_wh,export_wh\n{}", rows.concat());
		let new = self.folder.join(format!(".{}.csv", meter.name));
		fs::write(&new, text)?;
		Ok(fs::rename(&new, self.file(&meter.name))?)
	}

	/// What the registers of a meter with a port say now; none while it is silent.
	fn totals(&self, meter: &FedMeter) -> Option<Totals> {
		if locked(&self.silent).contains(&meter.name) {
			return None;
		}
		let at_ms = now_ms();
		let (import, export) = meter.stands(self.grid.period_at(at_ms));
		Some(Totals { at_ms, import, export: Some(export) })
	}

	/// How long until the period ends, in ms.
	fn left_ms(&self) -> u64 {
		let now_ms = now_ms();
		self.grid.start_of(self.grid.period_at(now_ms) + 1).saturating_sub(now_ms)
	}
}

/// A meter on the air, whose telegrams a stick writes on a terminal: what it calls itself, and the terminal.
fn on_the_air(meter: FedMeter, number: usize, feed: Weak<Shared>) -> Result<(String, String)> {
	let wrong = |unusable: Unusable| anyhow!("{}", unusable.reason);
	let told = format!("MPF{number:08}");
	let of = MbusMeter::new(&told, Resource::Electricity, None).map_err(wrong)?;
	let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
	// A terminal belongs to a runtime.
	let mut terminal = {
		let _guard = runtime.enter();
		Terminal::new()?
	};
	let at = terminal.path().to_string_lossy().into_owned();
	let says = move |mut at_ms: u64| {
		let Some(shared) = feed.upgrade() else { return Totals { at_ms, import: 0, export: None } };
		// It tells no time: what it says just before a period's end would arrive in the next one.
		let left_ms = shared.left_ms();
		if left_ms < BEFORE_THE_END {
			thread::sleep(Duration::from_millis(left_ms + 20));
			at_ms = now_ms();
		}
		let (import, export) = meter.stands(shared.grid.period_at(at_ms));
		Totals { at_ms, import, export: Some(export) }
	};
	thread::spawn(move || {
		let device = Served::new(Box::new(AirMeter(of)), Curve::Told(Box::new(says)));
		// Its end is that of the test.
		let _ = runtime.block_on(terminal.serve(device, TELEGRAM));
	});
	Ok((told, at))
}

type Device = Mutex<Box<dyn Simulated>>;

/// What a meter calls itself, and how it speaks.
fn device(meter: &FedMeter, number: usize) -> Result<(String, Box<dyn Simulated>)> {
	let wrong = |unusable: Unusable| anyhow!("{}: {}", meter.name, unusable.reason);
	let name = meter.name.clone();
	let device: (String, Box<dyn Simulated>) = match meter.protocol {
		Protocol::Sml => {
			let told = format!("1MPF{number:010}");
			(told.clone(), Box::new(SmlMeter::new(&told).map_err(wrong)?))
		},
		Protocol::Dlms => {
			let [encryption, authentication] = KEYS.map(MeterKey::new);
			let keys = DlmsKeys { encryption, authentication };
			(name.clone(), Box::new(DlmsMeter::new(&name, Some(keys), 1).map_err(wrong)?))
		},
		Protocol::Mbus => {
			let told = format!("MPF{number:08}");
			let of = MbusMeter::new(&told, Resource::Electricity, None).map_err(wrong)?;
			(told, Box::new(WiredMeter::new(of, MBUS_ADDRESS)))
		},
		Protocol::Modbus => (name, Box::new(ModbusMeter)),
		_ => (name.clone(), Box::new(P1Meter::new(&name).map_err(wrong)?)),
	};
	Ok(device)
}

/// Telegrams, one a second, until the other end is gone or there is no feed any more.
fn speak(
	mut stream: TcpStream,
	meter: &FedMeter,
	device: &Device,
	feed: &dyn Fn() -> Option<Arc<Shared>>,
) -> Result<()> {
	while let Some(shared) = feed() {
		if let Some(totals) = shared.totals(meter) {
			let telegram = locked(device).telegram(&totals);
			stream.write_all(&telegram)?;
		}
		drop(shared);
		thread::sleep(TELEGRAM);
	}
	Ok(())
}

/// Answers until the other end is gone or there is no feed any more.
fn answer(
	mut stream: TcpStream,
	meter: &FedMeter,
	device: &Device,
	feed: &dyn Fn() -> Option<Arc<Shared>>,
) -> Result<()> {
	let (mut requests, mut chunk) = (Vec::new(), [0; 256]);
	loop {
		let read = stream.read(&mut chunk)?;
		let Some(shared) = feed().filter(|_| read > 0) else { return Ok(()) };
		requests.extend_from_slice(&chunk[..read]);
		let left_ms = shared.left_ms();
		if left_ms < BEFORE_THE_END {
			thread::sleep(Duration::from_millis(left_ms + 20));
		}
		if let Some(totals) = shared.totals(meter) {
			let answer = locked(device).asked(&mut requests, &totals).unwrap_or_default();
			stream.write_all(&answer)?;
		}
	}
}
