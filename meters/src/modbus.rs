//! Modbus TCP: registers of inverters, heat pumps and meters, after a map in the configuration.
//!
//! The crate tokio-modbus speaks the protocol. Its errors can hold what was read, so that none of their
//! text is handed on.

use std::time::Duration;

use async_trait::async_trait;
use meterproof_statements::Direction;
use serde::Deserialize;
use tokio::{net::TcpStream, time::timeout};
use tokio_modbus::{
	client::{tcp, Client, Context},
	ExceptionCode, Request, Response, Slave,
};

use crate::{
	amount::{Amount, Unit},
	fields,
	measured::Finding,
	port::PortAddress,
	rounds::{Order, Rounds},
	source::{Source, SourceError},
	telegram::{decimal, total, Received, Unusable},
};

/// How long a device may take to be reached, and to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Registers of one round that may be without an answer: after those no other is asked.
const MOST_SILENT: usize = 3;
/// What a register without an answer is refused as.
const SILENT: &str = "RegisterSilent";

/// A source of Modbus TCP: `kind = "modbus"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModbusSettings {
	/// The device: `tcp://HOST:PORT`.
	pub port: PortAddress,
	/// The unit identifier of the device, behind a gateway that of the device it reaches; 1 if absent.
	#[serde(default = "first")]
	pub unit_id: u8,
	/// Seconds between rounds, which begin when a multiple of that has passed since the Unix epoch; 60 if
	/// absent.
	#[serde(default = "minute")]
	pub every: u64,
	/// The registers that are read.
	pub registers: Vec<ModbusRegister>,
}

/// Where a register of a meter stands among a device's registers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModbusRegister {
	/// The meter's name.
	pub meter: String,
	/// The register.
	#[serde(deserialize_with = "fields::direction")]
	pub direction: Direction,
	/// Which table it stands in.
	pub table: Table,
	/// The address as it is sent, from 0. What a manual calls 30001 or 40001 is address 0.
	pub address: u16,
	/// How the number is written.
	pub form: Form,
	/// Which of several words comes first.
	#[serde(default)]
	pub words: Words,
	/// The unit.
	#[serde(deserialize_with = "fields::unit")]
	pub unit: Unit,
	/// The power of ten that the number is multiplied with.
	#[serde(default)]
	pub exponent: i32,
	/// What the number is multiplied with besides, as a transformer's ratio; 1 if absent.
	#[serde(default = "one")]
	pub factor: u32,
}

/// A table of registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Table {
	/// Input registers, function 4.
	Input,
	/// Holding registers, function 3.
	Holding,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
	/// An unsigned number of one word.
	U16,
	/// An unsigned number of two words.
	U32,
	/// A signed number of two words.
	I32,
	/// Four words.
	U64,
	/// Two words, floating-point: seven digits are exact, a register that has more loses the last.
	F32,
}

/// Which of several words comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
	/// The highest, as the standard has it.
	#[default]
	HighFirst,
	/// The lowest.
	LowFirst,
}

fn first() -> u8 {
	1
}

fn one() -> u32 {
	1
}

fn minute() -> u64 {
	60
}

impl Form {
	/// Words that a number has.
	pub fn words(self) -> u16 {
		match self {
			Self::U16 => 1,
			Self::U32 | Self::I32 | Self::F32 => 2,
			Self::U64 => 4,
		}
	}
}

impl ModbusRegister {
	/// What the words of the register say.
	pub fn read(&self, words: &[u16]) -> Result<Amount, Unusable> {
		if words.len() != usize::from(self.form.words()) {
			return Err(Unusable::new(
				"AnswerMisfits",
				"the answer has another length than was asked",
			));
		}
		let join = |bits: u64, word: &u16| bits << 16 | u64::from(*word);
		let bits = match self.words {
			Words::HighFirst => words.iter().fold(0, join),
			Words::LowFirst => words.iter().rev().fold(0, join),
		};
		let size = 16 * u32::from(self.form.words());
		let nothing = match self.form {
			// All ones, and of signed numbers the least, are how devices say that they have no value.
			Form::U16 | Form::U32 | Form::U64 => bits == u64::MAX >> (64 - size),
			Form::I32 => bits == 1 << 31,
			Form::F32 => f32::from_bits(bits as u32).is_nan(),
		};
		if nothing {
			return Err(Unusable::new(
				"RegisterUnavailable",
				"the device has no value for the register",
			));
		}
		let (digits, power) = match self.form {
			Form::U16 | Form::U32 | Form::U64 => (i128::from(bits), 0),
			Form::I32 => (i128::from(bits as u32 as i32), 0),
			Form::F32 => decimal(f32::from_bits(bits as u32).into(), true)?,
		};
		let too_many = || Unusable::from(crate::AmountError::TooManyDigits);
		let digits = digits.checked_mul(self.factor.into()).ok_or_else(too_many)?;
		total(digits, power.checked_add(self.exponent).ok_or_else(too_many)?, self.unit)
	}

