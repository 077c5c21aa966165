/* Time of the plug-in alone, and CPU time, so that a busy machine does not matter. Each hostile
 * article is repeated to a few lengths, each a multiple of the one before: a text should take as
 * long as that many of the shorter ones. What takes much longer at one step may have outgrown a
 * cache; what does so at the next one, too, grows faster than the text. As soon as a length takes
 * long enough to be measured and is clearly in proportion, longer ones are spared. The kernel's
 * part is left out, as what a page costs at its first touch differs from machine to machine, and
 * who fails is measured again. */
#include "conformance/conformance.h"

#include <stdlib.h>
#include <string.h>

enum { TIMES = 4, ATTEMPTS = 3 };
enum { SHORT_TEXT = 16 << 10, USUAL_TEXT = 1 << 20, LONG_TEXT = USUAL_TEXT * TIMES };

#define WORST_GROWTH     2.2  /* of the time for a byte; it is TIMES if that is quadratic */
#define FINE_GROWTH      1.3  /* surely in proportion */
#define LEAST_NOTABLE    0.03 /* seconds: shorter ones are nobody's trouble */
#define LEAST_MEASURABLE 3e-3

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

/* What a text takes. */
typedef struct growth {
    double seconds;
    double times; /* what TIMES texts of its beginning take; 0 if that cannot be measured */
} growth;

static growth growth_at(conformance *kit, const subject_instance *instance, size_t article,
                        const char *text, size_t length)
{
    const mill_text whole = {text, length}, beginning = {text, length / TIMES};
    growth least = {0};
    for (int i = 0; i < ATTEMPTS && (i == 0 || least.times > WORST_GROWTH); i++) {
        double seconds = time_of(kit, instance, article, whole, 1);
        if (seconds < LEAST_MEASURABLE) return (growth){.seconds = seconds};
        double shorter = time_of(kit, instance, article, beginning, TIMES);
        if (shorter < LEAST_MEASURABLE / TIMES) shorter = LEAST_MEASURABLE / TIMES;
        double times = seconds / shorter;
        if (i == 0 || times < least.times) least = (growth){seconds, times};
    }
    return least;
}

/* Goes on to the longest text only where a shorter one gives cause. */
static verdict judge_growth(conformance *kit, const subject_instance *instance, size_t article,
                            const char *text)
{
    bool was_bad = false;
    for (size_t length = (size_t)SHORT_TEXT * TIMES; length <= LONG_TEXT; length *= TIMES) {
        growth found = growth_at(kit, instance, article, text, length);
        bool is_bad = found.seconds >= LEAST_NOTABLE && found.times > WORST_GROWTH;
        bool is_fine = found.times > 0 && found.times <= FINE_GROWTH;
        if (is_fine || (!is_bad && length >= USUAL_TEXT)) return VERDICT_PASSED;
        /* Also for whoever finds that the longer text takes forever. */
        if (is_bad)
            conformance_fail(kit,
                             "%d times as much text takes %.0f times as long: the time grows "
                             "faster than the article",
                             TIMES, found.times * TIMES);
        if (is_bad && was_bad) return VERDICT_FAILED;
        was_bad = is_bad;
    }
    return VERDICT_PASSED;
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
