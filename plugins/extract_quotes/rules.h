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

/* Returns how sure an attribution is; a speaker who goes on is no surer than he was before. */
static inline double rules_confidence(const rule_table *rules, const attribution *by)
{
    uint32_t column = by->doubtful ? PHRASE_KINDS : (uint32_t)by->kind;
    double own = rules->confidence[by->rule][column];
    double before = rules->confidence[by->origin][column];
    return by->origin != RULE_NONE && before < own ? before : own;
}

/* Reads the built-in table. Fails: MILL_FAILED, with the reason set. */
mill_status rules_open(rule_table *rules, mill_setup *setup);

#endif
