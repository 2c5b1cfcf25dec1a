//! `device`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::types::{evidence, resource, Evidence, Resource};

#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
	/// Register the meters of a list; keys that are made for them go to the store before anything
	/// is sent. Run it again after an interruption: nothing is registered twice.
	Register(RegisterArgs),
	/// Attest registered devices, as a registrar of their zone: operators and facts as a file has
	/// them that was looked at.
	Attest(AttestArgs),
	/// Show an operator's devices.
	List {
		/// Operator whose devices to show; without one the account.
		#[arg(long, value_name = "ADDRESS")]
		operator: Option<String>,
	},
	/// Show one device.
	Show {
		/// Which device.
		id: u32,
	},
	/// Show whether a device's commitments of a period have arrived, and why there can be none.
	Status {
		/// Which device.
		id: u32,
		/// Which period; without it the running one.
		#[arg(long)]
		period: Option<u64>,
	},
	/// Revoke a device's attestation, as a registrar of its zone. It does not count until it is
	/// attested again.
	Revoke(DeviceArgs),
	/// Suspend a device, as its operator or a registrar of its zone. Its commitments are refused.
	Suspend(DeviceArgs),
	/// Resume a suspended device: its operator or a registrar, whichever suspended it.
	Resume(DeviceArgs),
	/// Give a device a new key, as its operator. It does not count from then on until a registrar
	/// attests the new key; the old key signs for earlier periods. With a key that the store makes
	/// come new salt secrets, in place of ones that are lost.
	RotateKey(RotateArgs),
	/// Move a device to another zone, as its operator. It does not count there until a registrar
	/// of that zone attests it.
	ChangeZone {
		#[command(flatten)]
		device: DeviceArgs,
		/// Zone that the device is in from then on.
		#[arg(long)]
		zone: u32,
	},
	/// Have a gateway commit for a device, as its operator, from the first period on that is open for trading.
	/// A meter that the gateway leaves out commits by itself, as always.
	Bind {
		#[command(flatten)]
		device: DeviceArgs,
		/// Number of the gateway.
		#[arg(long, value_name = "NUMBER")]
		gateway: u32,
		/// Place under the gateway's roots, below 65536; its own for each device of the gateway.
		#[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(..65_536))]
		seat: u32,
	},
	/// Have no gateway commit for a device any more, as its operator.
	Unbind(DeviceArgs),
	/// Offer a device to another operator, in place of any earlier offer.
	OfferTransfer {
		#[command(flatten)]
		device: DeviceArgs,
		/// Account that may take the device over.
		#[arg(long, value_name = "ADDRESS")]
		to: String,
	},
	/// Take the offer of a device back.
	WithdrawTransfer(DeviceArgs),
	/// Take over a device that was offered to the account, with a deposit of its own. What is taken
	/// over are the operator, the registrar, the evidence and the facts in a file that was looked at:
	/// if one of them is another when the call is in a block, nothing happens.
	AcceptTransfer {
		#[command(flatten)]
		device: DeviceArgs,
		/// What was looked at, as `--json device show` printed it.
		#[arg(long, value_name = "FILE")]
		facts: PathBuf,
	},
	/// Replace an attested device by a registered one of the same operator at the same metering
	/// point, as a registrar of its zone: the old one is retired and the new one attested.
	Swap(SwapArgs),
	/// Retire a device for good.
	Retire(DeviceArgs),
	/// Release the deposits of a retired or transferred device, once the periods that they answer
	/// for are final. Anyone may ask.
	ReleaseDeposit {
		/// Which device.
		id: u32,
	},
}

const ATTEST_EXAMPLE: &str = "\
Example:
  meterproof --json device list --operator 5Grw… > meters.json
  meterproof device attest --account //Registrar --operator 5Grw… --facts meters.json \\
      --evidence signed

Between the two, look at meters.json and at the meters: it is what you sign. The node is not asked
again, and if a device is no longer as the file has it, the chain refuses (FactsDiffer).

Grades of evidence, by who could have lied about a reading:
  file           whoever writes the file that the readings come from
  asserted       whoever has the gateway that reads the meter, or the line to it
  authenticated  whoever has the gateway, which shares the meter's key
  signed         nobody on the way, as far as the meter's signed telegrams are kept and shown
  keyed          only the meter: it made the key that signs its commitments
Another grade takes another attestation, after device revoke. On less evidence than before, or by another
registrar, the device then counts once its operator has it resume.";

