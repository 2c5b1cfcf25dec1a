#include "store.h"

#include <string.h>

/* Sectors 0 and 1 hold states, one slot after the other, the others openings. */
#define STATE_SECTORS 2u
#define STATE_SLOT 160u
#define STATE_SLOTS (FLASH_SECTOR / STATE_SLOT)
#define OPENING_SLOT 176u
#define OPENING_SLOTS (FLASH_SECTOR / OPENING_SLOT)

struct state_slot {
	struct state state;
	uint32_t checksum;
};

struct opening_slot {
	struct opening opening;
	uint32_t checksum;
	/* Any cleared bit says that it is done; neither is part of the checksum. */
	uint32_t sent, handed;
};

typedef char state_fits[sizeof(struct state_slot) <= STATE_SLOT ? 1 : -1];
typedef char opening_fits[sizeof(struct opening_slot) <= OPENING_SLOT ? 1 : -1];

/* CRC-32 of IEEE 802.3. */
static uint32_t checksum(const void *of, size_t length)
{
	const uint8_t *byte = of;
	uint32_t crc = 0xFFFFFFFFu;
	int bit;

	while (length--) {
		crc ^= *byte++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1)));
	}
	return ~crc;
}

/* Whether flash holds this byte from an address on. */
static int holds(uint32_t address, size_t length, uint8_t byte)
{
	uint8_t there;

	for (; length; length--, address++) {
		flash_read(address, &there, 1);
		if (there != byte)
			return 0;
	}
	return 1;
}

static void overwrite(uint32_t address, size_t length)
{
	static const uint8_t zeros[16];
	size_t part;

	for (; length; length -= part, address += part) {
		part = length < sizeof zeros ? length : sizeof zeros;
		flash_write(address, zeros, part);
	}
}

static uint32_t state_place(uint32_t slot)
{
	return slot / STATE_SLOTS * FLASH_SECTOR + slot % STATE_SLOTS * STATE_SLOT;
}

#define ALL_STATES (STATE_SECTORS * STATE_SLOTS)

/* The slot of the newest valid state, or ALL_STATES. */
static uint32_t newest(struct state *state)
{
	struct state_slot read;
	uint32_t slot, found = ALL_STATES;

	for (slot = 0; slot < ALL_STATES; slot++) {
		flash_read(state_place(slot), &read, sizeof read);
		if (read.checksum != checksum(&read.state, sizeof read.state))
			continue;
		if (found == ALL_STATES || read.state.generation > state->generation) {
			*state = read.state;
			found = slot;
		}
	}
	memset(&read, 0, sizeof read);
	return found;
}

/* Overwrites whatever is in the other slots. */
static void forget_all_but(uint32_t kept)
{
	uint32_t slot, place;

	for (slot = 0; slot < ALL_STATES; slot++) {
		place = state_place(slot);
		if (slot != kept && !holds(place, STATE_SLOT, 0xFF) && !holds(place, STATE_SLOT, 0))
			overwrite(place, STATE_SLOT);
	}
}

/* Overwrites openings that are done with, and what a cut left of others: it holds their salts. */
static void forget_openings(void);

int store_load(struct state *state)
{
	uint32_t slot;

	memset(state, 0, sizeof *state);
	slot = newest(state);
	if (slot == ALL_STATES)
		return STORE_EMPTY;
	forget_all_but(slot);
	forget_openings();
	return 0;
}

void store_save(struct state *state)
{
	struct state_slot write;
	struct state old;
	uint32_t last, slot, sector;

	memset(&old, 0, sizeof old);
	last = newest(&old);
	sector = last == ALL_STATES ? 0 : last / STATE_SLOTS;
	for (slot = sector * STATE_SLOTS; slot < (sector + 1) * STATE_SLOTS; slot++)
		if (holds(state_place(slot), STATE_SLOT, 0xFF))
			break;
	if (slot == (sector + 1) * STATE_SLOTS) {
		/* No room beside the old state, or nothing but rests of a first boot: the other sector. */
		sector = 1 - sector;
		slot = sector * STATE_SLOTS;
		flash_erase(sector);
	}
	memset(&write, 0, sizeof write);
	state->generation = old.generation + 1;
	write.state = *state;
	write.checksum = checksum(&write.state, sizeof write.state);
	flash_write(state_place(slot), &write, sizeof write);
	memset(&write, 0, sizeof write);
	memset(&old, 0, sizeof old);
	forget_all_but(slot);
}

