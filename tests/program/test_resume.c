/* Runs that were killed, interrupted or stopped by a full disk: resumed, they end with the same
 * bytes as one that nothing happened to. TEXTMILL_KILLS is how many runs are killed at random. */
#include "background.h"
#include "corpus.h"
#include "program.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

/* What a run leaves, in its folder; all else is gone when it has ended. */
static const char *const outputs[] = {"out.jsonl", "packed.jsonl.gz", "short.jsonl.zst",
                                      "out.dead_letters.jsonl"};
static const char left_over[] =
    "in.jsonl\nout.dead_letters.jsonl\nout.jsonl\nout.jsonl.done\npacked.jsonl.gz\n"
    "short.jsonl.zst\n";

#define OUTPUT_COUNT (sizeof outputs / sizeof *outputs)

/* ---- The workshop: made once, by the process that starts the tests ------------------------- */

static char workshop[PATH_MAX];
static double undisturbed_seconds;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Some 4 MB, so that there are several commit points; each deed is one that ends a process, or
 * fails, the same way every time: not by SIGKILL, which could be ours. */
static void write_articles(void)
{
    static const char *const words[] = {"do:segv", "do:abort",   "do:exit0",    "do:fail",   "spam",
                                        "bad",     "order:drop", "order:crash", "order:fail"};
    corpus articles = {0};
    random_source random = {7};
    for (unsigned i = 1; i <= 450; i++) {
        char id[20];
        bool is_special = i % 40 == 20;
        snprintf(id, sizeof id, "a%u", i);
        corpus_add(&articles, &random, id, 1000 + random_below(&random, 16000),
                   is_special ? words[i / 40 % (sizeof words / sizeof *words)] : NULL);
        if (i % 100 == 0) corpus_add_line(&articles, "broken");
        if (i % 100 == 1) corpus_add_line(&articles, "");
    }
    corpus_write(&articles, test_path(home, "in.jsonl"), 0);
    corpus_clear(&articles);
}

/* Builds the stages, the pipeline and the input, and runs undisturbed, in the folder `whole`. */
static void open_workshop(void)
{
    begin();
    build_plugin("fussy");
    build_plugin("hostile");
    build_plugin("ordered");
    write_articles();
    write_file("x.ini", "[pipeline]\nworkers = 2\n"
                        "[fussy]\nplugin = ./fussy.so\n"
                        "[hostile]\nplugin = ./hostile.so\nnap = 0.2\n"
                        "[ordered]\nplugin = ./ordered.so\n"
                        "[split_sentences]\n"
                        "[output]\nplugin = jsonl\npath = whole/out.jsonl\n"
                        "[output packed]\nplugin = jsonl\npath = whole/packed.jsonl.gz\n"
                        "[output short]\nplugin = jsonl\npath = whole/short.jsonl.zst\n"
                        "text = no\n");
    /* The identity of the input is part of the letters: it is called the same in every folder. */
    expect(in_home("mkdir whole && mv in.jsonl whole && cd whole && sed 's:whole/::' ../x.ini "
                   ">../y.ini"),
           0, "", "");
    double started = now();
    test_outcome ran = in_home("cd whole && textmill run ../x.ini in.jsonl -q");
    undisturbed_seconds = now() - started;
    expect(ran, 3, "", "");
    expect(in_home("ls whole"), 0, left_over, "");
    strcpy(workshop, home);
}

/* ---- A run of one test --------------------------------------------------------------------- */

static char place[PATH_MAX + 8]; /* the folder of this run */

/* Makes a folder with the pipeline and the input in it. */
static void begin_run(void)
{
    begin();
    snprintf(place, sizeof place, "%s/run", home);
    expect(in_home("mkdir run && cp -p '%s'/*.so . && cp -p '%s/whole/in.jsonl' run && "
                   "sed 's:whole/:run/:' '%s/x.ini' >x.ini",
                   workshop, workshop, workshop),
           0, "", "");
}

