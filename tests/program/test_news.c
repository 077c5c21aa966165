/* The shipped pipelines as a user runs them, news.ini over the shipped articles. What is expected
 * of the seed article was checked by hand and is in seed.expected.jsonl. */
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED "examples/articles/seed.txt"

/* Steps over `count` code points. */
static const char *step(const char *text, unsigned count)
{
    while (count > 0) {
        text++;
        while (((unsigned char)*text & 0xC0) == 0x80) text++;
        count--;
    }
    return text;
}

/* The value of "text" with its line breaks; the seed has no other escapes. The caller frees it. */
static char *text_of(const char *line)
{
    static const char key[] = "\"text\":\"";
    char *text = strdup(strstr(line, key) + strlen(key)), *to = text;
    for (const char *from = text; *from != '"'; to++) {
        bool escaped = *from == '\\';
        *to = escaped ? '\n' : *from;
        from += escaped ? 2 : 1;
    }
    *to = '\0';
    return text;
}

START_TEST(the_seed_article_comes_out_as_checked_by_hand)
{
    test_outcome ran = test_shell("textmill run pipelines/news.ini " SEED
                                  " -o - --quiet --set output.raw_offsets=yes");
    ck_assert_str_eq(ran.err, "");
    ck_assert_int_eq(ran.exit_code, 0);
    /* Too long for Check to show. */
    ck_assert_msg(strcmp(ran.out, test_read("tests/program/seed.expected.jsonl", NULL)) == 0,
                  "the output differs from tests/program/seed.expected.jsonl");
}
END_TEST

START_TEST(every_shipped_pipeline_is_without_mistakes)
{
    test_outcome ran = test_shell("for file in pipelines/*.ini; do said=$(textmill check $file); "
                                  "echo \"$said\" | head -n 1; done");
    ck_assert_str_eq(ran.err, "");
    ck_assert_str_eq(ran.out, "pipelines/clean.ini: no mistakes\n"
                              "pipelines/deduplicate.ini: no mistakes\n"
                              "pipelines/news.ini: no mistakes\n"
                              "pipelines/quotes.ini: no mistakes\n");
}
END_TEST

START_TEST(raw_offsets_lead_to_the_same_words_in_the_file)
{
    test_outcome ran = test_shell("textmill run pipelines/news.ini " SEED
                                  " -o - --quiet --set output.raw_offsets=yes");
    const char *raw = test_read(SEED, NULL);
    const char *span = strstr(ran.out, "\"sentences\":[");
    char *text = text_of(ran.out);
    unsigned sentences = 0, begin, end, raw_begin, raw_end;
    for (; (span = strstr(span, "{\"begin\":")) != NULL; span++, sentences++) {
        ck_assert_int_eq(sscanf(span, "{\"begin\":%u,\"end\":%u,\"raw_begin\":%u,\"raw_end\":%u",
                                &begin, &end, &raw_begin, &raw_end),
                         4);
        const char *here = step(text, begin), *there = step(raw, raw_begin);
        size_t length = (size_t)(step(text, end) - here);
        ck_assert_uint_eq((size_t)(step(raw, raw_end) - there), length);
        ck_assert_int_eq(memcmp(here, there, length), 0);
    }
    ck_assert_uint_eq(sentences, 13);
    free(text);
}
END_TEST

START_TEST(the_credit_line_is_gone_and_nothing_else)
{
    test_outcome ran = test_shell("textmill run pipelines/news.ini " SEED " -o - --quiet");
    const char *raw = test_read(SEED, NULL);
    char *text = text_of(ran.out);
    ck_assert_msg(strcmp(text, strchr(raw, '\n') + 1) == 0, "got %s", ran.out);
    free(text);
}
END_TEST

