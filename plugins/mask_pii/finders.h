/* finders - recognise what mask_pii masks, each from one character that all of its kind have. */
#ifndef MASK_PII_FINDERS_H
#define MASK_PII_FINDERS_H

#include "textmill/words.h"

/* In the order in which they are tried. */
typedef enum pii_class {
    PII_IP,
    PII_CARD,
    PII_IBAN,
    PII_SSN,
    PII_PHONE,
    PII_URL,
    PII_EMAIL,
    PII_USER,
    PII_TAG,
    PII_CLASS_COUNT
} pii_class;

/* Looks for one thing around the character at `at`; nothing before `from` is looked at, nothing
 * further off than FINDER_REACH. Returns an empty span if there is none. */
typedef mill_span pii_finder(mill_text text, size_t from, size_t at);

#define FINDER_REACH 256 /* bytes; of a URL behind `at` there may be more */

/* numbers.c: `at` is the first digit of a number; of find_ip6 a colon. */
pii_finder find_ip4, find_ip6, find_card, find_iban, find_ssn, find_phone;

/* addresses.c: `at` is an @, a #, or the / or the first w of a URL. */
pii_finder find_email, find_user, find_tag, find_url;

static inline bool is_digit(char byte)
{
    return (unsigned)byte - '0' < 10u;
}

static inline bool is_letter(char byte)
{
    return (unsigned)mill_lower((unsigned char)byte) - 'a' < 26u;
}

/* A letter, digit or part of a character beyond ASCII. */
static inline bool is_word(char byte)
{
    return is_letter(byte) || is_digit(byte) || (unsigned char)byte >= 0x80 || byte == '_';
}

static inline mill_span make_span(size_t begin, size_t end)
{
    return (mill_span){(uint32_t)begin, (uint32_t)end};
}

static const mill_span nothing = {0, 0};

#endif