#[derive(Debug, Args)]
#[command(after_help = ATTEST_EXAMPLE)]
pub struct AttestArgs {
	/// What was looked at, as `--json device list` or `--json device show` printed it. All its
	/// registered devices are attested unless --zone or --devices says which.
	#[arg(long, value_name = "FILE")]
	pub facts: PathBuf,
	/// Refuse devices that belong to another operator.
	#[arg(long, value_name = "ADDRESS")]
	pub operator: Option<String>,
	/// Only those of this zone.
	#[arg(long, conflicts_with = "devices")]
	pub zone: Option<u32>,
	/// Only these, which the file must have.
	#[arg(long, value_delimiter = ',', value_name = "IDS")]
	pub devices: Vec<u32>,
	/// On what evidence: who could have lied about the devices' readings.
	#[arg(long, value_parser = evidence(), value_name = "GRADE", default_value_t = Evidence::File)]
	pub evidence: Evidence,
}

#[derive(Debug, Args)]
pub struct DeviceArgs {
	/// Which device.
	pub id: u32,
	/// Refuse unless the device has this public key, 64 hex digits.
	#[arg(long, value_name = "HEX")]
	pub key: Option<String>,
}

const ROTATE_EXAMPLE: &str = "\
Examples:
  meterproof device rotate-key 7 --account //Alice --store meters.store
  meterproof device rotate-key 7 --account //Alice --key 0x6e06c7…

The first makes a key in the store, which then signs with it. The second takes the key of a meter
that makes its own; name the store as well if the store holds the device's old key.";

#[derive(Debug, Args)]
#[command(after_help = ROTATE_EXAMPLE)]
pub struct RotateArgs {
	/// Which device.
	pub id: u32,
	/// Store of the device.
	#[arg(long, required_unless_present = "key")]
	pub store: Option<PathBuf>,
	/// The meter's own new public key, 64 hex digits; without it the store makes one.
	#[arg(long, value_name = "HEX")]
	pub key: Option<String>,
	/// Refuse unless the device has this public key so far, 64 hex digits.
	#[arg(long, value_name = "HEX")]
	pub old_key: Option<String>,
	/// Name of the meter in files of readings, if the store does not have the device yet, as
	/// after a transfer.
	#[arg(long, value_name = "NAME", requires = "store", conflicts_with = "key")]
	pub meter: Option<String>,
	/// Take the periods as the node gives them, though the store remembers others: after a change of
	/// their lengths. Ask another node first.
	#[arg(long, requires = "store")]
	pub accept_periods: bool,
}

const SWAP_EXAMPLE: &str = "\
Example:
  meterproof --json device list --operator 5Grw… > meters.json
  meterproof device swap --account //Registrar --old 7 --new 12 --facts meters.json \\
      --evidence signed

What is attested are the operator and the facts of device 12 in meters.json, so look first.";

#[derive(Debug, Args)]
#[command(after_help = SWAP_EXAMPLE)]
pub struct SwapArgs {
	/// What was looked at, as `--json device list` or `--json device show` printed it: both devices.
	#[arg(long, value_name = "FILE")]
	pub facts: PathBuf,
	/// The device that goes.
	#[arg(long, value_name = "ID")]
	pub old: u32,
	/// Refuse unless the device that goes has this public key, 64 hex digits.
	#[arg(long, value_name = "HEX")]
	pub old_key: Option<String>,
	/// The device that comes.
	#[arg(long, value_name = "ID")]
	pub new: u32,
	/// The operator both devices must belong to; without it, the one in the file.
	#[arg(long, value_name = "ADDRESS")]
	pub operator: Option<String>,
	/// On what evidence the device that comes is attested: see device attest. A lower grade than the
	/// old device's may void trades that demand more.
	#[arg(long, value_parser = evidence(), value_name = "GRADE")]
	pub evidence: Evidence,
}

const REGISTER_EXAMPLE: &str = "\
Example:
  meterproof device register --account //Alice --store meters.store --csv meters.csv \\
      --zone 1 --resource electricity

where meters.csv is
  meter,metering_point,directions,nameplate
  house-1,DE0001234500000000000000000000001,both,2500
  house-2,DE0001234500000000000000000000002,import,2500

A column `resource` says of each meter what it measures (electricity, water, heat or gas), so that a
household is one list and one store. A column `key` may hold the public key (64 hex digits) of a meter
that has its own and signs its own commitments; no secret is made or kept for it.";

#[derive(Debug, Args)]
#[command(after_help = REGISTER_EXAMPLE)]
pub struct RegisterArgs {
	/// Encrypted store for the meters and their keys; made if there is none.
	#[arg(long)]
	pub store: PathBuf,
	/// List of meters: meter,metering_point,directions,nameplate and perhaps resource and key.
	#[arg(long)]
	pub csv: PathBuf,
	/// Zone of the meters.
	#[arg(long)]
	pub zone: u32,
	/// What the meters measure of which the list does not say it.
	#[arg(long, value_parser = resource())]
	pub resource: Option<Resource>,
	/// Take the periods as the node gives them, though the store remembers others: after a change of
	/// their lengths. Ask another node first.
	#[arg(long)]
	pub accept_periods: bool,
}
