/* Whole runs as a user starts them: what goes in, in all its forms, and what comes out. */
#include "program.h"

#define THREE                                                                                      \
    "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\n"                         \
    "{\"id\":\"c\",\"text\":\"Three.\"}\n"

static void begin_with_three(void)
{
    begin();
    write_file("in.jsonl", THREE);
}

/* ---- In and out ---------------------------------------------------------------------------- */

START_TEST(runs_from_a_file_to_a_file)
{
    begin_with_three();
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl -q"), 0, "", "");
    expect_file("out.jsonl", THREE);
    expect_no_file("out.jsonl.part");
    expect_no_file("out.dead_letters.jsonl");
    expect_no_file("out.dead_letters.jsonl.part");
}
END_TEST

START_TEST(runs_from_standard_input_to_standard_output)
{
    begin_with_three();
    expect(in_home("textmill run x.ini -q <in.jsonl"), 0, THREE, "");
    expect(in_home("cat in.jsonl | textmill run x.ini - -q -o -"), 0, THREE, "");
    expect_no_file("dead_letters.jsonl");
}
END_TEST

START_TEST(runs_a_stage)
{
    begin();
    write_file("x.ini", "[split_sentences]\n[output]\nplugin = jsonl\n");
    write_file("a.txt", "One. Two.\n");
    expect(in_home("textmill run x.ini a.txt -q"), 0,
           "{\"id\":\"a.txt\",\"text\":\"One. Two.\\n\",\"sentences\":[{\"begin\":0,\"end\":4},"
           "{\"begin\":5,\"end\":9}]}\n",
           "");
}
END_TEST

START_TEST(writes_an_empty_file_for_no_article)
{
    begin();
    expect(in_home("textmill run x.ini -o out.jsonl -q </dev/null"), 0, "", "");
    expect_file("out.jsonl", "");
}
END_TEST

START_TEST(makes_an_article_of_an_empty_text_file)
{
    begin();
    write_file("a.txt", "");
    expect(in_home("textmill run x.ini a.txt -q"), 0, "{\"id\":\"a.txt\",\"text\":\"\"}\n", "");
}
END_TEST

START_TEST(reads_inputs_in_the_order_given)
{
    begin_with_three();
    write_file("z.txt", "Z");
    write_file("a.txt", "A");
    expect(in_home("textmill run x.ini z.txt - a.txt z.txt -q <in.jsonl"), 0,
           "{\"id\":\"z.txt\",\"text\":\"Z\"}\n" THREE "{\"id\":\"a.txt\",\"text\":\"A\"}\n"
           "{\"id\":\"z.txt\",\"text\":\"Z\"}\n",
           "");
}
END_TEST

START_TEST(reads_a_folder_in_sorted_order)
{
    begin();
    expect(in_home("mkdir -p d/b && printf 1 >d/c.txt && printf 2 >d/b/x.txt && printf 3 >d/B.txt "
                   "&& printf 4 >d/.hidden.txt && printf 5 >d/a.pdf && printf 6 >d/a.txt"),
           0, "", "");
    expect(in_home("textmill run x.ini d -q"), 0,
           "{\"id\":\"d/B.txt\",\"text\":\"3\"}\n{\"id\":\"d/a.txt\",\"text\":\"6\"}\n"
           "{\"id\":\"d/b/x.txt\",\"text\":\"2\"}\n{\"id\":\"d/c.txt\",\"text\":\"1\"}\n",
           "");
}
END_TEST

START_TEST(reads_and_writes_compressed_files)
{
    begin_with_three();
    expect(in_home("textmill run x.ini in.jsonl -o a.jsonl.gz -q && gzip -dc a.jsonl.gz"), 0, THREE,
           "");
    expect(in_home("textmill run x.ini a.jsonl.gz -o b.jsonl.zst -q"), 0, "", "");
    expect(in_home("textmill run x.ini b.jsonl.zst -q"), 0, THREE, "");
    expect(in_home("gzip -c in.jsonl >c.jsonl.gz; gzip -c in.jsonl >>c.jsonl.gz; "
                   "textmill run x.ini c.jsonl.gz -q"),
           0, THREE THREE, "");
    expect(in_home("printf 'One.' | gzip >d.txt.gz; textmill run x.ini d.txt.gz -q"), 0,
           "{\"id\":\"d.txt.gz\",\"text\":\"One.\"}\n", "");
}
END_TEST

