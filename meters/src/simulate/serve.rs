//! Where simulated meters are heard: a TCP port, or a pseudo-terminal in place of a serial port.

use std::{
	io,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};
use serial2_tokio::SerialPort;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{
		unix::pipe::{Receiver, Sender},
		TcpListener, TcpStream,
	},
	sync::broadcast,
	time::{interval, MissedTickBehavior},
};

use super::{curve::Curve, mqtt::Publisher, Simulated};
use crate::source::{now_ms, SourceError};

/// Bytes of requests that nobody understands.
const MOST_REQUESTS: usize = 4096;
/// Telegrams that a listener may lag behind.
const LAG: usize = 16;

/// A meter and what it counts.
pub struct Device {
	meter: Box<dyn Simulated>,
	curve: Curve,
}

impl Device {
	/// A meter that counts along a curve.
	pub fn new(meter: Box<dyn Simulated>, curve: Curve) -> Self {
		Self { meter, curve }
	}

	/// What it says now, unasked.
	fn telegram(&mut self) -> Vec<u8> {
		let totals = self.curve.totals(now_ms());
		self.meter.telegram(&totals)
	}

	/// What it answers; none if it speaks unasked.
	fn asked(&mut self, requests: &mut Vec<u8>) -> Option<Vec<u8>> {
		let totals = self.curve.totals(now_ms());
		let answer = self.meter.asked(requests, &totals);
		if requests.len() > MOST_REQUESTS {
			requests.clear();
		}
		answer
	}
}

/// The device is whole after a panic too: nothing in it is half done.
fn locked(device: &Mutex<Device>) -> MutexGuard<'_, Device> {
	device.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves everybody who connects, until the future is dropped. A meter that speaks unasked says the same
/// to all of them every `every`.
pub async fn tcp(listener: TcpListener, device: Device, every: Duration) -> io::Result<()> {
	let device = Arc::new(Mutex::new(device));
	let (telegrams, _) = broadcast::channel(LAG);
	let mut ticks = interval(every);
	ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
	let asked = locked(&device).asked(&mut Vec::new()).is_some();
	let mut served = tokio::task::JoinSet::new();
	loop {
		tokio::select! {
			connection = listener.accept() => {
				let stream = connection?.0;
				if asked {
					served.spawn(answer(stream, device.clone()));
				} else {
					served.spawn(hand_on(stream, telegrams.subscribe()));
				}
			},
			_ = ticks.tick(), if !asked => {
				// Nobody may listen.
				let _ = telegrams.send(locked(&device).telegram());
			},
			Some(_) = served.join_next() => {},
		}
	}
}

/// Errors are of one connection, which ends with them.
async fn answer(mut stream: TcpStream, device: Arc<Mutex<Device>>) {
	let mut requests = Vec::new();
	while stream.read_buf(&mut requests).await.is_ok_and(|read| read > 0) {
		let answer = locked(&device).asked(&mut requests).unwrap_or_default();
		if stream.write_all(&answer).await.is_err() {
			return;
		}
	}
}

async fn hand_on(mut stream: TcpStream, mut telegrams: broadcast::Receiver<Vec<u8>>) {
	let mut nothing = [0; 64];
	loop {
		tokio::select! {
			telegram = telegrams.recv() => match telegram {
				Ok(telegram) => {
					if stream.write_all(&telegram).await.is_err() {
						return;
					}
				},
				Err(broadcast::error::RecvError::Lagged(_)) => {},
				Err(broadcast::error::RecvError::Closed) => return,
			},
			read = stream.read(&mut nothing) => {
				if !read.is_ok_and(|read| read > 0) {
					return;
				}
			},
		}
	}
}

/// Publishes every `every` until the future is dropped. Of a telegram that cannot be sent, as the broker is out of
/// reach, `lost` is told, and the next telegram is tried all the same.
pub async fn mqtt(
	mut publisher: Publisher,
	topic: &str,
	mut device: Device,
	every: Duration,
	lost: impl Fn(SourceError),
) {
	let mut ticks = interval(every);
	ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
	loop {
		ticks.tick().await;
		if let Err(error) = publisher.publish(topic, device.telegram()).await {
			lost(error);
		}
	}
}

/// A pseudo-terminal.
pub struct Terminal {
	reader: Receiver,
	writer: Sender,
	/// Held open, so that the terminal stays when its reader goes.
	other: SerialPort,
	path: PathBuf,
}

