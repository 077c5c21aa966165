/* The cleaners on hostile texts, and twice on the inputs of their own case files. That the edits
 * are in order and leave valid UTF-8 is checked by the document itself. */
#include "plugins_support.h"
#include "test.h"
#include "utf8.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const cleaners[] = {"clean_html", "clean_unicode", "clean_whitespace",
                                       "clean_lines",
                                       "normalize_unicode", "mask_pii",
                                       "unwrap_lines"};
#define CLEANER_COUNT ((int)(sizeof cleaners / sizeof cleaners[0]))

/* ---- A cleaner at work ---------------------------------------------------------------------- */

typedef struct cleaning_bench {
    workbench desk;
    loaded_plugin cleaner;
} cleaning_bench;

static void bench_open(cleaning_bench *bench, const char *name, const char *const *options)
{
    workbench_open(&bench->desk, NULL, 0);
    bool opened = plugin_open(&bench->cleaner, name, options, &bench->desk);
    ck_assert_msg(opened, "%s", bench->cleaner.error.message);
}

static void bench_close(cleaning_bench *bench)
{
    plugin_close(&bench->cleaner);
    workbench_close(&bench->desk);
}

/* Cleans the present text of the document. */
static mill_text clean_again(cleaning_bench *bench)
{
    mill_document *handle = bench->desk.handle;
    ck_assert_int_eq(bench->cleaner.plugin->process(bench->cleaner.instance, handle), MILL_OK);
    workbench_apply(&bench->desk);
    mill_text text = mill_document_text(handle);
    ck_assert_uint_eq(utf8_valid_prefix(text.data, text.length), text.length);
    return text;
}

static mill_text clean(cleaning_bench *bench, const char *text, size_t length)
{
    workbench_begin(&bench->desk, "hostile");
    mill_document_set_text(bench->desk.handle, text, length);
    workbench_apply(&bench->desk);
    return clean_again(bench);
}

static void expect(cleaning_bench *bench, const char *input, const char *expected)
{
    mill_text text = clean(bench, input, strlen(input));
    ck_assert_msg(text.length == strlen(expected) && memcmp(text.data, expected, text.length) == 0,
                  "\"%s\" became \"%.*s\"", input, (int)text.length, text.data);
}

/* Repeats `unit` up to a million bytes. Owns: the caller frees it. */
static char *repeat(const char *unit, size_t *length)
{
    size_t size = strlen(unit), count = 1000000 / size;
    char *text = malloc(count * size + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < count; i++) memcpy(text + i * size, unit, size);
    text[count * size] = '\0';
    *length = count * size;
    return text;
}

/* ---- Hostile texts -------------------------------------------------------------------------- */

static const char *const units[] = {
    "<",
    "&",
    ">",
    "\"",
    " ",
    "\n",
    "\t",
    "\r\n",
    "\x1B[",
    "\x1B]",
    "(",
    "[(",
    "@",
    ".",
    "📷",
    "\xE2\x80\x8B",                     /* zero-width space */
    "\xCC\x81",                         /* combining acute */
    "\xC2\x85",                         /* NEL */
    "\xE2\x80\xA9",                     /* paragraph separator */
    "\xE2\x80\x8E",                     /* left-to-right mark */
    "a\xE2\x80\x8D",                    /* joiners between letters */
    "\xC3\x83",                         /* Ã */
    "\xC3\x83\xE2\x80\x9C",             /* Ã and a curly quote */
    "\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2", /* a misread apostrophe */
    "\xC3\x83\xC6\x92\xC3\x82",
    "<p ",
    "<p a=\"",
    "<p a=\"\" b='",
    "<p a='\">",
    "<!--",
    "<!-- <p>",
    "<script>",
    "<style><head>",
    "</script",
    "<pre> ",
    "<br>",
    "<p> </p>",
    "&amp;",
    "&amp",
    "&#",
    "&#1",
    "&#x",
    "&a",
    "Photo: ",
    "Photo: A/",
    "By A B, ",
    "by ",
    "Print\n",
    "Print\n\n",
    "(Photo: A B) ",
    "By Ann Lee\n \n",
    "Read more: * % {name} |\n",
    "A A, A. A/",
    "\xCC\xA3\xCC\x81",                 /* marks out of order */
    "1 ",
    "a-\n",
    "a line that ends early enough, but goes\non in small letters ",
    "1-",
    "12:",
    "+1 (2) ",
    "GB82 WEST ",
    "a@",
    "a@a.bb",
    "www.a/",
    "http://(",
    "A, B, 1 May (AP) - ",
    "PARIS, ",
    "The very same line of thirty characters.\n",
};

