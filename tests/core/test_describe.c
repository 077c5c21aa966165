/* What a plug-in's flags are in words. */
#include "commands/describe.h"
#include "test.h"

#define SANDBOXED "  sandboxed: no files, no network, no processes\n"

static const struct {
    uint32_t flags;
    const char *words;
} flags[] = {
    {0, SANDBOXED},
    {MILL_EDITS_TEXT, "  edits the text\n" SANDBOXED},
    {MILL_STREAM_ORDER, "  needs the articles in stream order: runs in one process\n" SANDBOXED},
    {MILL_LINE_RECORDS,
     "  ends a record at every line break: a file can be cut into shares\n" SANDBOXED},
    {MILL_USES_FILES, "  opens files at run time\n"},
    {MILL_USES_NETWORK, "  uses the network at run time\n"},
    {MILL_USES_PROCESSES, "  starts programs at run time\n"},
    {MILL_EDITS_TEXT | MILL_USES_FILES | MILL_USES_PROCESSES,
     "  edits the text\n  opens files at run time\n  starts programs at run time\n"},
};

START_TEST(says_what_a_flag_means)
{
    const mill_plugin plugin = {.flags = flags[_i].flags};
    buffer text;
    buffer_init(&text, NULL, 4096);
    describe_flags(&text, &plugin);
    buffer_write(&text, "", 1);
    ck_assert_str_eq(text.output.data, flags[_i].words);
    buffer_clear(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("describe");
    TCase *test = tcase_create("describe");
    tcase_add_loop_test(test, says_what_a_flag_means, 0, (int)(sizeof flags / sizeof flags[0]));
    suite_add_tcase(suite, test);
    return test_run(suite);
}
