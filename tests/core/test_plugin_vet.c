/* Every fault of a descriptor, and the one line that it is answered with. */
#include "plugin_file.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static mill_error error;

static mill_status do_nothing(void *instance, mill_document *document)
{
    (void)instance;
    (void)document;
    return MILL_OK;
}

static mill_status save_nothing(void *instance, mill_output *output)
{
    (void)instance;
    (void)output;
    return MILL_OK;
}

static mill_status restore_nothing(void *instance, mill_text saved)
{
    (void)instance;
    (void)saved;
    return MILL_OK;
}

static mill_status frame_nothing(void *instance, const char *data, size_t length, bool at_end,
                                 mill_frame *frame)
{
    (void)instance;
    (void)data;
    (void)at_end;
    frame->end = frame->next = length;
    return MILL_OK;
}

static mill_status decode_nothing(void *instance, mill_text record, mill_document *document)
{
    (void)instance;
    (void)record;
    (void)document;
    return MILL_OK;
}

static mill_option options[2];
static mill_field fields[3];
static mill_plugin plugin;

/* Makes a descriptor without fault, with two options and three fields. */
static void describe(void)
{
    options[0] = (mill_option){"window", MILL_OPTION_INTEGER,          0, "3", NULL, 0,
                               10,       "how many words to look back"};
    options[1] = (mill_option){"mode", MILL_OPTION_CHOICE, 0, "on", "on off", 0, 0, "what to do"};
    fields[0] = (mill_field){MILL_PROVIDES, MILL_LAYER, "quotes", NULL, "who said what"};
    fields[1] = (mill_field){MILL_PROVIDES, MILL_STRING, "quotes", "speaker", "who"};
    fields[2] = (mill_field){MILL_PROVIDES, MILL_SPAN, "quotes", "speaker", "where"};
    plugin = (mill_plugin){
        .header = MILL_HEADER,
        .kind = MILL_STAGE,
        .flags = MILL_EDITS_TEXT,
        .name = "sample_2",
        .version = "1.0",
        .licence = "MIT",
        .summary = "Does nothing – with care",
        .options = options,
        .fields = fields,
        .option_count = 2,
        .field_count = 3,
        .process = do_nothing,
    };
}

/* Makes a stage that sees the articles in stream order. */
static void describe_in_order(void)
{
    describe();
    plugin.flags = MILL_STREAM_ORDER;
    plugin.save = save_nothing;
    plugin.restore = restore_nothing;
}

static void describe_reader(void)
{
    describe();
    plugin.kind = MILL_READER;
    plugin.flags = 0;
    plugin.field_count = 0;
    plugin.process = NULL;
    plugin.frame = frame_nothing;
    plugin.decode = decode_nothing;
}

static void assert_vetted(void)
{
    error.message[0] = '\0';
    bool passed = plugin_file_vet("x.so", &plugin, sizeof plugin, &error);
    ck_assert_msg(passed, "%s", error.message);
}

static void assert_refused(const char *what)
{
    char expected[1200];
    snprintf(expected, sizeof expected, "x.so: %s", what);
    ck_assert(!plugin_file_vet("x.so", &plugin, sizeof plugin, &error));
    ck_assert_str_eq(error.message, expected);
    ck_assert_int_eq(error.code, ERROR_PLUGIN);
}

START_TEST(passes_a_descriptor_without_fault)
{
    describe();
    assert_vetted();
}
END_TEST

START_TEST(passes_a_longer_descriptor_of_a_newer_header)
{
    describe();
    struct {
        mill_plugin plugin;
        char more[16];
    } longer = {plugin, {0}};
    longer.plugin.header.plugin_size = sizeof longer;
    ck_assert(plugin_file_vet("x.so", &longer.plugin, sizeof longer, &error));
}
END_TEST

START_TEST(passes_longer_declarations_of_a_newer_header)
{
    describe();
    struct {
        mill_option option;
        char more[16];
    } longer[2] = {{options[0], {0}}, {options[1], {0}}};
    plugin.header.option_size = sizeof longer[0];
    plugin.options = &longer[0].option;
    assert_vetted();
    longer[1].option.name = "window";
    assert_refused("option 'window' is declared twice; rename one");
}
END_TEST

