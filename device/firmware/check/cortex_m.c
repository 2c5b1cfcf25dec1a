/* A Cortex-M under QEMU: vectors, reset, semihosting, and the board's timer.
 *
 * TIMER says which timer the board has:
 *   TIMER_CMSDK  of the MPS2 boards, at TIMER_ADDRESS: counts down from 2^32 - 1
 *   TIMER_NRF51  of the micro:bit: 32 bits, 16 MHz
 */
#include "board.h"

extern uint32_t board_stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

#define REGISTER(address) (*(volatile uint32_t *)(address))

static uint32_t semihosting(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

void board_print(const char *text)
{
	semihosting(0x04, text);
}

void board_exit(int status)
{
	/* ADP_Stopped_ApplicationExit, and the status. */
	const uint32_t block[2] = { 0x20026, (uint32_t)status };

	semihosting(0x20, block);
	for (;;)
		;
}

#if defined(TIMER_CMSDK)

static void start_timer(void)
{
	REGISTER(TIMER_ADDRESS + 0x8) = 0xFFFFFFFFu; /* reload */
	REGISTER(TIMER_ADDRESS + 0x4) = 0xFFFFFFFFu; /* value */
	REGISTER(TIMER_ADDRESS + 0x0) = 1;           /* enable */
}

uint32_t board_ticks(void)
{
	return 0xFFFFFFFFu - REGISTER(TIMER_ADDRESS + 0x4);
}

#elif defined(TIMER_NRF51)

static void start_timer(void)
{
	REGISTER(0x40008508) = 3; /* bit mode: 32 */
	REGISTER(0x40008510) = 0; /* prescaler */
	REGISTER(0x40008000) = 1; /* start */
}

uint32_t board_ticks(void)
{
	REGISTER(0x40008040) = 1; /* capture */
	return REGISTER(0x40008540);
}

#else
#error "which timer?"
#endif

void reset(void)
{
	uint32_t *to;
	const uint32_t *from = data_load;

	for (to = data_start; to < data_end; to++)
		*to = *from++;
	for (to = bss_start; to < bss_end; to++)
		*to = 0;
#ifdef __ARM_FP
	REGISTER(0xE000ED88) |= 0xFu << 20; /* the floating-point unit, whose registers compilers use */
	__asm__ volatile("dsb; isb" ::: "memory");
#endif
	start_timer();
	board_exit(main());
}

static void fault(void)
{
	board_print("fault\n");
	board_exit(99);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
	board_stack_top, (void *)reset, (void *)fault, (void *)fault, (void *)fault,
	(void *)fault,   (void *)fault,
};
