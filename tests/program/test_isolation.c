/* What a hostile article does to a run: it is set aside, with the stage's name, the cause, and the
 * record as it came; the others come out as if it had not been there. */
#include "background.h"
#include "corpus.h"
#include "program.h"

#include <signal.h>

/* Some 4 KB each, so a batch of 256 KB holds about sixty, and the run has several. */
enum { ARTICLE_COUNT = 150, ARTICLE_BYTES = 4000 };

#define VICTIM_MAX 8

typedef struct victim {
    unsigned line;
    const char *deed;
    const char *reason;
} victim;

#define TOO_LONG      "took longer than timeout = 0.5 s; raise timeout in [pipeline]"
#define TOO_MUCH      "out of memory: more than memory = 67108864 bytes; raise memory in [pipeline]"
#define CALLED(call)  "called " call ", which the sandbox does not allow; "
#define DECLARE(flag) "the plug-in must declare MILL_USES_" flag

/* How runs end that give up. */
#define RESUMABLE(articles, files)                                                                 \
    "textmill: ended after " articles " articles, the last one in.jsonl:" articles                 \
    "; the output so far is in " files "out.jsonl.part; add --resume to go on\n"
#define WITH_LETTERS "out.dead_letters.jsonl.part, "

/* ---- Runs ---------------------------------------------------------------------------------- */

static corpus articles;

/* Makes the stage, hostile.ini, and room for articles. */
static void begin_with_hostile(void)
{
    begin();
    build_plugin("hostile");
    write_file("hostile.ini", "[pipeline]\nworkers = 2\n"
                              "[hostile]\nplugin = ./hostile.so\n"
                              "[split_sentences]\n"
                              "[output]\nplugin = jsonl\n");
}

/* Writes in.jsonl, with the victims in it, and rest.jsonl, without them. */
static void write_articles(const victim *victims, size_t victim_count)
{
    random_source random = {1};
    FILE *rest = fopen(test_path(home, "rest.jsonl"), "wb");
    ck_assert_ptr_nonnull(rest);
    for (unsigned line = 1, next = 0; line <= ARTICLE_COUNT; line++) {
        char id[20], deed[100];
        size_t before = articles.length;
        bool is_victim = next < victim_count && victims[next].line == line;
        snprintf(id, sizeof id, "a%u", line);
        if (is_victim) snprintf(deed, sizeof deed, "do:%s", victims[next++].deed);
        corpus_add(&articles, &random, id, ARTICLE_BYTES, is_victim ? deed : NULL);
        if (!is_victim) fwrite(articles.data + before, 1, articles.length - before, rest);
    }
    ck_assert_int_eq(fclose(rest), 0);
    corpus_write(&articles, test_path(home, "in.jsonl"), 0);
}

/* Writes expected.jsonl: what comes of the articles that are no victims. */
static void write_expected(void)
{
    expect(in_home("textmill run hostile.ini rest.jsonl -o expected.jsonl -q --workers 0"), 0, "",
           "");
}

/* ---- Letters ------------------------------------------------------------------------------- */

/* Returns a record as it stands in a letter. Owns: the string is the caller's. */
static char *escape_record(unsigned number)
{
    size_t length, at = 0;
    const char *record = corpus_line(&articles, number, &length);
    char *escaped = malloc(2 * length + 1);
    for (size_t i = 0; i < length; i++) {
        if (record[i] == '"' || record[i] == '\\') escaped[at++] = '\\';
        escaped[at++] = record[i];
    }
    escaped[at] = '\0';
    return escaped;
}

/* Compares a letter; the id may be missing, for a stage that dies may take it along.
 * Returns where the next letter begins. */
static const char *expect_letter(const char *letter, const char *stage, const victim *expected)
{
    char source[60], id[60], rest[500];
    char *record = escape_record(expected->line);
    const char *end = strchr(letter, '\n');
    snprintf(source, sizeof source, "{\"dead_letter\":1,\"source\":\"in.jsonl:%u\",",
             expected->line);
    snprintf(id, sizeof id, "\"id\":\"a%u\",", expected->line);
    snprintf(rest, sizeof rest, "\"reader\":\"jsonl\",\"stage\":\"%s\",\"reason\":\"%s\",", stage,
             expected->reason);
    ck_assert_msg(end != NULL, "no letter for %s", expected->deed);
    const char *parts[] = {source, id, rest, "\"record\":\"", record, "\"}\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t length = strlen(parts[i]);
        bool is_there = strncmp(letter, parts[i], length) == 0;
        ck_assert_msg(is_there || i == 1, "%s: expected %.300s\nin the letter at %.300s",
                      expected->deed, parts[i], letter);
        if (is_there) letter += length;
    }
    free(record);
    return letter;
}

