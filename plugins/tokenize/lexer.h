/* lexer - cuts text into tokens, one after another. Everything but white space and control
 * characters is in exactly one token. Works on valid UTF-8 with MILL_PADDING zero bytes behind it.
 */
#ifndef TOKENIZE_LEXER_H
#define TOKENIZE_LEXER_H

#include "textmill/plugin.h"

typedef enum token_kind {
    TOKEN_WORD,        /* letters, with digits and apostrophes inside: don't, 3rd, U.S. */
    TOKEN_NUMBER,      /* digits, with . , : between them: 1,000.50 10:30 */
    TOKEN_PUNCTUATION, /* a mark, or a run of the same mark: ... -- $ */
    TOKEN_URL,         /* http:// https:// ftp:// www. */
    TOKEN_EMAIL,
    TOKEN_EMOJI /* with skin tone, joined parts, or a flag of two */
} token_kind;

typedef struct token {
    size_t begin;
    size_t end;
    token_kind kind;
} token;

/* Where a lexer stands. `block`, `words` and `letters` are what is known about 64 bytes. */
typedef struct lexer {
    mill_text text;
    size_t at;
    size_t block;
    uint64_t words;   /* ASCII letters, digits and _ */
    uint64_t letters; /* those of them that are no digits */
    mill_span email;  /* the next one at or behind `at`; empty at the end of the text if none */
} lexer;

/* Starts at the beginning of a text. */
void lexer_init(lexer *self, mill_text text);

/* Reads the next token. Returns false at the end of the text. */
bool lexer_next(lexer *self, token *found);

#endif
