#include "series.h"

#include <stdlib.h>

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

spread series_spread(const series *of, size_t rounds)
{
    series sorted = *of;
    qsort(sorted.numbers, rounds, sizeof *sorted.numbers, compare_numbers);
    double middle = (sorted.numbers[(rounds - 1) / 2] + sorted.numbers[rounds / 2]) / 2;
    return (spread){sorted.numbers[0], middle, sorted.numbers[rounds - 1]};
}

spread series_ratio(const series *of, const series *to, size_t rounds)
{
    series ratios = *of;
    for (size_t i = 0; i < rounds; i++) ratios.numbers[i] /= to->numbers[i];
    return series_spread(&ratios, rounds);
}
