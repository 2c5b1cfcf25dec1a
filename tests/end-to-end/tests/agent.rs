//! The agent on a real node: a town of meters of several kinds, read, committed, proved and settled
//! unattended, while it is killed, its clock jumps, a meter is silent and another one is replaced.
//!
//! `METERPROOF_AGENT_PERIODS` says for how many periods (672 are a week of quarters of an hour), and
//! `METERPROOF_DATA` names a file of readings, `time,meter,import_wh,export_wh`, to be replayed in place of
//! made-up ones, a time step for each period of twelve seconds.

#[path = "agent/feed.rs"]
mod feed;
#[path = "agent/town.rs"]
mod town;
#[path = "agent/week.rs"]
mod week;
