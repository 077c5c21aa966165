/* speakers - see speakers.h. The list is bounded by the name book. */
#include "speakers.h"

#define NUMBERS_BYTES 64 /* the two numbers and the keys of a speaker */

void speakers_begin(speaker_list *list)
{
    memset(list->places, 0xFF, sizeof list->places);
    list->count = 0;
}

static bool has_form(const speaker *known, mill_text text, mill_span form)
{
    uint32_t length = form.end - form.begin;
    for (uint32_t i = 0; i < known->form_count; i++)
        if (known->forms[i].end - known->forms[i].begin == length &&
            memcmp(text.data + known->forms[i].begin, text.data + form.begin, length) == 0)
            return true;
    return false;
}

static void count_quotation(speaker_list *list, mill_text text, source by, uint32_t words)
{
    if (by.name == NAME_NONE) return;
    int16_t *place = &list->places[by.name];
    if (*place < 0) {
        *place = (int16_t)list->count;
        memset(&list->items[list->count], 0, sizeof list->items[0]);
        list->items[list->count++].name = by.name;
    }
    speaker *known = &list->items[*place];
    known->quotes++;
    known->words += words;
    if (known->form_count < SPEAKER_FORMS_MAX && !has_form(known, text, by.span))
        known->forms[known->form_count++] = by.span;
}

void speakers_add(speaker_list *list, mill_text text, const attribution *by, uint32_t words)
{
    count_quotation(list, text, (source){by->speaker, by->name}, words);
    for (uint32_t i = 0; i < by->partner_count; i++)
        count_quotation(list, text, by->partners[i], words);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static char *put(char *to, const char *constant)
{
    while (*constant != '\0') *to++ = *constant++;
    return to;
}

char *speakers_put_string(char *to, mill_text text, mill_span span)
{
    *to++ = '"';
    for (uint32_t i = span.begin; i < span.end; i++) {
        char byte = text.data[i];
        if (byte == '"' || byte == '\\') *to++ = '\\';
        *to++ = (unsigned char)byte < ' ' ? ' ' : byte;
    }
    *to++ = '"';
    return to;
}

static char *put_number(char *to, uint32_t number)
{
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0) *to++ = digits[--count];
    return to;
}

static size_t span_room(mill_span span)
{
    return 2 * ((size_t)span.end - span.begin) + 3;
}

static size_t speaker_room(const speaker *known, const name_book *names)
{
    size_t room = span_room(names->entries[known->name].form) + NUMBERS_BYTES;
    for (uint32_t i = 0; i < known->form_count; i++) room += span_room(known->forms[i]);
    return room;
}

static char *put_speaker(char *to, const speaker *known, const name_book *names, mill_text text)
{
    to = speakers_put_string(put(to, "{\"name\":"), text, names->entries[known->name].form);
    to = put(to, ",\"forms\":[");
    for (uint32_t i = 0; i < known->form_count; i++) {
        if (i > 0) *to++ = ',';
        to = speakers_put_string(to, text, known->forms[i]);
    }
    to = put_number(put(to, "],\"quotes\":"), known->quotes);
    to = put_number(put(to, ",\"words\":"), known->words);
    *to++ = '}';
    return to;
}

mill_status speakers_set(const speaker_list *list, const name_book *names, mill_document *document,
                         uint32_t field)
{
    size_t room = 2;
    for (uint32_t i = 0; i < list->count; i++) room += speaker_room(&list->items[i], names) + 1;
    char *json = mill_alloc(document, room), *to = json;
    if (json == NULL) return MILL_FAILED;
    *to++ = '[';
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0) *to++ = ',';
        to = put_speaker(to, &list->items[i], names, mill_document_text(document));
    }
    *to++ = ']';
    mill_set_json(document, field, 0, json, (size_t)(to - json));
    return MILL_OK;
}
