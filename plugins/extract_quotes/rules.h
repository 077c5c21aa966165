/* rules - the names of the rules of attribution and how sure each of them is.
 *
 * Read from rules.txt, where the figures are those measured on the development set.
 */
#ifndef EXTRACT_QUOTES_RULES_H
#define EXTRACT_QUOTES_RULES_H

#include "attribution.h"

/* A column for each kind of phrase, and one for pronouns that fit two people. */
#define RULE_COLUMNS (PHRASE_KINDS + 1)

typedef struct rule_table {
    mill_text names[RULE_COUNT];
    double confidence[RULE_COUNT][RULE_COLUMNS];
} rule_table;

/* Returns the column of the table that an attribution belongs to. */
static inline uint32_t rules_column(const attribution *by)
{
    return by->doubtful ? PHRASE_KINDS : (uint32_t)by->kind;
}

/* Reads the built-in table. Fails: MILL_FAILED, with the reason set. */
mill_status rules_open(rule_table *rules, mill_setup *setup);

#endif
