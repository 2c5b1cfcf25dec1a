/* The example firmware over simulated flash whose power is cut at one byte of one write after the other, and a second
 * time soon after. Built and run by c_abi.rs with small sectors, so that each is filled and erased several times.
 *
 *   power_cuts STEP     cuts at every STEPth byte
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meter.h"

#define PERIODS 9
#define LENGTH 1000u
#define SIZE (FLASH_SECTORS * FLASH_SECTOR)

static uint8_t flash[SIZE];
static jmp_buf power;
static long left;    /* bytes until the cut, or -1 */
static long written; /* bytes in all */
static uint64_t totals[2];
static uint8_t first_secret[32];
static uint32_t random_state;

static struct {
	struct opening opening;
	int sent, handed;
} world[PERIODS + 2][2];

#define REQUIRE(condition)                                                                  \
	do {                                                                                \
		if (!(condition)) {                                                         \
			printf("line %d, cut at %ld: %s\n", __LINE__, cut_at, #condition); \
			exit(1);                                                            \
		}                                                                           \
	} while (0)

static long cut_at;

static void byte_passes(void)
{
	written++;
	if (left > 0)
		left--;
	if (left == 0) {
		left = -1;
		longjmp(power, 1);
	}
}

void flash_read(uint32_t address, void *to, size_t length)
{
	REQUIRE(address + length <= SIZE);
	memcpy(to, flash + address, length);
}

void flash_write(uint32_t address, const void *from, size_t length)
{
	const uint8_t *byte = from;

	REQUIRE(address + length <= SIZE);
	while (length--) {
		flash[address++] &= *byte++;
		byte_passes();
	}
}

void flash_erase(uint32_t sector)
{
	REQUIRE(sector < FLASH_SECTORS);
	memset(flash + sector * FLASH_SECTOR, 0xFF, FLASH_SECTOR / 2 - 3);
	byte_passes();
	memset(flash + sector * FLASH_SECTOR, 0xFF, FLASH_SECTOR);
	byte_passes();
}

static uint8_t random_byte(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint8_t)(random_state >> 24);
}

void random_bytes(void *to, size_t length)
{
	uint8_t *byte = to;
	size_t i;

	for (i = 0; i < length; i++)
		byte[i] = random_byte();
	/* The seed is drawn first, then the secret. */
	if (length == sizeof first_secret)
		memcpy(first_secret, to, sizeof first_secret);
}

/* Moves on each time that somebody looks. */
uint64_t register_total(unsigned direction)
{
	totals[direction] += 1 + (random_byte() & 63);
	return totals[direction];
}

static const uint8_t GENESIS[32] = { 7, 7, 7 };
static const struct schedule SCHEDULE = { 1000, METER_BIRTH, LENGTH };

static void gateway(const struct opening *opening)
{
	unsigned at = (unsigned)(opening->period - 1000);

	REQUIRE(opening->period >= 1000 && at < PERIODS + 2 && opening->direction < 2);
	/* The same bytes however often. */
	if (world[at][opening->direction].sent || world[at][opening->direction].handed)
		REQUIRE(!memcmp(&world[at][opening->direction].opening, opening, sizeof *opening));
	world[at][opening->direction].opening = *opening;
}

static void deliver(const struct meter *meter)
{
	struct opening opening;
	uint64_t cursor = 0;
	uint32_t place;

	while ((place = meter_next(meter, STORE_TO_SEND, &cursor, &opening))) {
		gateway(&opening);
		world[opening.period - 1000][opening.direction].sent++;
		store_done(STORE_TO_SEND, place);
	}
	cursor = 0;
	while ((place = meter_next(meter, STORE_TO_HAND, &cursor, &opening))) {
		gateway(&opening);
		world[opening.period - 1000][opening.direction].handed++;
		store_done(STORE_TO_HAND, place);
	}
}

static uint64_t now;

/* From a start to the end of the last period, or to a cut. */
static void live(struct meter *meter, uint8_t public_key[32])
{
	meter_boot(meter);
	/* Keys that were seen stay. */
	if (world[PERIODS + 1][0].sent)
		REQUIRE(!memcmp(public_key, meter->public_key, 32));
	memcpy(public_key, meter->public_key, 32);
	world[PERIODS + 1][0].sent = 1;
	REQUIRE(meter_register(meter, 5, GENESIS, now, &SCHEDULE) == METER_OK);
	while (now < METER_BIRTH + PERIODS * LENGTH) {
		REQUIRE(meter_clock(meter, now, &SCHEDULE) == METER_OK);
		deliver(meter);
		now += 400;
	}
	REQUIRE(meter_clock(meter, now, &SCHEDULE) == METER_OK);
	deliver(meter);
}

static int is_in_flash(const uint8_t *bytes, size_t length)
{
	uint32_t at;

	for (at = 0; at + length <= SIZE; at++)
		if (!memcmp(flash + at, bytes, length))
			return 1;
	return 0;
}

