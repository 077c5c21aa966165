/* Time of the plug-in alone, and CPU time, so that a busy machine does not matter. Each hostile
 * article is repeated to a few lengths, each a multiple of the one before: a text should take as
 * long as that many of the shorter ones. What takes much longer at one step may have outgrown a
 * cache; what does so at every step grows faster than the text. The kernel's part is left out, as
 * what a page costs at its first touch differs from machine to machine, and who fails is measured
 * again. */
#include "conformance/conformance.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_TEXT = 256 << 10, TIMES = 4, STEPS = 2, ATTEMPTS = 3 };
enum { LONG_TEXT = SHORT_TEXT * TIMES * TIMES };

#define WORST_GROWTH     2.2  /* of the time for a byte; it is TIMES if that is quadratic */
#define LEAST_NOTABLE    0.03 /* seconds: shorter ones are nobody's trouble */
#define LEAST_MEASURABLE 1e-3

/* Has the plug-in work on a text, and returns the user time of all times together. */
static double time_of(conformance *kit, const subject_instance *instance, size_t article,
                      mill_text text, int times)
{
    double sum = 0;
    mill_error why;
    for (int i = 0; i < times; i++) {
        conformance_at(kit, article);
        subject_work(&kit->subject, instance, text, 0, NULL, NULL, &why);
        sum += kit->subject.user_seconds;
    }
    return sum;
}

/* ---- Growth --------------------------------------------------------------------------------- */

/* Returns how many times as long a text of `length` takes as TIMES texts of its beginning; 0 if it
 * is too fast to matter. */
static double growth_at(conformance *kit, const subject_instance *instance, size_t article,
                        const char *text, size_t length)
{
    const mill_text whole = {text, length}, beginning = {text, length / TIMES};
    double least = TIMES;
    for (int i = 0; i < ATTEMPTS && (i == 0 || least > WORST_GROWTH); i++) {
        double of_whole = time_of(kit, instance, article, whole, 1);
        if (of_whole < LEAST_NOTABLE) return 0;
        double of_beginnings = time_of(kit, instance, article, beginning, TIMES);
        double growth =
            of_whole / (of_beginnings > LEAST_MEASURABLE ? of_beginnings : LEAST_MEASURABLE);
        if (i == 0 || growth < least) least = growth;
    }
    return least;
}

/* Goes on to the longer text only where the shorter one gives cause. */
static verdict judge_growth(conformance *kit, const subject_instance *instance, size_t article,
                            const char *text)
{
    size_t length = SHORT_TEXT;
    for (int step = 0; step < STEPS; step++) {
        length *= TIMES;
        double growth = growth_at(kit, instance, article, text, length);
        if (growth <= WORST_GROWTH) return VERDICT_PASSED;
        /* Also for whoever finds that the longer text takes forever. */
        conformance_fail(kit,
                         "%d times as much text takes %.0f times as long: the time grows faster "
                         "than the article",
                         TIMES, growth * TIMES);
    }
    return VERDICT_FAILED;
}

/* Repeats an article's text up to the long length. */
static bool repeat(mill_text text, buffer *out)
{
    size_t rest = LONG_TEXT;
    buffer_reset(out);
    while (rest > 0) {
        size_t length = text.length < rest ? text.length : rest;
        buffer_write(out, text.data, length);
        rest -= length;
    }
    return !out->failed;
}

/* Puts blanks in the place of the character that a length would cut. */
static void mend_end(buffer *text, size_t length)
{
    char *data = text->output.data;
    size_t from = length;
    if (length < text->output.length && ((unsigned char)data[length] & 0xC0) != 0x80) return;
    while (from > 0 && ((unsigned char)data[from - 1] & 0xC0) == 0x80) from--;
    if (from > 0 && (unsigned char)data[from - 1] >= 0xC0) from--;
    size_t to = length;
    while (to < text->output.length && ((unsigned char)data[to] & 0xC0) == 0x80) to++;
    memset(data + from, ' ', to - from);
}

static verdict measure_growth(conformance *kit, const subject_instance *instance)
{
    buffer text;
    verdict found = VERDICT_PASSED;
    buffer_init(&text, NULL, (size_t)2 * LONG_TEXT);
    for (size_t i = 0; i < kit->articles.hostile && found == VERDICT_PASSED; i++) {
        const conformance_article *article = &kit->articles.items[i];
        bool is_text = article->text.length > 0 && !article->is_invalid;
        if (!is_text || !conformance_may_use(kit, i, false)) continue;
        if (!repeat(article->text, &text)) continue;
        for (size_t length = SHORT_TEXT; length <= LONG_TEXT; length *= TIMES)
            mend_end(&text, length);
        found = judge_growth(kit, instance, i, text.output.data);
    }
    buffer_clear(&text);
    return found;
}

/* ---- Speed ---------------------------------------------------------------------------------- */

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Sorts the times of the news, in ms/MB. */
static double *measure_news(conformance *kit, const subject_instance *instance, size_t *count)
{
    double *times = calloc(kit->articles.count, sizeof *times);
    for (size_t i = kit->articles.hostile; i < kit->articles.count && times != NULL; i++) {
        const conformance_article *article = &kit->articles.items[i];
        if (!conformance_may_use(kit, i, true)) continue;
        time_of(kit, instance, i, article->text, 1);
        times[(*count)++] = kit->subject.seconds * 1e3 / ((double)article->text.length / 1e6);
    }
    if (times != NULL) qsort(times, *count, sizeof *times, compare);
    return times;
}

verdict check_time(conformance *kit)
{
    subject_instance instance;
    size_t count = 0;
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    verdict found = measure_growth(kit, &instance);
    double *times = found == VERDICT_PASSED ? measure_news(kit, &instance, &count) : NULL;
    subject_close(&kit->subject, &instance);
    conformance_at(kit, found == VERDICT_PASSED ? NO_ARTICLE : kit->note->article);
    if (found == VERDICT_PASSED && count > 0)
        conformance_pass(kit, "ms/MB of news: %.2f (median), %.2f (99 %%), %.2f (longest)",
                         times[count / 2], times[count * 99 / 100], times[count - 1]);
    free(times);
    return found;
}