/* Runs in the folder, in the foreground. */
__attribute__((format(printf, 1, 2))) static test_outcome run(const char *format, ...)
{
    char options[4000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(options, sizeof options, format, arguments);
    va_end(arguments);
    return in_home("cd run && textmill run ../x.ini in.jsonl -q %s", options);
}

static background start(const char *options)
{
    return background_start(place, "run ../x.ini in.jsonl -q %s", options);
}

/* Expects that all of the run is there, the same as of the undisturbed one, and nothing else. */
static void expect_whole(void)
{
    expect(in_home("rm -f run/err; ls run"), 0, left_over, "");
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        char name[100], expected[2 * PATH_MAX + 400];
        snprintf(name, sizeof name, "run/%s", outputs[i]);
        snprintf(expected, sizeof expected,
                 "cmp %s '%s/whole/%s' || diff %s '%s/whole/%s' | cut -c1-300", name, workshop,
                 outputs[i], name, workshop, outputs[i]);
        expect(in_home("%s", expected), 0, "", "");
    }
}

static void resume_to_the_end(const char *options)
{
    expect(run("--resume %s", options), 3, "", "");
    expect_whole();
}

/* Starts a run and waits until some of the output is safe: there is a checkpoint. */
static background start_and_wait(void)
{
    background program = start("--set pipeline.checkpoint=0");
    background_await_file(test_path(place, "out.jsonl.checkpoint"), 1);
    return program;
}

/* ---- Killed at random ---------------------------------------------------------------------- */

/* Kills the coordinator, one of its children, or both in either order. A child may be one that
 * tries out a plug-in, which is then said not to load. Returns whether the coordinator was meant.
 */
static bool strike(const background *program, random_source *random)
{
    pid_t children[BACKGROUND_CHILDREN_MAX];
    size_t count = background_children(program->pid, children);
    pid_t child = count > 0 ? children[random_below(random, (uint32_t)count)] : 0;
    uint32_t choice = random_below(random, 4);
    if (child > 0 && choice != 0 && choice != 3) kill(child, SIGKILL);
    if (choice != 1) kill(program->pid, SIGKILL);
    if (child > 0 && choice == 3) kill(child, SIGKILL);
    return choice != 1;
}

/* Tells whether a run did not begin since the process that tries out a plug-in was killed. */
static bool was_stillborn(int code)
{
    char *said = test_read(test_path(place, "err"), NULL);
    bool stillborn = code == 2 && (strstr(said, "ends the program when it is loaded") != NULL ||
                                   strstr(said, "no reader knows files of this name") != NULL ||
                                   strstr(said, " plug-in '") != NULL);
    if (stillborn) unlink(test_path(place, "err"));
    free(said);
    return stillborn;
}

/* Goes on with a run until it ends, or is killed. Returns the exit code. */
static int go_on(random_source *random, const char *options, unsigned *strikes)
{
    background program = start(options);
    while (*strikes > 0) {
        double seconds = undisturbed_seconds * (double)random_below(random, 1200) / 1000;
        for (double until = now() + seconds; now() < until && !background_has_ended(&program);)
            background_pause(0.0005);
        if (background_has_ended(&program)) break;
        (*strikes)--;
        if (strike(&program, random)) break;
    }
    return background_wait(&program);
}

START_TEST(ends_with_the_same_bytes_wherever_it_is_killed)
{
    static const char *const intervals[] = {"0", "0.01", "0.05", "5"};
    const char *wanted = getenv("CK_SEED");
    uint64_t seed = wanted != NULL ? strtoull(wanted, NULL, 10) : (uint64_t)time(NULL) * 1000;
    random_source random = {seed + (uint64_t)_i};
    char options[200];
    unsigned strikes = 1 + random_below(&random, 5);
    const char *interval = intervals[random_below(&random, 4)];
    printf("ends_with_the_same_bytes_wherever_it_is_killed: CK_SEED=%llu, run %d\n",
           (unsigned long long)seed, _i);
    begin_run();
    snprintf(options, sizeof options, "--set pipeline.checkpoint=%s", interval);
    int code = go_on(&random, options, &strikes);
    snprintf(options, sizeof options, "--resume --set pipeline.checkpoint=%s", interval);
    while (code == 128 + SIGKILL || was_stillborn(code)) code = go_on(&random, options, &strikes);
    char *said = test_read(test_path(place, "err"), NULL);
    ck_assert_msg(code == 3, "exit %d: %s", code, said);
    ck_assert_str_eq(said, "");
    free(said);
    expect_whole();
}
END_TEST

