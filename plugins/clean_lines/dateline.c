/* A dateline is read from left to right: place, regions or a date after commas, an agency in
 * brackets or between strokes, a dash or colon. A line that is none is left at its first word in
 * small letters. How much has to be there depends on how much like a place the place looks: with a
 * known agency any name will do, a word in capitals needs a dash, other names have to be known.
 */
#include "dateline.h"

#define PLACE_WORDS_MAX 4
#define REGIONS_MAX     3
#define AGENCY_MAX      40 /* bytes in brackets */
#define CAPITALS_MIN    5  /* letters of an unknown word in capitals; shorter ones are acronyms */

enum { WORD_PLACE, WORD_MONTH, WORD_NO_PLACE };

typedef enum separator { SEPARATOR_NONE, SEPARATOR_COLON, SEPARATOR_DASH } separator;

/* What has been read so far. */
typedef struct reading {
    const dateline_words *words;
    mill_text line;
    size_t at;
    bool is_place;   /* a known one */
    bool is_capital; /* in capitals, and long enough for a place */
    bool has_region;
    bool has_date;
    bool has_agency;
    bool knows_agency;
} reading;

/* ---- Opening ------------------------------------------------------------------------------- */

static void add_set(mill_words *words, const word_set *set, int32_t value)
{
    for (uint32_t i = 0; i < set->count; i++)
        mill_words_add(words, set->entries[i].data, set->entries[i].length, value);
}

mill_status dateline_open(dateline_words *words, mill_setup *setup, const pattern_book *book)
{
    static const struct {
        const char *name;
        int32_t value;
    } sets[] = {{"place", WORD_PLACE}, {"month", WORD_MONTH}, {"no_place", WORD_NO_PLACE}};
    const word_set *agency = patterns_set(book, "agency"), *wire = patterns_set(book, "wire");
    uint32_t count = 0;
    for (size_t i = 0; i < MILL_COUNT(sets); i++) count += patterns_set(book, sets[i].name)->count;
    if (mill_words_open(&words->agencies, setup, agency->count + wire->count) != MILL_OK ||
        mill_words_open(&words->places, setup, count) != MILL_OK)
        return MILL_FAILED;
    add_set(&words->agencies, agency, 0);
    add_set(&words->agencies, wire, 0);
    for (size_t i = 0; i < MILL_COUNT(sets); i++)
        add_set(&words->places, patterns_set(book, sets[i].name), sets[i].value);
    return MILL_OK;
}

/* ---- Pieces -------------------------------------------------------------------------------- */

static inline bool is_digit(char byte)
{
    return (unsigned)byte - '0' < 10u;
}

static inline bool is_small(const char *data)
{
    unsigned char lead = (unsigned char)data[0], next = (unsigned char)data[1];
    return (unsigned)lead - 'a' < 26u || (lead == 0xC3 && next >= 0x9F);
}

static inline bool is_large(const char *data)
{
    unsigned char lead = (unsigned char)data[0], next = (unsigned char)data[1];
    if (lead == 0xC3) return next < 0x9F;
    return (unsigned)lead - 'A' < 26u || (lead >= 0xC4 && lead <= 0xD4);
}

static void skip_blanks(reading *self)
{
    while (self->at < self->line.length && mill_is_blank(self->line.data[self->at])) self->at++;
}

static bool take(reading *self, const char *what)
{
    size_t length = strlen(what);
    if (self->line.length - self->at < length) return false;
    if (memcmp(self->line.data + self->at, what, length) != 0) return false;
    self->at += length;
    return true;
}

