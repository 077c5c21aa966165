/* Options: every value that a declaration allows must be one that the plug-in opens with, or
 * refuses with a reason; those that it does not allow never reach the plug-in. */
#include "conformance/conformance.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

enum { FEW_ARTICLES = 12, VALUES_MAX = 40, LONG_VALUE = 1000, ENOUGH_REFUSED = 10 };

/* Values to try for one option. */
typedef struct value_list {
    char texts[VALUES_MAX][LONG_VALUE + 1];
    size_t count;
    bool may_be_refused; /* they are allowed only as far as the declaration can say */
} value_list;

static void add(value_list *list, const char *text)
{
    if (list->count < VALUES_MAX)
        snprintf(list->texts[list->count++], sizeof list->texts[0], "%s", text);
}

static bool has_limits(const mill_option *option)
{
    return option->minimum != 0 || option->maximum != 0;
}

static void add_limits(value_list *list, const mill_option *option)
{
    char text[64];
    const double limits[] = {option->minimum, option->maximum};
    for (size_t i = 0; i < 2; i++) {
        snprintf(text, sizeof text, option->type == MILL_OPTION_NUMBER ? "%.17g" : "%.0f",
                 limits[i]);
        add(list, text);
    }
}

static void add_choices(value_list *list, const mill_option *option)
{
    char words[4096], *rest;
    snprintf(words, sizeof words, "%s", option->choices);
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        add(list, word);
}

/* Texts that have surprised programs: formats, patterns without an end, a long one. */
static void add_strings(value_list *list)
{
    static const char *const texts[] = {
        "", " ", "x", "%s%n%d", "(((([", "\\", "caf\xC3\xA9 \xF0\x9F\x98\x80", ",,,", "a b c"};
    char *last;
    for (size_t i = 0; i < MILL_COUNT(texts); i++) add(list, texts[i]);
    add(list, "");
    last = list->texts[list->count - 1];
    memset(last, 'a', LONG_VALUE);
    last[LONG_VALUE] = '\0';
}

static void list_values(const conformance *kit, const mill_option *option, value_list *list)
{
    list->count = 0;
    list->may_be_refused = true;
    add(list, option->standard);
    switch (option->type) {
    case MILL_OPTION_BOOLEAN:
        add(list, "no");
        add(list, "yes");
        break;
    case MILL_OPTION_INTEGER:
    case MILL_OPTION_NUMBER:
    case MILL_OPTION_SIZE:
        list->may_be_refused = !has_limits(option);
        if (has_limits(option)) {
            add_limits(list, option);
            break;
        }
        add(list, "0");
        add(list, "1");
        if (option->type != MILL_OPTION_SIZE) add(list, "-1");
        if (option->type == MILL_OPTION_INTEGER) add(list, "-9223372036854775808");
        add(list, option->type == MILL_OPTION_NUMBER ? "1e308" : "9223372036854775807");
        break;
    case MILL_OPTION_CHOICE: add_choices(list, option); break;
    case MILL_OPTION_STRING: add_strings(list); break;
    default: /* files: none, an empty one, one that is no text */
        add(list, "");
        add(list, "/dev/null");
        add(list, kit->path);
    }
}

/* ---- Wrong values --------------------------------------------------------------------------- */

/* Tells which value, that the declaration does not allow, textmill would let through; or NULL. */
static const char *find_accepted_wrong(const mill_option *option, char *text, size_t size)
{
    static const char *const by_type[] = {
        [MILL_OPTION_BOOLEAN] = "maybe",
        [MILL_OPTION_INTEGER] = "1.5",
        [MILL_OPTION_NUMBER] = "nan",
        [MILL_OPTION_SIZE] = "-1",
        [MILL_OPTION_CHOICE] = "no_such_choice",
    };
    char why[512];
    mill_value value;
    const char *wrong = option->type <= MILL_OPTION_CHOICE ? by_type[option->type] : NULL;
    if (wrong != NULL && option_parse(option, wrong, &value, why, sizeof why)) return wrong;
    if (!has_limits(option)) return NULL;
    const double beyond[] = {option->minimum - 1, option->maximum + 1};
    for (size_t i = 0; i < 2; i++) {
        snprintf(text, size, "%.0f", beyond[i]);
        if (option_parse(option, text, &value, why, sizeof why)) return text;
    }
    return NULL;
}

/* ---- Trying --------------------------------------------------------------------------------- */

static verdict refuse(conformance *kit, const subject_option *set, const char *what)
{
    return conformance_fail(kit, "with %s = %.60s: %s", set->name, set->value, what);
}

/* Has the opened plug-in work on a few articles. With a value with which it never can work, a few
 * less do. */
static verdict work(conformance *kit, const subject_instance *instance, const subject_option *set)
{
    mill_error why;
    size_t count = kit->articles.hostile + FEW_ARTICLES;
    for (size_t i = 0, refused = 0; i < count && refused < ENOUGH_REFUSED; i++) {
        if (!conformance_may_use(kit, i, true)) continue;
        conformance_at(kit, i);
        subject_outcome outcome =
            subject_work(&kit->subject, instance, kit->articles.items[i].text, 0, NULL, NULL, &why);
        if (i >= kit->articles.hostile && outcome >= SUBJECT_SILENT)
            return refuse(kit, set, why.message);
        refused = outcome == SUBJECT_REFUSED ? refused + 1 : 0; /* in a row */
    }
    conformance_at(kit, NO_ARTICLE);
    return VERDICT_PASSED;
}

static verdict try_value(conformance *kit, const subject_option *set, bool may_be_refused)
{
    subject_instance instance;
    mill_error error;
    /* Whoever finds this process dead reads it here. */
    conformance_fail(kit, "with %s = %.60s", set->name, set->value);
    watched_host_begin(&kit->subject.host, 0);
    if (!subject_open(&kit->subject, set, &instance, &error)) {
        if (error.code == ERROR_NONE) return refuse(kit, set, "is refused without a reason");
        return may_be_refused ? VERDICT_PASSED : refuse(kit, set, error.message);
    }
    verdict found = work(kit, &instance, set);
    subject_close(&kit->subject, &instance);
    return found;
}

static verdict try_option(conformance *kit, const mill_option *option, size_t *count)
{
    static value_list values;
    char text[64];
    const char *wrong = find_accepted_wrong(option, text, sizeof text);
    if (wrong != NULL) return conformance_fail(kit, "%s = %s is not refused", option->name, wrong);
    list_values(kit, option, &values);
    for (size_t i = 0; i < values.count; i++, ++*count) {
        const subject_option set = {option->name, values.texts[i]};
        if (try_value(kit, &set, values.may_be_refused) != VERDICT_PASSED) return VERDICT_FAILED;
    }
    return VERDICT_PASSED;
}

verdict check_options(conformance *kit)
{
    const mill_plugin *plugin = kit->subject.plugin;
    subject_instance instance;
    size_t count = 0;
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    subject_close(&kit->subject, &instance);
    for (uint32_t i = 0; i < plugin->option_count; i++)
        if (try_option(kit, option_at(plugin->options, plugin->header.option_size, i), &count) !=
            VERDICT_PASSED)
            return VERDICT_FAILED;
    return conformance_pass(kit, "%u options, %zu values", (unsigned)plugin->option_count, count);
}