static void expect_letters(const char *name, const char *stage, const victim *victims,
                           size_t victim_count)
{
    char *letters = test_read(test_path(home, name), NULL);
    const char *letter = letters;
    for (size_t i = 0; i < victim_count; i++) letter = expect_letter(letter, stage, &victims[i]);
    ck_assert_str_eq(letter, "");
    free(letters);
}

/* Expects that a summary counts the articles and names the victims. */
static void expect_summary(const char *err, const char *stage, const victim *victims,
                           size_t victim_count)
{
    char accounts[200], said[400];
    snprintf(accounts, sizeof accounts, "%d articles in = %d out + 0 dropped + %d dead letter%s\n",
             ARTICLE_COUNT, ARTICLE_COUNT - (int)victim_count, (int)victim_count,
             victim_count == 1 ? "" : "s");
    ck_assert_msg(strstr(err, accounts) != NULL, "expected %sin\n%s", accounts, err);
    for (size_t i = 0; i < victim_count && i < 5; i++) {
        snprintf(said, sizeof said, "set aside: in.jsonl:%u: [%s] %s\n", victims[i].line, stage,
                 victims[i].reason);
        ck_assert_msg(strstr(err, said) != NULL, "expected %sin\n%s", said, err);
    }
}

/* Runs over articles with some victims, and compares all that comes of it. */
static void expect_set_aside(const victim *victims, size_t victim_count, const char *options)
{
    begin_with_hostile();
    write_articles(victims, victim_count);
    write_expected();
    test_outcome outcome = in_home("textmill run hostile.ini in.jsonl -o out.jsonl %s", options);
    ck_assert_msg(outcome.exit_code == 3, "%s: exit %d\n%s", victims[0].deed, outcome.exit_code,
                  outcome.err);
    ck_assert_str_eq(outcome.out, "");
    expect_same_file("out.jsonl", "expected.jsonl");
    expect_letters("out.dead_letters.jsonl", "hostile", victims, victim_count);
    expect_summary(outcome.err, "hostile", victims, victim_count);
    free(outcome.out);
    free(outcome.err);
}

/* ---- One victim ---------------------------------------------------------------------------- */

typedef struct hostility {
    const char *deed;
    const char *reason;
    const char *options;
} hostility;

static const hostility crashes[] = {
    {"segv", "killed by SIGSEGV", ""},
    {"abort", "killed by SIGABRT", ""},
    {"exit0", "exited with code 0", ""},
    {"kill9", "killed by SIGKILL", ""},
    {"stack_overflow", "stack overflow (SIGSEGV)", ""},
    {"loop", TOO_LONG, "--set pipeline.timeout=0.5"},
    {"sleep", TOO_LONG, "--set pipeline.timeout=0.5"},
    {"allocate", TOO_MUCH, "--set pipeline.memory=64M"},
    {"scribble_forwards", "killed by SIGSEGV", ""},
    {"scribble_backwards", "killed by SIGSEGV", ""},
    {"scribble_document", "has written over its document", ""},
};

static const hostility refusals[] = {
    {"fail", "told to fail; take the deed out", ""},
    {"fail_silently", "failed, and the plug-in does not say why", ""},
    {"garbage_status", "failed, and the plug-in does not say why", ""},
    {"garbage_span_reversed", "span 9-3 of layer 'whole' ends before it begins", ""},
    {"garbage_span_far",
     "span 0-18446744073709551615 of layer 'whole' reaches beyond the end of the text", ""},
    {"garbage_span_unsorted",
     "span 2-3 of layer 'whole' begins before the span added last, at 5; spans come sorted by "
     "begin",
     ""},
    {"allocate_checked", "no memory for this article; raise memory in [pipeline]",
     "--set pipeline.memory=64M"},
};

