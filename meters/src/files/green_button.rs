//! Green Button: usage data of North American utilities, in XML (ESPI, NAESB REQ.21).
//!
//! A feed has entries that point at each other by links: a usage point, its meter readings, the type of
//! each, and blocks of intervals. A reading's type says its unit (`uom`), a power of ten for its values,
//! and the direction of flow; an interval says its start, in Unix seconds, its length, its value and
//! perhaps its quality. A meter is called by the last part of its usage point's address.
//!
//! The XML is read by `roxmltree`, without entities and document types and with a bound on its nodes.

use std::collections::{BTreeMap, BTreeSet};

use meterproof_statements::Direction;
use roxmltree::{Document, Node, ParsingOptions};

use super::{
	findings::{Collected, Quality, Slot},
	text::decode,
};
use crate::{
	amount::{Amount, AmountError, Unit},
	measured::{Finding, Place, Refused},
	named_errors,
};

/// Elements, texts and attributes of a file.
const MOST_NODES: u32 = 8_000_000;
/// Seconds of the longest interval: a year.
const LONGEST: u64 = 366 * 86_400;

named_errors! {
	/// Why a file, an entry or an interval could not be used. No text tells a reading.
	#[derive(Clone, PartialEq, Eq)]
	pub enum GreenButtonError {
		/// Not XML, cut short, with a document type, or with more than 8 million nodes.
		NotXml => "the file is not XML, was cut short, or is too large";
		/// XML of something else.
		NotGreenButton => "the file has no blocks of intervals";
		/// A block that no reading's links lead to.
		NoReadingType => "no entry says what the intervals are of";
		/// Two addresses that are the same.
		Twice => "two entries have the same address";
		/// Standings, or something else than what was counted in an interval.
		NotDelta => "the values are not what was counted in each interval";
		/// Neither import nor export.
		UnknownFlow => "the direction of flow is neither 1, forward, nor 19, reverse";
		/// Not a unit that can be counted in.
		UnknownUnit { uom: String } => "the unit {uom} is not 72 (Wh) or 42 (m3)";
		/// Not a power of ten.
		BadPower => "powerOfTenMultiplier is not a power of ten";
		/// No start or length, or none that is.
		BadInterval => "the interval has no start, or no length";
		/// Not a number.
		NotANumber => "the value is not a number";
		/// More digits than any meter has.
		TooManyDigits => "the value has too many digits";
		/// None that the standard has.
		UnknownQuality { quality: String } => "the quality {quality} is not one of the standard";
	}
}

/// Reads a file. `accept` is the least quality that is taken.
pub fn parse(bytes: &[u8], read_ms: u64, accept: Quality) -> Vec<Finding> {
	let whole = |error: GreenButtonError| {
		vec![Finding::Refused(Refused::new(Place::Line(1), None, &error))]
	};
	let text = match decode(bytes) {
		Ok(text) => text,
		Err(error) => return vec![Finding::Refused(Refused::new(Place::Line(1), None, &error))],
	};
	let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
	let Ok(document) = Document::parse_with_options(&text, options) else {
		return whole(GreenButtonError::NotXml);
	};
	let lines = Lines::new(&text);
	let feed = match Feed::new(&document) {
		Ok(feed) => feed,
		Err((node, error)) => {
			let place = Place::Line(lines.of(node));
			return vec![Finding::Refused(Refused::new(place, None, &error))];
		},
	};
	if feed.blocks.is_empty() {
		return whole(GreenButtonError::NotGreenButton);
	}
	let mut collected = Collected::new(read_ms, accept);
	for block in &feed.blocks {
		feed.read(block, &lines, &mut collected);
		if collected.is_full() {
			break;
		}
	}
	collected.finish()
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
	fn new(text: &str) -> Self {
		Self(text.match_indices('\n').map(|(at, _)| at).collect())
	}

	fn of(&self, node: Node<'_, '_>) -> u64 {
		self.0.partition_point(|end| *end < node.range().start) as u64 + 1
	}
}

/// An entry of the feed.
struct Entry<'a> {
	/// Its own address, and the address of the collection that it is of.
	own: Option<&'a str>,
	up: Option<&'a str>,
	related: BTreeSet<&'a str>,
	/// The element that its content is.
	content: Node<'a, 'a>,
}

#[derive(Default)]
struct Feed<'a> {
	points: BTreeMap<&'a str, Entry<'a>>,
	readings: BTreeMap<&'a str, Entry<'a>>,
	types: BTreeMap<&'a str, Entry<'a>>,
	blocks: Vec<Entry<'a>>,
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
	node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

