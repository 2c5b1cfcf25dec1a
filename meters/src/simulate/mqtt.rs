//! Messages of meters that are not there, and a publisher.

use std::time::Duration;

use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use serde_json::json;

use crate::source::SourceError;

/// A message in JSON: `{"meter": .., "time": .., "import_kwh": "..", "export_kwh": ".."}`, with the time in
/// Unix seconds and the totals, in Wh, as decimal numbers of kWh.
pub fn json_message(meter: &str, at_ms: u64, import_wh: u64, export_wh: u64) -> Vec<u8> {
	let message = json!({
		"meter": meter,
		"time": at_ms / 1000,
		"import_kwh": kilowatt_hours(import_wh),
		"export_kwh": kilowatt_hours(export_wh),
	});
	message.to_string().into_bytes()
}

fn kilowatt_hours(watt_hours: u64) -> String {
	format!("{}.{:03}", watt_hours / 1000, watt_hours % 1000)
}

/// A SenML pack: the names are the meter's followed by `:import` and `:export`, the totals in Wh.
pub fn senml_pack(meter: &str, at_ms: u64, import_wh: u64, export_wh: u64) -> Vec<u8> {
	let pack = json!([
		{ "bn": format!("{meter}:"), "bt": at_ms / 1000, "bu": "Wh", "n": "import", "v": import_wh },
		{ "n": "export", "v": export_wh },
	]);
	pack.to_string().into_bytes()
}

/// A connection that publishes.
pub struct Publisher {
	name: String,
	client: AsyncClient,
	events: rumqttc::EventLoop,
}

impl Publisher {
	/// A publisher of a broker. `client` is by which name the broker knows it. Connects to nothing yet.
	pub fn new(host: &str, port: u16, client: &str) -> Self {
		let mut options = MqttOptions::new(client, host, port);
		options.set_keep_alive(Duration::from_secs(30));
		let (client, events) = AsyncClient::new(options, 4);
		Self { name: format!("mqtt {host}:{port}"), client, events }
	}

	/// Publishes a message and waits until the broker has taken it.
	pub async fn publish(&mut self, topic: &str, payload: Vec<u8>) -> Result<(), SourceError> {
		let lost = |name: &str, reason: String| SourceError::SourceLost {
			source_name: name.into(),
			reason,
		};
		let asked = self.client.try_publish(topic, QoS::AtLeastOnce, false, payload);
		asked.map_err(|error| lost(&self.name, error.to_string()))?;
		loop {
			match self.events.poll().await {
				Ok(Event::Incoming(Packet::PubAck(_))) => return Ok(()),
				Ok(_) => {},
				Err(error) => return Err(lost(&self.name, error.to_string())),
			}
		}
	}
}