static const hostility trespasses[] = {
    {"close_descriptors", CALLED("close") DECLARE("FILES"), ""},
    {"open", CALLED("openat") DECLARE("FILES"), ""},
    {"socket", CALLED("socket") DECLARE("NETWORK"), ""},
    {"fork", CALLED("clone") DECLARE("PROCESSES"), ""},
    {"exec", CALLED("execve") DECLARE("PROCESSES"), ""},
    {"ptrace", CALLED("ptrace") "no plug-in may do this", ""},
    {"kill_parent", CALLED("kill") "no plug-in may signal a process that it did not start", ""},
};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* A sanitizer's own memory leaves no room for a limit. */
static void expect_one_set_aside(const hostility *one)
{
    if (TEST_SANITIZED && strstr(one->options, "pipeline.memory") != NULL) return;
    const victim alone[] = {{40, one->deed, one->reason}};
    expect_set_aside(alone, 1, one->options);
}

START_TEST(sets_aside_the_article_at_which_a_stage_dies)
{
    expect_one_set_aside(&crashes[_i]);
}
END_TEST

START_TEST(sets_aside_the_article_at_which_a_stage_fails)
{
    expect_one_set_aside(&refusals[_i]);
}
END_TEST

START_TEST(sets_aside_the_article_at_which_a_stage_leaves_the_sandbox)
{
    expect_one_set_aside(&trespasses[_i]);
}
END_TEST

START_TEST(sets_aside_inline_what_a_stage_fails_at)
{
    const hostility *one = &refusals[_i];
    const victim alone[] = {{40, one->deed, one->reason}};
    if (strcmp(one->deed, "allocate_checked") != 0) expect_set_aside(alone, 1, "--workers 0");
}
END_TEST

/* The text's end is in the message, so this article is one of its own. */
START_TEST(sets_aside_a_span_that_cuts_a_character_in_two)
{
    begin_with_hostile();
    write_file("in.jsonl", "{\"id\":1,\"text\":\"do:garbage_span_split \u00e9\"}\n"
                           "{\"id\":2,\"text\":\"fine\"}\n");
    expect(in_home("textmill run hostile.ini in.jsonl -q --set hostile.deeds=yes"), 3,
           "{\"id\":2,\"text\":\"fine\",\"whole\":[{\"begin\":0,\"end\":4}],\"sentences\":["
           "{\"begin\":0,\"end\":4}],\"survived\":4}\n",
           "");
    expect_file("dead_letters.jsonl",
                "{\"dead_letter\":1,\"source\":\"in.jsonl:1\",\"id\":\"1\",\"reader\":\"jsonl\","
                "\"stage\":\"hostile\",\"reason\":\"span 0-23 of layer 'whole' cuts a character in "
                "two\",\"record\":\"{\\\"id\\\":1,\\\"text\\\":\\\"do:garbage_span_split "
                "\u00e9\\\"}\"}\n");
}
END_TEST

/* ---- Several victims ----------------------------------------------------------------------- */

static const int worker_counts[] = {1, 2, 7};

static void expect_set_aside_by(int workers, const victim *victims, size_t victim_count)
{
    char options[100];
    snprintf(options, sizeof options, "--workers %d --set pipeline.timeout=0.5", workers);
    expect_set_aside(victims, victim_count, options);
}

START_TEST(sets_three_articles_of_a_run_aside)
{
    static const victim three[] = {{7, "segv", "killed by SIGSEGV"},
                                   {50, "fail", "told to fail; take the deed out"},
                                   {120, "loop", TOO_LONG}};
    expect_set_aside_by(worker_counts[_i], three, 3);
}
END_TEST

START_TEST(sets_two_articles_in_a_row_aside)
{
    static const victim two[] = {{40, "exit0", "exited with code 0"},
                                 {41, "abort", "killed by SIGABRT"}};
    expect_set_aside_by(worker_counts[_i], two, 2);
}
END_TEST

START_TEST(sets_the_first_and_the_last_article_aside)
{
    static const victim ends[] = {{1, "kill9", "killed by SIGKILL"},
                                  {ARTICLE_COUNT, "segv", "killed by SIGSEGV"}};
    expect_set_aside_by(worker_counts[_i], ends, 2);
}
END_TEST