START_TEST(all_shipped_articles_are_accounted_for)
{
    const char *folder = test_folder();
    test_outcome ran =
        test_shell("textmill run pipelines/news.ini examples/articles -o %s/news.jsonl", folder);
    ck_assert_int_eq(ran.exit_code, 3);
    ck_assert_ptr_nonnull(
        strstr(ran.err, "14 articles in = 13 out + 0 dropped + 1 dead letter\n"));
    ck_assert_ptr_nonnull(strstr(
        ran.err,
        "set aside: examples/articles/06-cafe-protest-windows-1252.txt: [input] byte 0xE9 at "
        "offset 3 is not UTF-8; set encoding = auto, or name the right one, or on_invalid = "
        "replace\n"));
    test_outcome counted =
        test_shell("wc -l < %s/news.jsonl; wc -l < %s/news.dead_letters.jsonl", folder, folder);
    ck_assert_str_eq(counted.out, "13\n1\n");
}
END_TEST

START_TEST(packed_and_plain_articles_give_the_same_output)
{
    test_outcome ran = test_shell("for packed in jsonl jsonl.gz jsonl.zst; do"
                                  " textmill run pipelines/news.ini examples/articles.$packed -o - "
                                  "--quiet | cksum; done | uniq -c | wc -l");
    ck_assert_str_eq(ran.err, "");
    ck_assert_str_eq(ran.out, "1\n");
}
END_TEST

START_TEST(nested_metadata_passes_through_to_the_letter)
{
    test_outcome ran =
        test_shell("textmill run pipelines/news.ini examples/articles.jsonl -o - --quiet"
                   " | grep -c '\"source\":{\"name\": \"Daily Post\", \"rank\": 1.50, \"tags\": '");
    ck_assert_str_eq(ran.out, "11\n");
}
END_TEST

START_TEST(quotes_have_their_speakers)
{
    test_outcome ran =
        test_shell("textmill run pipelines/news.ini examples/articles/01-harbour-bridge.txt -o - "
                   "--quiet | tr '{' '\\n' | grep -o '\"speaker\":\"[^\"]*\"' | sort | uniq -c"
                   " | sed 's/^ *//'");
    ck_assert_str_eq(ran.out, "2 \"speaker\":\"Dennis Okoro\"\n"
                              "1 \"speaker\":\"Helen Brandt\"\n"
                              "2 \"speaker\":\"Ingrid Vale\"\n");
}
END_TEST

#define ARTICLES                                                                                   \
    "printf '{\"id\":7,\"text\":\"It is over.\"}\\n{\"id\":\"b\",\"text\":\"<p>IT  is "            \
    "over</p>\"}\\n' | "

START_TEST(copies_are_dropped_or_marked)
{
    test_outcome ran = test_shell(ARTICLES "textmill run pipelines/deduplicate.ini - --quiet");
    ck_assert_str_eq(ran.err, "");
    ck_assert_int_eq(ran.exit_code, 0);
    ck_assert_str_eq(ran.out, "{\"id\":7,\"text\":\"It is over.\",\"duplicate\":false,"
                              "\"duplicate_of\":null}\n");
    ran = test_shell(ARTICLES "textmill run pipelines/deduplicate.ini - --quiet --set "
                              "deduplicate.action=mark");
    ck_assert_int_eq(ran.exit_code, 0);
    ck_assert_str_eq(ran.out, "{\"id\":7,\"text\":\"It is over.\",\"duplicate\":false,"
                              "\"duplicate_of\":null}\n"
                              "{\"id\":\"b\",\"text\":\"IT is over\",\"duplicate\":true,"
                              "\"duplicate_of\":\"7\"}\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_seed_article_comes_out_as_checked_by_hand,
        raw_offsets_lead_to_the_same_words_in_the_file,
        every_shipped_pipeline_is_without_mistakes,
        the_credit_line_is_gone_and_nothing_else,
        all_shipped_articles_are_accounted_for,
        packed_and_plain_articles_give_the_same_output,
        nested_metadata_passes_through_to_the_letter,
        quotes_have_their_speakers,
        copies_are_dropped_or_marked,
        NULL,
    };
    return test_run(test_suite("news", tests));
}
