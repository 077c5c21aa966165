/* The text reader: a file is an article, byte for byte. */
#include "plugins_support.h"
#include "test.h"

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
                     "byte 0xE9 at offset 3 is not UTF-8; convert the input, for example with "
                     "iconv -f WINDOWS-1252 -t UTF-8");
    close_reader();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        takes_everything_to_the_end_as_one_record, takes_an_empty_file_as_an_article,
        keeps_every_byte_and_the_source_as_id, refuses_what_is_not_utf8, NULL};
    return test_run(test_suite("read_text", tests));
}
