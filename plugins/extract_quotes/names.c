/* names - see names.h. A scan by blocks visits capital letters only. A run of capitalised words,
 * with initials and particles, is a name; titles in front of it give way and tell the gender.
 * Entries are found through the hash of their last word. Most capitals open a word that stands
 * alone; unless it is a surname that is known already, it is passed over without asking the
 * vocabulary.
 */
#include "names.h"

#include "textmill/scan.h"

#define NAME_WORDS_MAX 6
#define PRONOUN_REACH  3000 /* bytes back */
#define MENTIONS_TRIED 32

typedef struct name_run {
    mill_span span; /* without titles */
    mill_span surname;
    uint32_t end; /* where reading goes on */
    uint32_t words;
    uint8_t gender;
    bool titled;
    bool after_title; /* the last word may be a title: U.S. Sen., Wells Fargo CEO */
    bool organisation;
} name_run;

/* ---- Reading a run ------------------------------------------------------------------------- */

static uint8_t gender_of(uint32_t set)
{
    uint32_t both = set & (WORD_MAN | WORD_WOMAN);
    return both == WORD_MAN ? 1 : both == WORD_WOMAN ? 2 : 0;
}

/* Tells whether nothing but a blank parts a word that ends at `end`, with its stop, from the next.
 */
static bool joins(mill_text text, uint32_t end, const text_token *right)
{
    return right->begin == end + 1 && (text.data[end] == ' ' || text.data[end] == '\n');
}

#define PARTICLES_MAX      2 /* van der */
#define PARTICLE_BYTES_MAX 5

/* Tells whether a word of the same name may follow the one that ends at `end`, as far as shows
 * without the vocabulary: a capital behind a blank, or behind short words, if particles. */
static bool may_go_on(mill_text text, uint32_t end)
{
    const char *data = text.data;
    if (data[end] == '.') end++;
    for (int words = 0; words <= PARTICLES_MAX; words++) {
        if (data[end] != ' ' && data[end] != '\n') return false;
        if (is_capital_at(data, ++end)) return true;
        uint32_t begin = end;
        while ((unsigned)data[end] - 'a' < 26u && end - begin < PARTICLE_BYTES_MAX) end++;
        if (end == begin) return false;
    }
    return false;
}

static void add_word(name_run *run, const text_token *word)
{
    uint8_t gender = gender_of(word->set);
    bool is_title = (word->set & WORD_TITLE) && !(word->set & WORD_PARTICLE);
    bool starts_anew = is_title ? (word->set & TOKEN_SHORT) != 0 : run->after_title && gender != 0;
    if (run->words > 0 && starts_anew) *run = (name_run){.titled = true};
    bool first = run->words == 0;
    run->after_title = is_title;
    run->end = word->end;
    if (first && gender != 0 && (is_title || run->gender == 0)) run->gender = gender;
    if (first && is_title) {
        run->titled = true;
        return;
    }
    if (first) run->span.begin = word->begin;
    if (!first && (word->set & WORD_ORGANISATION) && run->gender == 0 && !run->titled)
        run->organisation = true;
    run->span.end = word->end;
    if (first || !(word->set & WORD_SUFFIX)) run->surname = (mill_span){word->begin, word->end};
    run->words++;
}

/* Tells whether "of" stands before `at`: what begins there may be an office, and a first name
 * behind it the name: Secretary of State Ann Lee. */
static bool follows_of(mill_text text, uint32_t at)
{
    return at >= 4 && memcmp(text.data + at - 4, " of ", 4) == 0;
}

/* Reads the word of a name that follows at `*next`, and the particles before it. */
static bool read_next_word(const vocabulary *known, mill_text text, uint32_t limit,
                           text_token *word, uint32_t *next)
{
    for (int particles = 0; particles <= PARTICLES_MAX; particles++) {
        uint32_t end = *next;
        if (!token_read(known, text, end, limit, word, next) || !joins(text, end, word))
            return false;
        if (word->set & TOKEN_CAPITAL) return true;
        if (!(word->set & WORD_PARTICLE)) return false;
    }
    return false;
}