fn text<'a>(node: Node<'a, 'a>, name: &str) -> Option<&'a str> {
	child(node, name).and_then(|child| child.text()).map(str::trim).filter(|text| !text.is_empty())
}

impl<'a> Feed<'a> {
	fn new(document: &'a Document<'a>) -> Result<Self, (Node<'a, 'a>, GreenButtonError)> {
		let mut feed = Self::default();
		let is_entry = |node: &Node<'a, 'a>| node.is_element() && node.tag_name().name() == "entry";
		for node in document.root_element().children().filter(is_entry) {
			let Some(content) = child(node, "content") else { continue };
			for content in content.children().filter(Node::is_element) {
				let entry = Entry::new(node, content);
				let list = match content.tag_name().name() {
					"UsagePoint" => &mut feed.points,
					"MeterReading" => &mut feed.readings,
					"ReadingType" => &mut feed.types,
					"IntervalBlock" => {
						feed.blocks.push(entry);
						continue;
					},
					_ => continue,
				};
				let Some(own) = entry.own else { continue };
				if list.insert(own, entry).is_some() {
					return Err((node, GreenButtonError::Twice));
				}
			}
		}
		Ok(feed)
	}

	/// The entry of `list` that `entry` belongs to: the one whose links name the collection that `entry`
	/// is of, or whose address `entry`'s begins with.
	fn parent<'b>(
		list: &'b BTreeMap<&'a str, Entry<'a>>,
		entry: &Entry<'a>,
	) -> Option<&'b Entry<'a>> {
		let below = |address: &str, parent: &str| {
			address.strip_prefix(parent).is_some_and(|rest| rest.starts_with('/'))
		};
		let addresses = [entry.own, entry.up];
		let by_address = |parent: &&str| {
			addresses
				.into_iter()
				.flatten()
				.any(|address| address == *parent || below(address, parent))
		};
		let linked: Vec<_> = list
			.values()
			.filter(|parent| {
				addresses.into_iter().flatten().any(|own| parent.related.contains(own))
			})
			.collect();
		match linked.as_slice() {
			[only] => Some(only),
			[] => list
				.iter()
				.filter(|(own, _)| by_address(own))
				.max_by_key(|(own, _)| own.len())
				.map(|(_, parent)| parent),
			// Two say that it is theirs.
			_ => None,
		}
	}

	fn read(&self, block: &Entry<'a>, lines: &Lines, collected: &mut Collected) {
		let reading = Self::parent(&self.readings, block);
		let point = reading.and_then(|reading| Self::parent(&self.points, reading));
		let meter = point.and_then(Entry::name).or_else(|| reading.and_then(Entry::name));
		let types: Vec<_> = reading
			.into_iter()
			.flat_map(|reading| &reading.related)
			.filter_map(|address| self.types.get(address))
			.collect();
		let line = lines.of(block.content);
		let (Some(meter), [only]) = (meter, types.as_slice()) else {
			collected.refused(line, meter, &GreenButtonError::NoReadingType);
			return;
		};
		let kind = match Kind::of(only.content) {
			Ok(kind) => kind,
			Err(error) => {
				collected.refused(line, Some(meter), &error);
				return;
			},
		};
		let is_interval =
			|node: &Node<'a, 'a>| node.is_element() && node.tag_name().name() == "IntervalReading";
		for interval in block.content.children().filter(is_interval) {
			let line = lines.of(interval);
			match kind.read(interval) {
				Ok(Interval { start_ms, end_ms, amount, quality, what }) => {
					let slot = Slot { line, meter, direction: kind.direction, start_ms, end_ms };
					match amount {
						Some(amount) => collected.counted(slot, amount, quality, what),
						None => collected.missing(slot),
					}
				},
				Err(error) => collected.refused(line, Some(meter), &error),
			}
			if collected.is_full() {
				return;
			}
		}
	}
}

impl<'a> Entry<'a> {
	fn new(node: Node<'a, 'a>, content: Node<'a, 'a>) -> Self {
		let mut entry = Self { own: None, up: None, related: BTreeSet::new(), content };
		let links = node.children().filter(|child| child.tag_name().name() == "link");
		for link in links {
			let Some(address) = link.attribute("href").map(|address| address.trim_end_matches('/'))
			else {
				continue;
			};
			match link.attribute("rel") {
				Some("self") => entry.own = Some(address),
				Some("up") => entry.up = Some(address),
				Some("related") => {
					entry.related.insert(address);
				},
				_ => {},
			}
		}
		entry
	}