START_TEST(writes_several_outputs)
{
    begin_with_three();
    write_file("x.ini", "[output]\nplugin = jsonl\n[output short]\npath = ids.jsonl\ntext = no\n");
    expect(in_home("textmill run x.ini in.jsonl -q"), 0, THREE, "");
    expect_file("ids.jsonl", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n");
}
END_TEST

START_TEST(writes_beside_the_pipeline_file_what_that_names)
{
    begin_with_three();
    expect(in_home("mkdir sub && printf '[output]\\npath = out.jsonl\\n' >sub/x.ini && "
                   "textmill run sub/x.ini in.jsonl -q"),
           0, "", "");
    expect_file("sub/out.jsonl", THREE);
}
END_TEST

START_TEST(passes_metadata_through_to_the_letter)
{
    static const char article[] =
        "{\"id\":7,\"text\":\"x\",\"n\":1.50e+3,\"big\":123456789012345678901234567890,"
        "\"o\":{\"b\": [1,  2],\"n\":null},\"u\":\"\\u00e9\\/\",\"\":false}\n";
    begin();
    write_file("in.jsonl", article);
    expect(in_home("textmill run x.ini in.jsonl -q"), 0, article, "");
}
END_TEST

START_TEST(keeps_nul_bytes_and_other_controls)
{
    begin();
    expect(in_home("printf 'a\\000b\\001\\033' >a.txt; textmill run x.ini a.txt -q"), 0,
           "{\"id\":\"a.txt\",\"text\":\"a\\u0000b\\u0001\\u001b\"}\n", "");
    expect(in_home("printf '{\"text\":\"a\\\\u0000b\"}\\n' | textmill run x.ini -q"), 0,
           "{\"id\":\"stdin:1\",\"text\":\"a\\u0000b\"}\n", "");
}
END_TEST

START_TEST(gives_the_same_however_the_input_comes)
{
    begin();
    expect(in_home("i=0; while [ $i -lt 200 ]; do i=$((i+1)); printf "
                   "'{\"id\":%%d,\"text\":\"%%0*d\\\\u00e9 "
                   "\303\251\"}\\n' $i $i $i; [ $((i %% 50)) -ne 7 ] || printf '\\n{broken\\r\\n'; "
                   "done >in.jsonl"),
           0, "", "");
    expect(in_home("textmill run x.ini -o file.jsonl -q <in.jsonl"), 3, "", "");
    expect(in_home("cat in.jsonl | textmill run x.ini -o pipe.jsonl -q"), 3, "", "");
    expect(in_home("dd if=in.jsonl bs=7 2>/dev/null | textmill run x.ini -o odd.jsonl -q"), 3, "",
           "");
    expect(in_home("{ head -c 1 in.jsonl; sleep 0.05; tail -c +2 in.jsonl | head -c 998; sleep "
                   "0.05; tail -c +1000 in.jsonl; } | textmill run x.ini -o slow.jsonl -q"),
           3, "", "");
    expect(in_home("wc -l <file.jsonl; wc -l <file.dead_letters.jsonl; "
                   "for f in pipe odd slow; do cmp file.jsonl $f.jsonl && "
                   "cmp file.dead_letters.jsonl $f.dead_letters.jsonl; done"),
           0, "200\n4\n", "");
}
END_TEST

START_TEST(carries_on_past_a_batch)
{
    begin();
    expect(in_home("yes '{\"id\":1,\"text\":\"The same again, and again, and again.\"}' | "
                   "head -n 30000 >in.jsonl; textmill run x.ini in.jsonl -o out.jsonl -q && "
                   "cmp in.jsonl out.jsonl"),
           0, "", "");
}
END_TEST

/* ---- Dead letters -------------------------------------------------------------------------- */

START_TEST(sets_a_broken_line_aside_and_goes_on)
{
    begin();
    write_file("in.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n\n{\"id\":\"b\",\"text\":3}\n"
                           "{\"id\":\"c\",\"text\":\"Three.\"}\n");
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl -q"), 3, "", "");
    expect_file("out.jsonl",
                "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"c\",\"text\":\"Three.\"}\n");
    expect_file("out.dead_letters.jsonl",
                "{\"dead_letter\":1,\"source\":\"in.jsonl:3\",\"id\":\"b\",\"reader\":\"jsonl\","
                "\"stage\":\"input\",\"reason\":\"member 'text' is a number, not a string; set "
                "text_field to the member that holds the article\","
                "\"record\":\"{\\\"id\\\":\\\"b\\\",\\\"text\\\":3}\"}\n");
    expect_no_file("out.dead_letters.jsonl.part");
}
END_TEST

START_TEST(says_what_became_of_every_article)
{
    begin();
    build_fussy();
    write_file("in.jsonl", "{\"text\":\"good\"}\n{\"text\":\"bad\"}\n{\"text\":\"spam\"}\n");
    test_outcome outcome = in_home("textmill run fussy.ini in.jsonl -o out.jsonl 2>err; code=$?; "
                                   "sed 's/[0-9.]* s, [0-9.]* MB.s/T/; s/ *[0-9.]* *[0-9.]* %% "
                                   "*[0-9.]*$//' err; exit $code");
    expect(outcome, 3,
           "  stage                 articles  dropped     ms/MB   share   slowest ms\n"
           "  input                        3        0\n"
           "  fussy                        3        1\n"
           "  output                       1        0\n"
           "3 articles in = 1 out + 1 dropped + 1 dead letter\n"
           "0.00 MB in, 0.00 MB out, T\n"
           "set aside: in.jsonl:2: [fussy] \"bad\" is a bad word; choose another\n"
           "dead letters: out.dead_letters.jsonl\n",
           "");
    expect_file("out.jsonl", "{\"id\":\"in.jsonl:1\",\"text\":\"good\",\"bytes\":4}\n");
}
END_TEST

START_TEST(shows_the_first_failures_only)
{
    begin();
    expect(in_home("yes '{}' | head -n 9 | textmill run x.ini 2>&1 >/dev/null | grep -c '^set "
                   "aside: stdin:'; textmill run x.ini dead_letters.jsonl --dead-letters "
                   "again.jsonl 2>&1 >/dev/null | tail -n 2"),
           0, "5\nset aside: ... and 4 more\ndead letters: again.jsonl\n", "");
}
END_TEST

START_TEST(writes_the_statistics_as_json)
{
    begin();
    build_fussy();
    write_file("in.jsonl", "{\"text\":\"good\"}\n{\"text\":\"bad\"}\n{\"text\":\"spam\"}\n");
    expect(in_home("textmill run fussy.ini in.jsonl -w 2 -o out.jsonl --stats s.json -q; "
                   "sed -E 's/(seconds|second)\":[0-9.e-]+/\\1\":T/g' s.json"),
           0,
           "{\"finished\":true,\"workers\":2,\"restarts\":0,"
           "\"articles_in\":3,\"articles_out\":1,\"dropped\":1,\"dead_letters\":1,\"bytes_in\":44,"
           "\"bytes_out\":44,\"seconds\":T,\"megabytes_per_second\":T,\"stages\":["
           "{\"name\":\"input\",\"articles\":3,\"dropped\":0,\"dead_letters\":0,\"seconds\":T,"
           "\"longest_seconds\":T},"
           "{\"name\":\"fussy\",\"articles\":3,\"dropped\":1,\"dead_letters\":1,\"seconds\":T,"
           "\"longest_seconds\":T},"
           "{\"name\":\"output\",\"articles\":1,\"dropped\":0,\"dead_letters\":0,\"seconds\":T,"
           "\"longest_seconds\":T}]}\n",
           "");
}
END_TEST

START_TEST(names_the_dead_letters_after_the_output)
{
    static const char *const outputs[] = {"a.jsonl.gz", "b.zst", "c", "./d.txt", "/dev/null"};
    static const char *const letters[] = {"a.dead_letters.jsonl", "b.dead_letters.jsonl",
                                          "c.dead_letters.jsonl", "d.dead_letters.jsonl",
                                          "dead_letters.jsonl"};
    begin();
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        expect(in_home("echo x | textmill run x.ini -q -o %s", outputs[i]), 3, "", "");
        ck_assert_int_eq(access(test_path(home, letters[i]), F_OK), 0);
    }
}
END_TEST

