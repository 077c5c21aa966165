#include "rules.h"

#include <stdio.h>

#define RULES_MAX  4096
#define HEAP_LIMIT 32768 /* KB for one match; compiled patterns hardly use it */

/* ---- Opening ------------------------------------------------------------------------------- */

mill_status rules_open(rule_book *book, mill_setup *setup, uint32_t match_limit, bool ignore_case)
{
    book->ignore_case = ignore_case;
    book->context = pcre2_match_context_create(NULL);
    if (book->context == NULL) return mill_setup_fail(setup, "out of memory");
    pcre2_set_match_limit(book->context, match_limit);
    pcre2_set_depth_limit(book->context, match_limit);
    pcre2_set_heap_limit(book->context, HEAP_LIMIT);
    return MILL_OK;
}

static bool grow(rule_book *book, mill_setup *setup)
{
    if (book->count < book->room) return true;
    size_t room = book->room == 0 ? 16 : 2 * book->room;
    replace_rule *rules = mill_setup_alloc(setup, room * sizeof *rules);
    if (rules == NULL) return false;
    if (book->count > 0) memcpy(rules, book->rules, book->count * sizeof *rules);
    book->rules = rules;
    book->room = room;
    return true;
}

/* Tells whether each $ of a replacement is followed by a digit or another $. */
static bool is_replacement(mill_text with)
{
    for (size_t i = 0; i < with.length; i++) {
        if (with.data[i] != '$') continue;
        if (++i == with.length || (with.data[i] != '$' && (unsigned)with.data[i] - '0' >= 10u))
            return false;
    }
    return true;
}

mill_status rules_add(rule_book *book, mill_setup *setup, const char *name, mill_text pattern,
                      mill_text with)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C |
                       (book->ignore_case ? PCRE2_CASELESS : 0);
    int fault = 0;
    size_t at = 0;
    PCRE2_UCHAR8 reason[120];
    if (!is_replacement(with))
        return mill_setup_fail(setup,
                               "%s: a $ in the replacement needs a digit behind it; write $$ "
                               "for the dollar itself",
                               name);
    if (!grow(book, setup)) return MILL_FAILED;
    replace_rule *rule = &book->rules[book->count];
    *rule = (replace_rule){.name = name, .with = with};
    rule->code =
        pcre2_compile((PCRE2_SPTR8)pattern.data, pattern.length, options, &fault, &at, NULL);
    if (rule->code == NULL) {
        pcre2_get_error_message(fault, reason, sizeof reason);
        return mill_setup_fail(setup, "%s: byte %zu of the pattern: %s", name, at + 1,
                               (const char *)reason);
    }
    book->count++;
    pcre2_jit_compile(rule->code, PCRE2_JIT_COMPLETE); /* without it PCRE2 interprets */
    rule->match = pcre2_match_data_create_from_pattern(rule->code, NULL);
    return rule->match != NULL ? MILL_OK : mill_setup_fail(setup, "out of memory");
}

mill_status rules_add_file(rule_book *book, mill_setup *setup, const char *path, mill_text file)
{
    mill_text line;
    for (mill_lines lines = {file, 0}; mill_lines_next(&lines, &line);) {
        size_t size = strlen(path) + 16;
        char *name = mill_setup_alloc(setup, size);
        if (name == NULL) return MILL_FAILED;
        snprintf(name, size, "%s:%u", path, lines.number);
        mill_text pattern = mill_lines_column(&line);
        if (book->count == RULES_MAX)
            return mill_setup_fail(setup, "%s: more than %d rules", name, RULES_MAX);
        if (rules_add(book, setup, name, pattern, line) != MILL_OK) return MILL_FAILED;
    }
    return MILL_OK;
}

void rules_close(rule_book *book)
{
    for (size_t i = 0; i < book->count; i++) {
        pcre2_match_data_free(book->rules[i].match);
        pcre2_code_free(book->rules[i].code);
    }
    pcre2_match_context_free(book->context);
}

/* ---- One article --------------------------------------------------------------------------- */

void rules_begin(rule_book *book)
{
    for (size_t i = 0; i < book->count; i++) {
        book->rules[i].is_known = false;
        book->rules[i].is_done = false;
    }
}

int rules_match(const rule_book *book, replace_rule *rule, mill_text text, size_t at)
{
    /* the text of a document is valid UTF-8, and `at` the start of a character */
    int count = pcre2_match(rule->code, (PCRE2_SPTR8)text.data, text.length, at, PCRE2_NO_UTF_CHECK,
                            rule->match, book->context);
    if (count == PCRE2_ERROR_NOMATCH) return RULE_ABSENT;
    if (count < 0) return count;
    const size_t *ends = pcre2_get_ovector_pointer(rule->match);
    size_t begin = ends[0] <= ends[1] ? ends[0] : ends[1]; /* \K in a look-ahead can turn them */
    rule->next =
        (mill_span){(uint32_t)(begin < at ? at : begin), (uint32_t)(ends[1] < at ? at : ends[1])};
    rule->is_known = true;
    return RULE_MATCHED;
}

/* Returns the text of a group, empty where it did not take part. */
static mill_text group_text(const replace_rule *rule, mill_text text, uint32_t number)
{
    const size_t *ends = pcre2_get_ovector_pointer(rule->match);
    if (number >= pcre2_get_ovector_count(rule->match)) return (mill_text){text.data, 0};
    size_t begin = ends[(size_t)2 * number], end = ends[(size_t)2 * number + 1];
    if (begin == PCRE2_UNSET || begin > end) return (mill_text){text.data, 0};
    return (mill_text){text.data + begin, end - begin};
}

/* Appends what the replacement stands for to `to`, or only measures it where `to` is NULL. */
static size_t expand(const replace_rule *rule, mill_text text, char *to)
{
    size_t length = 0;
    for (size_t i = 0; i < rule->with.length; i++) {
        char next = i + 1 < rule->with.length ? rule->with.data[i + 1] : '\0';
        char byte = rule->with.data[i];
        mill_text piece = {&rule->with.data[i], 1};
        if (byte == '$' && next != '$')
            piece = group_text(rule, text, (uint32_t)(next - '0'));
        else if (byte == '\\' && next == 'n')
            piece.data = "\n";
        else if (byte == '\\' && next == 't')
            piece.data = "\t";
        i += byte == '$' || (byte == '\\' && (next == 'n' || next == 't' || next == '\\'));
        if (to != NULL) memcpy(to + length, piece.data, piece.length);
        length += piece.length;
    }
    return length;
}

bool rules_put(const replace_rule *rule, mill_document *document, mill_text text)
{
    char local[256], *bytes = local;
    size_t length = expand(rule, text, NULL);
    if (length > sizeof local) bytes = mill_alloc(document, length);
    if (bytes == NULL) return false;
    expand(rule, text, bytes);
    bool same = length == rule->next.end - rule->next.begin &&
                memcmp(bytes, text.data + rule->next.begin, length) == 0;
    if (!same) mill_edit(document, rule->next.begin, rule->next.end, bytes, length);
    return true;
}

const char *rules_reason(int status)
{
    switch (status) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT:
        return "the pattern takes too many steps on this text; make it simpler, or raise "
               "match_limit";
    case PCRE2_ERROR_NOMEMORY: return "out of memory";
    default: return "the pattern cannot be matched";
    }
}
