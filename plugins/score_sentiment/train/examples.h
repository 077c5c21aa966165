/* examples - rated texts to learn from, as textmill's own output gives them: one article a line
 * with its text, what the lexicon says of it, and the rating that came in beside the text.
 */
#ifndef SCORE_SENTIMENT_TRAIN_EXAMPLES_H
#define SCORE_SENTIMENT_TRAIN_EXAMPLES_H

#include <stddef.h>

typedef struct example {
    char *text;      /* zeros behind it, as a document's text has */
    size_t length;   /* bytes */
    double gold;     /* -1 bad, 0 neither, 1 good; a rating of 1.5 of 4 says as much as 1 */
    double compound; /* the lexicon's, -1 to 1 */
    double positive; /* shares of its words, 0 to 1 */
    double negative;
    unsigned set; /* the number of the file that it came from */
} example;

typedef struct example_list {
    example *items;
    size_t count;
    size_t capacity;
    unsigned sets; /* how many files have been read */
} example_list;

/* Adds the examples of a file. Ends the program with a message if that cannot be done.
 * Owns: everything lives until the program ends. */
void examples_read(example_list *list, const char *path);

/* Allocates zeros, or ends the program. */
void *allocate(size_t count, size_t size);

/* Ends the program with a message. */
void give_up(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