START_TEST(finishes_a_million_hostile_bytes)
{
    cleaning_bench bench;
    bench_open(&bench, cleaners[_i], NULL);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length;
        char *text = repeat(units[i], &length);
        clean(&bench, text, length);
        free(text);
    }
    bench_close(&bench);
}
END_TEST

START_TEST(takes_every_single_character_and_nothing)
{
    cleaning_bench bench;
    bench_open(&bench, cleaners[_i], NULL);
    ck_assert_uint_eq(clean(&bench, "", 0).length, 0);
    for (int byte = 0; byte < 0x80; byte++) {
        char text[2] = {(char)byte, (char)byte};
        clean(&bench, text, 1);
        clean(&bench, text, 2);
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        clean(&bench, units[i], strlen(units[i]));
    bench_close(&bench);
}
END_TEST

/* Pieces of all sorts one after another: every place in a block, every neighbour. */
START_TEST(takes_any_mixture)
{
    cleaning_bench bench;
    random_source random = random_seeded(cleaners[_i]);
    bench_open(&bench, cleaners[_i], NULL);
    for (int round = 0; round < 2000; round++) {
        char text[2048];
        size_t length = 0, pieces = random_below(&random, 60);
        for (size_t i = 0; i < pieces; i++) {
            const char *unit = units[random_below(&random, sizeof units / sizeof units[0])];
            memcpy(text + length, unit, strlen(unit));
            length += strlen(unit);
        }
        clean(&bench, text, length);
    }
    bench_close(&bench);
}
END_TEST

/* ---- Clean texts ---------------------------------------------------------------------------- */

/* Undoes the escapes of a case file in place; returns the length. */
static size_t unescape(char *text)
{
    static const char letters[] = "ntr\\", meanings[] = "\n\t\r\\";
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        const char *letter = *from == '\\' && from[1] != '\0' ? strchr(letters, from[1]) : NULL;
        unsigned point;
        int size;
        if (letter != NULL) {
            *to++ = meanings[letter - letters];
            from += 2;
        } else if (sscanf(from, "\\x%2x%n", &point, &size) == 1) {
            *to++ = (char)point;
            from += size;
        } else if (sscanf(from, "\\u%4x%n", &point, &size) == 1) {
            if (point >= 0x800) *to++ = (char)(0xE0 | point >> 12);
            if (point >= 0x80)
                *to++ = (char)(point >= 0x800 ? 0x80 | (point >> 6 & 63) : 0xC0 | point >> 6);
            *to++ = (char)(point >= 0x80 ? 0x80 | (point & 63) : point);
            from += size;
        } else {
            *to++ = *from++;
        }
    }
    return (size_t)(to - text);
}

/* Cleans each input of a case file twice; the second time nothing changes. */
static int clean_cases_twice(cleaning_bench *bench, const char *path)
{
    int count = 0;
    char *file = test_read(path, NULL), *block = strstr(file, "\n=== ");
    while (block != NULL) {
        char *input = strchr(block + 1, '\n') + 1;
        char *stop = strstr(input - 1, "\n---\n");
        ck_assert_ptr_nonnull(stop);
        block = strstr(stop, "\n=== ");
        *stop = '\0';
        mill_text once = clean(bench, input, stop < input ? 0 : unescape(input));
        char *kept = malloc(once.length + 1);
        memcpy(kept, once.data, once.length);
        mill_text twice = clean_again(bench);
        ck_assert_msg(twice.length == once.length && memcmp(twice.data, kept, once.length) == 0,
                      "%s: \"%.*s\" became \"%.*s\"", path, (int)once.length, kept,
                      (int)twice.length, twice.data);
        free(kept);
        count++;
    }
    free(file);
    return count;
}

