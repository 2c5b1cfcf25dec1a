/* What a meter keeps, so that power may fail at any moment. */
#ifndef STORE_H
#define STORE_H

#include "port.h"

/* Keys, and where the meter stands. */
struct state {
	uint32_t generation; /* the newest valid one holds */
	uint32_t device;     /* NOT_REGISTERED until the chain has a number for it */
	uint8_t seed[32];
	uint8_t secret[32]; /* the salt secret of `period` */
	uint8_t genesis[32];
	uint64_t period;    /* the one that runs: earlier ones are committed to */
	uint64_t totals[2]; /* of the registers when it began */
};

#define NOT_REGISTERED 0xFFFFFFFFu

/* A reading that was committed to, and what opens the commitment. */
struct opening {
	uint64_t period;
	uint32_t device;
	uint32_t direction;
	uint32_t reading;
	uint32_t reserved;
	uint64_t salt[4];
	uint8_t commitment[32];
	uint8_t signature[64];
};

/* 0, or that there is no state: a first boot, or one that was cut off. */
#define STORE_EMPTY (-1)
#define STORE_FULL (-2)

/* Reads the newest state, and overwrites every other: a salt secret that has passed is gone from then on. */
int store_load(struct state *state);

/* Replaces the state: first the new one is there, then the old one is overwritten. Counts its generation up. */
void store_save(struct state *state);

/* Adds an opening. STORE_FULL, and nothing has changed, while every older one is still to be sent or handed over. */
int store_add(const struct opening *opening);

/* The opening of this slot if there is one: 1 or 0. */
int store_find(uint64_t period, uint32_t direction, struct opening *opening);

/* What is still to be done with an opening. */
enum store_mark { STORE_TO_SEND, STORE_TO_HAND };

/* The oldest opening before `period` with which this is still to be done, and which comes after the one that the last
 * call with this cursor gave: its place, or 0. A cursor begins with 0. */
uint32_t store_next(enum store_mark mark, uint64_t period, uint64_t *cursor,
                    struct opening *opening);

/* It is done. What is handed over is overwritten. */
void store_done(enum store_mark mark, uint32_t place);

#endif
