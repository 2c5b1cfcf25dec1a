//! `simulate-meter`: a meter that is not there.

use std::time::Duration;

use meterproof_meters::{
	keys::MeterKey,
	simulate::{
		curve::{Curve, Made, Replayed},
		dlms::{DlmsKeys, DlmsMeter},
		mbus::{AirMeter, MbusMeter, WiredMeter},
		message::MessageMeter,
		modbus::ModbusMeter,
		mqtt::Publisher,
		p1::P1Meter,
		serve::{self, Device, Terminal},
		sml::SmlMeter,
		Simulated,
	},
	telegram::Unusable,
	SourceError,
};
use serde_json::json;
use tokio::net::TcpListener;

use super::Context;
use crate::{
	cli::{Protocol, SimulateMeterArgs},
	error::{file, Error, Result},
};

/// Where simulated M-Bus meters answer.
const ADDRESS: u8 = 1;

pub async fn run(context: &Context, args: SimulateMeterArgs) -> Result<()> {
	let name = args.meter.clone().unwrap_or_else(|| made_up(args.protocol).into());
	let device = Device::new(meter(&args, &name)?, curve(&args, &name)?);
	let every = Duration::from_secs(args.every.into());
	let failed = |error: std::io::Error| Error::new("PortFailed", error.to_string());
	let served = async {
		let brokered = matches!(args.protocol, Protocol::Mqtt | Protocol::MqttSenml);
		if let Some(broker) = args.broker.as_ref().filter(|_| brokered) {
			let (host, port) = broker
				.rsplit_once(':')
				.and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)))
				.ok_or_else(|| Error::new("BadUsage", format!("{broker} is not HOST:PORT")))?;
			announce(context, &name, &format!("{broker} {}", args.topic))?;
			let client = format!("meterproof-{}", std::process::id());
			let publisher = Publisher::new(host, port, &client);
			let lost = |error: SourceError| context.output.remark(&error.to_string());
			serve::mqtt(publisher, &args.topic, device, every, lost).await;
			return Ok(());
		}
		if brokered || args.broker.is_some() {
			let reason = "mqtt and mqtt-senml are published with --broker, the others are not";
			return Err(Error::new("BadUsage", reason));
		}
		match &args.listen {
			Some(address) => {
				let listener = TcpListener::bind(address).await.map_err(|error| {
					Error::new("PortFailed", format!("cannot listen at {address}: {error}"))
				})?;
				let local = listener.local_addr().map_err(failed)?;
				announce(context, &name, &format!("tcp://{local}"))?;
				serve::tcp(listener, device, every).await.map_err(failed)
			},
			None if args.protocol == Protocol::Modbus => {
				Err(Error::new("BadUsage", "modbus is spoken over TCP: say --listen"))
			},
			None => {
				let mut terminal = Terminal::new().map_err(failed)?;
				announce(context, &name, &terminal.path().display().to_string())?;
				terminal.serve(device, every).await.map_err(failed)
			},
		}
	};
	tokio::select! {
		result = served => result,
		_ = tokio::signal::ctrl_c() => Ok(()),
	}
}

/// Says where the meter is heard, and as what.
fn announce(context: &Context, meter: &str, port: &str) -> Result<()> {
	let value = json!({ "meter": meter, "port": port });
	context.output.show(&value, || format!("{meter} is heard at {port}"))
}

fn made_up(protocol: Protocol) -> &'static str {
	match protocol {
		Protocol::Dsmr => "E0000000000000001",
		Protocol::Sml => "1MPF0000000001",
		Protocol::Mbus | Protocol::WirelessMbus => "MPF00000001",
		Protocol::Dlms | Protocol::Modbus | Protocol::Mqtt | Protocol::MqttSenml => "simulated",
	}
}

fn unusable(unusable: Unusable) -> Error {
	Error::new(unusable.name, unusable.reason)
}

fn key(path: Option<&std::path::PathBuf>) -> Result<Option<MeterKey>> {
	let read = path.map(|path| MeterKey::read(path)).transpose();
	read.map_err(|reason| Error::new("KeyUnusable", reason))
}

fn meter(args: &SimulateMeterArgs, name: &str) -> Result<Box<dyn Simulated>> {
	let encryption = key(args.encryption_key_file.as_ref())?;
	let authentication = key(args.authentication_key_file.as_ref())?;
	let ciphers = matches!(args.protocol, Protocol::Dlms | Protocol::Mbus | Protocol::WirelessMbus);
	if encryption.is_some() && !ciphers {
		return Err(Error::new("BadUsage", "this protocol is not ciphered"));
	}
	let mbus = |key| MbusMeter::new(name, args.resource, key).map_err(unusable);
	Ok(match args.protocol {
		Protocol::Dsmr => Box::new(P1Meter::new(name).map_err(unusable)?),
		Protocol::Sml => Box::new(SmlMeter::new(name).map_err(unusable)?),
		Protocol::Dlms => {
			let keys = match (encryption, authentication) {
				(Some(encryption), Some(authentication)) => {
					Some(DlmsKeys { encryption, authentication })
				},
				(None, None) => None,
				_ => {
					return Err(Error::new(
						"BadUsage",
						"dlms ciphers with --encryption-key-file and --authentication-key-file",
					))
				},
			};
			// Seconds since 1970 never run backwards from one start to the next.
			let now = std::time::SystemTime::now()
				.duration_since(std::time::UNIX_EPOCH)
				.map_or(0, |since| since.as_secs());
			let counter = u32::try_from(now).unwrap_or(u32::MAX / 2);
			Box::new(DlmsMeter::new(name, keys, counter).map_err(unusable)?)
		},
		Protocol::Mbus => Box::new(WiredMeter::new(mbus(encryption)?, ADDRESS)),
		Protocol::WirelessMbus => Box::new(AirMeter(mbus(encryption)?)),
		Protocol::Modbus => Box::new(ModbusMeter),
		Protocol::Mqtt => Box::new(MessageMeter::new(name, false)),
		Protocol::MqttSenml => Box::new(MessageMeter::new(name, true)),
	})
}

fn curve(args: &SimulateMeterArgs, name: &str) -> Result<Curve> {
	let Some(path) = &args.from else { return Ok(Curve::Made(Made::new(args.seed, true))) };
	let text = std::fs::read_to_string(path).map_err(|error| file("readings", path, &error))?;
	let now = chrono::Utc::now().timestamp_millis().max(0) as u64;
	Ok(Curve::Replayed(Replayed::read(&text, name, now).map_err(unusable)?))
}
