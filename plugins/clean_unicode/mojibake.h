/* mojibake - repairs UTF-8 that was read in a single-byte encoding, once or more often.
 *
 * Only a sequence of characters that goes back byte by byte to valid UTF-8 is a candidate, and only
 * a result listed in mojibake.txt is accepted; how much more evidence it takes depends on how
 * likely people are to have written the sequence itself. */
#ifndef CLEAN_UNICODE_MOJIBAKE_H
#define CLEAN_UNICODE_MOJIBAKE_H

#include "misread.h"

#define MOJIBAKE_RUN_MAX 128 /* characters repaired in one go */

typedef struct mojibake_target {
    uint32_t first;
    uint32_t last;
    bool strong;
} mojibake_target;

#define MOJIBAKE_TARGETS_MAX 96

typedef struct mojibake_table {
    misread_table misread;
    mojibake_target targets[MOJIBAKE_TARGETS_MAX]; /* sorted */
    uint32_t count;
} mojibake_table;

/* Encodings that the text was clearly misread in, as sets. */
typedef struct mojibake_evidence {
    uint16_t last;    /* in the last step */
    uint16_t earlier; /* in a step before that, if there were several */
} mojibake_evidence;

typedef struct mojibake_run {
    uint32_t codes[MOJIBAKE_RUN_MAX]; /* after the repair */
    uint32_t count;
    uint32_t before;            /* the character before the run; 0 if none */
    uint32_t after;             /* the character behind it; 0 if none */
    mojibake_evidence evidence; /* in and out */
    bool doubtful;              /* out: more evidence could change more */
} mojibake_run;

/* Reads mojibake.txt and encodings.txt. Fails: MILL_FAILED, with the reason set. */
mill_status mojibake_open(mojibake_table *table, mill_setup *setup);

/* Tells whether a misread sequence could begin with the character at `data`: one that stands for a
 * lead byte and is followed by one that stands for another, or by the space that a no-break space
 * was turned into; or a C1 control. */
static inline bool mojibake_may_begin(const mojibake_table *table, const char *data)
{
    unsigned char lead = (unsigned char)data[0];
    unsigned length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned char next = (unsigned char)data[length];
    if (lead < 0xC2) return false;
    if (lead == 0xC2 && (unsigned char)data[1] < 0xA0) return (unsigned char)data[1] != 0x85;
    if (next < 0xC2) return next == ' ' && lead == 0xC3 && ((unsigned char)data[1] | 1) == 0x83;
    uint32_t code, second;
    mill_utf8_read(data, &code);
    mill_utf8_read(data + length, &second);
    return (misread_find(&table->misread, code)->leads &
            misread_find(&table->misread, second)->continues) != 0;
}

/* Reads a run from `at` on into `run`: characters that stand for bytes over 0x7F. Sets all of
 * `run` but `evidence`. Returns where it ends. */
size_t mojibake_read_run(const mojibake_table *table, mill_text text, size_t at, mojibake_run *run);

/* Repairs the run. Returns false if nothing was changed. */
bool mojibake_repair(const mojibake_table *table, mojibake_run *run);

/* Looks through the text from `at` on for what is clearly misread. Returns the encodings of the
 * last step. */
uint16_t mojibake_find_evidence(const mojibake_table *table, mill_text text, size_t at);

#endif