START_TEST(sets_an_article_aside_that_is_larger_than_a_batch)
{
    begin_with_hostile();
    expect(in_home("big() { printf '{\"id\":\"%%s\",\"text\":\"' $1; yes 'Words, words.' | head -c "
                   "1000000 | tr '\\n' ' '; printf '%%s\"}\\n' $2; }; "
                   "{ big a; big b do:segv; big c; } >in.jsonl; { big a; big c; } >rest.jsonl"),
           0, "", "");
    write_expected();
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q"), 3, "", "");
    expect_same_file("out.jsonl", "expected.jsonl");
    expect(in_home("wc -l <out.dead_letters.jsonl; grep -c '\"stage\":\"hostile\",\"reason\":"
                   "\"killed by SIGSEGV\"' out.dead_letters.jsonl"),
           0, "1\n1\n", "");
}
END_TEST

START_TEST(writes_dead_letters_of_all_stages_in_stream_order)
{
    begin_with_hostile();
    expect(
        in_home("for i in 1 2 3 4 5 6 7 8 9; do case $i in 2|7) echo broken;; 3|5|8) echo "
                "'{\"text\":\"do:segv\"}';; 6) echo '{\"text\":\"do:fail\"}';; *) echo "
                "'{\"text\":\"fine\"}';; esac; done >in.jsonl; textmill run hostile.ini in.jsonl "
                "-o out.jsonl -q; echo $?; sed 's/.*\"source\":\"\\([^\"]*\\)\".*\"stage\":"
                "\"\\([^\"]*\\)\".*/\\1 \\2/' out.dead_letters.jsonl; "
                "sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/' out.jsonl"),
        0,
        "3\nin.jsonl:2 input\nin.jsonl:3 hostile\nin.jsonl:5 hostile\nin.jsonl:6 hostile\n"
        "in.jsonl:7 input\nin.jsonl:8 hostile\nin.jsonl:1\nin.jsonl:4\nin.jsonl:9\n",
        "");
}
END_TEST

START_TEST(names_the_section_not_the_plugin)
{
    begin_with_hostile();
    write_file("two.ini", "[first]\nplugin = ./hostile.so\ndeeds = no\n[output]\nplugin = jsonl\n");
    write_file("in.jsonl", "{\"text\":\"do:segv\"}\n");
    expect(in_home("textmill run two.ini in.jsonl -q --set first.deeds=yes --workers 1; "
                   "grep -o '\"stage\":\"[a-z]*\"' dead_letters.jsonl"),
           0, "\"stage\":\"first\"\n", "");
}
END_TEST

START_TEST(ends_if_every_article_from_the_first_on_kills)
{
    begin_with_hostile();
    expect(in_home("yes '{\"text\":\"do:segv\"}' | head -n 300 >in.jsonl; textmill run hostile.ini "
                   "in.jsonl -o out.jsonl -q"),
           1, "",
           "textmill: each of the first 16 articles ended a worker process, the last one "
           "in.jsonl:16: [hostile] killed by SIGSEGV; mend the stage or leave it out\n" RESUMABLE(
               "16", WITH_LETTERS));
}
END_TEST

START_TEST(carries_on_if_one_article_is_well_and_all_others_kill)
{
    begin_with_hostile();
    expect(in_home("{ echo '{\"text\":\"fine\"}'; yes '{\"text\":\"do:segv\"}' | head -n 300; } "
                   ">in.jsonl; textmill run hostile.ini in.jsonl -o out.jsonl -q; echo $?; "
                   "wc -l <out.dead_letters.jsonl; "
                   "grep -c '\"reason\":\"killed by SIGSEGV\"' out.dead_letters.jsonl"),
           0, "3\n300\n300\n", "");
}
END_TEST

/* ---- Stages in stream order ---------------------------------------------------------------- */

