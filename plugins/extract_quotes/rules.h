/* rules - the names of the rules of attribution and how sure each of them is.
 *
 * Read from rules.txt, where the figures are those measured on the development set.
 */
#ifndef EXTRACT_QUOTES_RULES_H
#define EXTRACT_QUOTES_RULES_H

#include "attribution.h"

typedef struct rule_table {
    mill_text names[RULE_COUNT];
    double confidence[RULE_COUNT][PHRASE_KINDS];
} rule_table;

/* Reads the built-in table. Fails: MILL_FAILED, with the reason set. */
mill_status rules_open(rule_table *rules, mill_setup *setup);

#endif