/* Reads the run of words that begins at `at`. Returns false where it holds no name. */
static bool read_run(const vocabulary *known, mill_text text, uint32_t at, uint32_t limit,
                     name_run *run)
{
    text_token word;
    uint32_t next = at;
    memset(run, 0, sizeof *run);
    bool more = token_read(known, text, at, limit, &word, &next);
    for (uint32_t i = 0; more && i < NAME_WORDS_MAX + 2; i++) {
        bool is_name = is_name_token(&word);
        if (is_name && run->surname.begin == at && gender_of(word.set) != 0 && follows_of(text, at))
            *run = (name_run){.end = run->end};
        if (!is_name && (run->words > 0 || !(word.set & TOKEN_CAPITAL))) break;
        if (is_name)
            add_word(run, &word);
        else
            run->end = word.end;
        more = !(word.set & TOKEN_POSSESSIVE) && may_go_on(text, word.end) &&
               read_next_word(known, text, limit, &word, &next);
    }
    if (run->end <= at) run->end = at + 1;
    if (run->words == 1 && !run->titled) run->gender = 0; /* Thomas may be Anna Thomas */
    return run->words > 0;
}

/* ---- Entries ------------------------------------------------------------------------------- */

static bool same_bytes(mill_text text, mill_span left, mill_span right)
{
    return left.end - left.begin == right.end - right.begin &&
           memcmp(text.data + left.begin, text.data + right.begin, left.end - left.begin) == 0;
}

static uint32_t chain_of(mill_text text, mill_span surname)
{
    uint64_t head[2];
    uint32_t length = surname.end - surname.begin;
    mill_word_head(text.data + surname.begin, length, head);
    return (uint32_t)(mill_word_hash(head, length) % NAME_CHAINS);
}

/* The bit in `initials` for a word that begins at `data`. */
static unsigned initial_of(const char *data)
{
    return ((unsigned)(unsigned char)data[0] * 8 ^ (unsigned char)data[1]) % NAME_INITIALS;
}

/* Tells whether some surname that has been met begins as a word does. */
static inline bool may_be_surname(const name_book *book, const char *word)
{
    unsigned initial = initial_of(word);
    return (book->initials[initial / 64] >> initial % 64 & 1) != 0;
}

/* Tells whether a name with this surname has been met. */
static bool is_surname(const name_book *book, mill_text text, mill_span word)
{
    int i = book->chains[chain_of(text, word)];
    while (i >= 0 && !same_bytes(text, book->entries[i].surname, word)) i = book->entries[i].next;
    return i >= 0;
}

static bool may_be_same(mill_text text, const name_entry *entry, const name_run *run)
{
    if (!same_bytes(text, entry->surname, run->surname)) return false;
    if (entry->gender != 0 && run->gender != 0 && entry->gender != run->gender) return false;
    bool one_word = run->words == 1 || entry->form.begin == entry->surname.begin;
    return one_word || text.data[entry->form.begin] == text.data[run->span.begin];
}

/* Finds the entry that a run belongs to, the one mentioned last if several. */
static int find_entry(const name_book *book, mill_text text, const name_run *run)
{
    int best = NAME_NONE;
    for (int i = book->chains[chain_of(text, run->surname)]; i >= 0; i = book->entries[i].next)
        if (may_be_same(text, &book->entries[i], run) &&
            (best == NAME_NONE || book->entries[i].seen > book->entries[best].seen))
            best = i;
    return best;
}