	/// What was answered.
	fn finding(&self, answer: Result<Amount, Unusable>, received: Received) -> Finding {
		match answer {
			Ok(total) => received.stands(&self.meter, self.direction, total, None, None),
			Err(unusable) => {
				let table = match self.table {
					Table::Input => "input register",
					Table::Holding => "holding register",
				};
				let reason = format!("{table} {}: {}", self.address, unusable.reason);
				received.refused(Some(&self.meter), Unusable { reason, ..unusable })
			},
		}
	}

	fn request(&self) -> Request<'static> {
		match self.table {
			Table::Input => Request::ReadInputRegisters(self.address, self.form.words()),
			Table::Holding => Request::ReadHoldingRegisters(self.address, self.form.words()),
		}
	}
}

/// A device that is read again and again.
pub struct Modbus {
	name: String,
	host: String,
	settings: ModbusSettings,
	/// Open while nothing was lost.
	context: Option<Context>,
	rounds: Rounds,
	order: Order,
	/// How often the device was read.
	count: u64,
	/// How long the device may take to be reached, and to answer.
	patience: Duration,
}

/// Why a register was not answered.
struct Silence {
	name: &'static str,
	reason: String,
	/// Whether the connection was lost before anything came.
	is_lost: bool,
}

/// The meter's answer, or why there was none.
type Asked = Result<Result<Amount, Unusable>, Silence>;

impl Modbus {
	/// Opens nothing yet.
	pub fn new(settings: ModbusSettings) -> Result<Self, SourceError> {
		let name = format!("modbus {}", settings.port);
		let bad = |reason: &str| SourceError::BadSource {
			source_name: name.clone(),
			reason: reason.into(),
		};
		let PortAddress::Tcp(host) = &settings.port else {
			return Err(bad("Modbus is read over TCP, from tcp://HOST:PORT"));
		};
		if settings.registers.is_empty() {
			return Err(bad("no register is listed to be read"));
		}
		if settings.every == 0 {
			return Err(bad("every is at least one second"));
		}
		let ends_late = |register: &ModbusRegister| {
			register.address.checked_add(register.form.words() - 1).is_none()
		};
		if settings.registers.iter().any(ends_late) {
			return Err(bad("a register ends behind address 65535"));
		}
		if settings.registers.iter().any(|register| register.factor == 0) {
			return Err(bad("a factor is 0"));
		}
		Ok(Self {
			name,
			host: host.clone(),
			context: None,
			rounds: Rounds::new(Duration::from_secs(settings.every)),
			order: Order::new(settings.registers.len()),
			settings,
			count: 0,
			patience: PATIENCE,
		})
	}

	async fn open(&mut self) -> Result<Context, SourceError> {
		if let Some(context) = self.context.take() {
			return Ok(context);
		}
		let stream = timeout(self.patience, TcpStream::connect(&self.host))
			.await
			.map_err(|_| lost(&self.name, late(self.patience)))?
			.map_err(|error| lost(&self.name, error))?;
		Ok(tcp::attach_slave(stream, Slave(self.settings.unit_id)))
	}

	/// Reads all registers once, those last that were silent when asked last. A register without an answer
	/// takes its connection with it, since the answer may come later; the others are asked on a new one.
	async fn round(&mut self) -> Result<Vec<Finding>, SourceError> {
		let registers = self.settings.registers.clone();
		let mut turn = self.order.round();
		let (mut findings, mut silent) = (Vec::new(), Vec::new());
		while let Some(at) = turn.pop_front() {
			let register = &registers[at];
			let asked = match self.ask(register).await {
				Ok(asked) => asked,
				Err(error) if findings.is_empty() => return Err(error),
				Err(error) => {
					// The device has gone in the middle of a round.
					turn.push_front(at);
					silent
						.extend(turn.iter().map(|at| unasked(&registers[*at], &error.to_string())));
					break;
				},
			};
			self.order.note(at, asked.is_err());
			match asked {
				Ok(answer) => {
					findings.push(register.finding(answer, Received::now(self.count + 1)));
				},
				Err(silence) => {
					silent.push((register, silence));
					if silent.len() == MOST_SILENT {
						let reason = "not asked, since three others were not answered";
						silent.extend(turn.iter().map(|at| unasked(&registers[*at], reason)));
						break;
					}
				},
			}
		}
		// Where only some were asked and were silent, others may answer in the next round.
		if findings.is_empty() && self.order.all_silent() {
			let reason = silent.first().map_or("", |(_, silence)| &silence.reason);
			return Err(lost(&self.name, reason));
		}
		let received = Received::now(self.count + 1);
		findings.extend(silent.into_iter().map(|(register, Silence { name, reason, .. })| {
			register.finding(Err(Unusable::new(name, reason)), received)
		}));
		Ok(findings)
	}