/* Dies before call $1 of a run from its start, then of the run that is resumed, and goes on to the
 * end. Prints what is wrong; returns whether the first run was killed. */
static const char die_before_call[] =
    "rm -f out.* packed.*\n"
    "export LD_PRELOAD=$PWD/deadly_calls.so\n"
    "DEADLY_CALL=$1 textmill run x.ini in.jsonl -q\n"
    "first=$?\n"
    "DEADLY_CALL=$(($1 / 3 + 1)) textmill run x.ini in.jsonl -q --resume\n"
    "textmill run x.ini in.jsonl -q --resume\n"
    "[ $? -eq 3 ] || echo \"call $1: cannot be resumed\"\n"
    "unset LD_PRELOAD\n"
    "[ \"$(echo out.* packed.*)\" = \"$(cd expected && echo out.* packed.*)\" ] ||\n"
    "    echo \"call $1: leaves\" out.* packed.*\n"
    "for file in out.jsonl packed.jsonl.gz out.dead_letters.jsonl; do\n"
    "    cmp $file expected/$file || echo \"call $1: another $file\"\n"
    "done\n"
    "[ $first -eq 137 ]\n";

/* Every write, sync, cut and rename of the coordinator is a place to die at. */
START_TEST(ends_with_the_same_bytes_whichever_call_it_dies_before)
{
    if (TEST_SANITIZED) return; /* its library must come first */
    begin();
    build_plugin("ordered");
    build_plugin("deadly_calls");
    write_file("die_before_call.sh", die_before_call);
    write_file("x.ini", "[pipeline]\nworkers = 1\ncheckpoint = 0\n"
                        "[ordered]\nplugin = ./ordered.so\n"
                        "[output]\nplugin = jsonl\npath = out.jsonl\n"
                        "[output packed]\nplugin = jsonl\npath = packed.jsonl.gz\ntext = no\n");
    expect(in_home("seq 30 | awk '{ printf \"{\\\"text\\\":\\\"%%s %%080000d\\\"}\\n\", "
                   "$1 %% 9 == 5 ? \"order:fail\" : \"fine\", $1 }' >in.jsonl; mkdir expected; "
                   "textmill run x.ini in.jsonl -q; mv out.* packed.* expected; ls expected"),
           0, "out.dead_letters.jsonl\nout.jsonl\nout.jsonl.done\npacked.jsonl.gz\n", "");
    expect(in_home("call=1; while sh die_before_call.sh $call >>said 2>&1; do call=$((call + 1)); "
                   "done; [ $call -gt 20 ] || echo \"only $call calls\"; grep -v '^Killed$' said; "
                   "true"),
           0, "", "");
}
END_TEST

START_TEST(resumes_with_another_number_of_workers)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    resume_to_the_end("--workers 5");
}
END_TEST

START_TEST(resumes_a_run_that_was_killed_before_anything_was_safe)
{
    begin_run();
    background program = start("--set pipeline.checkpoint=1000");
    background_await_file(test_path(place, "out.jsonl.part"), 0);
    background_kill(&program);
    resume_to_the_end("");
}
END_TEST

START_TEST(resumes_a_run_that_never_began)
{
    begin_run();
    resume_to_the_end("");
}
END_TEST

/* ---- Interrupted --------------------------------------------------------------------------- */

