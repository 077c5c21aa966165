/* Programs as stages: what they may answer, what they do wrong, and that nothing of them is left
 * behind. The programs are awk and sh, which every Debian has. */
#include "background.h"
#include "program.h"

#include <signal.h>

/* Sends the line back; the text can ask for something else. */
static const char deeds[] =
    "function add(members) { sub(/{/, \"{\" members \",\") }\n"
    "/do:exit/ { exit 3 }\n"
    "/do:complain/ { print \"what a\\n text\" > \"/dev/stderr\"; exit 4 }\n"
    "/do:signal/ { system(\"kill -SEGV $PPID\"); system(\"sleep 60\") }\n"
    "/do:hang/ { system(\"sleep 60\") }\n"
    "/do:nothing/ { next }\n"
    "/do:nonsense/ { print \"nonsense\"; fflush(); next }\n"
    "/do:garble/ { print \"\\377\"; fflush(); next }\n"
    "/do:array/ { print \"[1]\"; fflush(); next }\n"
    "/do:twice/ { printf \"%s\\n%s\\n\", $0, $0; fflush(); next }\n"
    "/do:stranger/ { sub(/\"id\":\"a/, \"\\\"id\\\":\\\"b\") }\n"
    "/do:endless/ { s = \"x\"; while (length(s) < 1e6) s = s s; for (;;) printf \"%s\", s }\n"
    "/do:drop/ { add(\"\\\"drop\\\":true\") }\n"
    "/do:error/ { add(\"\\\"error\\\":\\\"not\\\\ttoday\\\"\") }\n"
    "/do:misspell/ { add(\"\\\"wrods\\\":[]\") }\n"
    "/do:far/ { add(\"\\\"words\\\":[{\\\"begin\\\":0,\\\"end\\\":99}]\") }\n"
    "/do:back/ { add(\"\\\"words\\\":[{\\\"begin\\\":3,\\\"end\\\":1}]\") }\n"
    "/do:open/ { add(\"\\\"words\\\":[{\\\"begin\\\":0}]\") }\n"
    "/do:number/ { add(\"\\\"words\\\":7\") }\n"
    "/do:inner/ { add(\"\\\"words\\\":[{\\\"begin\\\":0,\\\"end\\\":1,\\\"wieght\\\":1}]\") }\n"
    "/do:type/ { add(\"\\\"topic\\\":{\\\"name\\\":3}\") }\n"
    "/do:text/ { sub(/\"text\":\"[^\"]*\"/, \"\\\"text\\\":3\") }\n"
    "/do:bytes/ { sub(/do:bytes/, \"\\377\") }\n"
    "/do:edit/ { add(\"\\\"edits\\\":[[0,2]]\") }\n"
    "/do:over/ { add(\"\\\"edits\\\":[[2,4,\\\"\\\"],[3,5,\\\"\\\"]]\") }\n"
    "{ print; fflush() }\n";

#define ASTRAY  "answers without the article's id; copy it from each line into the answer"
#define NOTHING ",\"words\":[],\"topic\":{\"name\":null}}\n" /* what a good article gets */

static const struct {
    const char *deed, *reason;
} faults[] = {
    {"exit", "deeds.awk ended with code 3 before it answered"},
    {"complain", "deeds.awk ended with code 4 before it answered:  text"},
    {"signal", "deeds.awk was killed by SIGSEGV before it answered"},
    {"hang", "deeds.awk did not answer within timeout = 1 s; it must flush each line that it "
             "writes"},
    {"nothing", "deeds.awk did not answer within timeout = 1 s; it must flush each line that it "
                "writes"},
    {"nonsense", "answers what is not JSON (a value is missing at byte 0): nonsense"},
    {"garble", "answers what is not JSON (a value is missing at byte 0): \xEF\xBF\xBD"},
    {"array", "answers something else than an object: [1]"},
    {"stranger", ASTRAY},
    {"endless", "deeds.awk answers with more than 4194"},
    {"error", "not today"},
    {"misspell", "answers \\\"wrods\\\", which is not declared; add it to provides"},
    {"far", "answers \\\"words\\\" as a place that the text does not have: 99"},
    {"back", "span 3-1 of layer 'words' ends before it begins"},
    {"open", "answers \\\"words\\\" without begin and end: {\\\"begin\\\":0}"},
    {"number", "answers \\\"words\\\" as something else than an array: 7"},
    {"inner", "answers \\\"wieght\\\", which is not declared; add it to provides"},
    {"type", "answers \\\"name\\\" which is declared as string, as: 3"},
    {"text", "answers text as something else than a string: 3"},
    {"bytes", "edit 0-8: byte 0xFF at offset 0 of the replacement is not UTF-8"},
    {"edit", "answers edits with something else than [begin, end, \\\"new\\\"]: [0,2]"},
    {"over", "edit 3-5 begins before the end of the edit before it at 4"},
};

