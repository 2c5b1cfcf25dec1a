//! Asking the meters on wires, one after another.

use std::{collections::VecDeque, path::PathBuf, time::Duration};

use async_trait::async_trait;
use serde::Deserialize;
use tokio::time::{timeout, Instant};

use super::{
	application::{self, Said},
	findings,
	wired::{self, Frame},
	Id,
};
use crate::{
	clock::MeterClock,
	counters::Counters,
	fields,
	keys::MeterKey,
	measured::Finding,
	port::{Line, Port, PortAddress},
	rounds::{Order, Rounds},
	source::{Source, SourceError},
	telegram::{Received, Unusable},
};

/// How long a meter may think, and its answer may take at 300 baud.
const PATIENCE: Duration = Duration::from_secs(12);
/// The part of that time that a meter may take to acknowledge.
const SHORT: u32 = 6;
/// How often a question is put; to a meter that was silent in the round before, once.
const TRIES: usize = 3;
/// Telegrams that one answer can be made of.
const MOST_TELEGRAMS: usize = 16;
/// The address at which a meter answers that was chosen by its number.
const CHOSEN: u8 = 253;

const RESET: u8 = 0x40;
const ASK: u8 = 0x5b;
const SEND: u8 = 0x53;
/// The bit that changes with every new question.
const TURN: u8 = 0x20;
const CHOOSE: u8 = 0x52;

/// A source of wired M-Bus: `kind = "mbus"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusSettings {
	/// The level converter or gateway.
	pub port: PortAddress,
	/// How a serial line is spoken on; 2400 8E1 if absent.
	pub line: Option<Line>,
	/// Seconds between rounds, which begin when a multiple of that has passed since the Unix epoch; 300 if
	/// absent.
	#[serde(default = "five_minutes")]
	pub every: u64,
	/// Which time counts; the meter's if absent, and that of arrival for meters that tell none.
	#[serde(default)]
	pub clock: MeterClock,
	/// The meters that are asked.
	pub meters: Vec<BusMeter>,
}

/// A meter on the bus: by its address or by its number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusMeter {
	/// The meter's address on the bus, 1 to 250.
	pub address: Option<u8>,
	/// The number by which the meter is known.
	pub id: Option<Id>,
	/// The file of its key, if it ciphers.
	pub key_file: Option<PathBuf>,
}

fn five_minutes() -> u64 {
	300
}

/// How a meter is asked.
#[derive(Clone, Copy, Debug)]
enum Place {
	Address(u8),
	Number(u32),
}

/// The meters on a bus.
pub struct Bus {
	port: Port,
	buffer: Vec<u8>,
	clock: MeterClock,
	meters: Vec<(Place, Option<MeterKey>)>,
	pub(super) rounds: Rounds,
	order: Order,
	/// The meters that are still to be asked in this round.
	pub(super) turn: VecDeque<usize>,
	/// Whether a meter that was silent in the round before was asked in this one.
	was_silent_asked: bool,
	/// How long a meter may think, and its answer may take.
	pub(super) patience: Duration,
	counters: Counters,
	telegrams: u64,
}

impl Bus {
	/// Reads keys, and opens nothing else yet.
	pub fn new(settings: BusSettings) -> Result<Self, SourceError> {
		let port = Port::new("mbus", settings.port, settings.line.unwrap_or(Line::even(2400)));
		let bad =
			|reason: String| SourceError::BadSource { source_name: port.name().into(), reason };
		let mut meters = Vec::new();
		for meter in &settings.meters {
			let place = match (meter.address, meter.id) {
				(Some(address @ 1..=250), None) => Place::Address(address),
				(Some(address), None) => {
					return Err(bad(format!("address {address} is not from 1 to 250")))
				},
				(None, Some(Id(number))) => Place::Number(number),
				_ => return Err(bad("each meter has either an address or an id".into())),
			};
			meters.push((place, fields::key(meter.key_file.as_ref()).map_err(bad)?));
		}
		if meters.is_empty() {
			return Err(bad("no meter is listed to be asked".into()));
		}
		if settings.every == 0 {
			return Err(bad("every is at least one second".into()));
		}
		Ok(Self {
			port,
			buffer: Vec::new(),
			clock: settings.clock,
			rounds: Rounds::new(Duration::from_secs(settings.every)),
			order: Order::new(meters.len()),
			meters,
			turn: VecDeque::new(),
			was_silent_asked: false,
			patience: PATIENCE,
			counters: Counters::default(),
			telegrams: 0,
		})
	}