START_TEST(resumes_a_run_that_was_terminated)
{
    begin_run();
    background program = start_and_wait();
    kill(program.pid, SIGTERM);
    ck_assert_int_eq(background_wait(&program), 75);
    expect(in_home("sed 's/after [0-9]* articles/after N articles/; s/jsonl:[0-9]*;/jsonl:N;/' "
                   "run/err; ls run/*.jsonl"),
           0,
           "textmill: interrupted after N articles, the last one in.jsonl:N; the output so far is "
           "in ../run/out.dead_letters.jsonl.part, ../run/out.jsonl.part, "
           "../run/packed.jsonl.gz.part, ../run/short.jsonl.zst.part; add --resume to go on\n"
           "run/in.jsonl\n",
           "");
    resume_to_the_end("");
}
END_TEST

START_TEST(resumes_a_run_that_was_terminated_again_and_again)
{
    begin_run();
    background program = start_and_wait();
    kill(program.pid, SIGTERM);
    int code = background_wait(&program);
    for (int i = 0; code == 75; i++) {
        program = start("--resume");
        background_pause(0.02 * (i + 1));
        kill(program.pid, i % 2 == 0 ? SIGTERM : SIGINT);
        code = background_wait(&program);
        /* Before the handlers are there, the signal ends it. */
        if (code > 128) code = 75;
    }
    ck_assert_int_eq(code, 3);
    expect_whole();
}
END_TEST

START_TEST(says_that_a_run_is_complete)
{
    begin_run();
    expect(run("%s", ""), 3, "", "");
    expect(in_home("cd run && textmill run ../x.ini in.jsonl --resume; echo $?"), 0, "3\n",
           "textmill: the run was complete already; nothing was done\n");
    expect_whole();
}
END_TEST

START_TEST(does_not_start_anew_over_a_run_that_can_be_resumed)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(
        run("%s", ""), 1, "",
        "textmill: ../run/out.jsonl.checkpoint exists: a run was interrupted; add --resume to go "
        "on with it or --force to start anew\n");
    expect(run("--force"), 3, "", "");
    expect_whole();
}
END_TEST

/* ---- Refusals ------------------------------------------------------------------------------ */

/* Stops a run, lets a shell command change something, and expects a refusal whose sizes, times and
 * digests read N; then goes on all the same. */
static void expect_refused(const char *change, const char *options, const char *refusal)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(in_home("%s", change), 0, "", "");
    expect(in_home("cd run && textmill run ../x.ini in.jsonl -q --resume %s 2>refusal; echo $?; "
                   "sed -E 's/of [0-9]+ bytes, changed at [-0-9.]+/of N bytes, changed at N/g; "
                   "s/digest [0-9a-f]+/digest N/g' refusal; rm refusal",
                   options),
           0, refusal, "");
    expect(in_home("test -e run/out.jsonl.checkpoint && test -e run/out.jsonl.part"), 0, "", "");
    expect(run("--resume=force %s", options), 3, "", "");
    expect(in_home("rm -f run/err; ls run"), 0, left_over, "");
}

#define REFUSED(then, now)                                                                         \
    "2\ntextmill: ../run/out.jsonl.checkpoint is of another run: it had '" then                    \
    "', now there is '" now "'; use --resume=force to go on all the same, or --force to start "    \
    "anew\n"

START_TEST(refuses_to_resume_with_another_option)
{
    expect_refused("true", "--set fussy.strict=no",
                   REFUSED("[fussy] strict = yes", "[fussy] strict = no"));
}
END_TEST

START_TEST(refuses_to_resume_with_another_stage)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(in_home("cp x.ini y.ini && sed -i 's/^.split_sentences.$//' x.ini && cd run && "
                   "textmill run ../x.ini in.jsonl -q --resume 2>&1 | "
                   "sed -E 's/digest [0-9a-f]+/digest N/g'"),
           0,
           &REFUSED("[split_sentences] split_sentences 1.0.0, digest N",
                    "[output] jsonl 1.0.0, digest N")[2],
           "");
    expect(run("--resume=force"), 2, "",
           "textmill: ../run/out.jsonl.checkpoint does not fit this pipeline; start anew with "
           "--force\n");
    expect(in_home("mv y.ini x.ini"), 0, "", "");
    resume_to_the_end("");
}
END_TEST