START_TEST(writes_dead_letters_where_it_is_told)
{
    begin();
    write_file("y.ini", "[pipeline]\ndead_letters = failed.jsonl\n");
    expect(in_home("mkdir sub; mv y.ini sub; echo x | textmill run sub/y.ini -q; wc -l "
                   "<sub/failed.jsonl; echo x | textmill run sub/y.ini -q --dead-letters b.jsonl; "
                   "wc -l <b.jsonl"),
           0, "1\n1\n", "");
    expect_no_file("dead_letters.jsonl");
}
END_TEST

/* ---- Replays ------------------------------------------------------------------------------- */

START_TEST(replays_dead_letters_as_the_articles_that_they_were)
{
    begin();
    build_fussy();
    expect(in_home("printf 'so bad' >a.txt; mkdir out; printf "
                   "'{\"text\":\"bad \303\251\",\"n\":1.0}\\n\\n{\"id\":\"q\",\"text\":\"bad "
                   "\\\\ud83d\\\\ude00\"}\\n' "
                   ">b.jsonl; textmill run fussy.ini a.txt b.jsonl -q -o out/1.jsonl; echo $?; "
                   "textmill run fussy.ini a.txt b.jsonl -q --set fussy.strict=no -o direct.jsonl; "
                   "textmill run fussy.ini out/1.dead_letters.jsonl -q --set fussy.strict=no -o "
                   "replay.jsonl; cmp direct.jsonl replay.jsonl; wc -l <replay.jsonl"),
           0, "3\n3\n", "");
    expect_file("out/1.jsonl", "");
}
END_TEST

