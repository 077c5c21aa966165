/* textmill run --dump-record: one record out of the input, byte for byte as it came. */
#include "program.h"

/* What is dumped of three files: two of lines, one that is a record. */
static const struct {
    int number;
    const char *out;
} dumps[] = {{1, "{\"text\": \"one\"}\n"},
             {2, "no JSON at all\n"},
             {3, "a file,\nwhole"},
             {4, "{\"text\":\"four\"}\n"}};

static void write_inputs(void)
{
    begin();
    write_file("a.jsonl", "\n{\"text\": \"one\"}\n\nno JSON at all\n");
    write_file("b.txt", "a file,\nwhole");
    write_file("c.jsonl", "{\"text\":\"four\"}");
}

START_TEST(writes_a_record_as_it_came)
{
    write_inputs();
    expect(in_home("textmill run x.ini a.jsonl b.txt c.jsonl --dump-record %d", dumps[_i].number),
           0, dumps[_i].out, "");
}
END_TEST

START_TEST(tells_that_there_are_fewer_records)
{
    write_inputs();
    expect(in_home("textmill run x.ini a.jsonl b.txt c.jsonl --dump-record 5"), 2, "",
           "textmill: --dump-record 5: the input has only 4 records\n");
}
END_TEST

START_TEST(refuses_what_is_no_number)
{
    static const char *const numbers[] = {"0", "-1", "x", "1x", "' 1'"};
    char expected[200];
    write_inputs();
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        test_outcome outcome = in_home("textmill run x.ini a.jsonl --dump-record %s", numbers[i]);
        snprintf(expected, sizeof expected,
                 "textmill: run: --dump-record '%s' is no number of a record; the first is 1\n",
                 i == 4 ? " 1" : numbers[i]);
        expect(outcome, 2, "", expected);
    }
}
END_TEST

START_TEST(writes_to_the_output_and_leaves_nothing_beside_it)
{
    write_inputs();
    expect(in_home("textmill run x.ini a.jsonl --dump-record 2 -o out.jsonl && ls"), 0,
           "a.jsonl\nb.txt\nc.jsonl\nout.jsonl\nx.ini\n", "");
    expect_file("out.jsonl", "no JSON at all\n");
}
END_TEST

START_TEST(takes_the_record_out_of_a_dead_letter)
{
    write_inputs();
    expect(in_home("textmill run x.ini a.jsonl -o out.jsonl --quiet; [ $? -eq 3 ] && "
                   "textmill run x.ini out.dead_letters.jsonl --dump-record 1"),
           0, "no JSON at all\n", "");
}
END_TEST

START_TEST(writes_a_record_that_is_too_long_to_be_held)
{
    write_inputs();
    expect(in_home("{ echo one; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo three; } > "
                   "long.jsonl\n"
                   "for k in 1 2 3; do textmill run x.ini long.jsonl --set "
                   "pipeline.max_article=64K --dump-record $k > $k; done\n"
                   "cat 1 2 3 | cmp - long.jsonl && cat 1 3"),
           0, "one\nthree\n", "");
}
END_TEST

START_TEST(waits_for_a_pipe_that_brings_bits)
{
    write_inputs();
    expect(
        in_home("{ echo one; sleep 0.1; printf tw; sleep 0.1; echo o; sleep 0.1; echo three; } | "
                "textmill run x.ini - --dump-record 2"),
        0, "two\n", "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {tells_that_there_are_fewer_records,
                                  refuses_what_is_no_number,
                                  writes_to_the_output_and_leaves_nothing_beside_it,
                                  takes_the_record_out_of_a_dead_letter,
                                  writes_a_record_that_is_too_long_to_be_held,
                                  waits_for_a_pipe_that_brings_bits,
                                  NULL};
    Suite *suite = test_suite("dump_record", tests);
    test_add_loop(suite, "records", writes_a_record_as_it_came,
                  (int)(sizeof dumps / sizeof *dumps));
    return test_run(suite);
}
