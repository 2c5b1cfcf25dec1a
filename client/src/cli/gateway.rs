//! `gateway`.

use std::path::PathBuf;

use clap::Args;

const GATEWAY_EXAMPLE: &str = "\
Examples:
  meterproof gateway --store meters.store --readings today.csv --confirm
  meterproof gateway --store meters.store --readings power.csv --readings water.csv
  meterproof gateway --store meters.store --readings export.csv --time-zone Europe/Vienna \\
      --labels end --unit kWh
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

A row's fault is its own: it is refused with its line, meter and period, and the rest is committed.
Rows of meters that are not in the store are passed over, and so are rows of times that were not over
when the file was written. Meters that hold their own keys commit by themselves; of meters that the
chain does not count in a period no readings are wanted.

Exit status: 0 if all is accepted or on record; 3 if all was tried and something was refused or has no
reading (CommitmentsRefused), for the reasons that were printed; 1 if the run stopped; 2 for wrong
usage.";

#[derive(Debug, Args)]
#[command(after_help = GATEWAY_EXAMPLE)]
pub struct GatewayArgs {
	/// Store of the devices.
	#[arg(long)]
	pub store: PathBuf,
	/// Readings: time,meter,import_wh,export_wh (also kwh, mwh, l, m3; or import,export,unit). Once for
	/// each source.
	#[arg(long, value_name = "CSV", required = true)]
	pub readings: Vec<PathBuf>,
	/// Signed telegrams that the readings come from: time, meter, format, and text or bytes.
	#[arg(long, value_name = "JSON")]
	pub telegrams: Option<PathBuf>,
	/// Replay the time steps onto the periods from this one on; without it the readings' times
	/// are the periods.
	#[arg(long, value_name = "PERIOD")]
	pub from_period: Option<u64>,
	/// How many time steps; without it all that follow.
	#[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
	pub periods: Option<u64>,
	/// Begin with the rows of this time, as in 2016-06-14T10:00:00Z; without it with the first.
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
	#[command(flatten)]
	pub rows: RowArgs,
}

/// The form of readings.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Form of the readings")]
pub struct RowArgs {
	/// Unit of columns that name none: Wh, kWh, MWh, l or m3.
	#[arg(long)]
	pub unit: Option<String>,
	/// Clock of times without an offset from UTC: Europe/Vienna, or +01:00.
	#[arg(long, value_name = "ZONE")]
	pub time_zone: Option<String>,
	/// Whether times stand at the starts or the ends of intervals; without it at starts, with a warning
	/// where that looks wrong.
	#[arg(long, value_parser = ["start", "end"])]
	pub labels: Option<String>,
	/// From one row of a meter to the next, as in 15m; without it as the rows are. With it a longer
	/// distance means that rows are missing.
	#[arg(long, value_name = "TIME")]
	pub step: Option<String>,
	/// What stands before decimals. Without it each meter's numbers tell: where cells are separated by `;`
	/// it is the comma if any of them has one, where they are separated by tabs if one cannot stand between
	/// thousands, and else the point.
	#[arg(long, value_parser = ["point", "comma"])]
	pub decimal: Option<String>,
	/// Amounts are where registers stood, not what was counted since.
	#[arg(long)]
	pub registers: bool,
	/// Where registers begin anew, as in 1000000kWh; without it nothing is counted across that.
	#[arg(long, value_name = "AMOUNT", requires = "registers")]
	pub rollover: Option<String>,
}