impl Terminal {
	/// A new one. Its bytes are handed on as they are.
	pub fn new() -> io::Result<Self> {
		let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
		grantpt(&master)?;
		unlockpt(&master)?;
		let path = ptsname(&master, Vec::new())?.into_string().map_err(io::Error::other)?;
		let path = PathBuf::from(path);
		let other = SerialPort::open(&path, |mut settings: serial2_tokio::Settings| {
			settings.set_raw();
			settings.set_baud_rate(115_200)?;
			Ok(settings)
		})?;
		rustix::io::ioctl_fionbio(&master, true)?;
		// A terminal is read and written as a pipe is.
		let reader = Receiver::from_owned_fd_unchecked(master.try_clone()?)?;
		let writer = Sender::from_owned_fd_unchecked(master)?;
		Ok(Self { reader, writer, other, path })
	}

	/// What a source's `port` is.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Speaks on the terminal until the future is dropped: every `every` if the meter speaks unasked.
	pub async fn serve(&mut self, mut device: Device, every: Duration) -> io::Result<()> {
		let mut requests = Vec::new();
		let asked = device.asked(&mut requests).is_some();
		let mut ticks = interval(every);
		ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
		loop {
			if asked {
				self.reader.read_buf(&mut requests).await?;
				let answer = device.asked(&mut requests).unwrap_or_default();
				self.writer.write_all(&answer).await?;
			} else {
				ticks.tick().await;
				// What nobody has read is old.
				self.other.discard_input_buffer()?;
				self.writer.write_all(&device.telegram()).await?;
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		settings::SourceSettings,
		simulate::{
			curve::Made,
			mbus::{MbusMeter, WiredMeter},
			message::MessageMeter,
			sml::SmlMeter,
		},
		Finding, Resource,
	};

	async fn heard(settings: serde_json::Value, meter: &str) {
		let settings: SourceSettings = serde_json::from_value(settings).unwrap();
		let mut source = settings.open().unwrap();
		for _ in 0..2 {
			let findings = source.next().await.unwrap().unwrap();
			let Some(Finding::Measured(measured)) = findings.first() else {
				panic!("{findings:?}")
			};
			assert_eq!(measured.meter, meter);
		}
	}

	fn sml() -> Device {
		let meter = SmlMeter::new("1EMH0012345678").unwrap();
		Device::new(Box::new(meter), Curve::Made(Made::new(1, true)))
	}

	#[tokio::test]
	async fn a_meter_is_heard_on_a_terminal_and_on_a_port() {
		let every = Duration::from_millis(50);
		let mut terminal = Terminal::new().unwrap();
		let settings = serde_json::json!({ "kind": "sml", "port": terminal.path() });
		tokio::select! {
			end = terminal.serve(sml(), every) => panic!("{end:?}"),
			() = heard(settings, "1EMH0012345678") => {},
		}
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let port = format!("tcp://{}", listener.local_addr().unwrap());
		let settings = serde_json::json!({ "kind": "sml", "port": port });
		tokio::select! {
			end = tcp(listener, sml(), every) => panic!("{end:?}"),
			() = heard(settings, "1EMH0012345678") => {},
		}
	}

	#[tokio::test]
	async fn a_meter_is_heard_through_a_broker() {
		let broker = crate::simulate::broker::Broker::start("127.0.0.1:0").await.unwrap();
		let address = broker.address;
		let meter = MessageMeter::new("house", false);
		let device = Device::new(Box::new(meter), Curve::Made(Made::new(1, true)));
		let settings = serde_json::json!({
			"kind": "mqtt", "broker": address.to_string(), "topic": "meters/house", "format": "json",
			"json": {
				"import": "/import_kwh", "export": "/export_kwh", "unit": "kWh", "meter": "/meter",
				"time": "/time",
			},
		});
		let publisher = Publisher::new("127.0.0.1", address.port(), "simulated");
		let every = Duration::from_millis(50);
		tokio::select! {
			() = mqtt(publisher, "meters/house", device, every, |error| panic!("{error}")) => {},
			() = heard(settings, "house") => {},
		}
	}

	#[tokio::test]
	async fn a_meter_is_asked_on_a_terminal() {
		let meter = MbusMeter::new("KAM12345678", Resource::Heat, None).unwrap();
		let meter = WiredMeter::new(meter, 9);
		let device = Device::new(Box::new(meter), Curve::Made(Made::new(1, false)));
		let mut terminal = Terminal::new().unwrap();
		let settings = serde_json::json!({
			"kind": "mbus", "port": terminal.path(), "every": 1, "meters": [{ "address": 9 }],
		});
		tokio::select! {
			end = terminal.serve(device, Duration::from_secs(1)) => panic!("{end:?}"),
			() = heard(settings, "KAM12345678") => {},
		}
	}
}