/* Reads a word with a capital: "Fla.", "D.C.", "Port-au-Prince", "WASHINGTON/PARIS". */
static mill_text take_word(reading *self)
{
    const char *data = self->line.data + self->at;
    size_t length = 0, limit = self->line.length - self->at;
    if (limit == 0 || !is_large(data)) return (mill_text){data, 0};
    while (length < limit) {
        unsigned char byte = (unsigned char)data[length];
        size_t step = 1;
        if (byte >= 0xC3 && byte <= 0xDF)
            step = 2;
        else if (byte == 0xE2 && memcmp(data + length, "\xE2\x80\x99", 3) == 0)
            step = 3;
        else if ((unsigned)mill_lower(byte) - 'a' >= 26u && byte != '\'' &&
                 (byte < '-' || byte > '/'))
            break;
        length += step;
    }
    if (length > 1 && data[length - 1] == '-') length--;
    self->at += length;
    return (mill_text){data, length};
}

static int32_t look_up(const reading *self, mill_text name)
{
    return mill_words_find(&self->words->places, name.data, name.length);
}

static bool has_small_letter(mill_text word)
{
    for (size_t i = 0; i < word.length; i++)
        if (is_small(word.data + i)) return true;
    return false;
}

/* The length of "de ", "of ", ... that may stand between the capitalised words of a name, or 0. */
static size_t particle_length(const char *data)
{
    static const char particles[][5] = {"de ", "do ", "da ", "del ", "of ", "the ", "am "};
    for (size_t i = 0; i < MILL_COUNT(particles); i++) {
        size_t length = strlen(particles[i]);
        if (*data == *particles[i] && memcmp(data, particles[i], length) == 0) return length;
    }
    return 0;
}

static void skip_particle(reading *self)
{
    size_t length = particle_length(self->line.data + self->at);
    if (length <= self->line.length - self->at) self->at += length;
}

/* ---- The parts of a dateline --------------------------------------------------------------- */

/* Reads the place: capitalised words up to something else. */
static bool take_place(reading *self)
{
    size_t begin = self->at, end = begin;
    bool refused = false;
    self->is_capital = true;
    for (int count = 0; count < PLACE_WORDS_MAX; count++) {
        mill_text word = take_word(self);
        int32_t kind = look_up(self, word);
        if (word.length == 0 || kind == WORD_MONTH) break;
        refused |= kind == WORD_NO_PLACE;
        self->is_capital &= !has_small_letter(word);
        end = self->at;
        if (!take(self, " ")) break;
        skip_particle(self);
    }
    self->at = end;
    mill_text place = {self->line.data + begin, end - begin};
    self->is_place = !refused && look_up(self, place) == WORD_PLACE;
    self->is_capital &= place.length >= CAPITALS_MIN && !refused;
    return end > begin;
}

static bool take_number(reading *self)
{
    size_t begin = self->at;
    while (self->at < self->line.length && is_digit(self->line.data[self->at])) self->at++;
    return self->at > begin;
}

static bool take_month(reading *self)
{
    size_t begin = self->at;
    if (look_up(self, take_word(self)) == WORD_MONTH) return true;
    self->at = begin;
    return false;
}

/* Reads "Oct. 12", "Oct. 12, 2023", "12 October 2023". */
static bool take_date(reading *self)
{
    size_t begin = self->at;
    bool month_first = take_month(self);
    if (!month_first && !take_number(self)) return false;
    skip_blanks(self);
    if (!(month_first ? take_number(self) : take_month(self))) {
        self->at = begin;
        return false;
    }
    size_t end = self->at;
    take(self, ",");
    skip_blanks(self);
    if (!take_number(self)) self->at = end;
    return true;
}

/* Reads a region after a comma: "Fla.", "South Korea", "Thursday". */
static bool take_region(reading *self)
{
    int count = 0;
    size_t end = self->at;
    while (count < PLACE_WORDS_MAX && take_word(self).length > 0) {
        count++;
        end = self->at;
        if (!take(self, " ")) break;
    }
    self->at = end;
    return count > 0;
}

static bool take_regions(reading *self)
{
    for (int count = 0; count < REGIONS_MAX; count++) {
        size_t begin = self->at;
        bool comma = take(self, ",");
        skip_blanks(self);
        if (take_date(self)) {
            self->has_date = true;
        } else if (!comma) {
            self->at = begin;
            return true;
        } else if (take_region(self)) {
            self->has_region = true;
        } else {
            return false;
        }
    }
    return true;
}