static int add_entry(name_book *book, mill_text text, const name_run *run)
{
    if (book->count == NAMES_MAX) return NAME_NONE;
    int16_t *chain = &book->chains[chain_of(text, run->surname)];
    name_entry *entry = &book->entries[book->count];
    *entry = (name_entry){run->span,   run->surname, run->span.begin,  *chain,
                          run->gender, false,        run->organisation};
    *chain = (int16_t)book->count;
    unsigned initial = initial_of(text.data + run->surname.begin);
    book->initials[initial / 64] |= UINT64_C(1) << initial % 64;
    return (int)book->count++;
}

/* Takes from a mention what is new about its entry. */
static void learn(name_entry *entry, const name_run *run)
{
    bool longer = run->span.end - run->span.begin > entry->form.end - entry->form.begin;
    if (longer) {
        entry->form = run->span;
        entry->surname = run->surname;
    }
    if (entry->gender == 0) entry->gender = run->gender;
    entry->person |= run->titled || run->gender != 0;
    entry->seen = run->span.begin;
}

/* ---- The scan ------------------------------------------------------------------------------ */

/* Tells whether a sentence begins at `at`, as far as the bytes before it show. */
static bool begins_sentence(mill_text text, uint32_t at)
{
    while (at > 0 && (text.data[at - 1] == ' ' || text.data[at - 1] == '"')) at--;
    if (at == 0) return true;
    char before = text.data[at - 1];
    return before == '\n' || before == '.' || before == '?' || before == '!' || before == '\x9D';
}

/* Makes room for one more mention. */
static bool grow_mentions(name_book *book, mill_document *document)
{
    if (book->mention_count < book->mention_room) return true;
    uint32_t room = book->mention_room * 2 + 64;
    name_mention *grown = mill_alloc(document, room * sizeof *grown);
    if (grown == NULL) return false;
    if (book->mention_count > 0) memcpy(grown, book->mentions, book->mention_count * sizeof *grown);
    book->mentions = grown;
    book->mention_room = room;
    return true;
}

static void note_mention(name_book *book, int name, mill_span span, bool subject)
{
    book->mentions[book->mention_count++] = (name_mention){span, (int16_t)name, subject};
}

/* Tells whether the word at `at` is all that may be of a name there and is no surname. */
static bool is_of_no_name(const name_book *book, mill_text text, uint32_t at)
{
    mill_span word = {at, 0};
    if (!may_be_surname(book, text.data + at)) return true;
    if (at > 0 && (text.data[at - 1] == '-' || text.data[at - 1] == '\'')) return true;
    word_end(text.data, at, (uint32_t)text.length, &word.end);
    return !is_surname(book, text, word);
}

/* Reads the run at `at`; returns where to go on. `alone`: for certain it is but one word. */
static uint32_t visit_run(name_book *book, const vocabulary *known, mill_text text, uint32_t at,
                          bool alone)
{
    name_run run;
    if (alone && is_of_no_name(book, text, at)) return at + 1;
    if (!read_run(known, text, at, (uint32_t)text.length, &run)) return run.end;
    bool is_name = run.words > 1 || run.titled;
    if (!is_name && !may_be_surname(book, text.data + run.surname.begin)) return run.end;
    int name = find_entry(book, text, &run);
    if (name == NAME_NONE && is_name) name = add_entry(book, text, &run);
    if (name == NAME_NONE) return run.end;
    learn(&book->entries[name], &run);
    note_mention(book, name, run.span, begins_sentence(text, at));
    return run.end;
}

/* A block of the text: where words may begin with a capital, and where blanks are. */
typedef struct capital_block {
    uint64_t capitals;
    uint64_t blanks;
    uint64_t leading; /* the blanks that a capital may follow */
} capital_block;

static inline capital_block find_capitals(const char *data)
{
    capital_block block;
    block.capitals = mill_scan_range(data, 'A', 'Z') | mill_scan_range(data, 0xC3, 0xD0);
    block.blanks = mill_scan_either(data, ' ', '\n');
    block.leading = block.blanks & (block.capitals >> 1 | UINT64_C(1) << 63);
    return block;
}