START_TEST(writes_the_same_dead_letters_when_a_replay_fails_again)
{
    begin();
    build_fussy();
    expect(in_home("printf 'so bad' >a.txt; printf 'caf\351' >b.txt; "
                   "printf '{\"text\":\"bad\"}\\n{\"text\":\"\351\"}\\n{x\\n' >c.jsonl; "
                   "textmill run fussy.ini a.txt b.txt c.jsonl -q -o 1.jsonl; "
                   "textmill run fussy.ini 1.dead_letters.jsonl -q -o 2.jsonl; echo $?; "
                   "cmp 1.dead_letters.jsonl 2.dead_letters.jsonl; wc -l <2.dead_letters.jsonl; "
                   "grep -c base64 2.dead_letters.jsonl"),
           0, "3\n5\n2\n", "");
}
END_TEST

START_TEST(keeps_a_record_that_is_not_utf8_byte_for_byte)
{
    begin();
    expect(in_home("printf 'caf\351 \377\376\\000\n' >a.txt; textmill run x.ini a.txt -q; echo $?; "
                   "sed -n 's/.*\"record_base64\":\"\\([^\"]*\\)\".*/\\1/p' dead_letters.jsonl | "
                   "base64 -d | cmp - a.txt"),
           0, "3\n", "");
}
END_TEST

