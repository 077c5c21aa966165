/* dead_letters - the articles that could not be processed, each with stage, reason and the record
 * as it came. JSON lines; the file is made when the first one is written.
 *
 *   {"dead_letter":1,"source":"news.jsonl:17","id":"a17","reader":"jsonl","stage":"extract_quotes",
 *    "reason":"...","record":"{\"id\":..."}
 *
 * `record` is the record's bytes; `record_base64` instead if they are not UTF-8 or too many to
 * hold. The file can be given to a run as input: its records are then read as they first were,
 * under their first source.
 */
#ifndef CORE_DEAD_LETTERS_H
#define CORE_DEAD_LETTERS_H

#include "output_file.h"
#include "textmill/plugin.h"
#include <stdint.h>

typedef struct dead_letters dead_letters;

typedef struct dead_letter {
    const char *source;
    mill_text id; /* empty: not known */
    const char *reader;
    const char *stage; /* "input" for a reader, else the section's name */
    const char *reason;
} dead_letter;

/* Prepares the file; nothing is made yet. A file that exists is refused without `force`.
 * Fails: NULL with the reason. */
dead_letters *dead_letters_open(const char *path, bool force, mill_error *error);

/* Opens what a killed run has left, cut to what `written` says; `count` letters are in it.
 * Fails: NULL with the reason. */
dead_letters *dead_letters_resume(const char *path, bool force, const written_file *written,
                                  uint64_t count, mill_error *error);

/* Writes one dead letter whole. Fails: false with the reason. */
bool dead_letters_add(dead_letters *letters, const dead_letter *letter, mill_text record,
                      mill_error *error);

/* Writes a record in pieces: begin, any number of parts, end. */
bool dead_letters_begin(dead_letters *letters, const dead_letter *letter, mill_error *error);
bool dead_letters_part(dead_letters *letters, mill_text part, mill_error *error);
bool dead_letters_end(dead_letters *letters, mill_error *error);

uint64_t dead_letters_count(const dead_letters *letters);

/* The file's final name. */
const char *dead_letters_path(const dead_letters *letters);

/* As those of an output_file; with no letter there is nothing to do. */
bool dead_letters_flush(dead_letters *letters, mill_error *error);
void dead_letters_measure(const dead_letters *letters, written_file *written);
bool dead_letters_sync(dead_letters *letters, bool complete, mill_error *error);

/* Finishes and releases; with `keep_part`, leaves it as NAME.part (an interrupted run). With force
 * and no letter written, an old file of that name is removed, so that it cannot be mistaken. */
bool dead_letters_close(dead_letters *letters, bool keep_part, mill_error *error);

/* A dead letter read back. */
typedef struct dead_letter_record {
    mill_text source;
    mill_text reader;
    mill_text record;
} dead_letter_record;

/* Tells whether `line` starts as a dead letter does. */
bool dead_letter_is(mill_text line);

/* Reads one line back, decoding in place: the parts of `letter` point into `line`, which is
 * changed. Fails: false with what is wrong (without the place). */
bool dead_letter_parse(char *line, size_t length, dead_letter_record *letter, mill_error *error);

#endif
