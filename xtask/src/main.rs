//! Set-up, demo, test, lint, bench, firmware and fuzz: `cargo xtask help`.

mod arguments;
mod bench;
mod build;
mod checkouts;
mod demo;
mod firmware;
mod fuzz;
mod lanes;
mod lint;
mod manuals;
mod network;
mod packages;
mod process;
mod setup;
mod soak;
mod test;
mod workspace;

use anyhow::{bail, Result};

const HELP: &str = "\
Meterproof's tasks. Each one first does the set-up that is missing.

    cargo xtask <TASK> [OPTIONS]

TASKS
    demo     Run the whole job on a node of its own: meters commit, one proof adds them up,
             escrow pays. Ends with a table and fails if a balance is off.
               --readings FILE  meter data: time,meter,import_wh,export_wh (default: made up)
               --json FILE      write the figures to FILE
               --periods N      how many settlement periods, at least 3 (default 3)
               --meters N       how many made-up connection points (default 40)
               --seed N         another made-up day (default 1)
               --keep DIR       keep database, stores and logs in DIR
    network  Validators and full nodes on this machine, to be watched and talked to, until Ctrl-C. Says
             where each is, and what to try; leaves nothing behind.
               --validators N   how many, from 1 to 6 (default 4)
               --full-nodes N   how many nodes that only follow (default 1)
               --minutes N      end after N minutes
               --keep DIR       keep databases, keys and logs in DIR
    soak     Four validators and a full node under a steady load of commitments, trades, proofs and
             payments. Fails if anything acknowledged is lost, or the nodes do not agree.
               --minutes N      how long the load lasts (default 2)
               --kills N        kill -9 a validator so often meanwhile, and start it again (default 0)
               --strict         fail, too, if slots, finality or memory are outside of their bounds
               --report FILE    write the figures to FILE
               --keep DIR       keep databases, keys and logs in DIR
    test     Everything that must hold before a change goes in, end-to-end tests last.
               --quick          without the node: libraries and pallets in the dev profile
    lint     Formatting, clippy, and cargo-deny where it is installed.
    bench usage [--json FILE]
             Proving and verifying: times, sizes, proven bits.
    bench payments [--json FILE]
             Confidential payments: times, size, proven bits, payments per second.
    bench market [--json FILE]
             Books of orders: what clearing them takes of blocks, by weight, and of time.
    bench proofs
             As `bench usage` without a node, in all sizes: phases, cores, groups, other parameters.
             Ten minutes on two cores.
               --json FILE      write the figures to FILE
               --docs           write the tables and plots of docs/benchmarks.md
               --from FILE      measure nothing: take the figures of this file
               --quick          two sizes, few repeats
    bench commitments
             Commitments of many meters that reach a node at once, as after an outage, beside paid
             traffic: what enters a block when. Five minutes.
               --json FILE      write the figures to FILE
               --waiting N      how many (default 20000; 500 take a minute)
    bench abuse
             Abuse of a node's port for JSON-RPC: how long honest clients wait meanwhile. Three minutes.
               --json FILE      write the figures to FILE
               --sockets N      how many sockets are held open (default 100)
               --seconds N      how long each kind of abuse lasts (default 10)
               --flood          calls without end at last, too
    bench weights [PALLET ...]
             Measures what the runtime's calls weigh and writes runtime/src/weights. The first
             time it builds the SDK's benchmark tool, for half an hour. Leave the machine alone.
    fuzz     Hostile proofs, statements and bytes against the verifier: natively, natively with
             overflow checks, and in Wasm (docs/fuzzing.md).
               --mutations N    how many, over all three (default 10050000: half an hour and more)
               --seconds S      stop after S seconds of running
               --seed N         another set (default 0)
               --json FILE      write the records to FILE
    firmware The device library on emulated Cortex-M0+, M3, M4, M33 and RISC-V 32, from C: every vector, and
             what it takes of flash, stack and instructions (docs/firmware.md). A quarter of an hour.
               --docs           write the tables of docs/firmware.md
    build    Build the node and the client, and say where they are.
               --production     with every crate optimised, for validators: as long again
    manuals  Man pages and completions for shells of both programs.
               --out DIR        write them into DIR (default: manuals, where cargo builds)
    setup    The set-up alone. Idempotent.
    help     This text.

SET-UP
    Needs rustup's cargo and a C compiler. Installs the Wasm target with rustup and, when run as
    root on Debian or Ubuntu, missing system packages with apt-get; otherwise says what to run.
    Builds into ${XDG_CACHE_HOME:-~/.cache}/meterproof/target, unless CARGO_TARGET_DIR is set.
";

fn main() {
	if let Some(mut compiler) = lint::compiler() {
		let status = compiler.status().map(|status| status.code().unwrap_or(1));
		std::process::exit(status.unwrap_or(1));
	}
	if let Err(error) = run() {
		eprintln!("\nerror: {error:#}");
		std::process::exit(1);
	}
}

fn run() -> Result<()> {
	let mut arguments = std::env::args().skip(1);
	let task = arguments.next().unwrap_or_else(|| "help".into());
	let rest: Vec<String> = arguments.collect();
	if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
		// Before anything is set up or built.
		print!("{HELP}");
		return Ok(());
	}
	match task.as_str() {
		"demo" => demo::run(&rest),
		"network" => network::run(&rest),
		"manuals" => manuals::run(&rest),
		"soak" => soak::run(&rest),
		"test" => test::run(&rest),
		"lint" => lint::run(&rest),
		"bench" => bench::run(&rest),
		"firmware" => firmware::run(&rest),
		"fuzz" => fuzz::run(&rest),
		"build" => build::run(&rest),
		"setup" => setup::run(&rest),
		"help" | "--help" | "-h" => {
			print!("{HELP}");
			Ok(())
		},
		other => bail!("there is no task `{other}`; `cargo xtask help` lists them"),
	}
}
