/* surroundings - see surroundings.h. Each side is a bounded stretch of text. A sentence goes on
 * across other quotes of the passage, which become one token each.
 */
#include "surroundings.h"

#define BEFORE_MAX         480 /* bytes */
#define AFTER_MAX          320
#define QUOTES_CROSSED_MAX 8

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

static void append_quote(token_list *list, mill_span span)
{
    if (list->count < TOKENS_MAX)
        list->items[list->count++] = (text_token){span.begin, span.end, TOKEN_QUOTE};
}

/* Reads text[begin, end), where `quotes` lie in order. */
static bool read_across(token_list *list, const vocabulary *known, mill_text text, mill_span piece,
                        const marked *quotes, uint32_t count, bool one_sentence)
{
    for (uint32_t i = 0; i < count && quotes[i].span.begin < piece.end; i++) {
        mill_span part = {piece.begin, quotes[i].span.begin};
        if (!tokens_append(list, known, text, part, one_sentence)) return false;
        append_quote(list, quotes[i].span);
        piece.begin = quotes[i].span.end;
    }
    return piece.begin >= piece.end || tokens_append(list, known, text, piece, one_sentence);
}

/* Forgets everything up to the last full stop. */
static void keep_last_sentence(token_list *list, mill_text text)
{
    uint32_t from = list->count;
    while (from > 0 && (!(list->items[from - 1].set & TOKEN_STOP) ||
                        text.data[list->items[from - 1].begin] == ';'))
        from--;
    list->count -= from;
    memmove(list->items, list->items + from, list->count * sizeof *list->items);
}

/* Returns where the sentence of `at` begins, not before `least`. */
static uint32_t sentence_begin(sentence_layer *sentences, uint32_t at, uint32_t least)
{
    while (sentences->at < sentences->count && sentences->spans[sentences->at].end <= at)
        sentences->at++;
    if (sentences->at == sentences->count) return least;
    uint32_t begin = sentences->spans[sentences->at].begin;
    return begin > at ? at : begin > least ? begin : least;
}

static void read_before(surroundings *around, sentence_layer *sentences, const vocabulary *known,
                        mill_text text, const quote_passage *passage, uint32_t index)
{
    uint32_t end = passage->quotes[index].span.begin, first = index;
    uint32_t least = passage->span.begin;
    bool cut = end - least > BEFORE_MAX;
    if (cut) least = next_space(text, end - BEFORE_MAX, end);
    uint32_t begin = sentence_begin(sentences, end, least);
    while (first > 0 && index - first < QUOTES_CROSSED_MAX &&
           passage->quotes[first - 1].span.end > begin)
        first--;
    if (first < index && passage->quotes[first].span.begin < begin)
        begin = passage->quotes[first].span.begin;
    if (first > 0 && passage->quotes[first - 1].span.end > begin)
        begin = passage->quotes[first - 1].span.end;
    read_across(&around->before, known, text, (mill_span){begin, end}, passage->quotes + first,
                index - first, false);
    if (sentences->count == 0) keep_last_sentence(&around->before, text);
}

/* A line before the quote that ends in a colon or comma introduces it. */
static void read_introduction(surroundings *around, const sentence_layer *sentences,
                              const vocabulary *known, mill_text text, uint32_t at)
{
    uint32_t end = at;
    while (end > 0 && is_space(text.data[end - 1])) end--;
    if (end == 0 || (text.data[end - 1] != ':' && text.data[end - 1] != ',')) return;
    surroundings_read_previous(&around->before, sentences, known, text, at);
}

static void read_after(surroundings *around, const sentence_layer *sentences,
                       const vocabulary *known, mill_text text, const quote_passage *passage,
                       uint32_t index)
{
    const marked *quote = &passage->quotes[index];
    uint32_t begin = quote->span.end, limit = passage->span.end, at = sentences->at;
    uint32_t others = passage->quote_count - index - 1;
    if (others > QUOTES_CROSSED_MAX) {
        others = QUOTES_CROSSED_MAX;
        limit = quote[others].span.begin;
    }
    uint32_t first = begin;
    while (first < limit && !is_word_at(text.data, first)) first++;
    while (at < sentences->count && sentences->spans[at].end <= first) at++;
    around->after_is_new = at < sentences->count && sentences->spans[at].begin >= begin;
    if (at < sentences->count && sentences->spans[at].end < limit) limit = sentences->spans[at].end;
    if (limit > begin + AFTER_MAX) limit = next_space(text, begin + AFTER_MAX, limit);
    if (limit <= begin) return;
    char last = text.data[begin - quote->closing - 1], next = text.data[begin];
    if (sentences->count == 0) {
        bool ended = last == '.' || last == '?' || last == '!' || next == '.';
        around->after_is_new = ended && is_capital_at(text.data, first);
        if (next == '.') return;
    }
    /* What follows a whole sentence in marks begins another one, of which nobody asks. */
    if (around->after_is_new && last == '.' && next != ',') return;
    read_across(&around->after, known, text, (mill_span){begin, limit}, quote + 1, others,
                sentences->count == 0);
}

void surroundings_read(surroundings *around, sentence_layer *sentences, const vocabulary *known,
                       mill_text text, const quote_passage *passage, uint32_t index)
{
    around->before.count = around->after.count = 0;
    around->after_is_new = false;
    read_before(around, sentences, known, text, passage, index);
    if (around->before.count == 0)
        read_introduction(around, sentences, known, text, passage->quotes[index].span.begin);
    read_after(around, sentences, known, text, passage, index);
}

uint32_t surroundings_read_previous(token_list *list, const sentence_layer *sentences,
                                    const vocabulary *known, mill_text text, uint32_t at)
{
    uint32_t begin = at > BEFORE_MAX ? next_space(text, at - BEFORE_MAX, at) : 0, end = at;
    uint32_t i = sentences->at < sentences->count ? sentences->at : sentences->count;
    list->count = 0;
    while (i > 0 && sentences->spans[i - 1].end > at) i--;
    if (i > 0) {
        end = sentences->spans[i - 1].end;
        if (sentences->spans[i - 1].begin > begin) begin = sentences->spans[i - 1].begin;
    }
    if (begin >= end) return at;
    tokens_append(list, known, text, (mill_span){begin, end}, false);
    if (sentences->count == 0) {
        while (list->count > 0 && (list->items[list->count - 1].set & TOKEN_STOP)) list->count--;
        keep_last_sentence(list, text);
    }
    return list->count > 0 ? list->items[0].begin : at;
}
