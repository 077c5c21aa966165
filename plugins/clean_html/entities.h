/* entities - character references: &eacute; &#233; &#xE9;, always with their semicolon. */
#ifndef CLEAN_HTML_ENTITIES_H
#define CLEAN_HTML_ENTITIES_H

#include "textmill/words.h"

typedef struct named_entity {
    mill_text name;
    uint32_t code;
    int32_t next; /* another whose name differs in case only, or MILL_WORD_ABSENT */
} named_entity;

typedef struct entity_table {
    mill_words names; /* to the head of a chain in `entities` */
    named_entity *entities;
    uint32_t count;
} entity_table;

/* Reads entities.txt. Fails: MILL_FAILED, with the reason set. */
mill_status entities_open(entity_table *table, mill_setup *setup);

/* Decodes the reference that begins with the & at `at`; one that was escaped more than once, to
 * the end. Returns where it ends, 0 if there is none there; `bytes` gets up to 4 bytes. */
size_t entities_decode(const entity_table *table, mill_text text, size_t at, char *bytes,
                       size_t *length);

#endif