enum { FAULT_COUNT = sizeof faults / sizeof *faults };

static void begin_with(const char *program, const char *settings)
{
    char pipeline[2000];
    begin();
    write_file("deeds.awk", program);
    snprintf(pipeline, sizeof pipeline,
             "[deeds]\nplugin = exec\ncommand = mawk -W interactive -f\nscript = deeds.awk\n"
             "provides = words[], words[].weight number, topic.name string\n%s"
             "[output]\nplugin = jsonl\n",
             settings);
    write_file("deeds.ini", pipeline);
}

/* An innocent article before and after each fault comes through, whatever happens in between. A
 * line too many does no harm. */
START_TEST(a_fault_costs_the_article_at_hand)
{
    begin_with(deeds, "timeout = 1\n");
    FILE *in = fopen(test_path(home, "in.jsonl"), "w"), *out = fopen(test_path(home, "want"), "w");
    for (int i = 0; i < FAULT_COUNT; i++) {
        fprintf(in, "{\"id\":\"a%d\",\"text\":\"good\"}\n", i);
        fprintf(in, "{\"id\":\"a%d bad\",\"text\":\"do:%s\"}\n", i, faults[i].deed);
        fprintf(out, "{\"id\":\"a%d\",\"text\":\"good\",\"words\":[],\"topic\":{\"name\":null}}\n",
                i);
    }
    fprintf(in, "{\"id\":\"b\",\"text\":\"do:twice\"}\n{\"id\":\"c\",\"text\":\"good\"}\n");
    fprintf(out, "{\"id\":\"b\",\"text\":\"do:twice\"" NOTHING
                 "{\"id\":\"c\",\"text\":\"good\"" NOTHING);
    fprintf(in, "{\"id\":\"dropped\",\"text\":\"do:drop\"}\n");
    fclose(in);
    fclose(out);
    test_outcome ran = in_home("textmill run deeds.ini in.jsonl -o out.jsonl 2>err");
    ck_assert_int_eq(ran.exit_code, 3);
    expect_same_file("out.jsonl", "want");
    char *letters = test_read(test_path(home, "out.dead_letters.jsonl"), NULL), *at = letters;
    for (int i = 0; i < FAULT_COUNT; i++) {
        char reason[300];
        snprintf(reason, sizeof reason, "\"stage\":\"deeds\",\"reason\":\"%s", faults[i].reason);
        char *end = strchr(at, '\n');
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        ck_assert_msg(strstr(at, reason) != NULL, "do:%s: %s, not\n%s", faults[i].deed, at, reason);
        at = end + 1;
    }
    ck_assert_str_eq(at, "");
    expect(in_home("grep -c '^47 articles in = 24 out + 1 dropped + 22 dead letters$' err"), 0,
           "1\n", "");
}
END_TEST

/* The last line of standard error is in the reason, all of it where other messages go. */
START_TEST(passes_messages_on)
{
    begin_with("{ print \"one\\ntwo\" > \"/dev/stderr\"; print; fflush() }\n", "");
    write_file("in.jsonl", "{\"id\":1,\"text\":\"x\"}\n");
    expect(in_home("textmill run deeds.ini in.jsonl -o - -q"), 0,
           "{\"id\":1,\"text\":\"x\",\"words\":[],\"topic\":{\"name\":null}}\n", "one\ntwo\n");
}
END_TEST

/* One program sees all articles of its worker. */
START_TEST(starts_once_for_all_articles)
{
    begin_with("{ sub(/\"text\":\"x/, \"\\\"text\\\":\\\"\" NR); print; fflush() }\n", "");
    write_file("in.jsonl", "{\"id\":1,\"text\":\"x\"}\n{\"id\":2.50,\"text\":\"x\"}\n"
                           "{\"id\":\"c\",\"text\":\"x\"}\n");
    expect(in_home("textmill run deeds.ini in.jsonl -o - -q -w 1 | cut -c 1-22"), 0,
           "{\"id\":1,\"text\":\"1\",\"wo\n{\"id\":2.50,\"text\":\"2\",\n{\"id\":\"c\",\"text\":"
           "\"3\",\"\n",
           "");
}
END_TEST

