/* What the meter's own firmware provides. docs/firmware.md says what each of these must keep to. */
#ifndef PORT_H
#define PORT_H

#include <stddef.h>
#include <stdint.h>

#ifndef FLASH_SECTOR
#define FLASH_SECTOR 4096u
#endif
#define FLASH_SECTORS 6u

/* Flash as NOR flash is: erasing sets all bits of a sector, writing clears bits. Power may fail between any two bytes of
 * a write and in the middle of an erasure. Nobody else uses these sectors, and nobody outside can read them. */
void flash_read(uint32_t address, void *to, size_t length);
void flash_write(uint32_t address, const void *from, size_t length);
void flash_erase(uint32_t sector);

/* From the hardware's random number generator: the seed and the first salt secret are made of it. */
void random_bytes(void *to, size_t length);

/* What a register has counted since it was made, in Wh or litres: 0 import, 1 export. */
uint64_t register_total(unsigned direction);

#endif