	/// Waits until a meter is to be asked, and gives that meter.
	async fn next_meter(&mut self) -> usize {
		let is_silent = self.turn.front().is_some_and(|at| self.order.is_silent(*at));
		if is_silent && self.was_silent_asked && self.rounds.is_late() {
			// Those that were silent do not keep the others from their next round: of these the ones that
			// were not asked come first in it.
			self.turn.clear();
		}
		if self.turn.is_empty() {
			self.rounds.begin().await;
			self.turn = self.order.round();
			self.was_silent_asked = false;
		}
		// No bus is without meters.
		self.turn.front().copied().unwrap_or_default()
	}

	/// Asks one meter for all that it has to say, each question so many times.
	async fn ask(
		&mut self,
		place: Place,
		tries: usize,
	) -> Result<Result<Vec<Vec<u8>>, Unusable>, SourceError> {
		self.buffer.clear();
		let address = match place {
			Place::Address(address) => {
				self.command(&wired::short(RESET, address)).await?;
				address
			},
			Place::Number(number) => {
				self.command(&wired::short(RESET, CHOSEN)).await?;
				let mut chosen = vec![CHOOSE];
				chosen.extend(digits(number));
				// Any maker, version and medium.
				chosen.extend([0xff; 4]);
				self.command(&wired::long(SEND, CHOSEN, &chosen)).await?;
				CHOSEN
			},
		};
		let mut answers: Vec<Vec<u8>> = Vec::new();
		loop {
			let turn = if answers.len().is_multiple_of(2) { TURN } else { 0 };
			match self.answer(address, ASK | turn, tries).await? {
				Err(unusable) => return Ok(Err(unusable)),
				Ok(answer) => {
					let more = has_more(&answer);
					answers.push(answer);
					if !more || answers.len() == MOST_TELEGRAMS {
						return Ok(Ok(answers));
					}
				},
			}
		}
	}

	/// Puts a command. That nobody acknowledges it is no error: the question after it tells.
	async fn command(&mut self, command: &[u8]) -> Result<(), SourceError> {
		self.port.write(command).await?;
		let deadline = Instant::now() + self.patience / SHORT;
		while let Some(frame) = self.frame(deadline).await? {
			if frame == Ok(Frame::Acknowledge) {
				break;
			}
		}
		Ok(())
	}

	/// Puts a question until it is answered.
	async fn answer(
		&mut self,
		address: u8,
		control: u8,
		tries: usize,
	) -> Result<Result<Vec<u8>, Unusable>, SourceError> {
		let mut unusable = Unusable::new(
			"MeterSilent",
			"the meter does not answer: is its address or number right, and the bus powered?",
		);
		for _ in 0..tries {
			self.buffer.clear();
			self.port.write(&wired::short(control, address)).await?;
			let deadline = Instant::now() + self.patience;
			while let Some(frame) = self.frame(deadline).await? {
				match frame {
					// The user data of a meter; a question that a converter echoes is passed over.
					Ok(Frame::Long(control, from, data)) if control & 0x4f == 0x08 => {
						if from == address || address == CHOSEN {
							return Ok(Ok(data));
						}
					},
					Ok(_) => {},
					Err(wrong) => {
						unusable = wrong;
						break;
					},
				}
			}
		}
		Ok(Err(unusable))
	}

	/// The next frame before a deadline.
	async fn frame(
		&mut self,
		deadline: Instant,
	) -> Result<Option<Result<Frame, Unusable>>, SourceError> {
		loop {
			if let Some(frame) = wired::cut(&mut self.buffer) {
				return Ok(Some(frame));
			}
			let left = deadline.saturating_duration_since(Instant::now());
			// A read that is ready is done even in no time: noise without end has one here.
			if left.is_zero() {
				return Ok(None);
			}
			match timeout(left, self.port.read(&mut self.buffer)).await {
				Ok(read) => read?,
				Err(_) => return Ok(None),
			};
		}
	}

