//! The processors, and the boards on which an emulator has them.

/// A board of the emulator.
pub struct Board {
	pub processor: &'static str,
	/// Rust's name of the target.
	pub target: &'static str,
	/// Programs that may be its C compiler, without `-gcc`.
	pub tools: &'static [&'static str],
	pub compiler: &'static [&'static str],
	/// What of `device/firmware/check` starts it.
	pub start: &'static str,
	pub emulator: &'static [&'static str],
	/// Addresses: code, memory, end of memory.
	pub memory: [u32; 3],
	/// The length of a tick of the board's clock, in picoseconds: an instruction takes 2^`shift` nanoseconds.
	pub tick_ps: u64,
	/// Nanoseconds per instruction, as a power of two: what the emulator is told.
	pub shift: u32,
}

const ARM_TOOLS: &[&str] = &["arm-linux-gnueabihf", "arm-none-eabi"];

/// Cortex-M0: no product of more than 32 bits. The Cortex-M0+ has the same instructions.
pub const CORTEX_M0: Board = Board {
	processor: "Cortex-M0+",
	target: "thumbv6m-none-eabi",
	tools: ARM_TOOLS,
	compiler: &["-mcpu=cortex-m0plus", "-mthumb", "-mfloat-abi=soft", "-DTIMER_NRF51"],
	start: "cortex_m",
	emulator: &["qemu-system-arm", "-machine", "microbit"],
	memory: [0, 0x2000_0000, 0x2000_4000],
	tick_ps: 62_500,
	shift: 10,
};

pub const CORTEX_M3: Board = Board {
	processor: "Cortex-M3",
	target: "thumbv7m-none-eabi",
	tools: ARM_TOOLS,
	compiler: &[
		"-mcpu=cortex-m3",
		"-mthumb",
		"-mfloat-abi=soft",
		"-DTIMER_CMSDK",
		"-DTIMER_ADDRESS=0x40000000",
	],
	start: "cortex_m",
	emulator: &["qemu-system-arm", "-machine", "mps2-an385"],
	memory: [0, 0x2000_0000, 0x2001_0000],
	tick_ps: 40_000,
	shift: 10,
};

pub const CORTEX_M4: Board = Board {
	processor: "Cortex-M4",
	target: "thumbv7em-none-eabihf",
	compiler: &[
		"-mcpu=cortex-m4",
		"-mthumb",
		"-mfloat-abi=hard",
		"-mfpu=fpv4-sp-d16",
		"-DTIMER_CMSDK",
		"-DTIMER_ADDRESS=0x40000000",
	],
	emulator: &["qemu-system-arm", "-machine", "mps2-an386"],
	..CORTEX_M3
};

pub const CORTEX_M33: Board = Board {
	processor: "Cortex-M33",
	target: "thumbv8m.main-none-eabihf",
	compiler: &[
		"-mcpu=cortex-m33",
		"-mthumb",
		"-mfloat-abi=hard",
		"-mfpu=fpv5-sp-d16",
		"-DTIMER_CMSDK",
		"-DTIMER_ADDRESS=0x50000000",
	],
	emulator: &["qemu-system-arm", "-machine", "mps2-an505"],
	memory: [0x1000_0000, 0x3800_0000, 0x3801_0000],
	tick_ps: 50_000,
	..CORTEX_M3
};

pub const RISC_V: Board = Board {
	processor: "RISC-V 32",
	target: "riscv32imc-unknown-none-elf",
	tools: &["riscv64-unknown-elf", "riscv64-linux-gnu"],
	compiler: &["-march=rv32imc_zicsr", "-mabi=ilp32", "-mcmodel=medany"],
	start: "riscv",
	emulator: &["qemu-system-riscv32", "-machine", "virt", "-bios", "none"],
	memory: [0x8000_0000, 0x8000_0000, 0x8004_0000],
	tick_ps: 1_000,
	shift: 0,
};

pub const BOARDS: &[&Board] = &[&CORTEX_M0, &CORTEX_M3, &CORTEX_M4, &CORTEX_M33, &RISC_V];

impl Board {
	/// How many instructions its clock's ticks are.
	pub fn instructions(&self, ticks: u64) -> u32 {
		let instruction_ps = 1_000u64 << self.shift;
		((ticks * self.tick_ps + instruction_ps / 2) / instruction_ps).try_into().unwrap()
	}
}
