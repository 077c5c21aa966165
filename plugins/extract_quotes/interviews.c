/* interviews - see interviews.h. A first walk over the lines counts the labels, which takes a few
 * bytes of each line; a second one, if two of them are speakers, gives the paragraphs.
 */
#include "interviews.h"

#define LABEL_BYTES_MAX 40 /* within the padding of a text */
#define TURNS_MIN       2  /* of each of two speakers */

/* ---- Lines --------------------------------------------------------------------------------- */

/* Returns where the label that the line at `at` begins with ends, at its colon; `at` if it begins
 * with none. All words of a label open with a capital. */
static uint32_t label_end(mill_text text, uint32_t at)
{
    const char *data = text.data;
    uint32_t i = at;
    if (memchr(data + at, ':', LABEL_BYTES_MAX) == NULL) return at; /* nearly all lines */
    for (; i - at < LABEL_BYTES_MAX && data[i] != ':'; i++) {
        bool opens = i == at || data[i - 1] == ' ';
        if (opens && !is_capital_at(data, i)) return at;
        if (!is_word_at(data, i) && strchr(" .-'", data[i]) == NULL) return at;
        if (data[i] == '\0') return at;
    }
    return data[i] == ':' && (data[i + 1] == ' ' || data[i + 1] == '\n') ? i : at;
}

/* Steps over the next line. Returns false at the end of the text. */
static bool next_line(interview *reader, mill_text text, mill_span *line)
{
    if (reader->at >= text.length) return false;
    const char *begin = text.data + reader->at;
    const char *end = memchr(begin, '\n', text.length - reader->at);
    line->begin = reader->at;
    line->end = end != NULL ? (uint32_t)(end - text.data) : (uint32_t)text.length;
    reader->at = line->end + 1;
    return true;
}

/* ---- Labels -------------------------------------------------------------------------------- */

static bool is_label(mill_text text, mill_span span, const char *word)
{
    size_t length = strlen(word);
    return span.end - span.begin == length && memcmp(text.data + span.begin, word, length) == 0;
}

static interview_label *find_label(interview *reader, mill_text text, mill_span span)
{
    for (uint32_t i = 0; i < reader->label_count; i++)
        if (same_bytes(text, reader->labels[i].span, span)) return &reader->labels[i];
    return NULL;
}

static void count_label(interview *reader, mill_text text, mill_span span)
{
    interview_label *label = find_label(reader, text, span);
    if (label == NULL && reader->label_count == INTERVIEW_LABELS_MAX) return;
    if (label == NULL) {
        label = &reader->labels[reader->label_count++];
        *label = (interview_label){.span = span, .name = NAME_NONE};
    }
    label->count++;
}

/* Tells whether two labels come back. */
static bool has_turns(const interview *reader, bool speakers_only)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < reader->label_count; i++)
        found += reader->labels[i].count >= TURNS_MIN &&
                 (!speakers_only || reader->labels[i].kind != LABEL_UNKNOWN);
    return found >= 2;
}

bool interview_begin(interview *reader, mill_text text)
{
    mill_span line;
    reader->at = reader->label_count = 0;
    while (next_line(reader, text, &line)) {
        uint32_t end = label_end(text, line.begin);
        if (end > line.begin && end < line.end)
            count_label(reader, text, (mill_span){line.begin, end});
    }
    reader->at = 0;
    reader->ended = !has_turns(reader, false);
    return !reader->ended;
}

static label_kind plain_kind(mill_text text, mill_span span)
{
    if (is_label(text, span, "Q") || is_label(text, span, "Question")) return LABEL_QUESTION;
    if (is_label(text, span, "A") || is_label(text, span, "Answer")) return LABEL_ANSWER;
    return LABEL_UNKNOWN;
}

bool interview_resolve(interview *reader, const name_book *names, mill_text text)
{
    uint32_t first = (uint32_t)text.length;
    for (uint32_t i = 0; i < reader->label_count; i++)
        if (reader->labels[i].span.begin < first) first = reader->labels[i].span.begin;
    for (uint32_t i = 0; i < reader->label_count; i++) {
        interview_label *label = &reader->labels[i];
        label->kind = plain_kind(text, label->span);
        if (label->kind == LABEL_ANSWER) label->name = names_main_person(names, first);
        if (label->kind != LABEL_UNKNOWN) continue;
        label->name = names_of_label(names, text, label->span);
        if (label->name != NAME_NONE) label->kind = LABEL_NAME;
    }
    reader->ended = !has_turns(reader, true);
    return !reader->ended;
}

/* ---- Turns --------------------------------------------------------------------------------- */

/* Trims a paragraph; what is in marks from its beginning on is no business of this module. */
static bool holds_words(mill_text text, mill_span *words)
{
    while (words->begin < words->end && text.data[words->begin] == ' ') words->begin++;
    while (words->end > words->begin && (unsigned char)text.data[words->end - 1] <= ' ')
        words->end--;
    return words->begin < words->end && is_word_at(text.data, words->begin);
}

bool interview_next(interview *reader, mill_text text, mill_span *words, attribution *by)
{
    mill_span line;
    while (!reader->ended && next_line(reader, text, &line)) {
        uint32_t end = label_end(text, line.begin);
        if (end == line.begin || end >= line.end) continue;
        const mill_span span = {line.begin, end};
        const interview_label *label = find_label(reader, text, span);
        *words = (mill_span){end + 1, line.end};
        if (label == NULL || label->kind == LABEL_UNKNOWN || !holds_words(text, words)) continue;
        *by = (attribution){.rule = RULE_INTERVIEW,
                            .kind = label->kind == LABEL_NAME ? PHRASE_NAME : PHRASE_PRONOUN,
                            .mention = span,
                            .speaker = span,
                            .name = label->name};
        return true;
    }
    reader->ended = true;
    return false;
}
