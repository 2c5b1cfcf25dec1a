/* What meter and gateway say to each other: lines of text.
 *
 *   meter    meter PUBLIC_KEY                            after each start
 *   gateway  chain DEVICE GENESIS NOW PERIOD START LENGTH
 *                                                        its registration, and the time: asked for again and again
 *   meter    commit DEVICE PERIOD DIRECTION COMMITMENT SIGNATURE
 *                                                        each that no gateway has confirmed
 *   meter    error NAME
 *   meter    done                                        ends the answer to each line
 *   gateway  recorded DEVICE PERIOD DIRECTION            a node has it, or will never take it
 *   owner    openings                                    on the meter's local link alone
 *   meter    opening DEVICE PERIOD DIRECTION READING SALT SALT SALT SALT
 *   owner    kept DEVICE PERIOD DIRECTION                the owner has stored it
 *
 * Byte strings are hexadecimal, numbers decimal, times Unix milliseconds, DIRECTION is import or export.
 */
#ifndef WIRE_H
#define WIRE_H

#include "meter.h"

/* The firmware's own: sends text. */
void wire_print(const char *text);

/* Says who the meter is. */
void wire_hello(const struct meter *meter);

/* Answers a line, of which no end of line is part. */
void wire_answer(struct meter *meter, const char *line);

#endif
