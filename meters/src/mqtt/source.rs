//! A subscription.

use std::{collections::VecDeque, path::PathBuf, time::Duration};

use async_trait::async_trait;
use rumqttc::{
	AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, Publish, QoS,
	SubscribeReasonCode,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
	json::{JsonFields, JsonReader},
	senml::SenmlNames,
};
use crate::{
	measured::{Finding, Place},
	ocmf::{self, OcmfSettings},
	source::{now_ms, Source, SourceError},
};

/// Bytes of the longest packet that is taken in. Longer messages than a parser reads are refused and
/// acknowledged; those that are longer than this end the connection.
const LONGEST_PACKET: usize = 1024 * 1024;
/// Messages that are handed on together: those that have arrived already. The client reads ten packets at once.
const TOGETHER: usize = 16;
/// Requests that wait for the connection: one subscription, and as many acknowledgements as one answer has.
const REQUESTS: usize = TOGETHER + 1;
/// How often the connection is tried while nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Bytes of the longest password.
const LONGEST_PASSWORD: usize = 1024;

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PayloadFormat {
	/// JSON; needs `json`.
	Json,
	/// SenML in JSON; needs `senml`.
	Senml,
	/// A record that the meter signed; `ocmf` may have the meters' keys.
	Ocmf,
}

/// A subscription of a broker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MqttSettings {
	/// The broker's host and port, as in `192.0.2.7:1883`.
	pub broker: String,
	/// The topic's filter, as in `tele/+/SENSOR`.
	pub topic: String,
	/// How messages are written.
	pub format: PayloadFormat,
	/// By which name the broker keeps messages while this program is away. Two programs with one name
	/// push each other out.
	#[serde(default = "client")]
	pub client: String,
	/// The user's name, if the broker asks for one.
	#[serde(default)]
	pub user: Option<String>,
	/// A file with the user's password.
	#[serde(default)]
	pub password_file: Option<PathBuf>,
	/// Where the fields stand in JSON messages.
	#[serde(default)]
	pub json: Option<JsonFields>,
	/// Which names are registers in SenML messages.
	#[serde(default)]
	pub senml: Option<SenmlNames>,
	/// The keys of meters that sign.
	#[serde(default)]
	pub ocmf: Option<OcmfSettings>,
}

fn client() -> String {
	"meterproof".into()
}

enum Reader {
	Json(JsonReader),
	Senml(SenmlNames),
	Ocmf(OcmfSettings),
}

impl Reader {
	fn read(&self, message: &Publish, place: Place, received_ms: u64) -> Vec<Finding> {
		let payload = message.payload.as_ref();
		let old = message.retain || message.dup;
		match self {
			Self::Json(reader) => reader.read(&message.topic, payload, old, place, received_ms),
			Self::Senml(names) => names.read(payload, old, place, received_ms),
			Self::Ocmf(settings) => ocmf::parse(payload, place, received_ms, settings),
		}
	}
}

/// The source of a subscription. Messages are acknowledged when the source is asked for the next ones:
/// what was not handed on is sent again by the broker.
pub struct Mqtt {
	name: String,
	topic: String,
	options: MqttOptions,
	/// Whether the broker keeps messages while this program is away. Those that are of the time of
	/// their arrival it must not: late ones would say what was as what is.
	keeps: bool,
	reader: Reader,
	connection: Option<(AsyncClient, EventLoop)>,
	/// The messages that were handed on last.
	handed: Vec<Publish>,
	/// Messages that are done with, of which the broker is told as soon as there is room.
	done: VecDeque<Publish>,
	/// Messages so far.
	count: u64,
}