/* Tells whether what is in brackets could name an agency: capitalised words. */
static bool is_name(mill_text name)
{
    if (name.length == 0 || name.length > AGENCY_MAX || !is_large(name.data)) return false;
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] == ':' || name.data[i] == ',' || is_digit(name.data[i])) return false;
        if (i > 0 && name.data[i - 1] == ' ' && is_small(name.data + i)) return false;
    }
    return true;
}

/* Reads "(AP)" or "/PRNewswire/". */
static bool take_agency(reading *self)
{
    char open = self->at < self->line.length ? self->line.data[self->at] : '\0';
    if (open != '(' && open != '/') return true;
    const char *begin = self->line.data + self->at + 1;
    size_t left = self->line.length - self->at - 1;
    const char *stop =
        memchr(begin, open == '(' ? ')' : '/', left < AGENCY_MAX ? left : AGENCY_MAX);
    if (stop == NULL) return false;
    mill_text name = {begin, (size_t)(stop - begin)};
    self->knows_agency =
        open == '/' || mill_words_find(&self->words->agencies, name.data, name.length) >= 0;
    self->has_agency = true;
    self->at += name.length + 2;
    return self->knows_agency || is_name(name);
}

static separator take_separator(reading *self)
{
    size_t before = self->at;
    if (take(self, ":")) return SEPARATOR_COLON;
    skip_blanks(self);
    bool apart = self->at > before;
    if (take(self, "\xE2\x80\x94") || take(self, "\xE2\x80\x93") || take(self, "--"))
        return SEPARATOR_DASH;
    if (apart && take(self, "- ")) return SEPARATOR_DASH;
    return SEPARATOR_NONE;
}

/* Tells whether a sentence can begin here. */
static bool begins_sentence(const reading *self)
{
    const char *data = self->line.data + self->at;
    if (self->at >= self->line.length) return false;
    if (is_large(data) || is_digit(*data) || *data == '"' || *data == '\'') return true;
    return (unsigned char)*data >= 0xC2 && !is_small(data);
}

static bool is_dateline(const reading *self, separator mark)
{
    if (self->knows_agency) return true;
    if (mark == SEPARATOR_NONE) return false;
    if (self->is_place) return true;
    if (self->is_capital)
        return mark == SEPARATOR_DASH || self->has_region || self->has_date || self->has_agency;
    return self->has_date && mark == SEPARATOR_DASH;
}

/* Tells whether the second word of a line is in small letters and no particle of a name. Nearly all
 * lines that are no dateline are known by that. */
static bool goes_on_small(mill_text line)
{
    size_t at = 0;
    while (at < line.length && (unsigned)mill_lower((unsigned char)line.data[at]) - 'a' < 26u) at++;
    if (at + 1 >= line.length || line.data[at] != ' ') return false;
    const char *next = line.data + at + 1;
    return (unsigned)(unsigned char)*next - 'a' < 26u && particle_length(next) == 0;
}

size_t dateline_length(const dateline_words *words, mill_text line)
{
    reading self = {.words = words, .line = line};
    if (line.length < 4 || (*line.data != '(' && !is_large(line.data))) return 0;
    if (goes_on_small(line)) return 0;
    if (*line.data != '(' && (!take_place(&self) || !take_regions(&self))) return 0;
    skip_blanks(&self);
    size_t behind_place = self.at;
    if (!take_agency(&self)) return 0;
    if (!self.has_agency && behind_place > 0 && mill_is_blank(line.data[behind_place - 1]))
        self.at--; /* the blank belongs to the dash */
    separator mark = take_separator(&self);
    skip_blanks(&self);
    return is_dateline(&self, mark) && begins_sentence(&self) ? self.at : 0;
}