/* What the program is sent, with offsets in each unit, and what it may answer. */
START_TEST(speaks_of_layers_and_attributes)
{
    begin();
    write_file("say.awk",
               "{ print > \"/dev/stderr\"\n"
               "  print \"{\\\"id\\\":\\\"a\\\",\\\"edits\\\":[[0,2,\\\"Oh\\\"]],\" \\\n"
               "    \"\\\"marks\\\":[{\\\"begin\\\":4,\\\"end\\\":5,\\\"at_begin\\\":0,\" \\\n"
               "    "
               "\"\\\"at_end\\\":2,\\\"note\\\":{\\\"kind\\\":\\\"\\\\u00e9\\\",\\\"sure\\\":true}}"
               ",\" \\\n"
               "    \"{\\\"begin\\\":0,\\\"end\\\":1,\\\"note\\\":null}],\\\"size\\\":-3,\" \\\n"
               "    \"\\\"share\\\":2.5e-1,\\\"more\\\":[1, {}]}\"\n"
               "  fflush() }\n");
    write_file("say.ini",
               "[split_sentences]\n[say]\nplugin = exec\ncommand = mawk -W interactive -f\n"
               "script = say.awk\nneeds = sentences[]\nwants = language string, quotes[]\n"
               "provides = marks[], marks[].note.kind string, marks[].note.sure boolean, \n"
               "  marks[].at span, size integer, share number, more json\n"
               "[output]\nplugin = jsonl\n");
    write_file(
        "in.jsonl",
        "{\"id\":\"a\",\"text\":\"\xF0\x9F\x98\x80 \xC3\xA9\xC3\xA9. No!\",\"title\":[1,\"x\"],"
        "\"drop\":true,\"size\":9}\n");
    expect(in_home("textmill run say.ini in.jsonl -o - -q"), 0,
           "{\"id\":\"a\",\"text\":\"Oh\xC3\xA9\xC3\xA9. No!\",\"title\":[1,\"x\"],\"drop\":true,"
           "\"input_size\":9,\"sentences\":[{\"begin\":0,\"end\":5},{\"begin\":6,\"end\":9}],"
           "\"marks\":[{\"begin\":0,\"end\":2,\"note\":{\"kind\":null,\"sure\":null},"
           "\"at_begin\":null,\"at_end\":null},{\"begin\":4,\"end\":5,"
           "\"note\":{\"kind\":\"\xC3\xA9\",\"sure\":true},\"at_begin\":0,\"at_end\":2}],"
           "\"size\":-3,\"share\":0.25,\"more\":[1, {}]}\n",
           "{\"id\":\"a\",\"text\":\"\xF0\x9F\x98\x80 \xC3\xA9\xC3\xA9. No!\",\"title\":[1,\"x\"],"
           "\"sentences\":[{\"begin\":0,\"end\":5},{\"begin\":6,\"end\":9}],\"quotes\":[],"
           "\"language\":null}\n");
}
END_TEST

START_TEST(counts_offsets_as_it_is_told)
{
    static const char *const sent[][2] = {
        {"bytes", "{\"begin\":0,\"end\":10},{\"begin\":11,\"end\":14}"},
        {"code_points", "{\"begin\":0,\"end\":5},{\"begin\":6,\"end\":9}"},
        {"utf16", "{\"begin\":0,\"end\":6},{\"begin\":7,\"end\":10}"}};
    begin();
    /* The sentences come back as marks of the same places. */
    write_file("same.awk",
               "{ print > \"/dev/stderr\"; sub(/sentences/, \"marks\"); print; fflush() }\n");
    write_file("same.ini", "[split_sentences]\n[same]\nplugin = exec\n"
                           "command = mawk -W interactive -f\nscript = same.awk\n"
                           "needs = sentences[]\nprovides = marks[]\n[output]\nplugin = jsonl\n");
    write_file("in.jsonl", "{\"id\":\"a\",\"text\":\"\xF0\x9F\x98\x80 \xC3\xA9\xC3\xA9. No!\"}\n");
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        char err[300];
        snprintf(err, sizeof err,
                 "{\"id\":\"a\",\"text\":\"\xF0\x9F\x98\x80 \xC3\xA9\xC3\xA9. "
                 "No!\",\"sentences\":[%s]}\n",
                 sent[i][1]);
        expect(in_home("textmill run same.ini in.jsonl -o - -q --set same.offsets=%s", sent[i][0]),
               0,
               "{\"id\":\"a\",\"text\":\"\xF0\x9F\x98\x80 \xC3\xA9\xC3\xA9. No!\","
               "\"sentences\":[{\"begin\":0,\"end\":5},{\"begin\":6,\"end\":9}],"
               "\"marks\":[{\"begin\":0,\"end\":5},{\"begin\":6,\"end\":9}]}\n",
               err);
    }
}
END_TEST

/* Larger than any pipe, by several workers. */
START_TEST(large_articles_go_through_and_back)
{
    begin();
    write_file("cat.ini", "[cat]\nplugin = exec\ncommand = cat\n[output]\nplugin = jsonl\n");
    expect(in_home(
               "awk 'BEGIN { for (i = 0; i < 12; i++) { printf \"{\\\"text\\\":\\\"\"; "
               "for (j = 0; j < 100000 * (i %% 4); j++) printf \"word %%d\\\\n\", j; "
               "print \"\\\"}\" } }' > in.jsonl && textmill run x.ini in.jsonl -o want.jsonl -q && "
               "textmill run cat.ini in.jsonl -o out.jsonl -q -w 3"),
           0, "", "");
    expect_same_file("out.jsonl", "want.jsonl");
}
END_TEST

