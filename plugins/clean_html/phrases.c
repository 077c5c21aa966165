/* The first words of a stretch of text are written out without tags and punctuation, and looked up
 * after each word.
 */
#include "phrases.h"

MILL_EMBEDDED(phrases)

#define PHRASE_MAX 48  /* bytes of a phrase */
#define WHOLE_MAX  400 /* bytes of a stretch */
#define LINE_MAX   150

typedef enum phrase_kind { PHRASE_LINE, PHRASE_WHOLE } phrase_kind;

mill_status phrases_open(mill_words *phrases, mill_setup *setup)
{
    mill_text line;
    uint32_t count = 0;
    for (mill_lines lines = {phrases_text(), 0}; mill_lines_next(&lines, &line);) count++;
    if (mill_words_open(phrases, setup, count) != MILL_OK) return MILL_FAILED;
    for (mill_lines lines = {phrases_text(), 0}; mill_lines_next(&lines, &line);) {
        mill_text kind = mill_lines_word(&line);
        bool is_whole = mill_text_is(kind, "whole");
        while (line.length > 0 && *line.data == ' ') line.data++, line.length--;
        if ((!is_whole && !mill_text_is(kind, "line")) || line.length > PHRASE_MAX ||
            !mill_words_add(phrases, line.data, line.length, is_whole ? PHRASE_WHOLE : PHRASE_LINE))
            return mill_setup_fail(setup, "phrases.txt:%u: not a phrase", lines.number);
    }
    return MILL_OK;
}

static bool applies(int32_t kind, const page_block *block)
{
    if (kind == PHRASE_WHOLE) return true;
    return kind == PHRASE_LINE && block->text <= LINE_MAX && !block->sentence;
}

bool phrases_match(const mill_words *phrases, mill_text text, const page_block *block)
{
    char words[PHRASE_MAX + 16] = "";
    size_t length = 0;
    bool in_tag = false, in_word = false;
    if (block->text > WHOLE_MAX) return false;
    for (size_t at = block->begin; at <= block->end && length < PHRASE_MAX; at++) {
        unsigned char byte = at < block->end ? (unsigned char)text.data[at] : ' ';
        in_tag |= byte == '<';
        bool letter =
            !in_tag && (byte >= 0x80 || byte == '-' || (unsigned)mill_lower(byte) - 'a' < 26u);
        if (byte == '>') in_tag = false;
        if (!letter && in_word && applies(mill_words_find(phrases, words, length), block))
            return true;
        if (letter && !in_word && length > 0) words[length++] = ' ';
        if (letter) words[length++] = (char)byte;
        in_word = letter;
    }
    return false;
}
