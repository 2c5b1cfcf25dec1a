//! Ports that bytes come from: serial lines and TCP connections.
//!
//! A serial port is written as its path, a connection as `tcp://HOST:PORT`. How a line is spoken on is
//! written as its rate and framing, as in `9600 8N1`.

use std::{
	fmt, io,
	path::PathBuf,
	str::FromStr,
	time::{Duration, Instant},
};

use serde::Deserialize;
use serial2_tokio::{CharSize, FlowControl, Parity, SerialPort, Settings, StopBits};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};

use crate::source::SourceError;

/// How long a connection may take to be made, and a write to be done.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a TCP connection may be silent before it is taken for dead and made again. A serial line
/// may be silent for ever.
const LONGEST_SILENCE: Duration = Duration::from_secs(15 * 60);
/// Bytes read at once.
const CHUNK: usize = 4096;

/// Where a port is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum PortAddress {
	/// A serial port: `/dev/ttyUSB0`, or better a path below `/dev/serial/by-id`.
	Serial(PathBuf),
	/// A host and port: `tcp://192.0.2.7:8899`, `tcp://meter.local:8899`, `tcp://[2001:db8::7]:8899`.
	Tcp(String),
}

impl FromStr for PortAddress {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Some(host) = text.strip_prefix("tcp://") {
			let (name, number) =
				host.rsplit_once(':').ok_or(format!("{text}: the port's number is missing"))?;
			if name.is_empty() || !number.parse::<u16>().is_ok_and(|number| number != 0) {
				return Err(format!("{text}: not tcp://HOST:PORT"));
			}
			return Ok(Self::Tcp(host.into()));
		}
		if text.is_empty() || text.contains("://") {
			return Err(format!("\"{text}\" is neither a serial port's path nor tcp://HOST:PORT"));
		}
		Ok(Self::Serial(text.into()))
	}
}

impl TryFrom<String> for PortAddress {
	type Error = String;

	fn try_from(text: String) -> Result<Self, String> {
		text.parse()
	}
}

impl fmt::Display for PortAddress {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Serial(path) => path.display().fmt(formatter),
			Self::Tcp(host) => write!(formatter, "tcp://{host}"),
		}
	}
}

/// How a serial line is spoken on. A TCP connection ignores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Line {
	/// Bits in a second.
	pub rate: u32,
	/// Data bits, parity and stop bits.
	pub framing: Framing,
}

/// Data bits, parity and stop bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
	/// Eight, none, one.
	EightNone,
	/// Eight, even, one.
	EightEven,
	/// Seven, even, one.
	SevenEven,
}

impl Line {
	/// A line of a rate, with eight bits and no parity.
	pub const fn plain(rate: u32) -> Self {
		Self { rate, framing: Framing::EightNone }
	}

	/// A line of a rate, with eight bits and even parity.
	pub const fn even(rate: u32) -> Self {
		Self { rate, framing: Framing::EightEven }
	}
}

impl FromStr for Line {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let wrong = || format!("\"{text}\" is not a rate and 8N1, 8E1 or 7E1, as in \"9600 8N1\"");
		let (rate, framing) = text.split_once(' ').unwrap_or((text, "8N1"));
		let rate = rate.parse().ok().filter(|rate| (50..=4_000_000).contains(rate));
		let framing = match framing.trim().to_ascii_uppercase().as_str() {
			"8N1" => Framing::EightNone,
			"8E1" => Framing::EightEven,
			"7E1" => Framing::SevenEven,
			_ => return Err(wrong()),
		};
		Ok(Self { rate: rate.ok_or_else(wrong)?, framing })
	}
}

impl TryFrom<String> for Line {
	type Error = String;

	fn try_from(text: String) -> Result<Self, String> {
		text.parse()
	}
}

enum Stream {
	Serial(SerialPort),
	Tcp(TcpStream),
}

/// A port that is opened when it is first used, and again after it was lost.
pub struct Port {
	/// The source's name.
	name: String,
	address: PortAddress,
	line: Line,
	/// What is written as soon as it is open.
	greeting: &'static [u8],
	stream: Option<Stream>,
	/// When the port last said something, or was opened.
	heard: Instant,
}

impl Port {
	/// A port of a source. `kind` and the address make the source's [`name`](Self::name). Nothing is
	/// opened yet.
	pub fn new(kind: &str, address: PortAddress, line: Line) -> Self {
		let name = format!("{kind} {address}");
		Self { name, address, line, greeting: &[], stream: None, heard: Instant::now() }
	}

