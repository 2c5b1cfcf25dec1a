/* A 32-bit RISC-V under QEMU (machine virt): reset, semihosting, and the counter of retired instructions. */
#include "board.h"

static uint32_t semihosting(uint32_t operation, const void *argument)
{
	register uint32_t a0 __asm__("a0") = operation;
	register const void *a1 __asm__("a1") = argument;

	/* The three instructions, uncompressed and in one page, are what the emulator looks for. */
	__asm__ volatile(".option push\n"
	                 ".option norvc\n"
	                 ".balign 16\n"
	                 "slli x0, x0, 0x1f\n"
	                 "ebreak\n"
	                 "srai x0, x0, 7\n"
	                 ".option pop\n"
	                 : "+r"(a0)
	                 : "r"(a1)
	                 : "memory");
	return a0;
}

void board_print(const char *text)
{
	semihosting(0x04, text);
}

void board_exit(int status)
{
	const uint32_t block[2] = { 0x20026, (uint32_t)status };

	semihosting(0x20, block);
	for (;;)
		;
}

uint32_t board_ticks(void)
{
	uint32_t count;

	__asm__ volatile("csrr %0, minstret" : "=r"(count)::"memory");
	return count;
}

__attribute__((used)) static void trap(void)
{
	board_print("trap\n");
	board_exit(99);
}

__attribute__((section(".vectors"), naked, used)) void reset(void)
{
	__asm__ volatile("la sp, board_stack_top\n"
	                 "la t0, trap\n"
	                 "csrw mtvec, t0\n"
	                 "la t0, bss_start\n"
	                 "la t1, bss_end\n"
	                 "1: bgeu t0, t1, 2f\n"
	                 "sw zero, 0(t0)\n"
	                 "addi t0, t0, 4\n"
	                 "j 1b\n"
	                 "2: call main\n"
	                 "j board_exit\n");
}
