/* model - writes the table of the linear model's weights, as the plug-in reads it, out of
 * model.txt.
 */
#include "../model.h"
#include "textmill/words.h"

#include <stdio.h>

#define DIGITS_EACH 4 /* of a bucket: two for good and two for bad */

MILL_EMBEDDED(model)

static int digit_of(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                                        : -1;
}

/* Adds a line of buckets. */
static bool read_buckets(linear_model *model, mill_text line, uint32_t *count)
{
    for (size_t at = 0; at < line.length; at += DIGITS_EACH) {
        int number = 0, digit = 0;
        if (line.length - at < DIGITS_EACH || *count == MODEL_BUCKETS) return false;
        for (size_t i = 0; i < DIGITS_EACH && digit >= 0; i++) {
            digit = digit_of(line.data[at + i]);
            number = number * 16 + digit;
        }
        if (digit < 0) return false;
        model->buckets[(*count)++] = (uint16_t)number;
    }
    return true;
}

/* Reads a whole number of millionths, as the numbers above the buckets are written. */
static bool read_millionths(mill_text number, double *value)
{
    bool negative = number.length > 0 && *number.data == '-';
    int64_t whole = 0;
    if (number.length == negative || number.length > 12) return false;
    for (size_t at = negative; at < number.length; at++) {
        if (number.data[at] < '0' || number.data[at] > '9') return false;
        whole = whole * 10 + (number.data[at] - '0');
    }
    *value = (double)(negative ? -whole : whole) / 1e6;
    return true;
}

/* The numbers above the buckets, in the order of model.txt. */
static bool read_head(linear_model *model, mill_lines *lines)
{
    mill_text line;
    if (!mill_lines_next(lines, &line) || !read_millionths(line, &model->unit)) return false;
    for (int constant = 0; constant < MODEL_CONSTANTS; constant++) {
        if (!mill_lines_next(lines, &line)) return false;
        mill_text good = mill_lines_column(&line);
        if (!read_millionths(good, &model->constants[constant][MODEL_GOOD]) ||
            !read_millionths(line, &model->constants[constant][MODEL_BAD]))
            return false;
    }
    return true;
}

int main(void)
{
    static linear_model table;
    mill_lines lines = {model_text(), 0};
    mill_text line;
    uint32_t count = 0;
    bool good = read_head(&table, &lines);
    while (good && mill_lines_next(&lines, &line)) good = read_buckets(&table, line, &count);
    if (!good || count != MODEL_BUCKETS) {
        fprintf(stderr, "model.txt:%u: not as `make model` writes it; run it again\n",
                lines.number);
        return 1;
    }
    return fwrite(&table, sizeof table, 1, stdout) == 1 && fflush(stdout) == 0 ? 0 : 1;
}
