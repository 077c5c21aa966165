/* replace - a user's own rules: what a pattern of PCRE2 matches gives way to a replacement. Rules
 * come from the pipeline file (`pattern`, `with`) or from a file, and are held against the text one
 * after another in one pass: at each place the rule that matches first counts, the earlier rule
 * where two do; what was put in is not looked at again.
 *
 * A hostile text cannot hang a rule: PCRE2 stops after a number of steps, and the article is set
 * aside with the rule's name.
 */
#include "rules.h"

static mill_status open_replacer(mill_setup *setup, void **instance)
{
    rule_book *book = mill_setup_alloc(setup, sizeof *book);
    const char *pattern = mill_setup_string(setup, "pattern");
    const char *with = mill_setup_string(setup, "with");
    const char *path = mill_setup_string(setup, "rules");
    mill_text file;
    if (book == NULL) return MILL_FAILED;
    *instance = book;
    uint32_t limit = (uint32_t)mill_setup_integer(setup, "match_limit");
    bool ignore_case = mill_setup_boolean(setup, "ignore_case");
    mill_status status = rules_open(book, setup, limit, ignore_case);
    if (status == MILL_OK && *pattern != '\0')
        status = rules_add(book, setup, "pattern", (mill_text){pattern, strlen(pattern)},
                           (mill_text){with, strlen(with)});
    if (status == MILL_OK && *path != '\0') {
        status = mill_setup_read_file(setup, path, &file);
        if (status == MILL_OK) status = rules_add_file(book, setup, path, file);
    }
    if (status == MILL_OK && book->count == 0)
        status =
            mill_setup_fail(setup, "nothing to replace; set pattern, or rules to a file of them");
    if (status != MILL_OK) rules_close(book);
    return status;
}

static void close_replacer(void *instance)
{
    rules_close(instance);
}

/* Finds the next match of a rule from `at` on. Returns false where the article failed. */
static bool find_next(rule_book *book, replace_rule *rule, mill_document *document, mill_text text,
                      size_t at)
{
    if (rule->is_done || (rule->is_known && rule->next.begin >= at)) return true;
    int status = rules_match(book, rule, text, at);
    if (status == RULE_MATCHED) return true;
    rule->is_done = true;
    if (status == RULE_ABSENT) return true;
    mill_fail(document, "%s: %s", rule->name, rules_reason(status));
    return false;
}

static mill_status replace_article(void *instance, mill_document *document)
{
    rule_book *book = instance;
    mill_text text = mill_document_text(document);
    rules_begin(book);
    for (size_t at = 0; at <= text.length;) {
        replace_rule *first = NULL;
        for (size_t i = 0; i < book->count; i++) {
            replace_rule *rule = &book->rules[i];
            if (!find_next(book, rule, document, text, at)) return MILL_FAILED;
            if (!rule->is_done && (first == NULL || rule->next.begin < first->next.begin))
                first = rule;
        }
        if (first == NULL) return MILL_OK;
        if (!rules_put(first, document, text)) return MILL_FAILED;
        at = first->next.end;
        if (first->next.end == first->next.begin) { /* an empty match: on to the next character */
            at++;
            while (at < text.length && ((unsigned char)text.data[at] & 0xC0u) == 0x80) at++;
        }
    }
    return MILL_OK;
}

/* ---- The descriptor ------------------------------------------------------------------------ */

static const mill_option options[] = {
    {.name = "pattern",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help = "what to replace, a pattern of PCRE2; ^ and $ stand for the ends of lines"},
    {.name = "with",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help = "what comes in its place; $1 to $9 are groups, $0 the match, $$ a dollar, \\n a line "
             "break"},
    {.name = "rules",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "a file of further rules, one a line: pattern, tab, replacement"},
    {.name = "ignore_case",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "capitals and small letters count as the same"},
    {.name = "match_limit",
     .type = MILL_OPTION_INTEGER,
     .standard = "1000000",
     .minimum = 1000,
     .maximum = 1e9,
     .help = "steps of one match after which the article is set aside"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "replace",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "replaces what patterns of your own match",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_replacer,
    .close = close_replacer,
    .process = replace_article,
};