START_TEST(keeps_the_state_of_an_ordered_stage_that_dies)
{
    begin_with_hostile();
    build_plugin("ordered");
    write_file("ordered.ini", "[ordered]\nplugin = ./ordered.so\n[output]\nplugin = jsonl\n");
    write_file("in.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"order:crash\"}\n"
                           "{\"text\":\"order:drop\"}\n{\"text\":\"order:crash\"}\n"
                           "{\"text\":\"order:loop\"}\n{\"text\":\"Six.\"}\n");
    for (int i = 0; i < COUNT(worker_counts); i++) {
        expect(in_home("textmill run ordered.ini in.jsonl -q --workers %d --set "
                       "pipeline.timeout=0.5 --dead-letters %d.jsonl; echo $?; "
                       "sed 's/.*\"stage\":\"\\([^\"]*\\)\",\"reason\":\"\\([^\"]*\\)\".*/\\1 "
                       "\\2/' %d.jsonl",
                       worker_counts[i], i, i),
               0,
               "{\"id\":\"in.jsonl:1\",\"text\":\"One.\",\"number\":1,\"bytes_before\":0}\n"
               "{\"id\":\"in.jsonl:6\",\"text\":\"Six.\",\"number\":3,\"bytes_before\":14}\n"
               "3\nordered killed by SIGSEGV\nordered killed by SIGSEGV\nordered " TOO_LONG "\n",
               "");
    }
}
END_TEST

START_TEST(does_not_show_an_ordered_stage_what_killed_the_stage_before)
{
    begin_with_hostile();
    build_plugin("ordered");
    write_file("both.ini", "[hostile]\nplugin = ./hostile.so\n[ordered]\nplugin = ./ordered.so\n"
                           "[output]\nplugin = jsonl\ntext = no\n");
    expect(in_home("i=0; while [ $i -lt 900 ]; do i=$((i+1)); case $i in *50) word=do:segv;; *) "
                   "word=fine;; esac; echo \"{\\\"id\\\":$i,\\\"text\\\":\\\"$word\\\"}\"; done "
                   ">in.jsonl"),
           0, "", "");
    for (int i = 0; i < COUNT(worker_counts); i++) {
        expect(in_home("textmill run both.ini in.jsonl -q --workers %d --dead-letters %d.jsonl >o; "
                       "echo $?; wc -l <o; sed 's/.*\"number\":\\([0-9]*\\).*/\\1/' o | "
                       "awk '$1 != NR' | wc -l",
                       worker_counts[i], i),
               0, "3\n891\n0\n", "");
    }
}
END_TEST

/* ---- Without the sandbox ------------------------------------------------------------------- */

typedef struct freedom {
    const char *deed;
    const char *expected; /* the exit code, how many neighbours came out, the reason if any */
} freedom;

static const freedom freedoms[] = {
    {"open", "0\n2\n"},
    {"socket", "0\n2\n"},
    {"fork", "0\n2\n"},
    {"exec", "3\n2\nexited with code 1\n"},
    {"segv", "3\n2\nkilled by SIGSEGV\n"},
};

START_TEST(lets_a_stage_do_what_it_likes_without_the_sandbox)
{
    begin_with_hostile();
    expect(in_home("printf '{\"id\":1,\"text\":\"fine\"}\\n{\"id\":2,\"text\":\"do:%s\"}\\n"
                   "{\"id\":3,\"text\":\"fine\"}\\n' >in.jsonl; textmill run hostile.ini in.jsonl "
                   "-q --set pipeline.sandbox=off -o out.jsonl; echo $?; "
                   "grep -c '\"id\":[13],' out.jsonl; [ ! -e out.dead_letters.jsonl ] || "
                   "sed 's/.*\"reason\":\"\\([^\"]*\\)\".*/\\1/' out.dead_letters.jsonl",
                   freedoms[_i].deed),
           0, freedoms[_i].expected, "");
}
END_TEST

/* It harms nobody: what a worker has to say goes through memory. */
START_TEST(survives_a_stage_that_closes_all_descriptors_without_the_sandbox)
{
    static const victim harmless[] = {{40, "close_descriptors", ""}};
    begin_with_hostile();
    write_articles(harmless, 1);
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q --set pipeline.sandbox=off; "
                   "echo $?; wc -l <out.jsonl"),
           0, "0\n150\n", "");
}
END_TEST