static uint32_t opening_place(uint32_t slot)
{
	return (STATE_SECTORS + slot / OPENING_SLOTS) * FLASH_SECTOR +
	       slot % OPENING_SLOTS * OPENING_SLOT;
}

#define ALL_OPENINGS ((FLASH_SECTORS - STATE_SECTORS) * OPENING_SLOTS)

static int is_whole(const struct opening_slot *read)
{
	return read->checksum == checksum(&read->opening, sizeof read->opening);
}

static void forget_openings(void)
{
	struct opening_slot read;
	uint32_t slot, place;

	for (slot = 0; slot < ALL_OPENINGS; slot++) {
		place = opening_place(slot);
		flash_read(place, &read, sizeof read);
		if (is_whole(&read) && (read.sent == 0xFFFFFFFFu || read.handed == 0xFFFFFFFFu))
			continue;
		if (!holds(place, OPENING_SLOT, 0xFF) && !holds(place, sizeof read.opening, 0))
			overwrite(place, sizeof read.opening);
	}
	memset(&read, 0, sizeof read);
}

/* Whether nothing is left to be done with what a sector holds. */
static int is_done(uint32_t first)
{
	struct opening_slot read;
	uint32_t slot;

	for (slot = first; slot < first + OPENING_SLOTS; slot++) {
		flash_read(opening_place(slot), &read, sizeof read);
		if (is_whole(&read) && (read.sent == 0xFFFFFFFFu || read.handed == 0xFFFFFFFFu))
			return 0;
	}
	return 1;
}

int store_add(const struct opening *opening)
{
	struct opening_slot write;
	uint32_t slot, first;

	for (slot = 0; slot < ALL_OPENINGS; slot++)
		if (holds(opening_place(slot), OPENING_SLOT, 0xFF))
			break;
	if (slot == ALL_OPENINGS) {
		for (first = 0; first < ALL_OPENINGS && !is_done(first); first += OPENING_SLOTS)
			;
		if (first == ALL_OPENINGS)
			return STORE_FULL;
		flash_erase(STATE_SECTORS + first / OPENING_SLOTS);
		slot = first;
	}
	memset(&write, 0xFF, sizeof write);
	write.opening = *opening;
	write.checksum = checksum(&write.opening, sizeof write.opening);
	flash_write(opening_place(slot), &write, offsetof(struct opening_slot, sent));
	memset(&write, 0, sizeof write);
	return 0;
}

int store_find(uint64_t period, uint32_t direction, struct opening *opening)
{
	struct opening_slot read;
	uint32_t slot;

	for (slot = 0; slot < ALL_OPENINGS; slot++) {
		flash_read(opening_place(slot), &read, sizeof read);
		if (is_whole(&read) && read.opening.period == period &&
		    read.opening.direction == direction) {
			*opening = read.opening;
			return 1;
		}
	}
	return 0;
}

/* Where an opening stands in the order of periods. */
static uint64_t rank(const struct opening *opening)
{
	return opening->period << 1 | (opening->direction & 1);
}

uint32_t store_next(enum store_mark mark, uint64_t period, uint64_t *cursor,
                    struct opening *opening)
{
	struct opening_slot read;
	uint32_t slot, found = 0;

	for (slot = 0; slot < ALL_OPENINGS; slot++) {
		flash_read(opening_place(slot), &read, sizeof read);
		if (!is_whole(&read) || read.opening.period >= period)
			continue;
		if ((mark == STORE_TO_SEND ? read.sent : read.handed) != 0xFFFFFFFFu)
			continue;
		if (rank(&read.opening) < *cursor || (found && rank(&read.opening) > rank(opening)))
			continue;
		*opening = read.opening;
		found = opening_place(slot);
	}
	if (found)
		*cursor = rank(opening) + 1;
	return found;
}

void store_done(enum store_mark mark, uint32_t place)
{
	struct opening_slot read;

	overwrite(place + (mark == STORE_TO_SEND ? offsetof(struct opening_slot, sent)
	                                         : offsetof(struct opening_slot, handed)),
	          sizeof read.sent);
	flash_read(place, &read, sizeof read);
	/* The owner has it and the chain has it: reading and salt need not lie here. */
	if (read.sent != 0xFFFFFFFFu && read.handed != 0xFFFFFFFFu)
		overwrite(place, sizeof read.opening);
	memset(&read, 0, sizeof read);
}
