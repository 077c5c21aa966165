/* Documents that go to another process: they are the same there, whatever had been done to them and
 * whatever is done to them after; and what a plug-in has damaged is refused. */
#include "document_fixture.h"
#include "document_private.h"
#include "utf8.h"

#include <math.h>
#include <stdio.h>

static const uint32_t of_article[] = {TITLE, PLACE, JSON, FLAG, NUMBER};
static const char damaged[] = "the document came damaged from an earlier stage";

/* Two documents that have been through the same; one of them stays in its home, the other moves
 * to and fro between two homes. */
enum { KEPT, PASSED, TWINS };

static document *twins[TWINS];
static document_home homes[3];
static unsigned home_of_passed;
static buffer packed;

static void setup(void)
{
    home_of_passed = PASSED;
    for (size_t i = 0; i < MILL_COUNT(homes); i++)
        document_home_init(&homes[i], NULL, &all, BIG, TEXT_LIMIT);
    buffer_init(&packed, NULL, BIG);
}

static void teardown(void)
{
    for (size_t i = 0; i < MILL_COUNT(homes); i++) document_home_clear(&homes[i]);
    buffer_clear(&packed);
}

static mill_document *handle_of(int twin)
{
    return document_handle(twins[twin]);
}

static mill_text packed_bytes(void)
{
    return (mill_text){packed.output.data, packed.output.length};
}

static void pack(const document *article)
{
    buffer_reset(&packed);
    ck_assert(document_pack(article, &packed));
}

/* Sends the second twin to its other home. Nothing that it was made of is left. */
static void pass_on(void)
{
    document_home *old = &homes[home_of_passed];
    pack(twins[PASSED]);
    home_of_passed = home_of_passed == 1 ? 2 : 1;
    twins[PASSED] = document_begin(&homes[home_of_passed], "elsewhere", 9);
    ck_assert_msg(document_unpack(twins[PASSED], packed_bytes()), "%s",
                  document_fault(twins[PASSED]));
    document_set_view(twins[PASSED], &stage);
    memset(packed.output.data, 0xEE, packed.output.length);
    memset(old->memory.begin, 0xEE, (size_t)(old->memory.next - old->memory.begin));
}

/* ---- What is done to both ------------------------------------------------------------------ */

static void start(const char *text, size_t length)
{
    for (int i = 0; i < TWINS; i++) {
        twins[i] = document_begin(&homes[i == KEPT ? 0 : home_of_passed], "news.jsonl:17", 13);
        ck_assert_ptr_nonnull(twins[i]);
        document_set_view(twins[i], &decoder);
        document_set_text(handle_of(i), text, length);
        ck_assert(document_finish_stage(twins[i]));
    }
}

static void set_id(const char *id, bool literal)
{
    for (int i = 0; i < TWINS; i++) document_set_id(handle_of(i), id, strlen(id), literal);
}

static void add_metadata(const char *key, const char *json)
{
    for (int i = 0; i < TWINS; i++)
        document_add_metadata(handle_of(i), (mill_text){key, strlen(key)},
                              (mill_text){json, strlen(json)});
}

static void work(void)
{
    for (int i = 0; i < TWINS; i++) document_set_view(twins[i], &stage);
}

static void replace(size_t begin, size_t end, const char *data, size_t length)
{
    for (int i = 0; i < TWINS; i++) document_edit(handle_of(i), begin, end, data, length);
}

static uint32_t add_span(uint32_t field, size_t begin, size_t end)
{
    document_span_add(handle_of(PASSED), field, begin, end);
    return document_span_add(handle_of(KEPT), field, begin, end);
}

static void set(uint32_t field, uint32_t row, mill_value value)
{
    for (int i = 0; i < TWINS; i++) document_set(handle_of(i), field, row, &value);
}

static void set_string(uint32_t field, uint32_t row, const char *data, size_t length)
{
    set(field, row,
        (mill_value){.type = field == JSON ? MILL_JSON : MILL_STRING,
                     .length = (uint32_t)length,
                     .as.string = data});
}

static void set_span(uint32_t field, uint32_t row, size_t begin, size_t end)
{
    set(field, row, (mill_value){.type = MILL_SPAN, .as.span = {(uint32_t)begin, (uint32_t)end}});
}

static void finish(void)
{
    for (int i = 0; i < TWINS; i++)
        ck_assert_msg(document_finish_stage(twins[i]), "%s", document_fault(twins[i]));
}

