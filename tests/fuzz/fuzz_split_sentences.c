/* A libFuzzer target: on any text, the sentences of English are sorted and disjoint, begin and end
 * at characters that are no white space, leave out nothing else, and are the same with and without
 * wide vectors. The first byte of the input says what a user wishes.
 */
#include "../../plugins/split_sentences/english.h"
#include "../../plugins/split_sentences/space.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "does not hold: %s\n", #condition);                                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#define SPANS_MAX 65536

typedef struct span_list {
    mill_span spans[SPANS_MAX];
    uint32_t count;
} span_list;

static span_list found;

static uint32_t add_span(mill_document *document, uint32_t field, size_t begin, size_t end)
{
    (void)document;
    (void)field;
    REQUIRE(found.count < SPANS_MAX);
    found.spans[found.count] = (mill_span){(uint32_t)begin, (uint32_t)end};
    return found.count++;
}

static void *allocate(mill_setup *setup, size_t size)
{
    (void)setup;
    return calloc(1, size);
}

static const mill_host host = {.span_add = add_span, .setup_alloc = allocate};
static split_options options;

static bool is_space_at(mill_text text, size_t at)
{
    return character_at(text.data + at).class == CHARACTER_SPACE;
}

static void require_cover(mill_text text)
{
    size_t last = 0;
    for (uint32_t i = 0; i < found.count; i++) {
        mill_span span = found.spans[i];
        REQUIRE(last <= span.begin && span.begin < span.end && span.end <= text.length);
        REQUIRE(skip_space(text, last) == span.begin);
        REQUIRE(trim_space(text, span.begin, span.end) == span.end);
        REQUIRE(!is_space_at(text, span.begin));
        REQUIRE(((unsigned char)text.data[span.end] & 0xC0u) != 0x80u);
        last = span.end;
    }
    REQUIRE(skip_space(text, last) == text.length);
}

static void split(mill_text text, bool wide_vectors)
{
    mill_document document = {.host = &host};
    sentence_sink sink = {.options = &options.sink, .document = &document, .text = text};
    found.count = 0;
    options.wide_vectors = wide_vectors;
    split_english(&options, &sink);
    sink_finish(&sink);
    require_cover(text);
}

static void open_options(void)
{
    mill_setup setup = {.host = &host};
    const abbreviation_list none = {"", {NULL, 0}};
    REQUIRE(lists_open(&options.lists, &setup, &none) == MILL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mill_span plain[SPANS_MAX];
    if (options.lists.neighbours.places == NULL) open_options();
    if (size == 0 || utf8_valid_prefix((const char *)data + 1, size - 1) != size - 1) return -1;
    options.newline = (newline_policy)(data[0] % 3);
    options.sink = (sink_options){.plain = (data[0] & 0x80) != 0,
                                  .keep_quotations = (data[0] & 0x40) != 0,
                                  .min_length = (data[0] & 0x20) != 0 ? 10 : 0,
                                  .max_length = (data[0] & 0x10) != 0 ? 8 : 0};
    char *text = calloc(1, size - 1 + MILL_PADDING);
    REQUIRE(text != NULL);
    memcpy(text, data + 1, size - 1);
    split((mill_text){text, size - 1}, false);
    uint32_t count = found.count;
    memcpy(plain, found.spans, count * sizeof *plain);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
        split((mill_text){text, size - 1}, true);
#endif
    REQUIRE(found.count == count && memcmp(plain, found.spans, count * sizeof *plain) == 0);
    free(text);
    return 0;
}
