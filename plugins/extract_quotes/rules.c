/* rules - see rules.h. */
#include "rules.h"

#include <stdlib.h>

MILL_EMBEDDED(rules)

mill_status rules_open(rule_table *rules, mill_setup *setup)
{
    mill_lines lines = {rules_text(), 0};
    mill_text line;
    uint32_t rule = RULE_NONE;
    while (mill_lines_next(&lines, &line) && ++rule < RULE_COUNT) {
        rules->names[rule] = vocabulary_take_word(&line);
        for (uint32_t kind = PHRASE_NAME; kind < RULE_COLUMNS; kind++)
            rules->confidence[rule][kind] = strtod(vocabulary_take_word(&line).data, NULL);
    }
    if (rule + 1 == RULE_COUNT) return MILL_OK;
    return mill_setup_fail(setup,
                           "the built-in table of rules does not fit; install textmill again");
}