START_TEST(lets_a_stage_print_to_standard_error)
{
    begin_with_hostile();
    expect(in_home("echo '{\"id\":1,\"text\":\"do:stderr\"}' | textmill run hostile.ini -q "
                   "--workers 1"),
           0,
           "{\"id\":1,\"text\":\"do:stderr\",\"whole\":[],\"sentences\":[{\"begin\":0,\"end\":9}],"
           "\"survived\":9"
           "}\n",
           "hostile: an article of 9 bytes\n");
}
END_TEST

/* ---- Replays ------------------------------------------------------------------------------- */

static const victim many[] = {{3, "segv", "killed by SIGSEGV"},
                              {4, "fail", "told to fail; take the deed out"},
                              {90, "stack_overflow", "stack overflow (SIGSEGV)"},
                              {149, "abort", "killed by SIGABRT"}};

START_TEST(reproduces_deaths_from_dead_letters)
{
    expect_set_aside(many, COUNT(many), "");
    expect(in_home("textmill run hostile.ini out.dead_letters.jsonl -o again.jsonl -q"), 3, "", "");
    expect_same_file("again.dead_letters.jsonl", "out.dead_letters.jsonl");
    expect_file("again.jsonl", "");
}
END_TEST

START_TEST(completes_the_output_from_dead_letters_once_the_stage_is_mended)
{
    expect_set_aside(many, COUNT(many), "");
    expect(in_home("textmill run hostile.ini in.jsonl -o direct.jsonl -q --set hostile.deeds=no; "
                   "textmill run hostile.ini out.dead_letters.jsonl -o rest2.jsonl -q --set "
                   "hostile.deeds=no; sort direct.jsonl >a; sort out.jsonl rest2.jsonl >b; "
                   "cmp a b"),
           0, "", "");
}
END_TEST

/* ---- Runs that stop ------------------------------------------------------------------------ */

/* Writes ten articles, of which the third, fifth ... ninth fail, and what comes of them all. */
static void write_four_failures(void)
{
    begin_with_hostile();
    expect(in_home("for i in 1 2 3 4 5 6 7 8 9 10; do case $i in 3|5|7|9) word=do:segv;; *) "
                   "word=fine;; esac; echo \"{\\\"id\\\":$i,\\\"text\\\":\\\"$word\\\"}\"; done "
                   ">in.jsonl; textmill run hostile.ini in.jsonl -o all.jsonl -q"),
           3, "", "");
}

/* Expects that a run comes to its end, and that all of it is there. */
static void expect_all(const char *options)
{
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q %s", options), 3, "", "");
    expect_same_file("out.jsonl", "all.jsonl");
    expect_same_file("out.dead_letters.jsonl", "all.dead_letters.jsonl");
    expect(in_home("ls *.part *.checkpoint *.journal 2>/dev/null | cat"), 0, "", "");
}

START_TEST(stops_at_the_first_failure_if_it_is_told_to)
{
    write_four_failures();
    expect(
        in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q --set pipeline.on_error=stop"),
        1, "",
        "textmill: in.jsonl:3: [hostile] killed by SIGSEGV; on_error = stop in [pipeline] ends "
        "the run\n" RESUMABLE("2", ""));
    expect_no_file("out.jsonl");
    expect_all("--resume --set pipeline.on_error=dead_letter");
}
END_TEST

START_TEST(stops_after_too_many_dead_letters)
{
    write_four_failures();
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q --set "
                   "pipeline.max_dead_letters=2"),
           1, "",
           "textmill: more than max_dead_letters = 2 articles failed, the last one in.jsonl:7: "
           "[hostile] killed by SIGSEGV\n" RESUMABLE("7", WITH_LETTERS));
    expect_no_file("out.jsonl");
    expect_all("--resume --set pipeline.max_dead_letters=unlimited");
}
END_TEST

START_TEST(goes_on_up_to_the_number_of_dead_letters_allowed)
{
    write_four_failures();
    expect_all("--force --set pipeline.max_dead_letters=4");
    expect_all("--force --set pipeline.max_dead_letters=40%");
}
END_TEST

