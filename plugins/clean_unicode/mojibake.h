/* mojibake - repairs UTF-8 that was read as Windows-1252 or Latin-1, once or more often.
 *
 * Only a sequence of characters that goes back byte by byte to valid UTF-8 is a candidate, and only
 * a result listed in mojibake.txt is accepted; how much more evidence it takes depends on how
 * likely people are to have written the sequence itself. */
#ifndef CLEAN_UNICODE_MOJIBAKE_H
#define CLEAN_UNICODE_MOJIBAKE_H

#include "characters.h"

#define MOJIBAKE_RUN_MAX 128 /* characters repaired in one go */

typedef struct mojibake_target {
    uint32_t first;
    uint32_t last;
    bool strong;
} mojibake_target;

#define MOJIBAKE_TARGETS_MAX 64

typedef struct mojibake_table {
    mojibake_target targets[MOJIBAKE_TARGETS_MAX]; /* sorted */
    uint32_t count;
} mojibake_table;

typedef struct mojibake_run {
    uint32_t codes[MOJIBAKE_RUN_MAX]; /* after the repair */
    uint32_t count;
    uint32_t before; /* the character before the run; 0 if none */
    uint32_t after;  /* the character behind it; 0 if none */
    bool evidence;   /* in and out: the text has had strong mojibake */
} mojibake_run;

/* Reads mojibake.txt. Fails: MILL_FAILED, with the reason set. */
mill_status mojibake_open(mojibake_table *table, mill_setup *setup);

/* Tells whether a misread sequence could begin with the character at `data`: one that stands for a
 * UTF-8 lead byte and is followed by another that is not ASCII; or a C1 control. */
static inline bool mojibake_may_begin(const char *data)
{
    unsigned char lead = (unsigned char)data[0], second = (unsigned char)data[1];
    if (lead == 0xC2) return second < 0xA0 && second != 0x85;
    return lead == 0xC3 && second >= 0x82 && second <= 0xB4 && (unsigned char)data[2] >= 0xC2;
}

/* Reads a run from `at` on into `run`: characters that stand for bytes over 0x7F. Sets all of
 * `run` but `evidence`. Returns where it ends. */
size_t mojibake_read_run(mill_text text, size_t at, mojibake_run *run);

/* Repairs the run. Returns false if nothing was changed. */
bool mojibake_repair(const mojibake_table *table, mojibake_run *run);

/* Returns the character that Windows-1252 has at a C1 code point; the code point itself if none. */
uint32_t mojibake_windows_1252(uint32_t code);

#endif