impl Mqtt {
	/// Checks the settings and reads the password. Connects to nothing yet.
	pub fn new(settings: MqttSettings) -> Result<Self, SourceError> {
		let name = format!("mqtt {} {}", settings.broker, settings.topic);
		let bad = |reason: String| SourceError::BadSource { source_name: name.clone(), reason };
		let (host, port) = settings.broker.rsplit_once(':').unwrap_or((&settings.broker, "1883"));
		let port = port.parse().ok().filter(|port| *port != 0 && !host.is_empty());
		let port: u16 =
			port.ok_or_else(|| bad(format!("broker = \"{}\" is not HOST:PORT", settings.broker)))?;
		if settings.client.is_empty() || settings.client.starts_with(' ') {
			return Err(bad("client is empty".into()));
		}
		if settings.topic.is_empty() || !rumqttc::valid_filter(&settings.topic) {
			return Err(bad("topic is not a topic's filter, as in tele/+/SENSOR".into()));
		}
		let given = [settings.json.is_some(), settings.senml.is_some(), settings.ocmf.is_some()];
		let wanted = match settings.format {
			PayloadFormat::Json => 0,
			PayloadFormat::Senml => 1,
			PayloadFormat::Ocmf => 2,
		};
		if given.iter().enumerate().any(|(at, given)| *given && at != wanted) {
			return Err(bad("there are settings of another format than format names".into()));
		}
		let reader = match settings.format {
			PayloadFormat::Json => {
				let fields = settings.json.ok_or_else(|| bad("json is missing".into()))?;
				Reader::Json(
					JsonReader::new(fields).map_err(|reason| bad(format!("json: {reason}")))?,
				)
			},
			PayloadFormat::Senml => {
				let names = settings.senml.ok_or_else(|| bad("senml is missing".into()))?;
				names.check().map_err(|reason| bad(format!("senml: {reason}")))?;
				Reader::Senml(names)
			},
			PayloadFormat::Ocmf => Reader::Ocmf(settings.ocmf.unwrap_or_default()),
		};
		let keeps = match &reader {
			Reader::Json(json) => json.tells_time(),
			Reader::Senml(names) => !names.arrival,
			Reader::Ocmf(_) => true,
		};
		let mut options = MqttOptions::new(settings.client, host, port);
		options
			.set_keep_alive(KEEP_ALIVE)
			.set_clean_session(!keeps)
			.set_manual_acks(true)
			.set_max_packet_size(LONGEST_PACKET, LONGEST_PACKET);
		match (settings.user, settings.password_file) {
			(Some(user), Some(file)) => {
				let password = password(&file).map_err(bad)?;
				options.set_credentials(user, password.as_str());
			},
			(Some(user), None) => {
				options.set_credentials(user, "");
			},
			(None, Some(_)) => return Err(bad("password_file without user".into())),
			(None, None) => {},
		}
		Ok(Self {
			name,
			topic: settings.topic,
			options,
			keeps,
			reader,
			connection: None,
			handed: Vec::new(),
			done: VecDeque::new(),
			count: 0,
		})
	}

	fn lost(&self, reason: impl ToString) -> SourceError {
		SourceError::SourceLost { source_name: self.name.clone(), reason: reason.to_string() }
	}

	/// Tells the broker of messages that are done with, as many as there is room for. The connection sends them one
	/// at a time, between what it reads.
	fn acknowledge(&mut self) {
		let Some((client, _)) = &self.connection else { return self.done.clear() };
		while self.done.front().is_some_and(|message| client.try_ack(message).is_ok()) {
			self.done.pop_front();
		}
	}

	/// What messages say that arrived together with the last one.
	fn take_more(&mut self, findings: &mut Vec<Finding>) {
		while self.handed.len() < TOGETHER {
			let Some((_, events)) = &mut self.connection else { return };
			// What else is there is looked at when the source is asked again.
			if !matches!(events.state.events.front(), Some(Event::Incoming(Packet::Publish(_)))) {
				return;
			}
			if let Some(Event::Incoming(Packet::Publish(message))) = events.state.events.pop_front()
			{
				findings.extend(self.read(message));
			}
		}
	}

	/// What a message says. It is acknowledged later, with those that are handed on together with it.
	fn read(&mut self, message: Publish) -> Vec<Finding> {
		self.count += 1;
		let findings = self.reader.read(&message, Place::Telegram(self.count), now_ms());
		self.handed.push(message);
		findings
	}