	/// With bytes that are written each time that it is opened, as they set a receiver to what is wanted.
	pub fn greeting(self, greeting: &'static [u8]) -> Self {
		Self { greeting, ..self }
	}

	/// What the source is called in the log, as in `dsmr /dev/ttyUSB0`.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// Whether the port is open.
	pub fn is_open(&self) -> bool {
		self.stream.is_some()
	}

	/// Waits for bytes and appends them to `buffer`, at most 4096 at once. Opens the port if it is not
	/// open. Dropping the future loses no byte. An error has closed the port.
	pub async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<usize, SourceError> {
		self.open().await?;
		let result = self.read_open(buffer).await;
		self.settle(result)
	}

	/// Writes all bytes. Opens the port if it is not open. An error has closed the port.
	pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
		self.open().await?;
		self.write_open(bytes).await
	}

	async fn write_open(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
		let writing = async {
			match self.stream.as_mut() {
				Some(Stream::Serial(port)) => port.write_all(bytes).await,
				Some(Stream::Tcp(stream)) => stream.write_all(bytes).await,
				None => Ok(()),
			}
		};
		let result = timeout(PATIENCE, writing).await.unwrap_or_else(|_| {
			Err(io::Error::new(io::ErrorKind::TimedOut, "a write took too long"))
		});
		self.settle(result)
	}

	/// Closes the port. The next read opens it again.
	pub fn close(&mut self) {
		self.stream = None;
	}

	/// Closes the port, and gives the error that the source is lost, with a reason.
	pub fn lost(&mut self, reason: impl fmt::Display) -> SourceError {
		self.close();
		SourceError::SourceLost { source_name: self.name.clone(), reason: reason.to_string() }
	}

	async fn open(&mut self) -> Result<(), SourceError> {
		if self.stream.is_some() {
			return Ok(());
		}
		let result = match &self.address {
			PortAddress::Serial(path) => {
				// A pseudo-terminal has no parity, and refuses to be told of one.
				let terminal = path.starts_with("/dev/pts");
				let line = if terminal { Line::plain(self.line.rate) } else { self.line };
				let opened = SerialPort::open(path, move |settings| set(settings, line));
				// What waits there was said before anybody listened, and would count as said now.
				let opened = opened.and_then(|port| port.discard_input_buffer().map(|()| port));
				opened.map(Stream::Serial)
			},
			PortAddress::Tcp(host) => match timeout(PATIENCE, TcpStream::connect(host)).await {
				Ok(stream) => stream.map(Stream::Tcp),
				Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no answer within 10 s")),
			},
		};
		self.stream = Some(self.settle(result)?);
		self.heard = Instant::now();
		match self.greeting {
			[] => Ok(()),
			greeting => self.write_open(greeting).await,
		}
	}

	async fn read_open(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
		let mut chunk = [0; CHUNK];
		let read = match self.stream.as_mut() {
			Some(Stream::Serial(port)) => AsyncReadExt::read(port, &mut chunk).await?,
			Some(Stream::Tcp(stream)) => {
				let left = LONGEST_SILENCE.saturating_sub(self.heard.elapsed());
				timeout(left, stream.read(&mut chunk)).await.map_err(|_| {
					io::Error::new(io::ErrorKind::TimedOut, "nothing was heard for 15 minutes")
				})??
			},
			None => 0,
		};
		if read == 0 {
			return Err(io::Error::new(
				io::ErrorKind::UnexpectedEof,
				"the other end has closed it",
			));
		}
		self.heard = Instant::now();
		buffer.extend_from_slice(&chunk[..read]);
		Ok(read)
	}

	fn settle<T>(&mut self, result: io::Result<T>) -> Result<T, SourceError> {
		result.map_err(|error| self.lost(error))
	}
}