/* ---- Comparing ----------------------------------------------------------------------------- */

static bool same_bytes(mill_text left, mill_text right)
{
    return left.length == right.length &&
           (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

static void compare_bytes(mill_text left, mill_text right)
{
    ck_assert(same_bytes(left, right));
}

static void compare_names(void)
{
    bool literal[TWINS];
    mill_text key[TWINS], json[TWINS];
    uint32_t count = document_metadata_count(handle_of(KEPT));
    compare_bytes(document_source(handle_of(KEPT)), document_source(handle_of(PASSED)));
    compare_bytes(document_id(handle_of(KEPT), &literal[KEPT]),
                  document_id(handle_of(PASSED), &literal[PASSED]));
    ck_assert_int_eq(literal[KEPT], literal[PASSED]);
    ck_assert_uint_eq(document_metadata_count(handle_of(PASSED)), count);
    for (uint32_t at = 0; at < count; at++) {
        for (int i = 0; i < TWINS; i++) document_metadata(handle_of(i), at, &key[i], &json[i]);
        compare_bytes(key[KEPT], key[PASSED]);
        compare_bytes(json[KEPT], json[PASSED]);
    }
}

static bool same_span(mill_span left, mill_span right)
{
    return left.begin == right.begin && left.end == right.end;
}

static bool same_value(mill_value left, mill_value right)
{
    if (left.type != right.type) return false;
    switch (left.type) {
    case MILL_BOOLEAN: return left.as.boolean == right.as.boolean;
    case MILL_INTEGER: return left.as.integer == right.as.integer;
    case MILL_NUMBER: return left.as.number == right.as.number;
    case MILL_SPAN: return same_span(left.as.span, right.as.span);
    case MILL_STRING:
    case MILL_JSON:
        return same_bytes((mill_text){left.as.string, left.length},
                          (mill_text){right.as.string, right.length});
    default: return left.type == MILL_NULL;
    }
}

static void compare_attribute(uint32_t field, uint32_t rows)
{
    bool same = true;
    for (uint32_t row = 0; row < rows; row++)
        same &= same_value(document_get(handle_of(KEPT), field, row),
                           document_get(handle_of(PASSED), field, row));
    ck_assert(same);
}

static uint32_t compare_spans(uint32_t field)
{
    uint32_t count[TWINS];
    const mill_span *spans[TWINS];
    bool same = true;
    for (int i = 0; i < TWINS; i++) spans[i] = document_spans(handle_of(i), field, &count[i]);
    ck_assert_uint_eq(count[KEPT], count[PASSED]);
    for (uint32_t row = 0; row < count[KEPT]; row++)
        same &= same_span(spans[KEPT][row], spans[PASSED][row]);
    ck_assert(same);
    return count[KEPT];
}

/* Check notes each assertion in a file: in the loops below there is one for all rounds. */
static void compare_offsets(mill_text text,
                            uint32_t (*offset)(mill_document *, mill_unit, uint32_t))
{
    bool same = true;
    for (uint32_t at = 0; at <= text.length; at++) {
        if (!utf8_is_boundary(text.data, text.length, at)) continue;
        for (mill_unit unit = MILL_BYTES; unit <= MILL_UTF16; unit++)
            same &= offset(handle_of(KEPT), unit, at) == offset(handle_of(PASSED), unit, at);
    }
    ck_assert(same);
}

static void compare_raw_spans(mill_text text)
{
    bool same = true;
    for (int i = 0; i < 30; i++) {
        mill_span span;
        span.begin = (uint32_t)random_boundary(text, 0, text.length);
        span.end = (uint32_t)random_boundary(text, span.begin, i % 2 ? 10 : text.length);
        same &= same_span(document_raw_span(handle_of(KEPT), span),
                          document_raw_span(handle_of(PASSED), span));
    }
    ck_assert(same);
}

static void compare(void)
{
    mill_text text = document_text(handle_of(PASSED)), raw = document_raw(handle_of(PASSED));
    static const char zeros[MILL_PADDING];
    work();
    compare_names();
    compare_bytes(document_text(handle_of(KEPT)), text);
    compare_bytes(document_raw(handle_of(KEPT)), raw);
    ck_assert_mem_eq(text.data + text.length, zeros, MILL_PADDING);
    ck_assert_mem_eq(raw.data + raw.length, zeros, MILL_PADDING);
    uint32_t words = compare_spans(WORDS), parts = compare_spans(PARTS);
    compare_attribute(WORD_NOTE, words);
    compare_attribute(WORD_PLACE, words);
    compare_attribute(PART_WEIGHT, parts);
    for (size_t i = 0; i < MILL_COUNT(of_article); i++) compare_attribute(of_article[i], 1);
    compare_offsets(text, document_text_offset);
    compare_offsets(raw, document_raw_offset);
    compare_raw_spans(text);
    for (int i = 0; i < TWINS; i++) ck_assert_ptr_null(document_fault(twins[i]));
}

/* ---- A document with everything in it ------------------------------------------------------ */

static void fill(void)
{
    start("one caf\xC3\xA9 three", 15);
    set_id("4711", true);
    add_metadata("date", "\"2024-02-30\"");
    add_metadata("", "[1, {}]");
    work();
    add_span(WORDS, 0, 3);
    add_span(WORDS, 4, 9);
    add_span(WORDS, 10, 15);
    add_span(PARTS, 0, 15);
    set_string(WORD_NOTE, 1, "note", 4);
    set_string(WORD_NOTE, 2, "", 0);
    set_span(WORD_PLACE, 0, 4, 9);
    set(PART_WEIGHT, 0, (mill_value){.type = MILL_NUMBER, .as.number = -0.5});
    set_string(TITLE, 0, "\xE2\x80\x9CTitle\xE2\x80\x9D", 11);
    set_string(JSON, 0, "null", 4);
    set_span(PLACE, 0, 10, 15);
    set(FLAG, 0, (mill_value){.type = MILL_BOOLEAN, .as.boolean = true});
    set(NUMBER, 0, (mill_value){.type = MILL_INTEGER, .as.integer = INT64_MIN});
    replace(0, 3, "1", 1);
    replace(9, 10, "", 0);
    finish();
}

START_TEST(passes_everything_on)
{
    fill();
    pass_on();
    compare();
    ck_assert_int_eq(document_get(handle_of(PASSED), NUMBER, 0).as.integer, INT64_MIN);
    ck_assert_mem_eq(document_text(handle_of(PASSED)).data, "1 caf\xC3\xA9three", 12);
    ck_assert_mem_eq(document_raw(handle_of(PASSED)).data, "one caf\xC3\xA9 three", 15);
}
END_TEST

START_TEST(passes_on_an_article_that_has_nothing)
{
    start("", 0);
    pass_on();
    compare();
    work();
    replace(0, 0, "new", 3);
    add_span(WORDS, 0, 0);
    finish();
    compare();
}
END_TEST

START_TEST(passes_on_a_text_that_nobody_has_edited_only_once)
{
    char text[1000];
    memset(text, 'x', sizeof text);
    start(text, sizeof text);
    pass_on();
    ck_assert_uint_lt(packed.output.length, 1500);
    ck_assert_ptr_eq(document_text(handle_of(PASSED)).data, document_raw(handle_of(PASSED)).data);
    compare();
}
END_TEST

START_TEST(packs_behind_what_the_buffer_holds)
{
    fill();
    buffer_reset(&packed);
    buffer_write(&packed, "abc", 3);
    ck_assert(document_pack(twins[PASSED], &packed));
    ck_assert_mem_eq(packed.output.data, "abc", 3);
    twins[PASSED] = document_begin(&homes[2], "", 0);
    mill_text bytes = {packed.output.data + 3, packed.output.length - 3};
    ck_assert(document_unpack(twins[PASSED], bytes));
    work();
    compare();
}
END_TEST

START_TEST(packs_the_same_document_as_the_same_bytes)
{
    char *first;
    fill();
    pack(twins[KEPT]);
    size_t length = packed.output.length;
    first = malloc(length);
    ck_assert_ptr_nonnull(first);
    memcpy(first, packed.output.data, length);
    pass_on();
    pack(twins[PASSED]);
    ck_assert_uint_eq(packed.output.length, length);
    ck_assert_mem_eq(packed.output.data, first, length);
    free(first);
}
END_TEST

START_TEST(leaves_the_buffer_as_it_was_where_its_memory_ends)
{
    buffer small;
    fill();
    buffer_init(&small, NULL, 100);
    buffer_write(&small, "abc", 3);
    ck_assert(!document_pack(twins[KEPT], &small));
    ck_assert(small.failed);
    ck_assert_uint_eq(small.output.length, 3);
    buffer_clear(&small);
}
END_TEST

/* ---- Random chains of stages --------------------------------------------------------------- */

static void add_random_spans(uint32_t field)
{
    mill_text text = document_text(handle_of(KEPT));
    uint32_t count;
    const mill_span *spans = document_spans(handle_of(KEPT), field, &count);
    size_t at = count != 0 ? spans[count - 1].begin : 0;
    for (int i = rand() % 30; i > 0; i--) {
        at = random_boundary(text, at, 5);
        uint32_t row = add_span(field, at, random_boundary(text, at, rand() % 4 == 0 ? 0 : 12));
        char note[64];
        if (rand() % 2 == 0 && field == WORDS)
            set_string(WORD_NOTE, row, note, random_text(note, (size_t)rand() % 9, false));
        if (rand() % 2 == 0 && field == WORDS) set_span(WORD_PLACE, row, at, text.length);
        if (rand() % 2 == 0 && field == PARTS)
            set(PART_WEIGHT, row, (mill_value){.type = MILL_NUMBER, .as.number = rand() / 7.0});
    }
}

static void set_random_attributes(void)
{
    mill_text text = document_text(handle_of(KEPT));
    size_t begin = random_boundary(text, 0, text.length);
    if (rand() % 3 == 0) set_string(TITLE, 0, text.data, text.length);
    if (rand() % 3 == 0) set_string(JSON, 0, "[]", 2);
    if (rand() % 3 == 0) set_span(PLACE, 0, begin, random_boundary(text, begin, 9));
    if (rand() % 3 == 0)
        set(FLAG, 0, (mill_value){.type = MILL_BOOLEAN, .as.boolean = rand() % 2 == 0});
    if (rand() % 3 == 0) set(NUMBER, 0, (mill_value){.type = MILL_INTEGER, .as.integer = -rand()});
}

static void add_random_edits(void)
{
    mill_text text = document_text(handle_of(KEPT));
    size_t at = 0;
    for (int i = rand() % 10; i > 0 && at <= text.length; i--) {
        char replacement[64];
        size_t begin = random_boundary(text, at, 12);
        size_t end = random_boundary(text, begin, rand() % 3 == 0 ? 0 : 6);
        replace(begin, end, replacement, random_text(replacement, (size_t)rand() % 4, false));
        at = next_boundary(text, end + (size_t)(rand() % 2));
    }
}

static void start_random(size_t longest)
{
    static char text[4096];
    start(text, random_text(text, (size_t)rand() % longest, rand() % 4 == 0));
    if (rand() % 2 == 0) set_id("a\xC3\xA9", rand() % 2 == 0);
    for (int i = rand() % 4; i > 0; i--) add_metadata("key", i == 1 ? "1.50" : "\"value\"");
    work();
}

static void run_random_stage(void)
{
    if (rand() % 2 == 0) add_random_spans(WORDS);
    if (rand() % 2 == 0) add_random_spans(PARTS);
    if (rand() % 2 == 0) set_random_attributes();
    if (rand() % 4 != 0) add_random_edits();
    finish();
}

START_TEST(works_on_after_a_passage_as_it_would_have_without)
{
    unsigned seed = 20261125;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 1500; round++) {
        start_random(round % 50 == 0 ? 400 : 40);
        for (int stages = rand() % 7; stages >= 0; stages--) {
            if (rand() % 2 == 0) pass_on();
            run_random_stage();
            if (rand() % 4 == 0) pass_on();
            compare();
        }
    }
}
END_TEST

/* ---- Damage -------------------------------------------------------------------------------- */

/* Unpacks a copy that has no byte more than it says. */
static document *unpack(mill_text bytes)
{
    char *copy = malloc(bytes.length + 1);
    ck_assert_ptr_nonnull(copy);
    if (bytes.length != 0) memcpy(copy, bytes.data, bytes.length);
    document *article = document_begin(&homes[2], "elsewhere", 9);
    ck_assert_ptr_nonnull(article);
    bool done = document_unpack(article, (mill_text){copy, bytes.length});
    ck_assert_int_eq(done, document_fault(article) == NULL);
    memset(copy, 0xEE, bytes.length);
    free(copy);
    return article;
}

static void check_refused(mill_text bytes)
{
    document *article = unpack(bytes);
    ck_assert_ptr_nonnull(document_fault(article));
    ck_assert_str_eq(document_fault(article), damaged);
    ck_assert(!document_finish_stage(article));
}

START_TEST(refuses_what_has_been_cut_short_or_has_something_behind)
{
    fill();
    pack(twins[KEPT]);
    for (size_t length = 0; length < packed.output.length; length++)
        check_refused((mill_text){packed.output.data, length});
    buffer_write(&packed, "", 1);
    check_refused(packed_bytes());
}
END_TEST

static char *writable(mill_text text)
{
    return (char *)(uintptr_t)text.data;
}

static void cut_a_character(document *it)
{
    writable(it->text)[5] = 'x';
}
static void cut_a_character_of_the_raw_text(document *it)
{
    writable(it->raw)[8] = 'x';
}
static void spoil_the_id(document *it)
{
    writable(it->id)[0] = '\xFF';
}
static void spoil_the_source(document *it)
{
    writable(it->source)[0] = '\xFF';
}
static void spoil_a_key(document *it)
{
    writable(it->metadata[0].key)[0] = '\xFF';
}
static void spoil_metadata(document *it)
{
    writable(it->metadata[0].json)[1] = '\xFF';
}
static void empty_metadata(document *it)
{
    it->metadata[0].json.length = 0;
}
static void move_a_span_beyond_the_end(document *it)
{
    it->layers[0].spans[2].end = 13;
}
static void turn_a_span_round(document *it)
{
    it->layers[0].spans[2] = (mill_span){9, 8};
}
static void let_a_span_cut_a_character(document *it)
{
    it->layers[0].spans[2].begin = 6;
}
static void swap_spans(document *it)
{
    it->layers[0].spans[0] = it->layers[0].spans[2];
}
static void shift_a_change(document *it)
{
    it->alignment.changes[1].text.begin--;
}
static void stretch_a_change(document *it)
{
    it->alignment.changes[1].source.end++;
}
static void forget_a_change(document *it)
{
    it->alignment.count--;
}
static void repeat_a_change(document *it)
{
    it->alignment.changes[1] = it->alignment.changes[0];
}
static void turn_a_change_round(document *it)
{
    it->alignment.changes[0].source = (mill_span){3, 0};
}
static void place_a_value_beyond_the_end(document *it)
{
    it->article[1].as.span.end = 13;
}
static void invent_a_type(document *it)
{
    it->article[4].type = 8;
}
static void make_a_value_a_layer(document *it)
{
    it->article[4].type = MILL_LAYER;
}
static void make_a_number_infinite(document *it)
{
    it->layers[1].columns[0].values[0].as.number = INFINITY;
}
static void empty_json(document *it)
{
    it->article[2].length = 0;
}
static void spoil_a_string(document *it)
{
    memset((char *)(uintptr_t)it->layers[0].columns[0].values[1].as.string, 0xFF, 1);
}

START_TEST(refuses_what_a_plugin_has_damaged)
{
    static void (*const damages[])(document *) = {
        cut_a_character,
        cut_a_character_of_the_raw_text,
        spoil_the_id,
        spoil_the_source,
        spoil_a_key,
        spoil_metadata,
        empty_metadata,
        move_a_span_beyond_the_end,
        turn_a_span_round,
        let_a_span_cut_a_character,
        swap_spans,
        shift_a_change,
        stretch_a_change,
        forget_a_change,
        repeat_a_change,
        turn_a_change_round,
        place_a_value_beyond_the_end,
        invent_a_type,
        make_a_value_a_layer,
        make_a_number_infinite,
        empty_json,
        spoil_a_string,
    };
    for (size_t i = 0; i < MILL_COUNT(damages); i++) {
        fill();
        damages[i](twins[KEPT]);
        pack(twins[KEPT]);
        document *article = unpack(packed_bytes());
        ck_assert_msg(document_fault(article) != NULL, "damage %zu was not found", i);
        ck_assert_str_eq(document_fault(article), damaged);
    }
}
END_TEST

START_TEST(refuses_a_text_over_the_limit)
{
    fill();
    pack(twins[KEPT]);
    document_home_clear(&homes[2]);
    document_home_init(&homes[2], NULL, &all, BIG, 14);
    check_refused(packed_bytes());
}
END_TEST

START_TEST(fails_where_there_is_no_memory_for_it)
{
    fill();
    buffer_reset(&packed);
    ck_assert(buffer_reserve(&packed, 1 << 20));
    memset(packed.output.data, 0, 1 << 20);
    packed.output.length = 1 << 20;
    document_home_clear(&homes[2]);
    document_home_init(&homes[2], NULL, &all, 100000, TEXT_LIMIT);
    document *article = unpack(packed_bytes());
    ck_assert_ptr_nonnull(document_fault(article));
    ck_assert_str_eq(document_fault(article),
                     "out of memory: the article needs more than 100000 bytes; raise max_article "
                     "in [pipeline]");
}
END_TEST

START_TEST(refuses_to_read_a_value_of_another_type)
{
    fill();
    twins[KEPT]->article[4].type = MILL_SPAN;
    twins[KEPT]->article[4].as.span = (mill_span){0, 1};
    pack(twins[KEPT]);
    document *article = unpack(packed_bytes());
    ck_assert_ptr_null(document_fault(article));
    document_set_view(article, &stage);
    ck_assert_uint_eq(document_get(document_handle(article), NUMBER, 0).type, MILL_NULL);
    ck_assert_str_eq(document_fault(article), damaged);
}
END_TEST

START_TEST(knows_a_damaged_article_by_the_source_that_it_was_begun_with)
{
    fill();
    spoil_the_id(twins[KEPT]);
    pack(twins[KEPT]);
    document *article = unpack(packed_bytes());
    compare_bytes(document_id(document_handle(article), NULL), (mill_text){"elsewhere", 9});
}
END_TEST

/* ---- Random damage ------------------------------------------------------------------------- */

static void damage_at_random(void)
{
    static const uint64_t odd[] = {0, 1, 7, 8, 0x7FFFFFFF, UINT32_MAX, UINT64_MAX, UINT64_MAX / 8};
    char *bytes = packed.output.data;
    for (int i = 1 + rand() % 4; i > 0 && packed.output.length >= 8; i--) {
        size_t at = (size_t)rand() % (packed.output.length - 7);
        uint64_t word;
        memcpy(&word, bytes + at / 8 * 8, 8);
        switch (rand() % 6) {
        case 0: bytes[at] ^= (char)(1 << rand() % 8); break;
        case 1: bytes[at] = (char)rand(); break;
        case 2: memcpy(bytes + at / 8 * 8, &odd[(size_t)rand() % MILL_COUNT(odd)], 8); break;
        case 3: memcpy(bytes + at / 4 * 4, &odd[(size_t)rand() % MILL_COUNT(odd)], 4); break;
        case 4:
            word += (uint64_t)(rand() % 5) - 2;
            memcpy(bytes + at / 8 * 8, &word, 8);
            break;
        default:
            if (rand() % 20 == 0) packed.output.length = at;
        }
    }
}

static bool is_utf8(mill_text text)
{
    return utf8_valid_prefix(text.data, text.length) == text.length;
}

static bool is_range(mill_text text, mill_span span)
{
    return span.begin <= span.end && span.end <= text.length &&
           utf8_is_boundary(text.data, text.length, span.begin) &&
           utf8_is_boundary(text.data, text.length, span.end);
}

static bool is_sound_value(mill_text text, mill_value value)
{
    switch (value.type) {
    case MILL_NULL:
    case MILL_BOOLEAN:
    case MILL_INTEGER: return true;
    case MILL_NUMBER: return isfinite(value.as.number);
    case MILL_SPAN: return is_range(text, value.as.span);
    case MILL_JSON:
        if (value.length == 0) return false;
        /* fall through */
    case MILL_STRING: return is_utf8((mill_text){value.as.string, value.length});
    default: return false;
    }
}

static bool is_sound_attribute(mill_document *handle, uint32_t field, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        if (!is_sound_value(document_text(handle), document_get(handle, field, row))) return false;
    return true;
}

/* Tells whether spans are in order and lead back to the raw text; counts them. */
static bool is_sound_layer(mill_document *handle, uint32_t field, uint32_t *count)
{
    const mill_span *spans = document_spans(handle, field, count);
    for (uint32_t row = 0; row < *count; row++)
        if (!is_range(document_text(handle), spans[row]) ||
            !is_range(document_raw(handle), document_raw_span(handle, spans[row])) ||
            (row != 0 && spans[row].begin < spans[row - 1].begin))
            return false;
    return true;
}

static bool has_sound_names(mill_document *handle)
{
    mill_text key, json;
    for (uint32_t i = 0; i < document_metadata_count(handle); i++) {
        document_metadata(handle, i, &key, &json);
        if (!is_utf8(key) || !is_utf8(json)) return false;
    }
    return is_utf8(document_id(handle, NULL)) && is_utf8(document_source(handle));
}

/* Tells whether each part of the text leads to a part of the raw text; counts on the way. */
static bool has_sound_texts(mill_document *handle)
{
    mill_text text = document_text(handle), raw = document_raw(handle);
    for (uint32_t at = 0; at <= text.length; at++) {
        if (!utf8_is_boundary(text.data, text.length, at)) continue;
        mill_span rest = {at, (uint32_t)text.length};
        if (!is_range(raw, document_raw_span(handle, rest))) return false;
        document_text_offset(handle, MILL_UTF16, at);
    }
    return is_utf8(text) && is_utf8(raw);
}

/* Checks all that the rest of core relies on. */
static void check_sound(document *article)
{
    mill_document *handle = document_handle(article);
    uint32_t words, parts;
    ck_assert(has_sound_names(handle) && has_sound_texts(handle));
    ck_assert(is_sound_layer(handle, WORDS, &words) && is_sound_layer(handle, PARTS, &parts));
    ck_assert(is_sound_attribute(handle, WORD_NOTE, words));
    ck_assert(is_sound_attribute(handle, WORD_PLACE, words));
    ck_assert(is_sound_attribute(handle, PART_WEIGHT, parts));
    for (size_t i = 0; i < MILL_COUNT(of_article); i++)
        ck_assert(is_sound_attribute(handle, of_article[i], 1));
}

/* Edits a document; all of it must hold after that too. */
static void edit_at_random(document *article)
{
    mill_document *handle = document_handle(article);
    mill_text text = document_text(handle);
    size_t begin = random_boundary(text, 0, text.length);
    size_t end = random_boundary(text, begin, text.length - begin);
    document_edit(handle, begin, end, "\xE2\x80\x9C", 3);
    document_span_add(handle, WORDS, text.length, text.length);
    if (document_finish_stage(article)) check_sound(article);
}

START_TEST(never_crashes_on_damage_and_leaves_nothing_unsound)
{
    unsigned seed = 20261126, sound = 0, rounds = 20000;
    printf("seed %u\n", seed);
    srand(seed);
    for (unsigned round = 0; round < rounds; round++) {
        if (round % 20 == 0) {
            start_random(40);
            for (int stages = rand() % 4; stages >= 0; stages--) run_random_stage();
        }
        pack(twins[KEPT]);
        damage_at_random();
        document *article = unpack(packed_bytes());
        if (document_fault(article) != NULL) {
            ck_assert_str_eq(document_fault(article), damaged);
            continue;
        }
        sound++;
        document_set_view(article, &stage);
        check_sound(article);
        for (int i = 0; i < 3; i++) edit_at_random(article);
        if (document_fault(article) != NULL) ck_assert_str_eq(document_fault(article), damaged);
    }
    printf("%u of %u damages left a sound document\n", sound, rounds);
    ck_assert(sound > rounds / 100 && sound < rounds / 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        passes_everything_on,
        passes_on_an_article_that_has_nothing,
        passes_on_a_text_that_nobody_has_edited_only_once,
        packs_behind_what_the_buffer_holds,
        packs_the_same_document_as_the_same_bytes,
        leaves_the_buffer_as_it_was_where_its_memory_ends,
        works_on_after_a_passage_as_it_would_have_without,
        refuses_what_has_been_cut_short_or_has_something_behind,
        refuses_what_a_plugin_has_damaged,
        refuses_a_text_over_the_limit,
        fails_where_there_is_no_memory_for_it,
        refuses_to_read_a_value_of_another_type,
        knows_a_damaged_article_by_the_source_that_it_was_begun_with,
        never_crashes_on_damage_and_leaves_nothing_unsound,
    };
    Suite *suite = suite_create("document_pack");
    TCase *test_case = tcase_create("document_pack");
    tcase_add_checked_fixture(test_case, setup, teardown);
    tcase_set_timeout(test_case, 120);
    for (size_t i = 0; i < MILL_COUNT(tests); i++) tcase_add_test(test_case, tests[i]);
    suite_add_tcase(suite, test_case);
    return test_run(suite);
}