START_TEST(changes_nothing_the_second_time)
{
    cleaning_bench bench;
    glob_t files;
    char pattern[128];
    int count = 0;
    bench_open(&bench, cleaners[_i], NULL);
    snprintf(pattern, sizeof pattern, "plugins/%s/cases/*.txt", cleaners[_i]);
    ck_assert_int_eq(glob(pattern, 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        count += clean_cases_twice(&bench, files.gl_pathv[i]);
    ck_assert_int_ge(count, 5);
    globfree(&files);
    bench_close(&bench);
}
END_TEST

/* ---- Edits ---------------------------------------------------------------------------------- */

START_TEST(whitespace_edits_cover_just_what_changes)
{
    cleaning_bench bench;
    bench_open(&bench, "clean_whitespace", NULL);
    expect(&bench, "a  b \n\n\nc", "a b\n\nc");
    mill_span b = mill_raw_span(bench.desk.handle, (mill_span){2, 3});
    mill_span space = mill_raw_span(bench.desk.handle, (mill_span){1, 2});
    ck_assert_uint_eq(b.begin, 3);
    ck_assert_uint_eq(b.end, 4);
    ck_assert_uint_eq(space.end - space.begin, 1);
    bench_close(&bench);
}
END_TEST

START_TEST(a_repair_leaves_its_neighbours_alone)
{
    cleaning_bench bench;
    bench_open(&bench, "clean_unicode", NULL);
    expect(&bench, "caf\xC3\x83\xC2\xA9\xE2\x80\x9D x", "caf\xC3\xA9\xE2\x80\x9D x");
    mill_span quote = mill_raw_span(bench.desk.handle, (mill_span){5, 8});
    ck_assert_uint_eq(quote.begin, 7);
    ck_assert_uint_eq(quote.end, 10);
    bench_close(&bench);
}
END_TEST

/* ---- Where every byte came from ------------------------------------------------------------- */

static const char *const scraps[] = {
    "<p>",     "</p>",   "&eacute;", "&amp;lt;", "<br>",   "caf\xC3\x83\xC2\xA9 ",
    "\xEF\xBB\xBF", "\xC2\xAD",  "\xC2\xA0",   "  ",       "\n",     "\n\n \n",
    "\r\n",    "e\xCC\x81", "q\xCC\x87\xCC\xA3", "By Ann Lee\n", "\nRead more: X\n", "(Photo: Ann Lee)",
    "\nPARIS (AP) - The ", "a@b.example.org", "+1 212 555 0147", "govern-\nment", "word ", "A sentence. ",
    "\xE2\x80\x9C", "\xEF\xAC\x81", "\nThe very same line of thirty characters.\n"};

/* Which byte of the source each byte of a text is; UINT32_MAX for one that was put in. */
typedef struct byte_map {
    uint32_t from[1 << 13];
    size_t length;
} byte_map;

/* Reads the map off the document, and checks that the changes are in order and within both texts,
 * and that between them the two are equal. */
static void read_map(const mill_document *handle, byte_map *map)
{
    mill_text text = mill_document_text(handle), raw = mill_document_raw(handle);
    mill_span changed, source;
    uint32_t at = 0, raw_at = 0;
    bool more = true;
    map->length = text.length;
    for (uint32_t i = 0; more; i++) {
        more = mill_change(handle, i, &changed, &source);
        if (!more) {
            changed = (mill_span){(uint32_t)text.length, (uint32_t)text.length};
            source = (mill_span){(uint32_t)raw.length, (uint32_t)raw.length};
        }
        ck_assert(at <= changed.begin && changed.begin <= changed.end && changed.end <= text.length);
        ck_assert(raw_at <= source.begin && source.begin <= source.end && source.end <= raw.length);
        ck_assert_uint_eq(changed.begin - at, source.begin - raw_at);
        ck_assert_mem_eq(text.data + at, raw.data + raw_at, changed.begin - at);
        for (; at < changed.begin; at++) map->from[at] = raw_at++;
        for (; at < changed.end; at++) map->from[at] = UINT32_MAX;
        raw_at = source.end;
    }
}

START_TEST(leads_every_byte_home_through_any_chain)
{
    enum { STAGES = 5, ROUNDS = 300 };
    random_source random = random_seeded("alignment");
    static cleaning_bench chain[CLEANER_COUNT];
    static byte_map whole, stage;
    workbench alone;
    workbench_open(&alone, NULL, 0);
    for (int i = 0; i < CLEANER_COUNT; i++) bench_open(&chain[i], cleaners[i], NULL);
    for (int round = 0; round < ROUNDS; round++) {
        char text[2048] = "";
        uint32_t home[1 << 13];
        for (uint32_t i = random_below(&random, 40); i > 0; i--)
            strcat(text, scraps[random_below(&random, sizeof scraps / sizeof scraps[0])]);
        workbench *desk = &chain[0].desk;
        workbench_begin(desk, "chain");
        mill_document_set_text(desk->handle, text, strlen(text));
        workbench_apply(desk);
        for (uint32_t i = 0; i < strlen(text); i++) home[i] = i;
        for (int step = 0; step < STAGES; step++) {
            const loaded_plugin *cleaner = &chain[random_below(&random, CLEANER_COUNT)].cleaner;
            mill_text before = mill_document_text(desk->handle);
            workbench_begin(&alone, "alone");
            mill_document_set_text(alone.handle, before.data, before.length);
            workbench_apply(&alone);
            ck_assert_int_eq(cleaner->plugin->process(cleaner->instance, alone.handle), MILL_OK);
            workbench_apply(&alone);
            read_map(alone.handle, &stage);
            for (size_t i = 0; i < stage.length; i++) /* in order, so in place */
                if (stage.from[i] != UINT32_MAX) stage.from[i] = home[stage.from[i]];
            memcpy(home, stage.from, stage.length * sizeof home[0]);
            ck_assert_int_eq(cleaner->plugin->process(cleaner->instance, desk->handle), MILL_OK);
            workbench_apply(desk);
        }
        read_map(desk->handle, &whole);
        ck_assert_uint_eq(whole.length, stage.length);
        for (size_t i = 0; i < whole.length; i++)
            ck_assert(whole.from[i] == UINT32_MAX || whole.from[i] == home[i]);
    }
    for (int i = 0; i < CLEANER_COUNT; i++) bench_close(&chain[i]);
    workbench_close(&alone);
}
END_TEST

/* ---- Options of clean_lines ---------------------------------------------------------------- */

START_TEST(refuses_an_unknown_class_of_lines)
{
    workbench desk;
    loaded_plugin cleaner;
    const char *const options[] = {"classes=byline, promos", NULL};
    workbench_open(&desk, NULL, 0);
    ck_assert(!plugin_open(&cleaner, "clean_lines", options, &desk));
    ck_assert_str_eq(cleaner.error.message,
                     "classes: no class 'promos'; the classes are photo_credit, byline, promo, "
                     "copyright, dateline, duplicate");
    plugin_close(&cleaner);
    workbench_close(&desk);
}
END_TEST

START_TEST(takes_patterns_of_the_users_own)
{
    cleaning_bench bench;
    char option[4200];
    const char *path = test_path(test_folder(), "own.txt");
    const char *own = "# mine\nbrand = Northwire | North Wire\n{brand} exclusive\n+ via {brand}\n";
    test_write(path, own, strlen(own));
    snprintf(option, sizeof option, "extra_patterns=%s", path);
    const char *const options[] = {"classes=", option, NULL};
    bench_open(&bench, "clean_lines", options);
    expect(&bench, "NORTH WIRE  EXCLUSIVE.\nBy Ann Lee\nHe left (via Northwire)\nEnd.",
           "By Ann Lee\nHe left\nEnd.");
    bench_close(&bench);
}
END_TEST

/* ---- Rules of the user's own ---------------------------------------------------------------- */

START_TEST(replaces_what_the_rules_of_a_file_match)
{
    cleaning_bench bench;
    char option[4200];
    const char *path = test_path(test_folder(), "rules.txt");
    const char *rules = "# the first rule that matches at a place counts\n"
                        "colou?r\thue\n(\\d+) ?km\t$1 kilometres\nr\\b\n";
    test_write(path, rules, strlen(rules));
    snprintf(option, sizeof option, "rules=%s", path);
    const char *const options[] = {option, "ignore_case=yes", NULL};
    bench_open(&bench, "replace", options);
    expect(&bench, "Color or 12 KM far", "hue o 12 kilometres fa");
    bench_close(&bench);
}
END_TEST

static const struct {
    const char *option;
    const char *fault;
} bad_rules[] = {
    {"pattern=a(b", "pattern: byte 4 of the pattern: missing closing parenthesis"},
    {"with=x", "nothing to replace; set pattern, or rules to a file of them"},
};

START_TEST(says_what_is_wrong_with_a_rule)
{
    workbench desk;
    loaded_plugin replacer;
    const char *const options[] = {bad_rules[_i].option, NULL};
    workbench_open(&desk, NULL, 0);
    ck_assert(!plugin_open(&replacer, "replace", options, &desk));
    ck_assert_str_eq(replacer.error.message, bad_rules[_i].fault);
    plugin_close(&replacer);
    workbench_close(&desk);
}
END_TEST

START_TEST(gives_up_a_match_that_takes_too_long)
{
    cleaning_bench bench;
    static char text[100001];
    const char *const options[] = {"pattern=(a+)+$", "with=x", NULL};
    memset(text, 'a', 100000);
    text[99999] = 'b';
    bench_open(&bench, "replace", options);
    workbench_begin(&bench.desk, "hostile");
    mill_document_set_text(bench.desk.handle, text, 100000);
    workbench_apply(&bench.desk);
    ck_assert_int_eq(bench.cleaner.plugin->process(bench.cleaner.instance, bench.desk.handle), MILL_FAILED);
    bench_close(&bench);
}
END_TEST

static const struct {
    const char *pattern;
    const char *fault;
} bad_patterns[] = {
    {"* photo *", "it needs a plain word at its beginning or at its end"},
    {"* {dash}", "it needs a plain word at its beginning or at its end"},
    {"{name} \xC2\xA9", "it needs a plain word at its beginning or at its end"},
    {"{nosuch} photo", "no such set; define it in a line above: set = word | word"},
    {"photo {name", "no such set; define it in a line above: set = word | word"},
    {"agency = one | two", "the set is there already; choose another name"},
    {"own = one || two", "an entry of the set is empty; write \\| for the bar itself"},
    {"a*b*c*d*e*f*g*h*i*j*k*l*m", "more than 24 parts; make it two patterns"},
};

START_TEST(says_what_is_wrong_with_a_pattern)
{
    workbench desk;
    loaded_plugin cleaner;
    char option[4200], expected[4300];
    const char *path = test_path(test_folder(), "own.txt");
    char text[200];
    int length = snprintf(text, sizeof text, "fine\n\n%s\n", bad_patterns[_i].pattern);
    test_write(path, text, (size_t)length);
    snprintf(option, sizeof option, "extra_patterns=%s", path);
    snprintf(expected, sizeof expected, "%s:3: %s", path, bad_patterns[_i].fault);
    const char *const options[] = {option, NULL};
    workbench_open(&desk, NULL, 0);
    ck_assert(!plugin_open(&cleaner, "clean_lines", options, &desk));
    ck_assert_str_eq(cleaner.error.message, expected);
    plugin_close(&cleaner);
    workbench_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cleaners");
    TCase *all = tcase_create("cleaners");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, finishes_a_million_hostile_bytes, 0, CLEANER_COUNT);
    tcase_add_loop_test(all, takes_every_single_character_and_nothing, 0, CLEANER_COUNT);
    tcase_add_loop_test(all, takes_any_mixture, 0, CLEANER_COUNT);
    /* clean_html is left out: what &lt;b&gt; becomes would be a tag the second time. */
    tcase_add_loop_test(all, changes_nothing_the_second_time, 1, CLEANER_COUNT);
    tcase_add_test(all, whitespace_edits_cover_just_what_changes);
    tcase_add_test(all, a_repair_leaves_its_neighbours_alone);
    tcase_add_test(all, leads_every_byte_home_through_any_chain);
    tcase_add_test(all, refuses_an_unknown_class_of_lines);
    tcase_add_test(all, takes_patterns_of_the_users_own);
    tcase_add_loop_test(all, says_what_is_wrong_with_a_pattern, 0,
                        (int)(sizeof bad_patterns / sizeof bad_patterns[0]));
    tcase_add_test(all, replaces_what_the_rules_of_a_file_match);
    tcase_add_loop_test(all, says_what_is_wrong_with_a_rule, 0,
                        (int)(sizeof bad_rules / sizeof bad_rules[0]));
    tcase_add_test(all, gives_up_a_match_that_takes_too_long);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
