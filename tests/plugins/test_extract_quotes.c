/* The quote extractor: what holds for every text. What it makes of English is in
 * plugins/extract_quotes/cases. */
#include "plugins_support.h"
#include "test.h"

#include <string.h>

#define ROUNDS     4000
#define LEAST      16  /* line breaks before a text, so that it always follows an empty line */
#define TEXT_MAX   440 /* within the reach of what stands before a quote, wherever the text is */
#define QUOTES_MAX 64

enum {
    SENTENCES,
    QUOTES,
    KIND,
    GROUP,
    SPEAKER,
    MENTION,
    SPEAKER_SPAN,
    SPEAKER_TYPE,
    CO_SPEAKERS,
    CUE,
    CUE_SPAN,
    RULE,
    CONFIDENCE,
    QUOTE_SENTENCES,
    FLAGS,
    SPEAKERS
};

/* In the plug-in's order. */
static const mill_field fields[] = {
    [SENTENCES] = {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    [QUOTES] = {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    [KIND] = {MILL_PROVIDES, MILL_STRING, "quotes", "kind", ""},
    [GROUP] = {MILL_PROVIDES, MILL_INTEGER, "quotes", "group", ""},
    [SPEAKER] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    [MENTION] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker_mention", ""},
    [SPEAKER_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "speaker", ""},
    [SPEAKER_TYPE] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker_type", ""},
    [CO_SPEAKERS] = {MILL_PROVIDES, MILL_JSON, "quotes", "co_speakers", ""},
    [CUE] = {MILL_PROVIDES, MILL_STRING, "quotes", "cue", ""},
    [CUE_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "cue", ""},
    [RULE] = {MILL_PROVIDES, MILL_STRING, "quotes", "rule", ""},
    [CONFIDENCE] = {MILL_PROVIDES, MILL_NUMBER, "quotes", "confidence", ""},
    [QUOTE_SENTENCES] = {MILL_PROVIDES, MILL_JSON, "quotes", "sentences", ""},
    [FLAGS] = {MILL_PROVIDES, MILL_JSON, "quotes", "flags", ""},
    [SPEAKERS] = {MILL_PROVIDES, MILL_JSON, NULL, "speakers", ""},
};

static workbench bench;
static loaded_plugin extractor;

static void open_extractor(void)
{
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&extractor, "extract_quotes", NULL, &bench);
    ck_assert_msg(opened, "%s", extractor.error.message);
}

static void close_extractor(void)
{
    plugin_close(&extractor);
    workbench_close(&bench);
}

/* A quote as it was found, with offsets from the beginning of the text proper. */
typedef struct found_quote {
    mill_span span;
    mill_span speaker_span;
    mill_span cue_span;
    char speaker[160];
    char kind[8];
} found_quote;

typedef struct found_quotes {
    found_quote items[QUOTES_MAX];
    uint32_t count;
} found_quotes;

static mill_span span_of(uint32_t field, uint32_t row, uint32_t shift)
{
    mill_value value = mill_get(bench.handle, field, row);
    if (value.type == MILL_NULL) return (mill_span){0, 0};
    return (mill_span){value.as.span.begin - shift, value.as.span.end - shift};
}

static void copy_string(char *to, size_t size, uint32_t field, uint32_t row)
{
    mill_value value = mill_get(bench.handle, field, row);
    memset(to, 0, size);
    if (value.type == MILL_NULL) return;
    ck_assert_uint_lt(value.length, size);
    memcpy(to, value.as.string, value.length);
}

/* Extracts the quotes of a text that stands behind `shift` line breaks. */
static void extract(const char *text, size_t length, uint32_t shift, found_quotes *found)
{
    char whole[TEXT_MAX + 256];
    memset(whole, '\n', shift);
    memcpy(whole + shift, text, length);
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, whole, shift + length);
    mill_status status = extractor.plugin->process(extractor.instance, bench.handle);
    const char *fault = document_fault(bench.document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
    const mill_span *spans = mill_spans(bench.handle, QUOTES, &found->count);
    ck_assert_uint_le(found->count, QUOTES_MAX);
    for (uint32_t row = 0; row < found->count; row++) {
        found_quote *quote = &found->items[row];
        memset(quote, 0, sizeof *quote);
        ck_assert_msg(row == 0 || spans[row - 1].end <= spans[row].begin, "quotes overlap in: %s",
                      text);
        quote->span = (mill_span){spans[row].begin - shift, spans[row].end - shift};
        quote->speaker_span = span_of(SPEAKER_SPAN, row, shift);
        quote->cue_span = span_of(CUE_SPAN, row, shift);
        copy_string(quote->speaker, sizeof quote->speaker, SPEAKER, row);
        copy_string(quote->kind, sizeof quote->kind, KIND, row);
    }
}

static bool same_span(mill_span left, mill_span right)
{
    return left.begin == right.begin && left.end == right.end;
}

static void assert_same(const found_quotes *left, const found_quotes *right, const char *text)
{
    ck_assert_msg(left->count == right->count, "%u quotes, then %u, in: %s", left->count,
                  right->count, text);
    for (uint32_t row = 0; row < left->count; row++) {
        const found_quote *one = &left->items[row], *other = &right->items[row];
        ck_assert_str_eq(one->speaker, other->speaker);
        ck_assert_str_eq(one->kind, other->kind);
        ck_assert_msg(same_span(one->span, other->span) &&
                          same_span(one->speaker_span, other->speaker_span) &&
                          same_span(one->cue_span, other->cue_span),
                      "quote %u moved in: %s", row, text);
    }
}

/* ---- What always holds --------------------------------------------------------------------- */

static size_t random_text(random_source *random, char *text, size_t room)
{
    static const char *const pieces[] = {
        "Maria Lopez",
        "Lopez",
        "Ludwig van der Berg",
        "Berg",
        "Mayor",
        "Mrs. Ann Lee",
        "McDonald’s",
        "Al-Amin",
        "U.S. Steel",
        "Élodie Ångström",
        "Ångström",
        "World Health Organization",
        "Maximilian-Christopherson",
        "The",
        "He",
        "she",
        "it",
        "said",
        "told reporters",
        "according to",
        "and",
        "of the",
        "on Monday",
        "van",
        "“We will not go,”",
        "“It is over.”",
        "\"Nobody told us anything about that,\"",
        "\"So we stay.\"",
        "the “safe” road",
        "“",
        "”",
        "'",
        ",",
        ".",
        ":",
        "—",
        "-",
        "\n",
        "\n\n",
        "\nQ: ",
        "\nLOPEZ: ",
        "é",
    };
    size_t length = 0;
    for (uint32_t count = random_below(random, 40); count > 0; count--) {
        const char *piece = pieces[random_below(random, MILL_COUNT(pieces))];
        size_t size = strlen(piece);
        if (length + size + 1 > room) break;
        memcpy(text + length, piece, size);
        length += size;
        if (random_below(random, 5) > 0) text[length++] = ' ';
    }
    text[length] = '\0';
    return length;
}

/* The text is looked at in blocks of 64 bytes and words in steps of 16: where it starts within them
 * must not matter. */
START_TEST(quotes_do_not_depend_on_the_place_in_the_text)
{
    random_source random = random_seeded("quotes_do_not_depend_on_the_place");
    static found_quotes first, moved;
    char text[TEXT_MAX + 1];
    open_extractor();
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = random_text(&random, text, TEXT_MAX);
        extract(text, length, LEAST, &first);
        extract(text, length, LEAST + 1 + random_below(&random, 129), &moved);
        assert_same(&first, &moved, text);
    }
    close_extractor();
}
END_TEST

/* A name is known again wherever the edge of a block falls in it. */
START_TEST(a_surname_stands_for_the_whole_name_at_any_place)
{
    static const char text[] = "\n\nMaria de Lopez was there. It rained. \"We will stay,\" Lopez "
                               "said.\n\nNobody saw Ann Bell. \"I was at home,\" Bell said.\n";
    static found_quotes found;
    open_extractor();
    for (uint32_t shift = 0; shift < 130; shift++) {
        extract(text, sizeof text - 1, shift, &found);
        ck_assert_uint_eq(found.count, 2);
        ck_assert_str_eq(found.items[0].speaker, "Maria de Lopez");
        ck_assert_str_eq(found.items[1].speaker, "Ann Bell");
    }
    close_extractor();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {quotes_do_not_depend_on_the_place_in_the_text,
                                  a_surname_stands_for_the_whole_name_at_any_place, NULL};
    return test_run(test_suite("extract_quotes", tests));
}