	/// Asks for one register: once more, on a new connection, where that of before was lost meanwhile.
	async fn ask(&mut self, register: &ModbusRegister) -> Result<Asked, SourceError> {
		let is_kept = self.context.is_some();
		match self.ask_once(register).await? {
			Err(Silence { is_lost: true, .. }) if is_kept => self.ask_once(register).await,
			asked => Ok(asked),
		}
	}

	async fn ask_once(&mut self, register: &ModbusRegister) -> Result<Asked, SourceError> {
		// Dropping this future drops the connection: an answer that comes later is not taken for another register's.
		let mut context = self.open().await?;
		let asked = read(&mut context, register, self.patience).await;
		if asked.is_ok() {
			self.context = Some(context);
		}
		Ok(asked)
	}
}

/// A register that was not asked for, and why.
fn unasked<'a>(register: &'a ModbusRegister, reason: &str) -> (&'a ModbusRegister, Silence) {
	(register, Silence { name: SILENT, reason: reason.to_owned(), is_lost: false })
}

fn lost(name: &str, reason: impl ToString) -> SourceError {
	SourceError::SourceLost { source_name: name.into(), reason: reason.to_string() }
}

fn late(patience: Duration) -> String {
	format!("no answer within {} s", patience.as_secs())
}

/// Reads one register. An error has broken the connection.
async fn read(context: &mut Context, register: &ModbusRegister, patience: Duration) -> Asked {
	let silence = |name, reason: String| Silence { name, reason, is_lost: false };
	let answer = timeout(patience, context.call(register.request()))
		.await
		.map_err(|_| silence(SILENT, late(patience)))?;
	match answer {
		Err(tokio_modbus::Error::Transport(error)) => Err(match error.kind() {
			std::io::ErrorKind::InvalidData => {
				silence("AnswerMisfits", "the answer is malformed".into())
			},
			kind => Silence {
				is_lost: true,
				..silence(SILENT, format!("the connection was lost ({kind:?})"))
			},
		}),
		Err(tokio_modbus::Error::Protocol(_)) => {
			Err(silence("AnswerMisfits", "the answer does not fit the question".into()))
		},
		Ok(Err(exception)) => Ok(Err(refused(exception))),
		Ok(Ok(Response::ReadInputRegisters(words) | Response::ReadHoldingRegisters(words))) => {
			Ok(register.read(&words))
		},
		Ok(Ok(_)) => Err(silence("AnswerMisfits", "the answer does not fit the question".into())),
	}
}

/// The reason behind an exception, with its code.
fn refused(exception: ExceptionCode) -> Unusable {
	let (name, reason) = match exception {
		ExceptionCode::IllegalFunction => ("IllegalFunction", "the device does not have the table"),
		ExceptionCode::IllegalDataAddress => (
			"IllegalDataAddress",
			"the device has no such register: addresses count from 0, manuals often from 1",
		),
		ExceptionCode::IllegalDataValue => {
			("IllegalDataValue", "the device does not read so many words there")
		},
		ExceptionCode::ServerDeviceFailure => ("ServerDeviceFailure", "the device has failed"),
		ExceptionCode::Acknowledge => ("Acknowledge", "the device needs longer"),
		ExceptionCode::ServerDeviceBusy => ("ServerDeviceBusy", "the device is busy"),
		ExceptionCode::MemoryParityError => ("MemoryParityError", "the device's memory is damaged"),
		ExceptionCode::GatewayPathUnavailable => {
			("GatewayPathUnavailable", "the gateway has no path to the device: is unit_id right?")
		},
		ExceptionCode::GatewayTargetDevice => (
			"GatewayTargetDevice",
			"the device behind the gateway does not answer: is unit_id right?",
		),
		ExceptionCode::Custom(_) => ("ModbusException", "the device refuses"),
	};
	Unusable::new(name, format!("exception {}: {reason}", u8::from(exception)))
}

#[async_trait]
impl Source for Modbus {
	fn name(&self) -> &str {
		&self.name
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		self.rounds.begin().await;
		let findings = self.round().await?;
		self.count += 1;
		self.rounds.end();
		Ok(Some(findings))
	}
}

#[cfg(test)]
mod tests;
