/* subjects - who does what a verb says: the name, pronoun or noun phrase beside it.
 *
 * Works on the tokens of one sentence. No grammar: commas, prepositions and capitals say where a
 * phrase ends.
 */
#ifndef EXTRACT_QUOTES_SUBJECTS_H
#define EXTRACT_QUOTES_SUBJECTS_H

#include "tokens.h"

typedef enum phrase_kind {
    PHRASE_NONE,
    PHRASE_NAME,
    PHRASE_NOUN,
    PHRASE_PRONOUN,
    PHRASE_KINDS
} phrase_kind;

/* The tokens first..last. */
typedef struct phrase {
    uint32_t first;
    uint32_t last;
    phrase_kind kind;
} phrase;

/* Finds the subject of the verb at `verb` among the tokens from..verb-1: "Ann Lee, a nurse, said".
 */
phrase subject_before(const token_list *list, uint32_t from, uint32_t verb);

/* Finds the phrase that begins at `from`, before `to`: behind "said" or "according to". */
phrase phrase_at(const token_list *list, uint32_t from, uint32_t to);

/* As phrase_at, but what follows is a subject and no clause: "said MSNBC host Ann Lee". */
phrase phrase_behind_verb(const token_list *list, uint32_t from, uint32_t to);

/* Finds the name that ends right before token `end`. */
phrase name_before(const token_list *list, uint32_t end);

#define PARTNERS_MAX 3

/* Finds who speaks together with `found`: "Ann Lee and Bob Ray said"; behind a verb, `inverted`,
 * "said Ann Lee, Bob Ray and Cy Dee". Returns how many they are, in their order. */
uint32_t phrase_partners(const token_list *list, mill_text text, phrase found, bool inverted,
                         phrase partners[PARTNERS_MAX]);

/* Finds the subject of a clause that begins at `from`: "In May, Ann Lee ...". */
phrase subject_of_clause(const token_list *list, uint32_t from, uint32_t to);

#endif
