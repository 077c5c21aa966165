/* names - the people and bodies of an article, and where they are mentioned.
 *
 * The whole article is read once. A capitalised name of two words or more, or one behind a title,
 * opens an entry; later mentions by the last word alone belong to it. The entry keeps the longest
 * form. Bounded: an article with more different names than fit keeps its first ones.
 */
#ifndef EXTRACT_QUOTES_NAMES_H
#define EXTRACT_QUOTES_NAMES_H

#include "tokens.h"

#define NAMES_MAX     512
#define NAME_CHAINS   256
#define NAME_INITIALS 256
#define NAME_NONE     (-1)

typedef struct name_entry {
    mill_span form;    /* the longest, without titles */
    mill_span surname; /* its last word */
    uint32_t seen;     /* where it was mentioned last, as far as the text is read */
    int16_t next;      /* in the chain of its surname */
    uint8_t gender;    /* 1 man, 2 woman, 0 not known */
    bool person;       /* it has a title or a first name that is listed, or it spoke */
    bool organisation;
} name_entry;

typedef struct name_mention {
    mill_span span; /* without titles */
    int16_t name;
    bool subject; /* it begins its sentence */
} name_mention;

typedef struct name_book {
    name_entry entries[NAMES_MAX];
    int16_t chains[NAME_CHAINS];
    uint64_t initials[NAME_INITIALS / 64]; /* a bit for how each surname begins */
    name_mention *mentions;                /* in the order of the text */
    uint32_t mention_count;
    uint32_t mention_room;
    uint32_t count;
} name_book;

/* Finds the names of a text. Owns: the mentions are the document's memory.
 * Fails: MILL_FAILED, with the reason set. */
mill_status names_read(name_book *book, const vocabulary *known, mill_document *document);

/* Finds the entry of a name that speaks; makes one if there is none. `words` are the tokens of it,
 * at least one. Returns NAME_NONE where nothing of it is a name. */
int names_speaker(name_book *book, mill_text text, const token_list *words);

/* Finds whom "he" (gender 1) or "she" (2) at `at` most likely means; `speaker` spoke last, or is
 * NAME_NONE. `*doubtful` becomes whether somebody else fits almost as well. Returns NAME_NONE where
 * nobody fits. */
int names_pronoun(const name_book *book, uint8_t gender, uint32_t at, int speaker, bool *doubtful);

/* Finds the entry of a label, which may be all in capitals. Returns NAME_NONE where it is nobody's
 * name. */
int names_of_label(const name_book *book, mill_text text, mill_span label);

/* Finds the person who is mentioned most before `end`. Returns NAME_NONE where there is nobody. */
int names_main_person(const name_book *book, uint32_t end);

/* Tells whether a word may be part of a name. */
static inline bool is_name_token(const text_token *token)
{
    return (token->set & TOKEN_CAPITAL) &&
           (!(token->set & (WORD_OTHER | WORD_TIME)) || (token->set & (WORD_MAN | WORD_WOMAN)));
}

#endif
