/* series - numbers of one thing, taken again and again, and how they stand to those of another. */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include <stddef.h>

enum { MOST_ROUNDS = 200, NAME_SIZE = 64 };

/* One number for each round. */
typedef struct series {
    char name[NAME_SIZE];
    double numbers[MOST_ROUNDS];
} series;

typedef struct spread {
    double minimum, median, maximum;
} spread;

/* Returns the spread of the first `rounds` numbers. */
spread series_spread(const series *of, size_t rounds);

/* Returns the spread of the ratios to another series, round by round: where the machine was busy
 * for a while, it was so for both. */
spread series_ratio(const series *of, const series *to, size_t rounds);

#endif
