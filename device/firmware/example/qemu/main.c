/* The example on an emulated Cortex-M4 (mps2-an386): the wire is its serial line; flash is a file of the machine that
 * runs the emulator, in the folder where that was started; so are random numbers, and the registers count seconds. */
#include <string.h>

#include "board.h"
#include "wire.h"

void meterproof_panic(void)
{
	board_exit(98);
}

#define FLASH_BYTES (FLASH_SECTORS * FLASH_SECTOR)

/* What the file holds. */
static uint8_t mirror[FLASH_BYTES];
static uint32_t file;

static uint32_t call(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

/* Modes of the C library's fopen: 1 "rb", 3 "r+b". */
static uint32_t open_file(const char *path, uint32_t mode)
{
	const uint32_t block[3] = { (uint32_t)path, mode, strlen(path) };
	uint32_t handle = call(0x01, block);

	if (handle == 0xFFFFFFFFu)
		board_exit(97);
	return handle;
}

static void read_file(uint32_t handle, void *to, size_t length)
{
	const uint32_t block[3] = { handle, (uint32_t)to, length };

	if (call(0x06, block))
		board_exit(96);
}

static void write_through(uint32_t address, size_t length)
{
	const uint32_t seek[2] = { file, address };
	const uint32_t block[3] = { file, (uint32_t)(mirror + address), length };

	if (call(0x0A, seek) || call(0x05, block))
		board_exit(95);
}

void flash_read(uint32_t address, void *to, size_t length)
{
	memcpy(to, mirror + address, length);
}

void flash_write(uint32_t address, const void *from, size_t length)
{
	const uint8_t *byte = from;

	/* One byte at a time, as a part may do it: the emulator can be stopped after each. */
	for (; length; length--, address++) {
		mirror[address] &= *byte++;
		write_through(address, 1);
	}
}

void flash_erase(uint32_t sector)
{
	memset(mirror + sector * FLASH_SECTOR, 0xFF, FLASH_SECTOR);
	write_through(sector * FLASH_SECTOR, FLASH_SECTOR);
}

void random_bytes(void *to, size_t length)
{
	uint32_t handle = open_file("/dev/urandom", 1);

	read_file(handle, to, length);
	call(0x02, &handle);
}

uint64_t register_total(unsigned direction)
{
	uint64_t seconds = call(0x11, 0);

	return direction == 0 ? seconds * 3 : seconds * 20;
}

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART 0x40004000u

void wire_print(const char *text)
{
	for (; *text; text++) {
		while (REGISTER(UART + 0x4) & 1)
			;
		REGISTER(UART) = (uint8_t)*text;
	}
}

static char wire_read(void)
{
	while (!(REGISTER(UART + 0x4) & 2))
		;
	return (char)REGISTER(UART);
}

int main(void)
{
	static struct meter meter;
	static char line[256];
	size_t length = 0;
	char byte;

	REGISTER(UART + 0x10) = 16; /* divisor of the clock */
	REGISTER(UART + 0x8) = 3;   /* send, receive */
	file = open_file("flash.bin", 3);
	read_file(file, mirror, sizeof mirror);

	meter_boot(&meter);
	wire_hello(&meter);
	for (;;) {
		byte = wire_read();
		if (byte != '\n') {
			/* Of a line that is too long nothing is understood. */
			if (length < sizeof line - 1)
				line[length++] = byte;
			continue;
		}
		line[length] = 0;
		wire_answer(&meter, length == sizeof line - 1 ? "" : line);
		length = 0;
	}
}
