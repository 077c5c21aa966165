/* The sentence splitter's languages other than English: what holds for every text, and hostile
 * texts. What it does with each language is in plugins/split_sentences/cases. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define SENTENCES     0
#define ROUNDS        1000
#define TEXT_MAX      600
#define HOSTILE_BYTES (2u << 20)

static const char *const codes[] = {"de", "fr", "es", "it", "pt", "nl",
                                    "pl", "ru", "zh", "ja", "ar", "hi"};

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    {MILL_WANTS, MILL_STRING, NULL, "language", ""},
};

static workbench bench;
static loaded_plugin splitter;

static void open_splitter(const char *code, const char *newline)
{
    char language[16];
    snprintf(language, sizeof language, "language=%s", code);
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&splitter, "split_sentences",
                              (const char *const[]){language, newline, NULL}, &bench);
    ck_assert_msg(opened, "%s", splitter.error.message);
}

static void close_splitter(void)
{
    plugin_close(&splitter);
    workbench_close(&bench);
}

static const mill_span *split(const char *text, size_t length, uint32_t *count)
{
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, text, length);
    mill_status status = splitter.plugin->process(splitter.instance, bench.handle);
    const char *fault = document_fault(bench.document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
    return mill_spans(bench.handle, SENTENCES, count);
}

static size_t random_text(random_source *random, char *text, size_t room)
{
    static const char *const pieces[] = {
        "Hr.",  "z. B.",  "usw.",    "M.",
        "etc.", "Der",    "le",      "слово",
        "Он",   "т. д.",  "桥",      "です",
        "है",    "कि.मी.", "د.",      "كلمة",
        "3.",   "4.5",    "A.",      ".",
        "!",    "?",      "...",     "…",
        "。",   "！",     "।",       "؟",
        "۔",    "\"",     "„",       "“",
        "”",    "«",      "»",       "「",
        "」",   "(",      ")",       "（",
        "）",   "—",      "¿",       "\n",
        "\n\n", "\r\n",   " ",       " ",
        "\t",   " ",      "说",      "と",
        "😀",    "É",      "x@y.org", "ein langes Wort das weiter und weiter und weiter geht",
    };
    size_t length = 0;
    for (uint32_t count = random_below(random, 60); count > 0; count--) {
        const char *piece = pieces[random_below(random, MILL_COUNT(pieces))];
        size_t size = strlen(piece);
        if (length + size + 1 > room) break;
        memcpy(text + length, piece, size);
        length += size;
        if (random_below(random, 2) == 0) text[length++] = ' ';
    }
    text[length] = '\0';
    return length;
}

static bool is_white(const char *text, size_t length)
{
    return strspn(text, " \t\r\n") >= length;
}

START_TEST(spans_are_trimmed_and_leave_out_nothing_but_white_space)
{
    static const char *const policies[] = {"newline=auto", "newline=always", "newline=paragraph"};
    random_source random = random_seeded("spans_are_trimmed_and_leave_out_nothing");
    char text[TEXT_MAX + 1];
    open_splitter(codes[_i], policies[_i % 3]);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count;
        size_t last = 0, length = random_text(&random, text, TEXT_MAX);
        const mill_span *spans = split(text, length, &count);
        for (uint32_t i = 0; i < count; i++) {
            ck_assert_uint_lt(spans[i].begin, spans[i].end);
            ck_assert_uint_le(last, spans[i].begin);
            ck_assert_msg(is_white(text + last, spans[i].begin - last), "left out of: %s", text);
            ck_assert_msg(!is_white(text + spans[i].begin, 1), "not trimmed: %s", text);
            ck_assert_msg(!is_white(text + spans[i].end - 1, 1), "not trimmed: %s", text);
            last = spans[i].end;
        }
        ck_assert_msg(is_white(text + last, length - last), "left out of: %s", text);
    }
    close_splitter();
}
END_TEST

/* That the work is linear is held by `make check-linear`; here it must end, with spans in order. */
static const char *const hostile[] = {
    ".",    "!",  "。",   "\"",  "“",    "a",   "A. ",   "z. B. ", "1. ",  "…", "… ",  "— ",
    "\n",   " ",  "\n ",  "a\n", "(",    ") ",  ". » ",  "。」",   "」说", "।", "؟ ",  ".\n",
    "Er. ", "« ", "? — ", "桥",  "\r\n", "...", ". \" ", "'",      "é. ",  "😀", "\t.", "。\n",
};

START_TEST(survives_a_text_of_one_thing)
{
    static const char *const two[] = {"fr", "zh"}; /* one by ICU's rules, one by its own stops */
    const char *piece = hostile[_i / 2];
    size_t size = strlen(piece), length = HOSTILE_BYTES / size * size;
    char *text = malloc(length);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < length; i++) text[i] = piece[i % size];
    open_splitter(two[_i % 2], "newline=auto");
    uint32_t count;
    const mill_span *spans = split(text, length, &count);
    if (count > 0) ck_assert_uint_le(spans[count - 1].end, length);
    close_splitter();
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("languages");
    TCase *test = tcase_create("languages");
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, spans_are_trimmed_and_leave_out_nothing_but_white_space, 0,
                        (int)MILL_COUNT(codes));
    tcase_add_loop_test(test, survives_a_text_of_one_thing, 0, (int)MILL_COUNT(hostile) * 2);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
