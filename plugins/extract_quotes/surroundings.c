/* surroundings - see surroundings.h. The line begins with the sentence of its first quote and ends
 * with that of its last, at most AFTER_MAX bytes behind the first. A quote that the line does not
 * reach begins another one; so each quote costs a bounded stretch of text, and most cost none.
 */
#include "surroundings.h"

#define BEFORE_MAX      480 /* bytes */
#define AFTER_MAX       320
#define LINE_QUOTES_MAX 12 /* that share a line: each is sought a speaker for in all of it */

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* Moves a cut to the next space, so that no word is cut in two. */
static uint32_t next_space(mill_text text, uint32_t at, uint32_t end)
{
    while (at < end && !is_space(text.data[at])) at++;
    return at;
}

/* Tells whether a token ends its sentence, as far as it alone shows. */
static bool is_full_stop(mill_text text, const text_token *token)
{
    return (token->set & TOKEN_STOP) && text.data[token->begin] != ';';
}

/* ---- Sentences ----------------------------------------------------------------------------- */

/* Returns where the sentence of `at` begins, not before `least`. */
static uint32_t sentence_begin(sentence_layer *sentences, uint32_t at, uint32_t least)
{
    while (sentences->at < sentences->count && sentences->spans[sentences->at].end <= at)
        sentences->at++;
    if (sentences->at == sentences->count) return least;
    uint32_t begin = sentences->spans[sentences->at].begin;
    return begin > at ? at : begin > least ? begin : least;
}

/* Keeps what follows the last full stop of the line; without a layer, sentences are told so. */
static void keep_last_sentence(token_line *line, mill_text text)
{
    uint32_t from = line->count;
    while (from > 0 && !is_full_stop(text, &line->items[from - 1])) from--;
    line->count -= from;
    memmove(line->items, line->items + from, line->count * sizeof *line->items);
}

/* ---- The line ------------------------------------------------------------------------------ */

/* Appends the tokens of a piece until the line is full or, with `to_stop`, until a full stop.
 * Returns whether it came to the end of the piece. */
static bool append_piece(token_line *line, const vocabulary *known, mill_text text, mill_span piece,
                         bool to_stop)
{
    uint32_t from = line->count;
    line->count += tokens_read(known, text.data, piece, line->items + from, LINE_TOKENS_MAX - from);
    for (uint32_t i = from; to_stop && i < line->count; i++) {
        if (!is_full_stop(text, &line->items[i])) continue;
        line->count = i + 1;
        return false;
    }
    return line->count < LINE_TOKENS_MAX;
}

static bool append_quote(token_line *line, mill_span span)
{
    if (line->count == LINE_TOKENS_MAX) return false;
    line->items[line->count++] = (text_token){span.begin, span.end, TOKEN_QUOTE};
    return true;
}

/* Returns where the sentence that reaches past `at` ends; `*begin` is where it begins. */
static uint32_t sentence_past(const sentence_layer *sentences, uint32_t at, uint32_t *begin)
{
    uint32_t i = sentences->at;
    while (i < sentences->count && sentences->spans[i].end <= at) i++;
    if (i == sentences->count) return at;
    *begin = sentences->spans[i].begin;
    return sentences->spans[i].end;
}

/* Tells whether a new sentence begins behind a quote. */
static bool ends_sentence(const sentence_layer *sentences, mill_text text, const marked *quote,
                          uint32_t word, uint32_t limit)
{
    uint32_t begin = quote->span.end, at = quote->span.end;
    char last = text.data[quote->span.end - quote->closing - 1], next = text.data[begin];
    if (word == limit) return true;
    if (sentences->count > 0) {
        sentence_past(sentences, word, &at);
        return at >= begin && at <= word && at > quote->span.begin;
    }
    bool stop = last == '.' || last == '?' || last == '!';
    return next == '.' || (stop && is_capital_at(text.data, word));
}

/* Tells whether a dash parts a quote from the word behind it: the name of who said it. */
static bool is_signed(mill_text text, uint32_t from, uint32_t word)
{
    for (; from + 3 <= word; from++) {
        bool wide = memcmp(text.data + from, "\xE2\x80", 2) == 0;
        if (wide && (unsigned char)text.data[from + 2] - 0x93u < 3u) return true;
        if (memcmp(text.data + from, "--", 2) == 0) return true;
    }
    return false;
}

/* Appends what follows quote `index`, to the end of its sentence or of the next one. Returns
 * whether the line may go on with the next quote. */
static bool append_behind(token_line *line, const sentence_layer *sentences,
                          const vocabulary *known, mill_text text, const quote_passage *passage,
                          uint32_t index, uint32_t most)
{
    const marked *quote = &passage->quotes[index];
    bool has_next = index + 1 < passage->quote_count;
    uint32_t from = quote->span.end, begin = from;
    uint32_t limit = has_next ? quote[1].span.begin : passage->span.end;
    uint32_t word = next_word(text.data, from, limit), end = limit, count = line->count;
    bool is_new = ends_sentence(sentences, text, quote, word, limit);
    char last = text.data[from - quote->closing - 1];
    bool stops = is_new && (last == '.' || text.data[from] == '.') && text.data[from] != ',';
    if (stops && !is_signed(text, from, word)) return false;
    if (sentences->count > 0 && word < limit) end = sentence_past(sentences, word, &begin);
    bool ends = end < limit || (!has_next && end <= limit);
    if (end > limit) end = limit;
    if (end > most) {
        end = next_space(text, most > from ? most : from, end);
        ends = true;
    }
    bool whole = append_piece(line, known, text, (mill_span){from, end}, sentences->count == 0);
    if (is_new && count < line->count) line->items[count].set |= TOKEN_SENTENCE;
    return whole && !ends;
}

