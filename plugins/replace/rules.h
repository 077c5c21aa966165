/* rules - compiled patterns with their replacements. */
#ifndef REPLACE_RULES_H
#define REPLACE_RULES_H

#include "textmill/words.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { RULE_MATCHED = 1, RULE_ABSENT = 0 }; /* below 0: an error of PCRE2 */

typedef struct replace_rule {
    const char *name; /* for messages */
    pcre2_code *code;
    pcre2_match_data *match; /* of `next` */
    mill_text with;
    mill_span next; /* the next match in the article */
    bool is_known;  /* `next` is looked for already */
    bool is_done;   /* there is none any more */
} replace_rule;

typedef struct rule_book {
    replace_rule *rules;
    size_t count;
    size_t room;
    pcre2_match_context *context;
    bool ignore_case;
} rule_book;

/* Prepares a book without rules. Fails: MILL_FAILED, with the reason set. */
mill_status rules_open(rule_book *book, mill_setup *setup, uint32_t match_limit, bool ignore_case);

/* Adds a rule; `name` is for messages. Owns: the texts stay as long as the book.
 * Fails: MILL_FAILED, with the reason set. */
mill_status rules_add(rule_book *book, mill_setup *setup, const char *name, mill_text pattern,
                      mill_text with);

/* Adds the rules of a file. Fails: MILL_FAILED, with the reason set. */
mill_status rules_add_file(rule_book *book, mill_setup *setup, const char *path, mill_text file);

void rules_close(rule_book *book);

/* Forgets the matches of the article before. */
void rules_begin(rule_book *book);

/* Looks for the next match of a rule from `at` on. */
int rules_match(const rule_book *book, replace_rule *rule, mill_text text, size_t at);

/* Edits the document where `rule` matches next. Fails: false, out of memory. */
bool rules_put(const replace_rule *rule, mill_document *document, mill_text text);

/* Says what an error of PCRE2 means for the user. */
const char *rules_reason(int status);

#endif