START_TEST(refuses_to_resume_with_a_plugin_that_was_built_anew)
{
    expect_refused("printf x >>hostile.so", "",
                   REFUSED("[hostile] hostile 0.1, digest N", "[hostile] hostile 0.1, digest N"));
}
END_TEST

START_TEST(refuses_to_resume_with_input_that_has_grown)
{
    expect_refused("echo '{\"text\":\"One more.\"}' >>run/in.jsonl", "",
                   REFUSED("input of N bytes, changed at N: in.jsonl",
                           "input of N bytes, changed at N: in.jsonl"));
}
END_TEST

START_TEST(refuses_to_resume_with_input_that_was_written_anew)
{
    expect_refused("touch -d '2001-01-01' run/in.jsonl", "",
                   REFUSED("input of N bytes, changed at N: in.jsonl",
                           "input of N bytes, changed at N: in.jsonl"));
}
END_TEST

START_TEST(refuses_to_resume_with_more_input)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(in_home("cd run && echo '{\"text\":\"More.\"}' >more.jsonl && textmill run ../x.ini "
                   "in.jsonl more.jsonl -q --resume 2>refusal; echo $?; "
                   "sed -E 's/of [0-9]+ bytes, changed at [-0-9.]+/of N bytes, changed at N/g' "
                   "refusal; rm refusal more.jsonl"),
           0, REFUSED("", "input of N bytes, changed at N: more.jsonl"), "");
    resume_to_the_end("");
}
END_TEST

START_TEST(refuses_to_resume_without_the_input)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(in_home("mv run/in.jsonl ."), 0, "", "");
    expect(run("--resume"), 1, "", "textmill: in.jsonl: no such file or folder; check the path\n");
    expect(in_home("mv in.jsonl run"), 0, "", "");
    resume_to_the_end("");
}
END_TEST

START_TEST(refuses_to_resume_from_a_damaged_checkpoint)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(in_home("head -c 100 run/out.jsonl.checkpoint >c && mv c run/out.jsonl.checkpoint"), 0,
           "", "");
    expect(run("--resume"), 1, "",
           "textmill: ../run/out.jsonl.checkpoint is damaged; remove it and start anew with "
           "--force\n");
}
END_TEST

START_TEST(refuses_to_resume_when_output_has_been_lost)
{
    begin_run();
    background program = start_and_wait();
    background_kill(&program);
    expect(in_home("truncate -s 10 run/out.jsonl.part"), 0, "", "");
    test_outcome outcome = run("--resume");
    ck_assert_int_eq(outcome.exit_code, 1);
    ck_assert_ptr_nonnull(strstr(outcome.err, "out.jsonl.part"));
}
END_TEST

START_TEST(refuses_to_resume_what_goes_to_standard_output)
{
    begin();
    write_file("in.jsonl", "{\"text\":\"One.\"}\n");
    expect(
        in_home("textmill run x.ini in.jsonl --resume"), 2, "",
        "textmill: --resume: only a run from files to files can be resumed; name the input files "
        "and an output with -o\n");
    expect(
        in_home("textmill run x.ini - -o out.jsonl --resume <in.jsonl"), 2, "",
        "textmill: --resume: only a run from files to files can be resumed; name the input files "
        "and an output with -o\n");
}
END_TEST

/* ---- Disks --------------------------------------------------------------------------------- */

START_TEST(resumes_when_a_file_may_grow_again)
{
    begin_run();
    expect(in_home("cd run && ulimit -f 3000 && textmill run ../x.ini in.jsonl -q --set "
                   "pipeline.checkpoint=0 2>said; echo $?; head -n 1 said; rm said"),
           0,
           "1\ntextmill: cannot write ../run/out.jsonl.part: File too large; raise the limit "
           "(ulimit -f) and run again\n",
           "");
    resume_to_the_end("");
}
END_TEST

static void unmount_place(void)
{
    umount2(place, MNT_DETACH);
}

