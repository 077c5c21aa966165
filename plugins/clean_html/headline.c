/* The title in the head of a page mostly has the headline in it, besides the name of the paper. A
 * heading with most of its words in the title is the headline, or else any other line; without one
 * it is the first heading of the first rank.
 */
#include "headline.h"

#define WORDS_MAX  64  /* of a title; a power of two */
#define LENGTH_MAX 400 /* bytes of a headline */
#define MATCH_MIN  0.7F

/* Words of the title, by their hashes; 0 is a free place. */
typedef struct title_words {
    uint32_t places[WORDS_MAX * 2];
    uint32_t count;
} title_words;

/* Steps over tags to the next word in text[at, end); returns its hash, 0 at the end. */
static uint32_t next_word(const char *data, size_t *at, size_t end)
{
    uint32_t hash = 0;
    for (; *at < end; ++*at) {
        unsigned char byte = mill_lower((unsigned char)data[*at]);
        bool in_word = (unsigned)byte - 'a' < 26u || (unsigned)byte - '0' < 10u || byte >= 0x80;
        if (in_word) {
            hash = (hash ^ byte) * 0x01000193u + 1;
        } else if (hash != 0) {
            break;
        } else if (byte == '<') {
            const char *close = memchr(data + *at, '>', end - *at);
            if (close != NULL) *at = (size_t)(close - data);
        }
    }
    return hash;
}

static uint32_t *find_place(title_words *words, uint32_t hash)
{
    uint32_t at = hash;
    while (words->places[at % (WORDS_MAX * 2)] != 0 && words->places[at % (WORDS_MAX * 2)] != hash)
        at++;
    return &words->places[at % (WORDS_MAX * 2)];
}

static void read_title(title_words *words, mill_text title)
{
    uint32_t hash;
    for (size_t at = 0; (hash = next_word(title.data, &at, title.length)) != 0;) {
        uint32_t *place = find_place(words, hash);
        if (*place != 0 || words->count == WORDS_MAX) continue;
        *place = hash;
        words->count++;
    }
}

/* Returns how many words of a block are in the title; 0 if they are not most of the block's. */
static uint32_t match(title_words *words, mill_text text, const page_block *block)
{
    uint32_t hash, count = 0, matched = 0;
    for (size_t at = block->begin; (hash = next_word(text.data, &at, block->end)) != 0; count++)
        matched += *find_place(words, hash) != 0;
    return (float)matched >= MATCH_MIN * (float)count ? matched : 0;
}

uint32_t headline_find(const page_tree *page, mill_text text)
{
    title_words words = {0};
    uint32_t best = HEADLINE_NONE, best_match = 0, first = HEADLINE_NONE;
    read_title(&words, page->title);
    for (uint32_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        page_role role = page->nodes[block->node].role;
        if (role == ROLE_HEADLINE && first == HEADLINE_NONE && block->text >= 10) first = i;
        if (block->text > LENGTH_MAX || words.count == 0) continue;
        bool heading = role == ROLE_HEADLINE || role == ROLE_HEADING;
        if (!heading && block->links * 2 > block->text) continue;
        uint32_t matched = match(&words, text, block);
        if (matched < (heading ? 2u : 4u)) continue;
        matched = matched * 4 + (role == ROLE_HEADLINE ? 3 : heading ? 1 : 0);
        if (matched > best_match) {
            best = i;
            best_match = matched;
        }
    }
    return best != HEADLINE_NONE ? best : first;
}