fn set(mut settings: Settings, line: Line) -> io::Result<Settings> {
	settings.set_raw();
	settings.set_baud_rate(line.rate)?;
	let (size, parity) = match line.framing {
		Framing::EightNone => (CharSize::Bits8, Parity::None),
		Framing::EightEven => (CharSize::Bits8, Parity::Even),
		Framing::SevenEven => (CharSize::Bits7, Parity::Even),
	};
	settings.set_char_size(size);
	settings.set_parity(parity);
	settings.set_stop_bits(StopBits::One);
	settings.set_flow_control(FlowControl::None);
	Ok(settings)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::fd::OwnedFd;
	use tokio::net::TcpListener;

	/// The master's end of a pseudo-terminal, and the path of the other.
	fn terminal() -> (std::fs::File, PathBuf) {
		use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};
		let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
		grantpt(&master).unwrap();
		unlockpt(&master).unwrap();
		let path = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
		(master.into(), path.into())
	}

	#[test]
	fn addresses_and_lines_are_read_or_named() {
		assert_eq!("/dev/ttyUSB0".parse(), Ok(PortAddress::Serial("/dev/ttyUSB0".into())));
		assert_eq!("tcp://[::1]:80".parse(), Ok(PortAddress::Tcp("[::1]:80".into())));
		for wrong in
			["", "tcp://host", "tcp://:80", "tcp://host:0", "tcp://host:x", "udp://host:80"]
		{
			assert!(wrong.parse::<PortAddress>().is_err(), "{wrong}");
		}
		assert_eq!("9600".parse(), Ok(Line::plain(9600)));
		assert_eq!("2400 8e1".parse(), Ok(Line::even(2400)));
		assert_eq!("300 7E1".parse(), Ok(Line { rate: 300, framing: Framing::SevenEven }));
		for wrong in ["", "8N1", "9600 9X9", "1"] {
			assert!(wrong.parse::<Line>().is_err(), "{wrong}");
		}
	}

	#[tokio::test]
	async fn a_serial_line_hands_on_every_byte_and_is_lost_with_its_other_end() {
		use std::io::Write;
		let (mut master, path) = terminal();
		let mut port = Port::new("sml", PortAddress::Serial(path), Line::plain(9600));
		let mut buffer = Vec::new();
		let all: Vec<u8> = (0..=255).collect();
		// The port is opened first: a terminal that nobody has set up would change bytes.
		let waiting = timeout(Duration::from_millis(20), port.read(&mut buffer)).await;
		assert!(waiting.is_err());
		master.write_all(&all).unwrap();
		while buffer.len() < all.len() {
			port.read(&mut buffer).await.unwrap();
		}
		assert_eq!(buffer, all);
		drop(master);
		let lost = port.read(&mut buffer).await.unwrap_err();
		assert!(matches!(lost, SourceError::SourceLost { .. }));
		assert!(!port.is_open());
	}

	#[tokio::test]
	async fn what_waits_in_a_line_that_nobody_listened_to_is_old() {
		use std::io::Write;
		let (mut master, path) = terminal();
		// Somebody keeps the terminal, as the system keeps a serial port's bytes.
		let _kept = SerialPort::open(&path, |settings| set(settings, Line::plain(9600))).unwrap();
		master.write_all(b"old").unwrap();
		let mut port = Port::new("sml", PortAddress::Serial(path), Line::plain(9600));
		let mut buffer = Vec::new();
		let waiting = timeout(Duration::from_millis(20), port.read(&mut buffer)).await;
		assert!(waiting.is_err(), "{buffer:?}");
		master.write_all(b"new").unwrap();
		port.read(&mut buffer).await.unwrap();
		assert_eq!(buffer, b"new");
	}

	#[tokio::test]
	async fn a_port_is_greeted_each_time_that_it_is_opened() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
		let mut port = Port::new("sml", address, Line::plain(9600)).greeting(b"brt\r\n");
		let serving = tokio::spawn(async move {
			for _ in 0..2 {
				let (mut stream, _) = listener.accept().await.unwrap();
				let mut greeting = [0; 5];
				stream.read_exact(&mut greeting).await.unwrap();
				assert_eq!(&greeting, b"brt\r\n");
			}
		});
		assert!(port.read(&mut Vec::new()).await.is_err());
		assert!(port.read(&mut Vec::new()).await.is_err());
		serving.await.unwrap();
	}

	#[tokio::test]
	async fn a_lost_connection_is_made_again() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
		let mut port = Port::new("sml", address, Line::plain(9600));
		let serving = tokio::spawn(async move {
			for byte in [1u8, 2] {
				let (mut stream, _) = listener.accept().await.unwrap();
				stream.write_all(&[byte]).await.unwrap();
			}
		});
		let mut buffer = Vec::new();
		port.read(&mut buffer).await.unwrap();
		assert!(port.read(&mut buffer).await.is_err());
		port.read(&mut buffer).await.unwrap();
		assert_eq!(buffer, [1, 2]);
		serving.await.unwrap();
	}
}