START_TEST(refuses_a_wrong_magic_number)
{
    describe();
    plugin.header.magic = 0;
    assert_refused("has a descriptor without the magic number; set .header = MILL_HEADER");
}
END_TEST

START_TEST(refuses_another_abi)
{
    describe();
    plugin.header.abi = 2u << 16;
    assert_refused("asks for ABI 2.0, this textmill speaks 1.1; install a newer textmill");
    plugin.header.abi = 1u << 16 | 7;
    assert_refused("asks for ABI 1.7, this textmill speaks 1.1; install a newer textmill");
    plugin.header.abi = 9;
    assert_refused("asks for ABI 0.9, this textmill speaks 1.1; build it again with this "
                   "textmill's plugin.h");
}
END_TEST

START_TEST(refuses_sizes_below_those_of_1_0)
{
    describe();
    char what[256];
    static const char remedy[] = "set .header = MILL_HEADER and build it again";
    const size_t size_of_1_0 = offsetof(mill_plugin, declare);
    plugin.header.plugin_size = (uint32_t)size_of_1_0 - 8;
    snprintf(what, sizeof what, "says its descriptor has %zu bytes, ABI 1.0 has %zu; %s",
             size_of_1_0 - 8, size_of_1_0, remedy);
    assert_refused(what);
    plugin.header = (mill_header)MILL_HEADER;
    plugin.header.option_size = 8;
    snprintf(what, sizeof what, "says an option has 8 bytes, ABI 1.0 has %zu; %s",
             sizeof(mill_option), remedy);
    assert_refused(what);
    plugin.header = (mill_header)MILL_HEADER;
    plugin.header.field_size = sizeof(mill_field) + 1;
    snprintf(what, sizeof what, "says a field has %zu bytes, ABI 1.0 has %zu; %s",
             sizeof(mill_field) + 1, sizeof(mill_field), remedy);
    assert_refused(what);
}
END_TEST

static mill_status declare_nothing(mill_setup *setup)
{
    (void)setup;
    return MILL_OK;
}

START_TEST(takes_declare_from_1_1_on)
{
    describe();
    plugin.declare = declare_nothing;
    assert_refused("has declare, which ABI 1.0 does not know; define MILL_ABI_MINOR as 1 before "
                   "including plugin.h");
    plugin.header.abi = 1u << 16 | 1;
    assert_vetted();
    ck_assert(plugin_file_declare(&plugin) == declare_nothing);
    plugin.header.plugin_size = offsetof(mill_plugin, declare);
    ck_assert(plugin_file_declare(&plugin) == NULL);
}
END_TEST

START_TEST(refuses_missing_texts)
{
    describe();
    plugin.name = NULL;
    assert_refused("has no name; set .name to one line");
    plugin.name = "x";
    plugin.version = NULL;
    assert_refused("has no version; set .version to one line");
    plugin.version = "1";
    plugin.licence = NULL;
    assert_refused("has no licence; set .licence to one line");
    plugin.licence = "MIT";
    plugin.summary = NULL;
    assert_refused("has no summary; set .summary to one line");
}
END_TEST

START_TEST(refuses_texts_that_are_not_one_line_of_utf8)
{
    describe();
    static char endless[2000];
    memset(endless, 'x', sizeof endless);
    const char *const bad[] = {"", "two\nlines", "\xFF", "\x1B[31m", endless};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        plugin.summary = bad[i];
        assert_refused(
            "has a bad summary; set .summary to one line of UTF-8 of at most 1000 bytes");
    }
}
END_TEST

START_TEST(refuses_a_name_with_other_letters)
{
    describe();
    static const char *const bad[] = {"Sample",
                                      "1st",
                                      "_x",
                                      "a-b",
                                      "a b",
                                      "\xC3\xA9t\xC3\xA9",
                                      "a23456789012345678901234567890123456789_1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char what[256];
        plugin.name = bad[i];
        snprintf(what, sizeof what,
                 "is called '%s'; a name has lower-case letters, digits and _, starts with a "
                 "letter and has at most 40 bytes",
                 bad[i]);
        assert_refused(what);
    }
    plugin.name = "a23456789012345678901234567890123456789_";
    assert_vetted();
}
END_TEST

