/* The shares of an input: run one after another or on many machines, their outputs in a row are the
 * output of one run. */
#include "corpus.h"
#include "program.h"

static const unsigned share_counts[] = {1, 2, 3, 7};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* An input that is cut: a shell command that makes it, and how it is named on the command line. */
typedef struct shared_input {
    const char *make;
    const char *arguments;
} shared_input;

/* `in.jsonl` is there already: 120 lines of all kinds, some of several hundred KB. */
static const shared_input shared_inputs[] = {
    {"true", "in.jsonl"},
    {"mv in.jsonl b.jsonl; echo '{\"text\":\"first\"}' >a.jsonl; printf '{\"text\":\"last\"}' "
     ">c.jsonl",
     "a.jsonl b.jsonl c.jsonl"},
    {"mkdir -p d/e; for i in 1 2 3 4 5 6 7 8 9; do yes \"Text $i.\" | head -n $((i * 300)) "
     ">d/$i.txt; done; mv in.jsonl d/e/lines.jsonl; echo '{\"text\":\"x\"}' >d/z.jsonl; : "
     ">d/empty.txt; : >d/empty.jsonl",
     "d"},
    {"split -l 9 --additional-suffix=.jsonl in.jsonl p; ls p*.jsonl >list; printf '\\r\\n' "
     ">>list; "
     "echo x >a.txt; echo a.txt >>list; echo a.txt >>list",
     "--files-from list"},
    {"split -n l/5 --additional-suffix=.jsonl in.jsonl p; gzip paa.jsonl pac.jsonl; zstd -q --rm "
     "pad.jsonl; ls p* >list",
     "--files-from list"},
    {"echo '{\"id\":1,\"text\":\"a\"}' >>in2.jsonl; "
     "echo '{\"id\":2,\"text\":\"b\"}' >>in2.jsonl; rm in.jsonl",
     "in2.jsonl"},
    {"sed -i 's/$/\\r/' in.jsonl", "in.jsonl"},
};

/* Makes an input and the output of one run over it: whole.jsonl, whole.dead_letters.jsonl. */
static void begin_with_input(const shared_input *input)
{
    corpus articles = {0};
    random_source random = random_seeded("shares");
    begin();
    build_fussy();
    corpus_add_mixture(&articles, &random, 120);
    corpus_write(&articles, test_path(home, "in.jsonl"), 0);
    corpus_clear(&articles);
    expect(in_home("%s", input->make), 0, "", "");
    expect(in_home("textmill run fussy.ini %s -o whole.jsonl -q; [ $? -eq 0 -o $? -eq 3 ]; "
                   "touch whole.dead_letters.jsonl",
                   input->arguments),
           0, "", "");
}

/* Runs all shares and puts what they wrote in a row, as FILE and FILE.dead. */
static void run_shares(const shared_input *input, unsigned count, const char *options)
{
    expect(in_home("rm -rf s; mkdir s; i=0; while [ $i -lt %u ]; do i=$((i + 1)); textmill run "
                   "fussy.ini %s -o s/$i.jsonl -q --shard $i/%u %s; code=$?; case $code in 0|3) ;; "
                   "*) echo \"share $i: exit $code\";; esac; cat s/$i.jsonl >>s/all; "
                   "touch s/$i.dead_letters.jsonl; cat s/$i.dead_letters.jsonl >>s/dead; done",
                   count, input->arguments, count, options),
           0, "", "");
}

START_TEST(gives_all_shares_in_a_row_the_output_of_one_run)
{
    const shared_input *input = &shared_inputs[_i];
    begin_with_input(input);
    for (int i = 0; i < COUNT(share_counts); i++) {
        run_shares(input, share_counts[i], "--workers 1");
        expect_same_file("s/all", "whole.jsonl");
        expect_same_file("s/dead", "whole.dead_letters.jsonl");
    }
}
END_TEST

START_TEST(takes_every_record_into_one_share)
{
    begin();
    build_fussy();
    expect(in_home("seq 1000 >numbers; awk '{ x = sprintf(\"%%*s\", $1 %% 37 * 13, \"\"); "
                   "print \"{\\\"id\\\":\" $1 \",\\\"text\\\":\\\"\" x \"\\\"}\" }' numbers "
                   ">in.jsonl"),
           0, "", "");
    const shared_input lines = {"", "in.jsonl"};
    static const unsigned many[] = {2, 7, 60};
    for (int i = 0; i < COUNT(many); i++) {
        run_shares(&lines, many[i], "--workers 1");
        expect(in_home("sed 's/{\"id\":\\([0-9]*\\).*/\\1/' s/all | cmp - numbers"), 0, "", "");
    }
}
END_TEST

START_TEST(makes_shares_of_about_the_same_size)
{
    begin();
    expect(
        in_home("yes '{\"text\":\"An article like all the others.\"}' | head -n 4000 >in.jsonl; "
                "for i in 1 2 3 4; do textmill run x.ini in.jsonl -q --shard $i/4 | wc -l; done"),
        0, "1000\n1000\n1000\n1000\n", "");
}
END_TEST

