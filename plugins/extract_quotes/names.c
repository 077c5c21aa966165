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

typedef struct name_run {
    mill_span span; /* without titles */
    mill_span surname;
    uint32_t end; /* where reading goes on */
    uint32_t words;
    uint8_t gender;
    bool titled;
    bool organisation;
} name_run;

void names_begin(name_book *book)
{
    memset(book->chains, 0xFF, sizeof book->chains);
    memset(book->initials, 0, sizeof book->initials);
    book->mention_count = book->count = book->scanned = 0;
}

/* ---- Reading a run ------------------------------------------------------------------------- */

static uint8_t gender_of(uint32_t set)
{
    uint32_t both = set & (WORD_MAN | WORD_WOMAN);
    return both == WORD_MAN ? 1 : both == WORD_WOMAN ? 2 : 0;
}

/* Tells whether nothing but a blank, or a stop and a blank, parts two words of one name. */
static bool joins(mill_text text, const text_token *left, const text_token *right)
{
    uint32_t gap = right->begin - left->end;
    if (left->set & TOKEN_POSSESSIVE) return false;
    if (gap == 1) return text.data[left->end] == ' ' || text.data[left->end] == '\n';
    bool shortened = left->end - left->begin <= 2 || (left->set & WORD_TITLE);
    return gap == 2 && text.data[left->end] == '.' && shortened;
}

/* Tells whether a word of the same name may follow the one that ends at `end`, as far as shows
 * without the vocabulary: a capital behind a blank, or behind one other word, if a particle. */
static bool may_go_on(mill_text text, uint32_t end)
{
    const char *data = text.data;
    uint32_t bare, limit = (uint32_t)text.length;
    for (int words = 0; words < 2; words++) {
        if (end >= limit || (data[end] != ' ' && data[end] != '\n')) return false;
        if (is_capital_at(data, end + 1)) return true;
        end = word_end(data, end + 1, limit, &bare);
        if (end != bare) return false;
    }
    return false;
}

static void add_word(name_run *run, const text_token *word)
{
    uint8_t gender = gender_of(word->set);
    bool first = run->words == 0;
    bool is_title = (word->set & WORD_TITLE) && !(word->set & WORD_PARTICLE);
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

/* Reads the run of words that begins at `at`. Returns false where it holds no name. */
static bool read_run(const vocabulary *known, mill_text text, uint32_t at, uint32_t limit,
                     name_run *run)
{
    text_token word = {0, 0, 0}, last, particle;
    uint32_t next = at;
    memset(run, 0, sizeof *run);
    for (uint32_t i = 0; i < NAME_WORDS_MAX + 2; i++) {
        last = word;
        if (!token_read(known, text, next, limit, &word, &next)) break;
        if (i > 0 && !joins(text, &last, &word)) break;
        if (i > 0 && (word.set & WORD_PARTICLE) && !(word.set & TOKEN_CAPITAL)) {
            particle = word;
            if (!token_read(known, text, next, limit, &word, &next) ||
                !joins(text, &particle, &word))
                break;
        }
        bool is_name = is_name_token(&word);
        bool before_name = run->words == 0 && (word.set & TOKEN_CAPITAL);
        if (!is_name && !before_name) break;
        if (is_name)
            add_word(run, &word);
        else
            run->end = word.end;
        if (next != word.end || !may_go_on(text, word.end)) break;
    }
    if (run->end <= at) run->end = at + 1;
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

/* Tells whether a name with this surname has been met. */
static bool is_surname(const name_book *book, mill_text text, mill_span word)
{
    unsigned initial = initial_of(text.data + word.begin);
    if ((book->initials[initial / 64] >> initial % 64 & 1) == 0) return false;
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

static void note_mention(name_book *book, int name, uint32_t at, bool subject)
{
    name_mention *mention = &book->mentions[book->mention_count++ % MENTIONS_KEPT];
    *mention = (name_mention){at, (int16_t)name, subject};
}

/* Reads the run at `at`; returns where to go on. `alone`: for certain it is but one word. */
static uint32_t visit_run(name_book *book, const vocabulary *known, mill_text text, uint32_t at,
                          bool alone)
{
    name_run run;
    mill_span word = {at, 0};
    uint32_t next = word_end(text.data, at, (uint32_t)text.length, &word.end);
    alone = alone || next != word.end || !may_go_on(text, word.end);
    if (alone && !is_surname(book, text, word)) return word.end;
    if (!read_run(known, text, at, (uint32_t)text.length, &run)) return run.end;
    int name = find_entry(book, text, &run);
    if (name == NAME_NONE && (run.words > 1 || run.titled)) name = add_entry(book, text, &run);
    if (name == NAME_NONE) return run.end;
    learn(&book->entries[name], &run);
    note_mention(book, name, run.span.begin, begins_sentence(text, at));
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

/* Tells whether the word at a place of the block is certain to stand alone: no capital follows
 * the next two blanks. What may_go_on would find, known at sight for most words. */
static inline bool stands_alone(const capital_block *block, unsigned at)
{
    uint64_t behind = block->blanks >> at << at, second = behind & (behind - 1);
    uint64_t both = (behind & (0 - behind)) | (second & (0 - second));
    return second != 0 && (both & block->leading) == 0;
}

void names_advance(name_book *book, const vocabulary *known, mill_text text, uint32_t to)
{
    uint32_t from = book->scanned;
    for (uint32_t begin = from - from % MILL_SCAN_BLOCK; begin < to; begin += MILL_SCAN_BLOCK) {
        const capital_block block = find_capitals(text.data + begin);
        for (uint64_t hits = block.capitals; hits != 0; hits &= hits - 1) {
            unsigned hit = mill_scan_first(hits);
            uint32_t at = begin + hit;
            if (at < from || at >= to || !is_capital_at(text.data, at)) continue;
            if (at > 0 && is_word_at(text.data, at - 1)) continue;
            from = visit_run(book, known, text, at, stands_alone(&block, hit));
        }
    }
    if (book->scanned < to) book->scanned = from > to ? from : to;
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

int names_pronoun(const name_book *book, uint8_t gender, uint32_t at, int speaker)
{
    int best = NAME_NONE, best_score = -100;
    uint32_t kept = book->mention_count < MENTIONS_KEPT ? book->mention_count : MENTIONS_KEPT;
    for (uint32_t back = 1; back <= kept; back++) {
        const name_mention *mention = &book->mentions[(book->mention_count - back) % MENTIONS_KEPT];
        const name_entry *entry = &book->entries[mention->name];
        if (mention->at >= at) continue;
        if (at - mention->at > PRONOUN_REACH) break;
        if (entry->organisation || (entry->gender != 0 && entry->gender != gender)) continue;
        int score = (mention->subject ? 3 : 0) + (entry->gender == gender ? 3 : 0) +
                    (entry->person ? 2 : 0) + (mention->name == speaker ? 3 : 0) -
                    (int)(at - mention->at) / 128;
        if (score > best_score) {
            best_score = score;
            best = mention->name;
        }
    }
    return best;
}