START_TEST(refuses_bad_extensions)
{
    describe();
    plugin.extensions = "jsonl,ndjson";
    assert_refused("has bad extensions; list file name endings in lower case, with a space between "
                   "them: \"jsonl ndjson\"");
    plugin.extensions = "";
    assert_vetted();
}
END_TEST

START_TEST(refuses_an_unknown_kind_or_flag)
{
    describe();
    plugin.kind = 4;
    assert_refused("is of kind 4; set .kind to MILL_READER, MILL_STAGE or MILL_WRITER");
    plugin.kind = MILL_STAGE;
    plugin.flags = MILL_USES_FILES | 0x500;
    assert_refused("has the unknown flags 0x500; leave them out");
}
END_TEST

START_TEST(passes_a_stage_in_stream_order)
{
    describe_in_order();
    assert_vetted();
    plugin.flags |= MILL_EDITS_TEXT | MILL_USES_FILES;
    assert_vetted();
}
END_TEST

START_TEST(refuses_stream_order_without_save_and_restore)
{
    static const char what[] = "has MILL_STREAM_ORDER, but a run could not be resumed with it; set "
                               ".save and .restore";
    describe_in_order();
    plugin.save = NULL;
    assert_refused(what);
    plugin.restore = NULL;
    assert_refused(what);
    plugin.save = save_nothing;
    assert_refused(what);
}
END_TEST

START_TEST(refuses_save_or_restore_without_stream_order)
{
    static const char what[] = "has save or restore without MILL_STREAM_ORDER; set the flag or "
                               "leave them out";
    describe_in_order();
    plugin.flags = 0;
    assert_refused(what);
    plugin.save = NULL;
    assert_refused(what);
    describe_reader();
    plugin.save = save_nothing;
    assert_refused(what);
}
END_TEST

START_TEST(keeps_stream_order_for_stages)
{
    describe_reader();
    plugin.flags = MILL_STREAM_ORDER;
    plugin.save = save_nothing;
    plugin.restore = restore_nothing;
    assert_refused("has MILL_STREAM_ORDER, which only stages have; leave it out");
}
END_TEST

START_TEST(keeps_line_records_for_readers)
{
    describe_reader();
    plugin.flags = MILL_LINE_RECORDS;
    assert_vetted();
    describe();
    plugin.flags |= MILL_LINE_RECORDS;
    assert_refused("has MILL_LINE_RECORDS, which only readers have; leave it out");
}
END_TEST

START_TEST(refuses_a_plugin_without_its_work_function)
{
    describe();
    plugin.process = NULL;
    assert_refused("is a stage without a work function; set .process");
    plugin.kind = MILL_READER;
    assert_refused("is a reader without a work function; set .frame and .decode");
    plugin.kind = MILL_WRITER;
    assert_refused("is a writer without a work function; set .encode");
}
END_TEST

START_TEST(refuses_option_counts_that_lie)
{
    describe();
    plugin.option_count = 257;
    assert_refused("says it has 257 options, at most 256 are allowed; set .option_count = "
                   "MILL_COUNT(options)");
    plugin.option_count = 1;
    plugin.options = NULL;
    assert_refused("has an option_count but no options; set .options");
}
END_TEST

START_TEST(refuses_bad_options)
{
    describe();
    options[1].name = "window";
    assert_refused("option 'window' is declared twice; rename one");
    options[1].name = "plugin";
    assert_refused("option 'plugin' has a name that textmill keeps for itself; rename it");
    options[1].name = NULL;
    assert_refused("has an option without a proper name, number 2; set its .name");
}
END_TEST

START_TEST(keeps_path_for_writers_only)
{
    describe();
    options[1].name = "path";
    assert_vetted();
    plugin.kind = MILL_WRITER;
    plugin.field_count = 0;
    plugin.encode =
        (mill_status(*)(void *, mill_document *, mill_output *))(void (*)(void))do_nothing;
    assert_refused("option 'path' has a name that textmill keeps for itself; rename it");
}
END_TEST

START_TEST(refuses_field_counts_that_lie)
{
    describe();
    plugin.field_count = 257;
    assert_refused("says it has 257 fields, at most 256 are allowed; set .field_count = "
                   "MILL_COUNT(fields)");
    plugin.field_count = 1;
    plugin.fields = NULL;
    assert_refused("has a field_count but no fields; set .fields");
}
END_TEST