	/// What an event of the connection has to say.
	fn take(&mut self, event: Event) -> Result<Option<Vec<Finding>>, SourceError> {
		match event {
			Event::Incoming(Packet::ConnAck(_)) => {
				let (topic, client) =
					(self.topic.clone(), self.connection.as_ref().map(|(client, _)| client));
				let asked = client.map(|client| client.try_subscribe(topic, QoS::AtLeastOnce));
				if !matches!(asked, Some(Ok(()))) {
					self.connection = None;
					return Err(self.lost("the subscription could not be sent"));
				}
			},
			Event::Incoming(Packet::SubAck(answer))
				if answer.return_codes.contains(&SubscribeReasonCode::Failure) =>
			{
				self.connection = None;
				return Err(self.lost("the broker does not allow the subscription"));
			},
			Event::Incoming(Packet::Publish(message)) => {
				let mut findings = self.read(message);
				self.take_more(&mut findings);
				if findings.is_empty() {
					self.done.extend(self.handed.drain(..));
				} else {
					return Ok(Some(findings));
				}
			},
			_ => {},
		}
		Ok(None)
	}

	/// Why the connection was lost. A packet that is too long is passed over together with what waits
	/// behind it: the broker would send it again for ever.
	fn broken(&mut self, error: &ConnectionError) -> SourceError {
		use rumqttc::{mqttbytes::Error::PayloadSizeLimitExceeded, StateError};
		if let ConnectionError::MqttState(StateError::Deserialization(PayloadSizeLimitExceeded(
			_,
		))) = error
		{
			self.options.set_clean_session(true);
			self.connection = None;
			return self.lost("a message is longer than 1 MiB; what waited with it is given up");
		}
		self.lost(error)
	}
}

/// A password from a file, without the end of its line.
fn password(file: &std::path::Path) -> Result<Zeroizing<String>, String> {
	let named = |reason: &dyn std::fmt::Display| format!("{}: {reason}", file.display());
	let bytes = Zeroizing::new(std::fs::read(file).map_err(|error| named(&error))?);
	let text = std::str::from_utf8(&bytes).map_err(|_| named(&"the password is not text"))?;
	let text = text.trim_end_matches(['\r', '\n']);
	if text.len() > LONGEST_PASSWORD {
		return Err(named(&"the password is longer than 1024 bytes"));
	}
	Ok(Zeroizing::new(text.into()))
}

#[async_trait]
impl Source for Mqtt {
	fn name(&self) -> &str {
		&self.name
	}

	fn waits(&self) -> bool {
		self.keeps
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		self.done.extend(self.handed.drain(..));
		loop {
			self.acknowledge();
			let options = &self.options;
			let (_, events) =
				self.connection.get_or_insert_with(|| AsyncClient::new(options.clone(), REQUESTS));
			let event = match events.poll().await {
				Ok(event) => event,
				Err(error) => {
					// The broker sends them again, by other numbers.
					self.done.clear();
					return Err(self.broken(&error));
				},
			};
			if matches!(event, Event::Incoming(Packet::ConnAck(_)))
				&& self.keeps
				&& self.options.clean_session()
			{
				// From now on the broker is asked to keep messages again.
				self.options.set_clean_session(false);
				events.mqtt_options.set_clean_session(false);
			}
			if let Some(findings) = self.take(event)? {
				return Ok(Some(findings));
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_messages_with_a_time_are_kept_by_the_broker() {
		let keeps = |json: serde_json::Value| {
			let settings = serde_json::json!({
				"broker": "h:1883", "topic": "a", "format": "json", "json": json
			});
			let mqtt = Mqtt::new(serde_json::from_value(settings).unwrap()).unwrap();
			!mqtt.options.clean_session()
		};
		assert!(keeps(serde_json::json!({ "import": "/wh", "unit": "Wh", "time": "/t" })));
		assert!(!keeps(serde_json::json!({ "import": "/wh", "unit": "Wh" })));
		for arrival in [false, true] {
			let settings = serde_json::json!({
				"broker": "h:1883", "topic": "a", "format": "senml",
				"senml": { "import": ":import", "arrival": arrival },
			});
			let mqtt = Mqtt::new(serde_json::from_value(settings).unwrap()).unwrap();
			assert_eq!(mqtt.options.clean_session(), arrival);
		}
	}
}