START_TEST(replays_a_record_that_takes_much_more_room_as_a_letter)
{
    begin();
    build_fussy();
    expect(in_home("{ printf bad; head -c 300000 /dev/zero | tr '\\000' '\\001'; } >a.txt; "
                   "loose='--set pipeline.max_article=300003 --set fussy.strict=no'; "
                   "textmill run fussy.ini a.txt -q; echo $?; "
                   "textmill run fussy.ini a.txt -q $loose --dead-letters b.jsonl >direct; "
                   "textmill run fussy.ini dead_letters.jsonl -q $loose --dead-letters b.jsonl "
                   ">replay; cmp direct replay"),
           0, "3\n", "");
}
END_TEST

START_TEST(replays_from_a_slow_pipe)
{
    begin();
    build_fussy();
    expect(
        in_home("printf 'so bad' >a.txt; textmill run fussy.ini a.txt -q; { head -c 3 "
                "dead_letters.jsonl; sleep 0.1; tail -c +4 dead_letters.jsonl | head -c 9; sleep "
                "0.1; tail -c +13 dead_letters.jsonl; } | textmill run fussy.ini -q --set "
                "fussy.strict=no --dead-letters b.jsonl"),
        0, "{\"id\":\"a.txt\",\"text\":\"so bad\",\"bytes\":6}\n", "");
}
END_TEST

START_TEST(replays_a_compressed_file_of_dead_letters)
{
    begin();
    build_fussy();
    expect(
        in_home("echo '{\"id\":1,\"text\":\"bad\"}' >in.jsonl; textmill run fussy.ini in.jsonl -q "
                "--dead-letters a.jsonl.gz; textmill run fussy.ini a.jsonl.gz -q --set "
                "fussy.strict=no"),
        0, "{\"id\":1,\"text\":\"bad\",\"bytes\":3}\n", "");
}
END_TEST

START_TEST(refuses_a_dead_letter_that_has_been_damaged)
{
    begin();
    write_file("d.jsonl", "{\"dead_letter\":1,\"source\":\"in:1\",\"reader\":\"jsonl\",\"stage\":"
                          "\"input\",\"reason\":\"r\",\"record\":\"{\\\"text\\\":\\\"x\\\"}\"}\n"
                          "{\"dead_letter\":1,\"source\":\n");
    expect(in_home("textmill run x.ini d.jsonl -o out.jsonl -q"), 1, "",
           "textmill: d.jsonl:2: not a dead letter as textmill writes it: a string is missing at "
           "byte 26; remove the line or mend it\n"
           "textmill: ended after 1 article, the last one in:1; the output so far is in "
           "out.jsonl.part; add --resume to go on\n");
    expect_file("out.jsonl.part", "{\"id\":\"in:1\",\"text\":\"x\"}\n");
}
END_TEST

START_TEST(refuses_a_dead_letter_of_a_reader_that_is_not_there)
{
    begin();
    write_file("d.jsonl", "{\"dead_letter\":1,\"source\":\"in:1\",\"reader\":\"csv\",\"stage\":"
                          "\"input\",\"reason\":\"r\",\"record\":\"\"}\n");
    expect(in_home("textmill run x.ini d.jsonl -o out.jsonl -q"), 2, "",
           "textmill: d.jsonl:1: no reader plug-in 'csv'; `textmill plugins` lists those there "
           "are\n");
}
END_TEST

/* ---- Records that are too long ------------------------------------------------------------- */