START_TEST(refuses_fields_of_a_writer)
{
    describe();
    plugin.kind = MILL_WRITER;
    plugin.encode =
        (mill_status(*)(void *, mill_document *, mill_output *))(void (*)(void))do_nothing;
    assert_refused("has fields, which only stages have; remove them");
}
END_TEST

START_TEST(refuses_bad_fields)
{
    describe();
    static const struct {
        mill_field field;
        const char *what;
    } bad[] = {
        {{0, MILL_STRING, NULL, "a", "x"},
         "has a bad use; set MILL_NEEDS, MILL_WANTS or MILL_PROVIDES"},
        {{4, MILL_STRING, NULL, "a", "x"},
         "has a bad use; set MILL_NEEDS, MILL_WANTS or MILL_PROVIDES"},
        {{MILL_NEEDS, MILL_NULL, NULL, "a", "x"},
         "has a bad type; set MILL_LAYER or the type of an attribute"},
        {{MILL_NEEDS, 8, NULL, "a", "x"},
         "has a bad type; set MILL_LAYER or the type of an attribute"},
        {{MILL_NEEDS, MILL_STRING, NULL, NULL, "x"},
         "names nothing; set a layer, an attribute, or both"},
        {{MILL_NEEDS, MILL_LAYER, "a", "b", "x"},
         "mixes up layer and attribute; MILL_LAYER is the type of a field without attribute"},
        {{MILL_NEEDS, MILL_STRING, "a", NULL, "x"},
         "mixes up layer and attribute; MILL_LAYER is the type of a field without attribute"},
        {{MILL_NEEDS, MILL_LAYER, "a.b", NULL, "x"},
         "has a bad layer name; use letters, digits and _"},
        {{MILL_NEEDS, MILL_LAYER, "", NULL, "x"},
         "has a bad layer name; use letters, digits and _"},
        {{MILL_NEEDS, MILL_STRING, NULL, ".a", "x"},
         "has a bad attribute name; use letters, digits and _, and a dot to nest"},
        {{MILL_NEEDS, MILL_STRING, NULL, "a.", "x"},
         "has a bad attribute name; use letters, digits and _, and a dot to nest"},
        {{MILL_NEEDS, MILL_STRING, NULL, "a..b", "x"},
         "has a bad attribute name; use letters, digits and _, and a dot to nest"},
        {{MILL_NEEDS, MILL_STRING, NULL, "a b", "x"},
         "has a bad attribute name; use letters, digits and _, and a dot to nest"},
        {{MILL_NEEDS, MILL_STRING, NULL, "a.b", NULL}, "has no help; write one line"},
        {{MILL_NEEDS, MILL_LAYER, "quotes", NULL, "x"}, "is declared twice; remove one"},
        {{MILL_WANTS, MILL_NUMBER, "quotes", "speaker", "x"}, "is declared twice; remove one"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char what[256];
        fields[2] = bad[i].field;
        snprintf(what, sizeof what, "field 3 %s", bad[i].what);
        assert_refused(what);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        passes_a_descriptor_without_fault,
        passes_a_longer_descriptor_of_a_newer_header,
        passes_longer_declarations_of_a_newer_header,
        refuses_a_wrong_magic_number,
        refuses_another_abi,
        refuses_sizes_below_those_of_1_0,
        takes_declare_from_1_1_on,
        takes_declare_from_1_1_on, refuses_missing_texts,
        refuses_texts_that_are_not_one_line_of_utf8,
        refuses_a_name_with_other_letters,
        refuses_bad_extensions,
        refuses_an_unknown_kind_or_flag,
        passes_a_stage_in_stream_order,
        refuses_stream_order_without_save_and_restore,
        refuses_save_or_restore_without_stream_order,
        keeps_stream_order_for_stages,
        keeps_line_records_for_readers,
        refuses_a_plugin_without_its_work_function,
        refuses_option_counts_that_lie,
        refuses_bad_options,
        keeps_path_for_writers_only,
        refuses_field_counts_that_lie,
        refuses_fields_of_a_writer,
        refuses_bad_fields,
        NULL,
    };
    return test_run(test_suite("plugin_vet", tests));
}