	/// The last part of its address.
	fn name(&self) -> Option<&'a str> {
		self.own?.rsplit('/').find(|part| !part.is_empty())
	}
}

/// What a reading's type says.
struct Kind {
	direction: Direction,
	unit: Unit,
	power: i32,
}

struct Interval {
	start_ms: u64,
	end_ms: u64,
	amount: Option<Amount>,
	quality: Quality,
	what: &'static str,
}

impl Kind {
	fn of(node: Node<'_, '_>) -> Result<Self, GreenButtonError> {
		// The lifetimes of a node and its document are the same here.
		let get = |name: &str| {
			node.children()
				.find(|child| child.tag_name().name() == name)
				.and_then(|child| child.text())
				.map(str::trim)
				.filter(|text| !text.is_empty())
		};
		// 4: what was counted in each interval. Without it, a type that has intervals is of that kind.
		match (get("accumulationBehaviour"), get("intervalLength")) {
			(Some("4"), _) => {},
			(None, Some(length)) if length != "0" => {},
			_ => return Err(GreenButtonError::NotDelta),
		}
		let direction = match get("flowDirection") {
			Some("1") => Direction::Import,
			Some("19") => Direction::Export,
			_ => return Err(GreenButtonError::UnknownFlow),
		};
		let uom = get("uom").unwrap_or_default();
		let unit = match uom {
			"72" => Unit::WattHour,
			"42" => Unit::CubicMetre,
			_ => return Err(GreenButtonError::UnknownUnit { uom: uom.chars().take(8).collect() }),
		};
		let power = get("powerOfTenMultiplier").unwrap_or("0").parse().ok();
		let power = power.filter(|power: &i32| (-12..=12).contains(power));
		Ok(Self { direction, unit, power: power.ok_or(GreenButtonError::BadPower)? })
	}

	fn read<'a>(&self, interval: Node<'a, 'a>) -> Result<Interval, GreenButtonError> {
		let period = child(interval, "timePeriod").ok_or(GreenButtonError::BadInterval)?;
		let seconds = |name| text(period, name).and_then(|text| text.parse::<u64>().ok());
		let (start, duration) =
			seconds("start").zip(seconds("duration")).ok_or(GreenButtonError::BadInterval)?;
		if duration == 0 || duration > LONGEST {
			return Err(GreenButtonError::BadInterval);
		}
		let milliseconds = |seconds: u64| seconds.checked_mul(1000);
		let times = milliseconds(start).zip(start.checked_add(duration).and_then(milliseconds));
		let (start_ms, end_ms) = times.ok_or(GreenButtonError::BadInterval)?;
		let amount = match text(interval, "value") {
			Some(value) => Some(self.amount(value)?),
			None => None,
		};
		let (mut quality, mut what) = (Quality::Measured, "");
		let marks = interval.children().filter(|child| child.tag_name().name() == "ReadingQuality");
		for mark in marks {
			let (of, named) = grade(text(mark, "quality").unwrap_or_default())?;
			if of > quality {
				(quality, what) = (of, named);
			}
		}
		Ok(Interval { start_ms, end_ms, amount, quality, what })
	}

	fn amount(&self, value: &str) -> Result<Amount, GreenButtonError> {
		if value.contains(['e', 'E']) {
			return Err(GreenButtonError::NotANumber);
		}
		let amount = Amount::parse(&format!("{value}e{}", self.power), self.unit);
		amount.map_err(|error| match error {
			AmountError::TooManyDigits => GreenButtonError::TooManyDigits,
			_ => GreenButtonError::NotANumber,
		})
	}
}

/// What a mark of quality means. What was edited, derived or validated by rule is not said to be final.
fn grade(mark: &str) -> Result<(Quality, &'static str), GreenButtonError> {
	Ok(match mark {
		// Valid, raw, validated, verified, of revenue quality.
		"0" | "14" | "17" | "18" | "19" => (Quality::Measured, ""),
		"7" => (Quality::Final, "edited by hand"),
		"8" | "9" => (Quality::Provisional, "estimates"),
		"10" => (Quality::Provisional, "questionable"),
		"11" => (Quality::Provisional, "derived"),
		"12" => (Quality::Provisional, "projected"),
		"13" => (Quality::Provisional, "of mixed quality"),
		"15" => (Quality::Provisional, "adjusted for the weather"),
		"16" => (Quality::Provisional, "of another quality"),
		_ => {
			let quality = mark.chars().take(8).collect();
			return Err(GreenButtonError::UnknownQuality { quality });
		},
	})
}

#[cfg(test)]
mod tests;