START_TEST(sets_a_line_that_is_too_long_aside_whole)
{
    begin();
    write_file("in.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"This one is far too long.\"}\n"
                           "{\"text\":\"Three.\"}\n");
    expect(in_home("textmill run x.ini in.jsonl -q -o out.jsonl --set pipeline.max_article=20; "
                   "echo $?; sed -n 's/.*\"record_base64\":\"\\([^\"]*\\)\".*/\\1/p' "
                   "out.dead_letters.jsonl | base64 -d; echo; sed 's/\"record.*//' "
                   "out.dead_letters.jsonl"),
           0,
           "3\n{\"text\":\"This one is far too long.\"}\n"
           "{\"dead_letter\":1,\"source\":\"in.jsonl:2\",\"reader\":\"jsonl\",\"stage\":\"input\","
           "\"reason\":\"the record has more than max_article = 20 bytes; raise max_article in "
           "[pipeline]\",\n",
           "");
    expect_file("out.jsonl", "{\"id\":\"in.jsonl:1\",\"text\":\"One.\"}\n"
                             "{\"id\":\"in.jsonl:3\",\"text\":\"Three.\"}\n");
    expect(in_home("textmill run x.ini out.dead_letters.jsonl -q"), 0,
           "{\"id\":\"in.jsonl:2\",\"text\":\"This one is far too long.\"}\n", "");
}
END_TEST

START_TEST(sets_a_text_that_is_too_long_aside_whole)
{
    begin();
    expect(in_home("yes 'No end in sight.' | head -c 3000001 >a.txt; textmill run x.ini a.txt -q "
                   "--set pipeline.max_article=1M; echo $?; grep -c '\"source\":\"a.txt\"' "
                   "dead_letters.jsonl; textmill run x.ini a.txt -q "
                   "--dead-letters 2.jsonl >direct; textmill run x.ini dead_letters.jsonl -q "
                   "--dead-letters 2.jsonl >replay; "
                   "cmp direct replay"),
           0, "3\n1\n", "");
}
END_TEST

START_TEST(replays_a_letter_that_was_itself_too_long_to_be_replayed)
{
    begin();
    expect(
        in_home("{ printf '{\"text\":\"'; yes x | tr -d '\\n' | head -c 300000; printf '\"}\\n'; } "
                ">in.jsonl; small='--set pipeline.max_article=20'; "
                "textmill run x.ini in.jsonl -q $small --dead-letters 1.jsonl; echo $?; "
                "textmill run x.ini 1.jsonl -q $small --dead-letters 2.jsonl; echo $?; "
                "grep -c '\"reader\":\"dead_letters\"' 2.jsonl; "
                "textmill run x.ini in.jsonl -q >direct; textmill run x.ini 2.jsonl -q >replay; "
                "cmp direct replay"),
        0, "3\n3\n1\n", "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {runs_from_a_file_to_a_file,
                                  runs_from_standard_input_to_standard_output,
                                  runs_a_stage,
                                  writes_an_empty_file_for_no_article,
                                  makes_an_article_of_an_empty_text_file,
                                  reads_inputs_in_the_order_given,
                                  reads_a_folder_in_sorted_order,
                                  reads_and_writes_compressed_files,
                                  writes_several_outputs,
                                  writes_beside_the_pipeline_file_what_that_names,
                                  passes_metadata_through_to_the_letter,
                                  keeps_nul_bytes_and_other_controls,
                                  gives_the_same_however_the_input_comes,
                                  carries_on_past_a_batch,
                                  sets_a_broken_line_aside_and_goes_on,
                                  says_what_became_of_every_article,
                                  shows_the_first_failures_only,
                                  writes_the_statistics_as_json,
                                  names_the_dead_letters_after_the_output,
                                  writes_dead_letters_where_it_is_told,
                                  replays_dead_letters_as_the_articles_that_they_were,
                                  writes_the_same_dead_letters_when_a_replay_fails_again,
                                  keeps_a_record_that_is_not_utf8_byte_for_byte,
                                  replays_a_record_that_takes_much_more_room_as_a_letter,
                                  replays_from_a_slow_pipe,
                                  replays_a_compressed_file_of_dead_letters,
                                  refuses_a_dead_letter_that_has_been_damaged,
                                  refuses_a_dead_letter_of_a_reader_that_is_not_there,
                                  sets_a_line_that_is_too_long_aside_whole,
                                  sets_a_text_that_is_too_long_aside_whole,
                                  replays_a_letter_that_was_itself_too_long_to_be_replayed,
                                  NULL};
    return test_run(test_suite("run", tests));
}
