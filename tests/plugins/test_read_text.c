/* The text reader: a file is an article, byte for byte. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>

static loaded_plugin reader;
static workbench bench;

static void open_reader(void)
{
    workbench_open(&bench, NULL, 0);
    ck_assert(plugin_open(&reader, "read_text", NULL, &bench));
}

static void close_reader(void)
{
    plugin_close(&reader);
    workbench_close(&bench);
}

START_TEST(takes_everything_to_the_end_as_one_record)
{
    mill_frame frame = {0};
    open_reader();
    ck_assert_int_eq(reader.plugin->frame(reader.instance, "one\ntwo", 7, false, &frame),
                     MILL_MORE);
    ck_assert_uint_eq(frame.scanned, 7);
    ck_assert_int_eq(reader.plugin->frame(reader.instance, "one\ntwo\n", 8, true, &frame), MILL_OK);
    ck_assert_uint_eq(frame.end, 8);
    ck_assert_uint_eq(frame.next, 8);
    ck_assert_uint_eq(frame.lines, 0);
    ck_assert_uint_eq(frame.blank, 0);
    close_reader();
}
END_TEST

START_TEST(takes_an_empty_file_as_an_article)
{
    mill_frame frame = {0};
    open_reader();
    ck_assert_int_eq(reader.plugin->frame(reader.instance, "", 0, true, &frame), MILL_OK);
    ck_assert_uint_eq(frame.end, 0);
    ck_assert_uint_eq(frame.blank, 0);
    ck_assert_ptr_null(plugin_decode(&reader, &bench, "", 0));
    ck_assert_uint_eq(mill_document_text(bench.handle).length, 0);
    close_reader();
}
END_TEST

START_TEST(keeps_every_byte_and_the_source_as_id)
{
    static const char text[] = "\xEF\xBB\xBF"
                               "One.\r\n\0 \xF0\x9F\x93\xB7 two\n";
    bool literal = true;
    open_reader();
    ck_assert_ptr_null(plugin_decode(&reader, &bench, text, sizeof text - 1));
    mill_text kept = mill_document_text(bench.handle),
              id = mill_document_id(bench.handle, &literal);
    ck_assert_uint_eq(kept.length, sizeof text - 1);
    ck_assert_mem_eq(kept.data, text, kept.length);
    ck_assert_uint_eq(id.length, strlen("in.jsonl:1"));
    ck_assert_mem_eq(id.data, "in.jsonl:1", id.length);
    ck_assert(!literal);
    ck_assert_uint_eq(mill_metadata_count(bench.handle), 0);
    close_reader();
}
END_TEST

START_TEST(refuses_what_is_not_utf8)
{
    open_reader();
    ck_assert_str_eq(plugin_decode(&reader, &bench, "caf\xE9 au lait", 12),
                     "byte 0xE9 at offset 3 is not UTF-8; set encoding = auto, or name the right "
                     "one, or on_invalid = replace");
    close_reader();
}
END_TEST

/* ---- Encodings ------------------------------------------------------------------------------ */

static const struct {
    const char *encoding, *on_invalid;
    const char *record;
    size_t length;
    const char *text; /* NULL: refused with `fault` */
    const char *fault;
} encodings[] = {
    {"WINDOWS-1252", "fail", "\x93" "Caf\xE9\x94", 6, "\xE2\x80\x9C" "Caf\xC3\xA9\xE2\x80\x9D", NULL},
    {"auto", "fail", "Caf\xC3\xA9", 5, "Caf\xC3\xA9", NULL},
    {"auto", "fail", "\xFF\xFE" "C\0\xE9\0", 6, "\xEF\xBB\xBF" "C\xC3\xA9", NULL},
    {"auto", "fail", "\xFE\xFF\0C\0\xE9", 6, "\xEF\xBB\xBF" "C\xC3\xA9", NULL},
    {"auto", "fail", "C\0a\0f\0\xE9\0", 8, "Caf\xC3\xA9", NULL},
    {"auto", "fail", "M\xFCller ging ins Caf\xE9" ", sagte Frau J\xFCrgens, und fuhr zur\xFC" "ck.", 58,
     "M\xC3\xBCller ging ins Caf\xC3\xA9, sagte Frau J\xC3\xBCrgens, und fuhr zur\xC3\xBC" "ck.", NULL},
    {"utf-8", "replace", "a\xE9" "b\xE2\x80" "c\xFF\xFF", 8,
     "a\xEF\xBF\xBD" "b\xEF\xBF\xBD" "c\xEF\xBF\xBD\xEF\xBF\xBD", NULL},
    {"ascii", "replace", "a\xE9" "b", 3, "a\xEF\xBF\xBD" "b", NULL},
    {"ascii", "fail", "ab\xE9", 3, NULL,
     "byte 0xE9 at offset 2 is not ascii; set encoding to the right one, or on_invalid = replace"},
};

