//! `gateway`.

use std::path::PathBuf;

use clap::Args;

const GATEWAY_EXAMPLE: &str = "\
Examples:
  meterproof gateway --store meters.store --readings today.csv --confirm
  meterproof gateway --store meters.store --readings 2016.csv --from-period 987654 \\
      --from-time 2016-06-14T10:00:00Z --periods 8

where a file of readings is
  time,meter,import_wh,export_wh
  2016-06-14T10:00:00Z,house-1,16,120
  2016-06-14T10:00:00Z,house-2,52,

Signed telegrams that the readings come from are kept in the store, and the commitments bind them:
  meterproof gateway --store meters.store --readings today.csv --telegrams today.json
where today.json has an array of
  {\"time\": \"2016-06-14T10:00:00Z\", \"meter\": \"house-1\", \"format\": \"ocmf\",
   \"text\": \"OCMF|{…}|{…}\"}
with time and meter of a row of readings, and bytes (0x and hex) in place of a text where it is none.

Meters that hold their own keys are passed over: they commit by themselves. So are meters that the
chain takes no commitments of, where the file has no readings of them.";

#[derive(Debug, Args)]
#[command(after_help = GATEWAY_EXAMPLE)]
pub struct GatewayArgs {
	/// Store of the devices.
	#[arg(long)]
	pub store: PathBuf,
	/// Readings: time,meter,import_wh,export_wh (or import_l,export_l).
	#[arg(long, value_name = "CSV")]
	pub readings: PathBuf,
	/// Signed telegrams that the readings come from: time, meter, format, and text or bytes.
	#[arg(long, value_name = "JSON")]
	pub telegrams: Option<PathBuf>,
	/// Replay the time steps onto the periods from this one on; without it the readings' times
	/// are the periods.
	#[arg(long, value_name = "PERIOD")]
	pub from_period: Option<u64>,
	/// How many time steps; without it all that follow.
	#[arg(long, value_name = "N")]
	pub periods: Option<u64>,
	/// Begin with this time step, as in 2016-06-14T10:00:00Z; without it with the first.
	#[arg(long, value_name = "TIME")]
	pub from_time: Option<String>,
	/// Send again until every commitment is on record or refused.
	#[arg(long)]
	pub confirm: bool,
	/// Send each period's commitments in a signed call that the account pays for, and wait until
	/// they are on record or refused. Without it they are sent free of charge.
	#[arg(long)]
	pub batch: bool,
	/// Take the periods as the node gives them, though the store remembers others or is many
	/// periods behind. What the node says cannot be taken back: earlier periods may be lost, so ask
	/// another node first.
	#[arg(long)]
	pub accept_periods: bool,
}