/* Puts a small disk, that only this test sees, below the run. Returns whether that is allowed. */
static bool mount_place(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    expect(in_home("mv run/in.jsonl ."), 0, "", "");
    if (mount("tmpfs", place, "tmpfs", 0, "size=32m") != 0) return false;
    atexit(unmount_place);
    expect(in_home("cp -p in.jsonl run"), 0, "", "");
    return true;
}

START_TEST(resumes_when_the_disk_has_room_again)
{
    begin_run();
    if (!mount_place()) {
        printf("resumes_when_the_disk_has_room_again: skipped, no disk can be mounted\n");
        return;
    }
    expect(in_home("cd run && head -c 23M /dev/zero >filler"), 0, "", "");
    test_outcome outcome = run("--set pipeline.checkpoint=0");
    ck_assert_int_eq(outcome.exit_code, 1);
    ck_assert_msg(strstr(outcome.err, "No space left on device; free some space") != NULL, "%s",
                  outcome.err);
    expect(in_home("rm run/filler"), 0, "", "");
    resume_to_the_end("");
    unmount_place();
}
END_TEST

START_TEST(resumes_when_a_file_that_vanished_is_there_again)
{
    begin_run();
    expect(in_home("cd run && mv in.jsonl a.jsonl && echo '{\"text\":\"b\"}' >b.jsonl"), 0, "", "");
    background program =
        background_start(place, "run ../x.ini a.jsonl b.jsonl -q --set pipeline.checkpoint=0");
    background_await_file(test_path(place, "out.jsonl.part"), 1);
    ck_assert_int_eq(rename(test_path(place, "b.jsonl"), test_path(place, "away")), 0);
    ck_assert_int_eq(background_wait(&program), 1);
    expect(in_home("head -n 1 run/err; rm run/err; mv run/away run/b.jsonl; cd run; "
                   "textmill run ../x.ini a.jsonl b.jsonl -q --resume; echo $?; mv out.jsonl 1; "
                   "textmill run ../x.ini a.jsonl b.jsonl -q --force; cmp 1 out.jsonl"),
           0,
           "textmill: b.jsonl: has vanished since the run began; restore it and run again\n"
           "3\n",
           "");
}
END_TEST

int main(void)
{
    test_prepare_with(open_workshop);
    const TTest *const tests[] = {resumes_with_another_number_of_workers,
                                  resumes_a_run_that_was_killed_before_anything_was_safe,
                                  resumes_a_run_that_never_began,
                                  resumes_a_run_that_was_terminated,
                                  resumes_a_run_that_was_terminated_again_and_again,
                                  says_that_a_run_is_complete,
                                  does_not_start_anew_over_a_run_that_can_be_resumed,
                                  refuses_to_resume_with_another_option,
                                  refuses_to_resume_with_another_stage,
                                  refuses_to_resume_with_a_plugin_that_was_built_anew,
                                  refuses_to_resume_with_input_that_has_grown,
                                  refuses_to_resume_with_input_that_was_written_anew,
                                  refuses_to_resume_with_more_input,
                                  refuses_to_resume_without_the_input,
                                  refuses_to_resume_from_a_damaged_checkpoint,
                                  refuses_to_resume_when_output_has_been_lost,
                                  refuses_to_resume_what_goes_to_standard_output,
                                  resumes_when_a_file_may_grow_again,
                                  resumes_when_the_disk_has_room_again,
                                  resumes_when_a_file_that_vanished_is_there_again,
                                  NULL};
    const char *kills = getenv("TEXTMILL_KILLS");
    Suite *suite = test_suite("resume", tests);
    TCase *calls = tcase_create("calls"); /* some hundred runs: many seconds on a busy machine */
    tcase_set_timeout(calls, 300);
    tcase_add_test(calls, ends_with_the_same_bytes_whichever_call_it_dies_before);
    suite_add_tcase(suite, calls);
    test_add_loop(suite, "kills", ends_with_the_same_bytes_wherever_it_is_killed,
                  kills != NULL ? atoi(kills) : 20);
    return test_run(suite);
}