START_TEST(reads_other_encodings)
{
    char encoding[64], on_invalid[64];
    snprintf(encoding, sizeof encoding, "encoding=%s", encodings[_i].encoding);
    snprintf(on_invalid, sizeof on_invalid, "on_invalid=%s", encodings[_i].on_invalid);
    const char *const options[] = {encoding, on_invalid, NULL};
    workbench_open(&bench, NULL, 0);
    ck_assert(plugin_open(&reader, "read_text", options, &bench));
    const char *fault = plugin_decode(&reader, &bench, encodings[_i].record, encodings[_i].length);
    if (encodings[_i].text == NULL) {
        ck_assert_str_eq(fault, encodings[_i].fault);
    } else {
        ck_assert_ptr_null(fault);
        mill_text text = mill_document_text(bench.handle);
        ck_assert_uint_eq(text.length, strlen(encodings[_i].text));
        ck_assert_mem_eq(text.data, encodings[_i].text, text.length);
    }
    close_reader();
}
END_TEST

START_TEST(refuses_an_encoding_that_nobody_knows)
{
    const char *const options[] = {"encoding=latin-99", NULL};
    workbench_open(&bench, NULL, 0);
    ck_assert(!plugin_open(&reader, "read_text", options, &bench));
    ck_assert_str_eq(reader.error.message, "encoding: no encoding 'latin-99'; write auto, utf-8, or "
                                           "one that `iconv -l` lists");
    close_reader();
}
END_TEST

/* Raw offsets in the right unit are places in the file: bytes, or units of UTF-16. */
START_TEST(counts_raw_offsets_in_units_of_the_file)
{
    static const struct {
        const char *encoding, *record;
        size_t length, at; /* of the x in the file, in its units */
        mill_unit unit;
    } files[] = {{"encoding=auto", "caf\xC3\xA9 x", 7, 6, MILL_BYTES},
                 {"encoding=WINDOWS-1252", "\x93" "caf\xE9\x94 \x80 x", 10, 9, MILL_CODE_POINTS},
                 {"encoding=auto", "\xFF\xFE\x3D\xD8\x00\xDE\xE9\0x\0", 10, 4, MILL_UTF16}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const char *const options[] = {files[i].encoding, NULL};
        workbench_open(&bench, NULL, 0);
        ck_assert(plugin_open(&reader, "read_text", options, &bench));
        ck_assert_ptr_null(plugin_decode(&reader, &bench, files[i].record, files[i].length));
        mill_text raw = mill_document_raw(bench.handle);
        uint32_t at = (uint32_t)(strchr(raw.data, 'x') - raw.data);
        ck_assert_uint_eq(mill_raw_offset(bench.handle, files[i].unit, at), files[i].at);
        close_reader();
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        counts_raw_offsets_in_units_of_the_file,
        takes_everything_to_the_end_as_one_record, takes_an_empty_file_as_an_article,
        keeps_every_byte_and_the_source_as_id, refuses_what_is_not_utf8,
        refuses_an_encoding_that_nobody_knows, NULL};
    Suite *suite = test_suite("read_text", tests);
    TCase *table = tcase_create("encodings");
    tcase_add_loop_test(table, reads_other_encodings, 0,
                        (int)(sizeof encodings / sizeof encodings[0]));
    suite_add_tcase(suite, table);
    return test_run(suite);
}