/* Reads the line that begins with the sentence of quote `index`. */
static void read_line(surroundings *around, sentence_layer *sentences, const vocabulary *known,
                      mill_text text, const quote_passage *passage, uint32_t index)
{
    token_line *line = &around->line;
    const marked *quote = &passage->quotes[index];
    uint32_t end = quote->span.begin, least = passage->span.begin;
    uint32_t most = quote->span.end + AFTER_MAX;
    if (index > 0) least = quote[-1].span.end;
    if (end - least > BEFORE_MAX) least = next_space(text, end - BEFORE_MAX, end);
    line->count = 0;
    append_piece(line, known, text, (mill_span){sentence_begin(sentences, end, least), end}, false);
    if (sentences->count == 0) keep_last_sentence(line, text);
    around->quote = line->count;
    uint32_t behind = passage->quote_count;
    if (behind - index > LINE_QUOTES_MAX) behind = index + LINE_QUOTES_MAX;
    for (uint32_t i = index; i < behind && passage->quotes[i].span.begin < most; i++)
        if (!append_quote(line, passage->quotes[i].span) ||
            !append_behind(line, sentences, known, text, passage, i, most))
            break;
}

/* Steps to the token of a quote. Returns false where the line does not hold it, or may have been
 * cut soon behind it. */
static bool find_in_line(surroundings *around, const marked *quote)
{
    token_line *line = &around->line;
    uint32_t i = around->quote;
    while (i < line->count && line->items[i].begin < quote->span.begin) i++;
    if (i >= line->count || line->items[i].begin != quote->span.begin) return false;
    around->quote = i;
    return true;
}

/* Cuts the line at a quote: what stands before it and behind it, to the edges of its sentence. */
static void cut_line(surroundings *around)
{
    const token_line *line = &around->line;
    uint32_t at = around->quote, from = at, to = at + 1;
    while (from > 0 && !(line->items[from].set & TOKEN_SENTENCE)) from--;
    around->before = (token_list){line->items + from, at - from};
    around->after_is_new = to < line->count && (line->items[to].set & TOKEN_SENTENCE);
    if (to < line->count) to++;
    while (to < line->count && !(line->items[to].set & TOKEN_SENTENCE)) to++;
    around->after = (token_list){line->items + at + 1, to > at ? to - at - 1 : 0};
    if (at + 1 == line->count) {
        around->after.count = 0;
        around->after_is_new = true;
    }
}

/* A line before the quote that ends in a colon or comma introduces it. */
static void read_introduction(surroundings *around, const sentence_layer *sentences,
                              const vocabulary *known, mill_text text, uint32_t at)
{
    uint32_t end = at;
    while (end > 0 && is_space(text.data[end - 1])) end--;
    if (end == 0 || (text.data[end - 1] != ':' && text.data[end - 1] != ',')) return;
    surroundings_read_previous(around, sentences, known, text, at);
    around->before = (token_list){around->previous.items, around->previous.count};
    around->introduced = true;
}

void surroundings_begin(surroundings *around)
{
    around->line.count = around->quote = 0;
}

void surroundings_read(surroundings *around, sentence_layer *sentences, const vocabulary *known,
                       mill_text text, const quote_passage *passage, uint32_t index)
{
    around->introduced = false;
    sentence_begin(sentences, passage->quotes[index].span.begin, 0);
    if (!find_in_line(around, &passage->quotes[index]))
        read_line(around, sentences, known, text, passage, index);
    cut_line(around);
    if (around->before.count == 0)
        read_introduction(around, sentences, known, text, passage->quotes[index].span.begin);
}

uint32_t surroundings_read_previous(surroundings *around, const sentence_layer *sentences,
                                    const vocabulary *known, mill_text text, uint32_t at)
{
    token_line *list = &around->previous;
    uint32_t begin = at > BEFORE_MAX ? next_space(text, at - BEFORE_MAX, at) : 0, end = at;
    uint32_t i = sentences->at < sentences->count ? sentences->at : sentences->count;
    list->count = 0;
    while (i > 0 && sentences->spans[i - 1].end > at) i--;
    if (i > 0) {
        end = sentences->spans[i - 1].end;
        if (sentences->spans[i - 1].begin > begin) begin = sentences->spans[i - 1].begin;
    }
    if (begin >= end) return at;
    append_piece(list, known, text, (mill_span){begin, end}, false);
    if (sentences->count == 0) {
        while (list->count > 0 && (list->items[list->count - 1].set & TOKEN_STOP)) list->count--;
        keep_last_sentence(list, text);
    }
    return list->count > 0 ? list->items[0].begin : at;
}