/* Tells whether a byte begins one of the particles. */
static inline bool begins_particle(char byte)
{
    const uint32_t letters = 1u << ('a' - 'a') | 1u << ('b' - 'a') | 1u << ('d' - 'a') |
                             1u << ('e' - 'a') | 1u << ('l' - 'a') | 1u << ('t' - 'a') |
                             1u << ('v' - 'a') | 1u << ('z' - 'a');
    unsigned letter = (unsigned)byte - 'a';
    return letter < 26u && (letters >> letter & 1) != 0;
}

/* Tells whether the word at a place of the block is certain to stand alone: behind the next blank
 * is no capital and no particle, or a comma is before it. What may_go_on would find, known at
 * sight for most words. */
static inline bool stands_alone(const capital_block *block, const char *data, unsigned at)
{
    uint64_t behind = block->blanks >> at << at;
    if (behind == 0) return false;
    unsigned blank = mill_scan_first(behind);
    unsigned char last = (unsigned char)data[blank - 1];
    if (last < '0' && last != '.') return true;
    return (behind & (0 - behind) & block->leading) == 0 && !begins_particle(data[blank + 1]);
}

mill_status names_read(name_book *book, const vocabulary *known, mill_document *document)
{
    mill_text text = mill_document_text(document);
    uint32_t from = 0, length = (uint32_t)text.length;
    memset(book->chains, 0xFF, sizeof book->chains);
    memset(book->initials, 0, sizeof book->initials);
    book->mention_count = book->mention_room = book->count = 0;
    for (uint32_t begin = 0; begin < length; begin += MILL_SCAN_BLOCK) {
        const capital_block block = find_capitals(text.data + begin);
        for (uint64_t hits = block.capitals; hits != 0; hits &= hits - 1) {
            unsigned hit = mill_scan_first(hits);
            uint32_t at = begin + hit;
            if (at < from || at >= length || !is_capital_at(text.data, at)) continue;
            if (at > 0 && text.data[at - 1] != ' ' && is_word_before(text.data, at)) continue;
            if (!grow_mentions(book, document)) return MILL_FAILED;
            from = visit_run(book, known, text, at, stands_alone(&block, text.data + begin, hit));
        }
    }
    return MILL_OK;
}

/* ---- Answers ------------------------------------------------------------------------------- */

int names_speaker(name_book *book, const vocabulary *known, mill_text text, mill_span span)
{
    name_run run;
    if (!read_run(known, text, span.begin, span.end, &run)) return NAME_NONE;
    int name = find_entry(book, text, &run);
    if (name == NAME_NONE) name = add_entry(book, text, &run);
    if (name == NAME_NONE) return NAME_NONE;
    learn(&book->entries[name], &run);
    if (!book->entries[name].organisation) book->entries[name].person = true;
    return name;
}

/* Returns how many mentions stand before `at`. */
static uint32_t mentions_before(const name_book *book, uint32_t at)
{
    uint32_t low = 0, high = book->mention_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book->mentions[middle].span.begin < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int names_pronoun(const name_book *book, uint8_t gender, uint32_t at, int speaker)
{
    int best = NAME_NONE, best_score = -100;
    uint32_t last = mentions_before(book, at);
    for (uint32_t i = last; i > 0 && last - i < MENTIONS_TRIED; i--) {
        const name_mention *mention = &book->mentions[i - 1];
        const name_entry *entry = &book->entries[mention->name];
        uint32_t distance = at - mention->span.begin;
        if (distance > PRONOUN_REACH) break;
        if (entry->organisation || (entry->gender != 0 && entry->gender != gender)) continue;
        int score = (mention->subject ? 3 : 0) + (entry->gender == gender ? 3 : 0) +
                    (entry->person ? 2 : 0) + (mention->name == speaker ? 3 : 0) -
                    (int)distance / 128;
        if (score > best_score) {
            best_score = score;
            best = mention->name;
        }
    }
    return best;
}
