/* people - see people.h. A person is mentioned where the last word of the name stands: "Kim Jong
 * Un" where "Un" does, "Ms. Vale" where "Vale" does.
 */
#include "people.h"

#define NAME_MAX_BYTES 100 /* a longer speaker is no name */

typedef struct person {
    mill_text name;
    mill_text last; /* of its words */
    double sum;
    uint32_t sentences;
} person;

typedef struct people {
    person items[PEOPLE_MAX];
    uint32_t count;
} people;

/* ---- Names --------------------------------------------------------------------------------- */

static bool is_same(mill_text one, mill_text other)
{
    return one.length == other.length && memcmp(one.data, other.data, one.length) == 0;
}

static mill_text last_word(mill_text name)
{
    mill_text last = name;
    for (size_t i = 0; i < name.length; i++)
        if (name.data[i] == ' ') last = (mill_text){name.data + i + 1, name.length - i - 1};
    return last;
}

/* Adds a speaker, unless the name is no name ("he", "the company") or is known; of two that end in
 * the same word the longer name stays. */
static void add_person(people *all, mill_text name)
{
    mill_text last = last_word(name);
    if (last.length < 2 || name.length > NAME_MAX_BYTES || (unsigned)*name.data - 'a' < 26u ||
        (unsigned)*last.data - 'a' < 26u)
        return;
    for (uint32_t i = 0; i < all->count; i++) {
        person *known = &all->items[i];
        if (!is_same(known->last, last)) continue;
        if (known->name.length < name.length) known->name = name;
        return;
    }
    if (all->count < PEOPLE_MAX) all->items[all->count++] = (person){name, last, 0, 0};
}

static void find_people(const mill_document *document, const people_fields *fields, people *all)
{
    uint32_t quotes;
    mill_spans(document, fields->quotes, &quotes);
    for (uint32_t row = 0; row < quotes; row++) {
        mill_value speaker = mill_get(document, fields->speaker, row);
        if (speaker.type == MILL_STRING)
            add_person(all, (mill_text){speaker.as.string, speaker.length});
    }
}

/* ---- Mentions ------------------------------------------------------------------------------ */

static bool is_letter(char byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26u || (unsigned char)byte >= 0xC3;
}

/* Returns where a word stands next, from `at` on; the text's length if nowhere. */
static size_t find_word(mill_text text, mill_text word, size_t at)
{
    while (at + word.length <= text.length) {
        const char *found = memchr(text.data + at, *word.data, text.length - at - word.length + 1);
        if (found == NULL) break;
        at = (size_t)(found - text.data);
        if (memcmp(found, word.data, word.length) == 0 &&
            (at == 0 || !is_letter(text.data[at - 1])) && !is_letter(found[word.length]))
            return at;
        at++;
    }
    return text.length;
}

/* Adds up the sentences that mention a person, each once. */
static void score_person(const mill_document *document, const people_fields *fields, person *one)
{
    uint32_t count;
    mill_text text = mill_document_text(document);
    const mill_span *sentences = mill_spans(document, fields->sentences, &count);
    size_t at = 0;
    for (uint32_t row = 0; row < count; row++) {
        if (at < sentences[row].begin) at = sentences[row].begin;
        at = find_word(text, one->last, at);
        while (row < count && sentences[row].end <= at) row++;
        if (row == count) break;
        if (at < sentences[row].begin) continue;
        one->sum += mill_get(document, fields->sentence_sentiment, row).as.number;
        one->sentences++;
        at = sentences[row].end;
    }
}

/* ---- Output -------------------------------------------------------------------------------- */

static size_t write_text(char *out, const char *text)
{
    size_t length = 0;
    for (; text[length] != '\0'; length++) out[length] = text[length];
    return length;
}

static size_t write_number(char *out, uint32_t number)
{
    char digits[10];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    memcpy(out, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

/* A number from -1 to 1 with up to four decimals. */
static size_t write_score(char *out, double score)
{
    uint32_t whole = (uint32_t)((score < 0 ? -score : score) * 1e4 + 0.5);
    size_t size = score < 0 && whole > 0 ? write_text(out, "-") : 0;
    size += write_number(out + size, whole / 10000);
    uint32_t rest = whole % 10000;
    if (rest > 0) out[size++] = '.';
    for (uint32_t unit = 1000; rest > 0; rest %= unit, unit /= 10)
        out[size++] = (char)('0' + rest / unit);
    return size;
}

/* Names hold no line breaks or other control characters that matter: those become spaces. */
static size_t write_name(char *out, mill_text name)
{
    size_t size = 0;
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.data[i];
        if (byte == '"' || byte == '\\') out[size++] = '\\';
        out[size++] = (unsigned char)byte < ' ' ? ' ' : byte;
    }
    return size;
}

static size_t write_person(char *out, const person *one)
{
    size_t size = write_text(out, "{\"name\":\"");
    size += write_name(out + size, one->name);
    size += write_text(out + size, "\",\"sentiment\":");
    size += write_score(out + size, one->sentences > 0 ? one->sum / one->sentences : 0);
    size += write_text(out + size, ",\"sentences\":");
    size += write_number(out + size, one->sentences);
    return size + write_text(out + size, "}");
}

mill_status people_score(mill_document *document, const people_fields *fields)
{
    people *all = mill_alloc(document, sizeof *all);
    char *json = mill_alloc(document, (size_t)PEOPLE_MAX * (2 * NAME_MAX_BYTES + 100));
    size_t size = 1;
    if (all == NULL || json == NULL) return MILL_FAILED;
    all->count = 0;
    find_people(document, fields, all);
    json[0] = '[';
    for (uint32_t i = 0; i < all->count; i++) {
        score_person(document, fields, &all->items[i]);
        if (i > 0) json[size++] = ',';
        size += write_person(json + size, &all->items[i]);
    }
    json[size++] = ']';
    mill_set_json(document, fields->people, 0, json, size);
    return MILL_OK;
}
