/* alone - what each stage costs by itself: pipelines of one stage, against wc -w. */
#ifndef BENCH_ALONE_H
#define BENCH_ALONE_H

/* Times PROGRAM with each of the pipelines in words[3] and behind it, up to a NULL: words[0] rounds
 * on the file words[2]. Returns the exit code; a bar that is broken is a failure. */
int alone_bench(char **words);

#endif