/* ---- Nothing is left behind ------------------------------------------------------------------ */

/* Waits for the process ids of a program and of what it has started. */
static size_t read_processes(pid_t *processes)
{
    char *text = background_await_text(test_path(home, "processes"), "end");
    size_t count = 0;
    for (char *at = text; *at >= '0' && *at <= '9'; at++)
        processes[count++] = (pid_t)strtol(at, &at, 10);
    free(text);
    return count;
}

/* A program that does not end by itself, with a child and one that has left its session. */
static void begin_with_family(void)
{
    begin();
    write_file("family", "#!/bin/sh\ntrap '' HUP TERM\nsleep 600 &\necho $! >>processes\n"
                         "setsid sh -c 'echo $$ >>processes; exec sleep 600' &\nsleep 0.2\n"
                         "echo $$ >>processes\necho end >>processes\n"
                         "while read -r line; do echo \"$line\"; done\nsleep 600\n");
    write_file("family.ini",
               "[family]\nplugin = exec\nscript = family\n[output]\nplugin = jsonl\n");
    expect(in_home("chmod +x family"), 0, "", "");
}

START_TEST(programs_end_with_a_run_that_is_killed)
{
    pid_t processes[8];
    begin_with_family();
    background run = background_start(home, "run family.ini - -o out.jsonl -w 1");
    for (int i = 0; i < 4; i++) background_type(&run, "{\"text\":\"x\"}\n", 13);
    background_end_input(&run);
    size_t count = read_processes(processes);
    background_kill(&run);
    ck_assert_uint_eq(count, 3);
    background_await_end(processes, count);
}
END_TEST

START_TEST(programs_end_with_a_run_that_is_done)
{
    pid_t processes[8];
    begin_with_family();
    write_file("in.jsonl", "{\"text\":\"x\"}\n");
    expect(in_home("textmill run family.ini in.jsonl -o out.jsonl -q"), 0, "", "");
    size_t count = read_processes(processes);
    ck_assert_uint_eq(count, 3);
    background_await_end(processes, count);
}
END_TEST

START_TEST(programs_end_with_a_worker_that_took_too_long)
{
    pid_t processes[8];
    begin_with_family();
    write_file("family", "#!/bin/sh\nsleep 600 &\necho $! >>processes\necho $$ >>processes\n"
                         "echo end >>processes\nsleep 600\n");
    write_file("in.jsonl", "{\"text\":\"x\"}\n");
    test_outcome ran = in_home("textmill run family.ini in.jsonl -o out.jsonl -q -w 1 "
                               "--set pipeline.timeout=0.5");
    ck_assert_int_eq(ran.exit_code, 3);
    size_t count = read_processes(processes);
    ck_assert_uint_eq(count, 2);
    background_await_end(processes, count);
}
END_TEST

/* ---- Examples -------------------------------------------------------------------------------- */

START_TEST(the_examples_run)
{
    begin();
    expect(test_shell("textmill run examples/scripts/spelling.ini "
                      "examples/articles/01-harbour-bridge.txt -o - -q --dead-letters '%s' | "
                      "grep -c -i harbour",
                      test_path(home, "letters")),
           1, "0\n", "");
    test_outcome python = test_shell(
        "command -v python3 >/dev/null || { echo none; exit; }; textmill run "
        "examples/scripts/keywords.ini examples/articles/01-harbour-bridge.txt -o - -q "
        "--dead-letters '%s' | grep -c "
        "'\"keywords\":\\[{\"begin\":[0-9]*,\"end\":[0-9]*,\"count\":[0-9]*}.*\"topics\":\\[\"'",
        test_path(home, "more_letters"));
    ck_assert_msg(strcmp(python.out, "none\n") == 0 || strcmp(python.out, "1\n") == 0, "%s%s",
                  python.out, python.err);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_fault_costs_the_article_at_hand,
                                  passes_messages_on,
                                  starts_once_for_all_articles,
                                  speaks_of_layers_and_attributes,
                                  counts_offsets_as_it_is_told,
                                  large_articles_go_through_and_back,
                                  programs_end_with_a_run_that_is_done,
                                  the_examples_run,
                                  NULL};
    const TTest *const about_processes[] = {programs_end_with_a_run_that_is_killed,
                                            programs_end_with_a_worker_that_took_too_long, NULL};
    Suite *suite = test_suite("exec", tests);
    if (getenv("ONE_PROCESS") == NULL)
        for (size_t i = 0; about_processes[i] != NULL; i++)
            test_add_loop(suite, "processes", about_processes[i], 1);
    return test_run(suite);
}