/* What must hold at the end, wherever the cut was. */
static void check(const struct meter *meter)
{
	uint64_t sums[2] = { 0, 0 };
	uint8_t secret[32], commitment[32], first[32] = { 0 };
	meterproof_slot slot;
	unsigned at, direction;
	struct opening opening;
	uint64_t begun = PERIODS;

	for (at = 0; at < PERIODS; at++) {
		for (direction = 0; direction < 2; direction++) {
			if (!world[at][direction].sent) {
				/* Registered after this period. */
				REQUIRE(begun == PERIODS);
				continue;
			}
			if (begun == PERIODS)
				begun = at;
			REQUIRE(world[at][direction].handed);
			opening = world[at][direction].opening;
			memset(&slot, 0, sizeof slot);
			memcpy(slot.genesis, GENESIS, sizeof slot.genesis);
			slot.period = opening.period;
			slot.device = 5;
			slot.direction = (uint8_t)direction;
			REQUIRE(!meterproof_commit(&slot, opening.reading, opening.salt, commitment));
			REQUIRE(!memcmp(commitment, opening.commitment, 32));
			REQUIRE(!is_in_flash((const uint8_t *)opening.salt, 16));
			sums[direction] += opening.reading;
		}
	}
	REQUIRE(begun <= 1);
	REQUIRE(meter->state.period == 1000 + PERIODS);
	/* Every Wh since the registration is in one reading, and in no two. The first reading of a register, which
	 * nobody recorded, is what is missing. */
	for (direction = 0; direction < 2; direction++) {
		REQUIRE(meter->state.totals[direction] > sums[direction]);
		REQUIRE(meter->state.totals[direction] <= totals[direction]);
	}
	/* Secrets of periods that are over are gone, and the last is what they lead to. */
	memcpy(secret, first_secret, sizeof secret);
	for (at = (unsigned)begun; at < PERIODS; at++) {
		memcpy(first, secret, sizeof first);
		REQUIRE(!is_in_flash(secret, 12));
		meterproof_ratchet(secret);
		REQUIRE(memcmp(first, secret, sizeof first));
	}
	REQUIRE(!memcmp(secret, meter->state.secret, sizeof secret));
	REQUIRE(is_in_flash(secret, sizeof secret));
}

/* A life with power cut at these bytes; -1 is never. */
static void life(long first, long second)
{
	struct meter meter;
	uint8_t public_key[32];
	volatile int cuts = 0;

	cut_at = first;
	memset(flash, 0xFF, sizeof flash);
	memset(world, 0, sizeof world);
	totals[0] = totals[1] = 0;
	random_state = 9;
	now = METER_BIRTH;
	written = 0;
	memset(&meter, 0, sizeof meter);
	if (setjmp(power)) {
		cuts++;
		now += 300;
	}
	left = cuts == 0 ? first : cuts == 1 ? second : -1;
	live(&meter, public_key);
	REQUIRE(first < 0 || cuts > 0);
	check(&meter);
}

/* Bad input: a named error, and nothing lost. */
static void refusals(void)
{
	static const uint8_t other[32] = { 8 };
	struct meter meter;
	struct state before;
	struct schedule none = SCHEDULE;
	unsigned period, full = 0;
	struct opening opening;
	uint64_t cursor = 0;

	cut_at = -1;
	left = -1;
	memset(flash, 0xFF, sizeof flash);
	memset(world, 0, sizeof world);
	now = METER_BIRTH + 500;
	meter_boot(&meter);
	REQUIRE(meter_clock(&meter, now, &SCHEDULE) == METER_NOT_REGISTERED);
	REQUIRE(meter_register(&meter, 5, GENESIS, METER_BIRTH - 1, &SCHEDULE) ==
	        METER_CLOCK_BEFORE_BIRTH);
	REQUIRE(meter_register(&meter, 5, GENESIS, now, &SCHEDULE) == METER_OK);
	before = meter.state;
	REQUIRE(meter_register(&meter, 5, other, now, &SCHEDULE) == METER_OTHER_CHAIN);
	REQUIRE(meter_register(&meter, 6, GENESIS, now, &SCHEDULE) == METER_OTHER_CHAIN);
	REQUIRE(meter_clock(&meter, 0, &SCHEDULE) == METER_CLOCK_BEFORE_BIRTH);
	none.length = 0;
	REQUIRE(meter_clock(&meter, now, &none) == METER_CLOCK_BEFORE_BIRTH);
	REQUIRE(meter_clock(&meter, now + (METER_STEPS + 1) * (uint64_t)LENGTH, &SCHEDULE) ==
	        METER_CLOCK_AHEAD);
	REQUIRE(meter_clock(&meter, UINT64_MAX, &SCHEDULE) == METER_CLOCK_AHEAD);
	REQUIRE(!memcmp(&before, &meter.state, sizeof before));

	/* Nobody listens until there is no room; then somebody does, and nothing is missing. */
	for (period = 1; period <= PERIODS && !full; period++)
		full = meter_clock(&meter, now + period * LENGTH, &SCHEDULE) == METER_FLASH_FULL;
	REQUIRE(full);
	REQUIRE(meter_clock(&meter, now, &SCHEDULE) ==
	        (meter.state.period > 1000 ? METER_CLOCK_BACK : METER_OK));
	now += PERIODS * LENGTH;
	while (meter_clock(&meter, now, &SCHEDULE) == METER_FLASH_FULL)
		deliver(&meter);
	deliver(&meter);
	REQUIRE(meter.state.period == 1000 + PERIODS);
	for (period = 0; period < PERIODS; period++)
		REQUIRE(world[period][0].sent && world[period][1].sent);
	REQUIRE(!meter_next(&meter, STORE_TO_SEND, &cursor, &opening));
}

int main(int count, char **arguments)
{
	long step = count > 1 ? atol(arguments[1]) : 1, all, at, lives = 0;

	life(-1, -1);
	all = written;
	for (at = 1; at <= all; at += step) {
		life(at, -1);
		life(at, 1 + at * 37 % 400);
		lives += 2;
	}
	refusals();
	printf("%ld bytes, %ld lives\n", all, lives);
	return 0;
}
