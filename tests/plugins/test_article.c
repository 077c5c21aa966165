/* The story that clean_html finds in whole pages, against what a reader calls the story: the pages
 * plugins/clean_html/pages/NAME.html, each with NAME.txt. They imitate layouts of news sites.
 *
 * Measured in shingles, runs of four words: how many of those found are right (precision), how many
 * of the right ones are found (recall), a page counting as much as any other.
 */
#include "plugins_support.h"
#include "test.h"
#include "utf8.h"

#include "textmill/utf8.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHINGLE   4
#define F1_MIN    0.95 /* of all pages */
#define PAGE_MIN  0.85 /* of each */
#define PAGES_MIN 25

/* ---- Shingles ------------------------------------------------------------------------------- */

typedef struct shingles {
    uint64_t *hashes; /* sorted */
    size_t count;
} shingles;

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static bool is_in_word(uint32_t code)
{
    if (code < 0x80) return (code | 0x20) - 'a' < 26 || code - '0' < 10;
    return code >= 0xC0 && (code < 0x2000 || code > 0x206F);
}

static shingles read_shingles(mill_text text)
{
    shingles read = {malloc((text.length + 1) * sizeof *read.hashes), 0};
    uint64_t words[SHINGLE] = {0}, word = 0;
    size_t word_count = 0;
    for (size_t at = 0; at <= text.length;) {
        uint32_t code = ' ';
        at += at < text.length ? mill_utf8_read(text.data + at, &code) : 1;
        if (is_in_word(code)) {
            word = (word ^ (code < 0x80 ? code | 0x20 : code)) * UINT64_C(0x100000001B3) + 1;
            continue;
        }
        if (word == 0) continue;
        words[word_count++ % SHINGLE] = word;
        word = 0;
        if (word_count < SHINGLE) continue;
        uint64_t hash = 0;
        for (size_t i = 0; i < SHINGLE; i++)
            hash = hash * UINT64_C(0x9E3779B97F4A7C15) + words[(word_count + i) % SHINGLE];
        read.hashes[read.count++] = hash;
    }
    qsort(read.hashes, read.count, sizeof *read.hashes, compare_hashes);
    return read;
}

static size_t count_common(shingles left, shingles right)
{
    size_t common = 0;
    for (size_t i = 0, j = 0; i < left.count && j < right.count;) {
        common += left.hashes[i] == right.hashes[j];
        bool steps_left = left.hashes[i] <= right.hashes[j];
        bool steps_right = right.hashes[j] <= left.hashes[i];
        i += steps_left;
        j += steps_right;
    }
    return common;
}

/* ---- Pages ---------------------------------------------------------------------------------- */

typedef struct score {
    double precision;
    double recall;
} score;

static double f1(score of)
{
    double sum = of.precision + of.recall;
    return sum > 0 ? 2 * of.precision * of.recall / sum : 0;
}

static mill_text find_story(workbench *desk, loaded_plugin *cleaner, const char *path)
{
    size_t length;
    char *page = test_read(path, &length);
    workbench_begin(desk, path);
    mill_document_set_text(desk->handle, page, length);
    workbench_apply(desk);
    ck_assert_int_eq(cleaner->plugin->process(cleaner->instance, desk->handle), MILL_OK);
    workbench_apply(desk);
    free(page);
    return mill_document_text(desk->handle);
}

static score judge(mill_text story, const char *path)
{
    char gold_path[4200];
    size_t length;
    snprintf(gold_path, sizeof gold_path, "%.*s.txt", (int)(strlen(path) - strlen(".html")), path);
    char *gold = test_read(gold_path, &length);
    shingles found = read_shingles(story), wanted = read_shingles((mill_text){gold, length});
    double common = (double)count_common(found, wanted);
    score result = {found.count > 0 ? common / (double)found.count : 0,
                    common / (double)wanted.count};
    free(found.hashes);
    free(wanted.hashes);
    free(gold);
    return result;
}

START_TEST(finds_the_story_of_a_page)
{
    static const char *const options[] = {"extract=article", NULL};
    workbench desk;
    loaded_plugin cleaner;
    glob_t pages;
    score sum = {0, 0};
    workbench_open(&desk, NULL, 0);
    ck_assert(plugin_open(&cleaner, "clean_html", options, &desk));
    ck_assert_int_eq(glob("plugins/clean_html/pages/*.html", 0, NULL, &pages), 0);
    ck_assert_uint_ge(pages.gl_pathc, PAGES_MIN);
    for (size_t i = 0; i < pages.gl_pathc; i++) {
        const char *path = pages.gl_pathv[i];
        score page = judge(find_story(&desk, &cleaner, path), path);
        ck_assert_msg(f1(page) >= PAGE_MIN, "%s: precision %.3f, recall %.3f", path,
                      page.precision, page.recall);
        sum.precision += page.precision / (double)pages.gl_pathc;
        sum.recall += page.recall / (double)pages.gl_pathc;
    }
    printf("%zu pages: precision %.3f, recall %.3f, F1 %.3f\n", pages.gl_pathc, sum.precision,
           sum.recall, f1(sum));
    ck_assert_double_ge(f1(sum), F1_MIN);
    globfree(&pages);
    plugin_close(&cleaner);
    workbench_close(&desk);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_the_story_of_a_page, NULL};
    return test_run(test_suite("article", tests));
}
