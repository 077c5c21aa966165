/* names - see names.h. A scan by blocks visits capital letters only. A run of capitalised words,
 * with initials and particles, is a name; titles in front of it give way and tell the gender.
 * Entries are found through the hash of their last word. Most capitals open a word that stands
 * alone; unless it is a surname that is known already, it is passed over without asking the
 * vocabulary.
 */
#include "names.h"

#include "textmill/scan.h"

#define RUN_WORDS_MAX  8    /* with titles */
#define PRONOUN_REACH  3000 /* bytes back */
#define MENTIONS_TRIED 32
#define CLEAR_LEAD     4 /* of the score of whom a pronoun means, before anybody else's */

typedef struct name_run {
    mill_span span; /* without titles */
    mill_span surname;
    uint32_t end; /* where reading goes on */
    uint32_t words;
    uint8_t gender;
    bool titled;
    bool first_name;  /* it begins with one that is listed */
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

/* Tells whether a byte begins one of the particles. */
static inline bool begins_particle(char byte)
{
    const uint32_t letters = 1u << ('a' - 'a') | 1u << ('b' - 'a') | 1u << ('d' - 'a') |
                             1u << ('e' - 'a') | 1u << ('l' - 'a') | 1u << ('t' - 'a') |
                             1u << ('v' - 'a') | 1u << ('z' - 'a');
    unsigned letter = (unsigned)byte - 'a';
    return letter < 26u && (letters >> letter & 1) != 0;
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
        if (!begins_particle(data[end])) return false;
        uint32_t begin = end;
        while ((unsigned)data[end] - 'a' < 26u && end - begin < PARTICLE_BYTES_MAX) end++;
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
    if (first) {
        run->span.begin = word->begin;
        run->first_name = (word->set & (WORD_MAN | WORD_WOMAN)) != 0;
    }
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

/* Reads the word of a name that follows at `at`, and the particles before it. Returns the place
 * behind it; 0 if there is none. */
static uint32_t read_next_word(const vocabulary *known, mill_text text, uint32_t at, uint32_t limit,
                               text_token *word)
{
    for (int particles = 0; particles <= PARTICLES_MAX; particles++) {
        uint32_t end = at;
        at = token_read(known, text.data, end, limit, word);
        if (at == 0 || !joins(text, end, word)) return 0;
        if (word->set & TOKEN_CAPITAL) return at;
        if (!(word->set & WORD_PARTICLE)) return 0;
    }
    return 0;
}

/* Adds a word to the run that begins at `at`. Returns false where the run has ended before it. */
static bool take_word(name_run *run, mill_text text, uint32_t at, const text_token *word)
{
    bool is_name = is_name_token(word);
    if (is_name && run->surname.begin == at && gender_of(word->set) != 0 && follows_of(text, at))
        *run = (name_run){.end = run->end};
    if (!is_name && (run->words > 0 || !(word->set & TOKEN_CAPITAL))) return false;
    if (is_name)
        add_word(run, word);
    else
        run->end = word->end;
    return !(word->set & TOKEN_POSSESSIVE);
}

/* Tells whether an article stands before `at`, as it does before bodies: the Harbour Trust. */
static bool follows_article(mill_text text, uint32_t at)
{
    return at >= 4 && memcmp(text.data + at - 3, "he ", 3) == 0 &&
           (text.data[at - 4] | 0x20) == 't';
}

/* Returns whether a run holds a name, once its last word has been added. */
static bool end_run(name_run *run, mill_text text, uint32_t at)
{
    if (run->end <= at) run->end = at + 1;
    if (run->words == 1 && !run->titled) run->gender = 0; /* Thomas may be Anna Thomas */
    if (run->words > 1 && !run->titled && run->gender == 0)
        run->organisation |= follows_article(text, run->span.begin);
    return run->words > 0;
}

/* Reads the run of words that begins at `at`. Returns false where it holds no name. */
static bool read_run(const vocabulary *known, mill_text text, uint32_t at, name_run *run)
{
    text_token word;
    uint32_t limit = (uint32_t)text.length;
    uint32_t next = token_read(known, text.data, at, limit, &word);
    *run = (name_run){.words = 0};
    for (uint32_t i = 0; next != 0 && i < RUN_WORDS_MAX; i++) {
        if (!take_word(run, text, at, &word) || !may_go_on(text, word.end)) break;
        next = read_next_word(known, text, next, limit, &word);
    }
    return end_run(run, text, at);
}

/* As read_run, of tokens that have been read. */
static bool gather_run(const token_list *words, mill_text text, name_run *run)
{
    *run = (name_run){.words = 0};
    for (uint32_t i = 0; i < words->count && i < RUN_WORDS_MAX; i++) {
        const text_token *word = &words->items[i];
        bool particle = i > 0 && (word->set & (WORD_PARTICLE | TOKEN_CAPITAL)) == WORD_PARTICLE;
        if (particle) continue;
        if (!take_word(run, text, words->items[0].begin, word)) break;
    }
    return end_run(run, text, words->items[0].begin);
}

/* ---- Entries ------------------------------------------------------------------------------- */

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
    entry->person |= run->titled || run->gender != 0 || (run->first_name && run->words > 1);
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

/* Tells whether the word at `at`, which stands alone, is a surname that has been met. */
static bool is_lone_surname(const name_book *book, mill_text text, uint32_t at)
{
    mill_span word = {at, 0};
    if (at > 0 && (text.data[at - 1] == '-' || text.data[at - 1] == '\'')) return false;
    word_end(text.data, at, (uint32_t)text.length, &word.end);
    return is_surname(book, text, word);
}

/* Reads the run at `at` and notes the name. Returns where to go on. */
static uint32_t visit_run(name_book *book, const vocabulary *known, mill_text text, uint32_t at)
{
    name_run run;
    if (!read_run(known, text, at, &run)) return run.end;
    bool is_name = run.words > 1 || run.titled;
    if (!is_name && !may_be_surname(book, text.data + run.surname.begin)) return run.end;
    int name = find_entry(book, text, &run);
    if (name == NAME_NONE && is_name) name = add_entry(book, text, &run);
    if (name == NAME_NONE) return run.end;
    learn(&book->entries[name], &run);
    note_mention(book, name, run.span, begins_sentence(text, at));
    return run.end;
}

/* Returns the first blank from `at` on, `at` being in the block that begins at `begin` and has its
 * blanks in `blanks`; where none is near, the place up to which none is. */
static inline uint32_t blank_behind(mill_text text, uint32_t begin, uint64_t blanks, uint32_t at)
{
    uint64_t behind = blanks >> (at - begin);
    if (behind != 0) return at + mill_scan_first(behind);
    at = begin + MILL_SCAN_BLOCK;
    if (at >= text.length) return (uint32_t)text.length;
    behind = mill_scan_either(text.data + at, ' ', '\n');
    return behind != 0 ? at + mill_scan_first(behind) : at;
}

/* Tells whether the word that reaches up to the blank at `blank` is certain to stand alone: no word
 * of the same name follows, or a comma is between them. */
static inline bool stands_alone(mill_text text, uint32_t blank)
{
    unsigned char last = (unsigned char)text.data[blank - 1];
    return (last < '0' && last != '.') || !may_go_on(text, blank);
}

/* Tells whether a word that opens with a capital begins at `at`. */
static inline bool begins_with_capital(const char *data, uint32_t at)
{
    if (!is_capital_at(data, at)) return false;
    return at == 0 || data[at - 1] == ' ' || !is_word_before(data, at);
}

mill_status names_read(name_book *book, const vocabulary *known, mill_document *document)
{
    mill_text text = mill_document_text(document);
    uint32_t from = 0, length = (uint32_t)text.length;
    memset(book->chains, 0xFF, sizeof book->chains);
    memset(book->initials, 0, sizeof book->initials);
    book->mention_count = book->mention_room = book->count = 0;
    for (uint32_t begin = 0; begin < length; begin += MILL_SCAN_BLOCK) {
        const char *block = text.data + begin;
        uint64_t blanks = mill_scan_either(block, ' ', '\n');
        uint64_t hits = mill_scan_range(block, 'A', 'Z') | mill_scan_range(block, 0xC3, 0xD0);
        for (; hits != 0; hits &= hits - 1) {
            uint32_t at = begin + mill_scan_first(hits);
            if (at < from) continue;
            bool alone = stands_alone(text, blank_behind(text, begin, blanks, at));
            if (alone && !may_be_surname(book, text.data + at)) continue;
            if (at >= length || !begins_with_capital(text.data, at)) continue;
            if (alone && !is_lone_surname(book, text, at)) continue;
            if (!grow_mentions(book, document)) return MILL_FAILED;
            from = visit_run(book, known, text, at);
        }
    }
    return MILL_OK;
}

/* ---- Answers ------------------------------------------------------------------------------- */

int names_speaker(name_book *book, mill_text text, const token_list *words)
{
    name_run run;
    if (!gather_run(words, text, &run)) return NAME_NONE;
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

/* Tells whether two pieces are the same but for the case of ASCII letters. */
static bool same_letters(mill_text text, mill_span left, mill_span right)
{
    uint32_t length = left.end - left.begin;
    if (right.end - right.begin != length) return false;
    for (uint32_t i = 0; i < length; i++)
        if (!mill_same_letter((unsigned char)text.data[left.begin + i],
                              (unsigned char)text.data[right.begin + i]))
            return false;
    return true;
}

int names_of_label(const name_book *book, mill_text text, mill_span label)
{
    mill_span last = label;
    int found = NAME_NONE;
    for (uint32_t i = label.begin; i < label.end; i++)
        if (text.data[i] == ' ') last.begin = i + 1;
    bool alone = last.begin == label.begin;
    for (uint32_t i = 0; i < book->count; i++) {
        const name_entry *entry = &book->entries[i];
        bool fits = same_letters(text, entry->surname, last) &&
                    (alone || mill_same_letter((unsigned char)text.data[entry->form.begin],
                                               (unsigned char)text.data[label.begin]));
        bool is_label = entry->form.begin == label.begin;
        if (fits && (found == NAME_NONE || !is_label)) found = (int)i;
        if (fits && !is_label) break;
    }
    return found;
}

int names_main_person(const name_book *book, uint32_t end)
{
    uint16_t counts[NAMES_MAX] = {0};
    int best = NAME_NONE;
    for (uint32_t i = 0; i < book->mention_count && book->mentions[i].span.begin < end; i++) {
        int name = book->mentions[i].name;
        if (book->entries[name].organisation || !book->entries[name].person) continue;
        if (counts[name] < UINT16_MAX) counts[name]++;
        if (best == NAME_NONE || counts[name] > counts[best]) best = name;
    }
    return best;
}

int names_pronoun(const name_book *book, uint8_t gender, uint32_t at, int speaker, bool *doubtful)
{
    int best = NAME_NONE, best_score = -100, other_score = -100;
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
        if (score <= best_score) {
            if (mention->name != best && score > other_score) other_score = score;
            continue;
        }
        if (mention->name != best) other_score = best_score;
        best_score = score;
        best = mention->name;
    }
    *doubtful = best != NAME_NONE && best_score - other_score < CLEAR_LEAD;
    return best;
}
