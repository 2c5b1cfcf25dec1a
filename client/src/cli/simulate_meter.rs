//! `simulate-meter`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::types::{resource, Resource};

/// What a simulated meter speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
	/// A smart meter's P1 port.
	Dsmr,
	/// An electricity meter's optical head.
	Sml,
	/// DLMS/COSEM notifications in HDLC frames.
	Dlms,
	/// M-Bus on wires.
	Mbus,
	/// M-Bus on the air, as a CUL receiver writes it.
	WirelessMbus,
	/// Modbus TCP.
	Modbus,
	/// Messages in JSON to a broker: meter, time, import_kwh, export_kwh.
	Mqtt,
	/// Messages in SenML to a broker: NAME:import and NAME:export.
	MqttSenml,
}

const EXAMPLES: &str = "\
Examples:
  meterproof simulate-meter sml --pty
  meterproof simulate-meter dlms --listen 127.0.0.1:4059 --meter house-1 \\
      --encryption-key-file ek --authentication-key-file ak
  meterproof simulate-meter mbus --listen 127.0.0.1:10001 --resource water --meter SEN12345678
  meterproof simulate-meter modbus --listen 127.0.0.1:1502 --from day.csv --meter house-1
  meterproof simulate-meter mqtt --broker 127.0.0.1:1883 --topic meters/house-1 --meter house-1

It runs until it is stopped, and needs no node. Where it is heard is printed first: the `port` of a
source. mbus answers at the address 1 and to its number, modbus as docs/meters/modbus.md says.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SimulateMeterArgs {
	/// What it speaks.
	#[arg(value_enum)]
	pub protocol: Protocol,
	/// Address to be heard at; of modbus the only way.
	#[arg(long, value_name = "ADDRESS:PORT", required_unless_present_any = ["pty", "broker"])]
	pub listen: Option<String>,
	/// Be heard on a pseudo-terminal, in place of a serial port.
	#[arg(long, conflicts_with = "listen")]
	pub pty: bool,
	/// Broker to publish to: mqtt and mqtt-senml.
	#[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["listen", "pty"])]
	pub broker: Option<String>,
	/// Topic to publish to.
	#[arg(long, default_value = "meters/simulated", requires = "broker")]
	pub topic: String,
	/// Name of the meter, in the protocol's form; one is made up if it is absent.
	#[arg(long, value_name = "NAME")]
	pub meter: Option<String>,
	/// Seconds between telegrams, of meters that speak unasked.
	#[arg(long, default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
	pub every: u32,
	/// What the meter counts, of mbus and wireless-mbus: electricity, water, heat or gas.
	#[arg(long, default_value = "electricity", value_parser = resource())]
	pub resource: Resource,
	/// File of readings (time,meter,import_wh,export_wh) that are replayed over and over, from now on.
	#[arg(long, value_name = "FILE")]
	pub from: Option<PathBuf>,
	/// What is made up without a file: the same seed counts the same.
	#[arg(long, default_value = "1", conflicts_with = "from")]
	pub seed: u64,
	/// Cipher with the key in this file: dlms, mbus and wireless-mbus.
	#[arg(long, value_name = "FILE")]
	pub encryption_key_file: Option<PathBuf>,
	/// Authenticate with the key in this file: dlms.
	#[arg(long, value_name = "FILE", requires = "encryption_key_file")]
	pub authentication_key_file: Option<PathBuf>,
}