START_TEST(fails_at_the_end_if_the_share_of_dead_letters_is_too_large)
{
    write_four_failures();
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q --set "
                   "pipeline.max_dead_letters=5%%"),
           1, "",
           "textmill: more than max_dead_letters = 5% of the articles failed, the last one "
           "in.jsonl:9: [hostile] killed by SIGSEGV\n"
           "textmill: ended after 10 articles, the last one in.jsonl:10; the output so far is in "
           "out.dead_letters.jsonl.part, out.jsonl.part; add --resume to go on\n");
    expect_no_file("out.jsonl");
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q --resume"), 3, "", "");
    expect_same_file("out.jsonl", "all.jsonl");
    expect_same_file("out.dead_letters.jsonl", "all.dead_letters.jsonl");
}
END_TEST

START_TEST(looks_at_the_share_of_dead_letters_after_a_thousand_articles)
{
    begin_with_hostile();
    expect(in_home("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); case $i in *[1-3]) word=do:fail;; "
                   "*) word=fine;; esac; echo \"{\\\"text\\\":\\\"$word\\\"}\"; done >in.jsonl; "
                   "textmill run hostile.ini in.jsonl -o out.jsonl -q --set "
                   "pipeline.max_dead_letters=5%%"),
           1, "",
           "textmill: more than max_dead_letters = 5% of the articles failed, the last one "
           "in.jsonl:1001: [hostile] told to fail; take the deed out\n" RESUMABLE("1001",
                                                                                  WITH_LETTERS));
}
END_TEST

START_TEST(ends_if_no_worker_can_start)
{
    begin_with_hostile();
    write_file("in.jsonl", "{\"text\":\"fine\"}\n");
    expect(in_home("textmill run hostile.ini in.jsonl -o out.jsonl -q --set "
                   "hostile.deadly_fork=yes"),
           1, "",
           "textmill: a worker process died 3 times before it took up an article, the last time "
           "killed by SIGKILL; look at what the plug-ins start, or try --workers 0\n"
           "textmill: ended before the first article; add --resume to go on\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {sets_aside_a_span_that_cuts_a_character_in_two,
                                  sets_an_article_aside_that_is_larger_than_a_batch,
                                  writes_dead_letters_of_all_stages_in_stream_order,
                                  names_the_section_not_the_plugin,
                                  ends_if_every_article_from_the_first_on_kills,
                                  carries_on_if_one_article_is_well_and_all_others_kill,
                                  keeps_the_state_of_an_ordered_stage_that_dies,
                                  does_not_show_an_ordered_stage_what_killed_the_stage_before,
                                  survives_a_stage_that_closes_all_descriptors_without_the_sandbox,
                                  lets_a_stage_print_to_standard_error,
                                  reproduces_deaths_from_dead_letters,
                                  completes_the_output_from_dead_letters_once_the_stage_is_mended,
                                  stops_at_the_first_failure_if_it_is_told_to,
                                  stops_after_too_many_dead_letters,
                                  goes_on_up_to_the_number_of_dead_letters_allowed,
                                  fails_at_the_end_if_the_share_of_dead_letters_is_too_large,
                                  looks_at_the_share_of_dead_letters_after_a_thousand_articles,
                                  ends_if_no_worker_can_start,
                                  NULL};
    Suite *suite = test_suite("isolation", tests);
    test_add_loop(suite, "deaths", sets_aside_the_article_at_which_a_stage_dies, COUNT(crashes));
    test_add_loop(suite, "failures", sets_aside_the_article_at_which_a_stage_fails,
                  COUNT(refusals));
    if (!TEST_SANITIZED)
        test_add_loop(suite, "sandbox", sets_aside_the_article_at_which_a_stage_leaves_the_sandbox,
                      COUNT(trespasses));
    test_add_loop(suite, "inline", sets_aside_inline_what_a_stage_fails_at, COUNT(refusals));
    test_add_loop(suite, "three", sets_three_articles_of_a_run_aside, COUNT(worker_counts));
    test_add_loop(suite, "row", sets_two_articles_in_a_row_aside, COUNT(worker_counts));
    test_add_loop(suite, "ends", sets_the_first_and_the_last_article_aside, COUNT(worker_counts));
    test_add_loop(suite, "free", lets_a_stage_do_what_it_likes_without_the_sandbox,
                  COUNT(freedoms));
    return test_run(suite);
}