	/// What a meter's telegrams say together.
	fn read(&mut self, answers: &[Vec<u8>], key: Option<&MeterKey>) -> Result<Said, Unusable> {
		let mut all: Option<Said> = None;
		for answer in answers {
			let said =
				application::read(answer, None, &|_| true, &|_| key.cloned(), &mut self.counters);
			let said = said.unwrap_or_else(|| {
				Err(Unusable::new("TelegramIncomplete", "the telegram is incomplete"))
			})?;
			match &mut all {
				None => all = Some(said),
				Some(all) if all.meter != said.meter => {
					return Err(Unusable::new(
						"MeterTwice",
						format!("{} and {} answer at once", all.meter, said.meter),
					))
				},
				Some(Said { current: Ok(current), .. }) => {
					let next = match said.current {
						Ok(next) => next,
						Err(unusable) => {
							return Ok(Said { meter: said.meter, current: Err(unusable) })
						},
					};
					for (direction, amount) in next.totals {
						if !current.totals.iter().any(|(known, _)| *known == direction) {
							current.totals.push((direction, amount));
						}
					}
					current.time = current.time.or(next.time);
				},
				Some(_) => {},
			}
		}
		all.ok_or_else(|| Unusable::new("MeterSilent", "the meter has nothing to say"))
	}
}

/// Eight digits in four bytes, the lowest first.
pub(crate) fn digits(number: u32) -> [u8; 4] {
	let mut rest = number;
	std::array::from_fn(|_| {
		let two = (rest % 100) as u8;
		rest /= 100;
		((two / 10) << 4) | (two % 10)
	})
}

/// Whether a meter says that it has more to say. In a ciphered answer that cannot be seen.
fn has_more(answer: &[u8]) -> bool {
	let clear = answer.get(11..13).is_some_and(|configuration| configuration[1] & 0x1f == 0);
	answer.first() == Some(&0x72)
		&& clear
		&& super::records::read(&answer[13..], super::records::Kind::Heat)
			.is_ok_and(|current| current.more)
}

#[async_trait]
impl Source for Bus {
	fn name(&self) -> &str {
		self.port.name()
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		let at = self.next_meter().await;
		let (place, key) = self.meters[at].clone();
		let was_silent = self.order.is_silent(at);
		self.was_silent_asked |= was_silent;
		let began = Instant::now();
		let answers = match self.ask(place, if was_silent { 1 } else { TRIES }).await {
			Ok(answers) => answers,
			Err(error) => {
				// A meter at which the port is lost, once it was waited for, does not keep the others from
				// being asked: in this round, nor in the next one where it was silent before. Where all are
				// silent it is the port that is gone.
				if began.elapsed() >= self.patience / SHORT {
					self.order.note(at, true);
					match was_silent && !self.order.all_silent() {
						true => _ = self.turn.pop_front(),
						false => self.turn.rotate_left(1),
					}
					if self.turn.is_empty() {
						self.rounds.end();
					}
				}
				return Err(error);
			},
		};
		self.turn.pop_front();
		// One that says what cannot be used is not silent, unless it was waited for.
		self.order.note(at, answers.is_err() && began.elapsed() >= self.patience);
		if self.turn.is_empty() {
			self.rounds.end();
		}
		self.telegrams += 1;
		let received = Received::now(self.telegrams);
		let said = answers.and_then(|answers| self.read(&answers, key.as_ref()));
		Ok(Some(match said {
			Err(unusable) => {
				let meter = match place {
					Place::Address(address) => format!("address {address}"),
					Place::Number(number) => format!("{number:08}"),
				};
				vec![received.refused(Some(&meter), unusable)]
			},
			said => findings(said, self.clock, received),
		}))
	}

	fn counters(&self) -> Counters {
		self.counters.clone()
	}

	fn resume(&mut self, counters: &Counters) {
		self.counters.raise(application::own(counters));
	}
}