START_TEST(writes_an_empty_output_for_an_empty_share)
{
    begin();
    write_file("in.jsonl", "{\"id\":1,\"text\":\"only\"}\n");
    expect(in_home("for i in 1 2 3; do textmill run x.ini in.jsonl -o $i.jsonl -q --shard $i/3; "
                   "done; cat 1.jsonl 2.jsonl 3.jsonl; ls"),
           0,
           "{\"id\":1,\"text\":\"only\"}\n1.jsonl\n1.jsonl.done\n2.jsonl\n2.jsonl.done\n3.jsonl\n"
           "3.jsonl.done\nin.jsonl\nx.ini\n",
           "");
}
END_TEST

START_TEST(takes_the_names_of_inputs_from_a_file)
{
    begin();
    expect(in_home("printf A >a.txt; printf B >'b c.txt'; printf 'b c.txt\\r\\n\\n./a.txt' >list; "
                   "textmill run x.ini --files-from list -q; echo a.txt | textmill run x.ini "
                   "--files-from - -q; textmill run x.ini a.txt --files-from list -q"),
           0,
           "{\"id\":\"b c.txt\",\"text\":\"B\"}\n{\"id\":\"./a.txt\",\"text\":\"A\"}\n"
           "{\"id\":\"a.txt\",\"text\":\"A\"}\n"
           "{\"id\":\"a.txt\",\"text\":\"A\"}\n{\"id\":\"b c.txt\",\"text\":\"B\"}\n"
           "{\"id\":\"./a.txt\",\"text\":\"A\"}\n",
           "");
}
END_TEST

START_TEST(names_the_line_of_an_input_that_is_missing)
{
    begin();
    expect(in_home("printf 'x.ini\\nnowhere.txt\\n' >list; textmill run x.ini --files-from list -o "
                   "out.jsonl"),
           1, "", "textmill: list:2: nowhere.txt: no such file or folder; check the path\n");
    expect(in_home("textmill run x.ini --files-from nolist -o out.jsonl"), 1, "",
           "textmill: nolist: no such file; check the path\n");
    expect_no_file("out.jsonl");
}
END_TEST

typedef struct refused_share {
    const char *text;
    const char *said;
} refused_share;

static const refused_share refused_shares[] = {
    {"0/3", "textmill: --shard 0/3: the first share is 1/3\n"},
    {"4/3", "textmill: --shard 4/3: the last share is 3/3\n"},
    {"1", "textmill: --shard 1: is not a share; write it as in 1/4, the first of four\n"},
    {"a/b", "textmill: --shard a/b: is not a share; write it as in 1/4, the first of four\n"},
    {"1/0", "textmill: --shard 1/0: there is at least one share: 1/1\n"},
};

START_TEST(refuses_a_share_that_is_none)
{
    begin();
    write_file("in.jsonl", "{\"text\":\"x\"}\n");
    expect(in_home("textmill run x.ini in.jsonl --shard %s", refused_shares[_i].text), 2, "",
           refused_shares[_i].said);
}
END_TEST

START_TEST(resumes_a_share)
{
    static const shared_input lines = {"", "in.jsonl"};
    begin();
    build_fussy();
    expect(in_home("seq 300 | awk '{ print \"{\\\"id\\\":\" $1 \",\\\"text\\\":\\\"\" "
                   "($1 %% 10 == 0 ? \"bad\" : \"good\") \"\\\"}\" }' >in.jsonl"),
           0, "", "");
    run_shares(&lines, 3, "");
    expect(in_home("textmill run fussy.ini in.jsonl -o r.jsonl -q --shard 2/3 --set "
                   "pipeline.max_dead_letters=1 2>said; echo $?; textmill run fussy.ini in.jsonl "
                   "-o r.jsonl -q --shard 3/3 --resume 2>&1 | grep -o \"it had.*'; use\"; "
                   "textmill run fussy.ini in.jsonl -o r.jsonl -q --shard 2/3 --resume; echo $?; "
                   "cmp r.jsonl s/2.jsonl; cmp r.dead_letters.jsonl s/2.dead_letters.jsonl"),
           0, "1\nit had 'shard 2/3', now there is 'shard 3/3'; use\n3\n", "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {takes_every_record_into_one_share,
                                  makes_shares_of_about_the_same_size,
                                  writes_an_empty_output_for_an_empty_share,
                                  takes_the_names_of_inputs_from_a_file,
                                  names_the_line_of_an_input_that_is_missing,
                                  resumes_a_share,
                                  NULL};
    Suite *suite = test_suite("shares", tests);
    test_add_loop(suite, "inputs", gives_all_shares_in_a_row_the_output_of_one_run,
                  COUNT(shared_inputs));
    test_add_loop(suite, "refused", refuses_a_share_that_is_none, COUNT(refused_shares));
    return test_run(suite);
}
