/* Writer "tsv": one layer as a table, a row for each span and a column for each thing asked for;
 * ready for a spreadsheet. A cell of text is one line without tabs, and one that a spreadsheet
 * would take for a formula gets an apostrophe in front. Numbers are written as they are.
 */
#include "textmill/words.h"

#include <stdio.h>

#define COLUMNS_MAX 64

/* What a column shows, besides fields. */
enum { COLUMN_ID = -1, COLUMN_TEXT = -2, COLUMN_BEGIN = -3, COLUMN_END = -4 };

typedef struct table_column {
    int64_t source;  /* a field's number, or one of the above */
    bool of_article; /* the field is an attribute of the article */
} table_column;

typedef struct writer {
    table_column columns[COLUMNS_MAX];
    uint32_t column_count;
    uint32_t layer; /* the field */
} writer;

/* ---- Cells --------------------------------------------------------------------------------- */

static bool begins_formula(mill_text text)
{
    static const char starts[] = {'=', '+', '-', '@', '\t', '\r'};
    return text.length > 0 && memchr(starts, *text.data, sizeof starts) != NULL;
}

static void put_text(mill_output *output, mill_text text)
{
    if (begins_formula(text)) mill_output_byte(output, '\'');
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        mill_output_byte(output, (unsigned char)byte < ' ' || byte == 0x7F ? ' ' : byte);
    }
}

static mill_text piece_of(const mill_document *document, mill_span span)
{
    mill_text text = mill_document_text(document);
    return (mill_text){text.data + span.begin, span.end - span.begin};
}

static void put_value(mill_output *output, const mill_document *document, mill_value value)
{
    switch (value.type) {
    case MILL_BOOLEAN:
        put_text(output, (mill_text){value.as.boolean ? "yes" : "no", value.as.boolean ? 3 : 2});
        return;
    case MILL_INTEGER: mill_output_integer(output, value.as.integer); return;
    case MILL_NUMBER: mill_output_number(output, value.as.number); return;
    case MILL_SPAN: put_text(output, piece_of(document, value.as.span)); return;
    case MILL_STRING:
    case MILL_JSON: put_text(output, (mill_text){value.as.string, value.length}); return;
    default: return; /* null: an empty cell */
    }
}

static void put_cell(mill_output *output, mill_document *document, const table_column *column,
                     mill_span span, uint32_t row)
{
    switch (column->source) {
    case COLUMN_ID: put_text(output, mill_document_id(document, NULL)); return;
    case COLUMN_TEXT: put_text(output, piece_of(document, span)); return;
    case COLUMN_BEGIN:
        mill_output_integer(output, mill_text_offset(document, MILL_CODE_POINTS, span.begin));
        return;
    case COLUMN_END:
        mill_output_integer(output, mill_text_offset(document, MILL_CODE_POINTS, span.end));
        return;
    default:
        put_value(output, document,
                  mill_get(document, (uint32_t)column->source, column->of_article ? 0 : row));
    }
}

static mill_status encode(void *instance, mill_document *document, mill_output *output)
{
    const writer *self = instance;
    uint32_t count;
    const mill_span *spans = mill_spans(document, self->layer, &count);
    for (uint32_t row = 0; row < count; row++)
        for (uint32_t i = 0; i < self->column_count; i++) {
            put_cell(output, document, &self->columns[i], spans[row], row);
            mill_output_byte(output, i + 1 < self->column_count ? '\t' : '\n');
        }
    return MILL_OK;
}

/* ---- open ---------------------------------------------------------------------------------- */

static bool is_word(mill_text word, const char *name)
{
    return name != NULL && strlen(name) == word.length && memcmp(name, word.data, word.length) == 0;
}

/* Finds the attribute that a column names: one of the layer's spans before one of the article, and
 * a value before a place in the text. */
static bool find_attribute(const mill_field *fields, uint32_t count, const char *layer,
                           mill_text name, table_column *found)
{
    int best = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool of_layer = fields[i].layer != NULL && strcmp(fields[i].layer, layer) == 0;
        if (!is_word(name, fields[i].attribute) || (fields[i].layer != NULL && !of_layer)) continue;
        int rank = 1 + (fields[i].type != MILL_SPAN) + 2 * of_layer;
        if (rank <= best) continue;
        best = rank;
        *found = (table_column){i, !of_layer};
    }
    return best > 0;
}

static bool find_column(const mill_field *fields, uint32_t count, const char *layer, mill_text name,
                        table_column *found)
{
    static const char *const names[] = {"id", "text", "begin", "end"};
    for (int i = 0; i < 4; i++)
        if (is_word(name, names[i])) {
            *found = (table_column){COLUMN_ID - i, false};
            return true;
        }
    return find_attribute(fields, count, layer, name, found);
}

/* Takes the next word off the front of a list with blanks between; empty at its end. */
static mill_text take_word(const char **list)
{
    while (mill_is_blank(**list)) ++*list;
    mill_text word = {*list, 0};
    while (**list != '\0' && !mill_is_blank(**list)) ++*list;
    word.length = (size_t)(*list - word.data);
    return word;
}

/* Writes ", kind, speaker": the attributes that may be columns, as many as there is room for. */
static void list_columns(const mill_field *fields, uint32_t count, const char *layer, char *list,
                         size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (uint32_t i = 0; i < count && used < size; i++) {
        bool of_layer = fields[i].layer == NULL || strcmp(fields[i].layer, layer) == 0;
        if (fields[i].attribute != NULL && of_layer)
            used += (size_t)snprintf(list + used, size - used, ", %s", fields[i].attribute);
    }
}

static mill_status find_columns(writer *self, mill_setup *setup, const char *layer)
{
    uint32_t count;
    const mill_field *fields = mill_setup_fields(setup, &count);
    const char *list = mill_setup_string(setup, "columns");
    for (mill_text name = take_word(&list); name.length > 0; name = take_word(&list)) {
        if (self->column_count == COLUMNS_MAX)
            return mill_setup_fail(setup, "columns: at most %d are possible", COLUMNS_MAX);
        table_column *next = &self->columns[self->column_count++];
        if (!find_column(fields, count, layer, name, next)) {
            char known[600];
            list_columns(fields, count, layer, known, sizeof known);
            return mill_setup_fail(setup, "columns: '%.*s' is none of id, text, begin, end%s",
                                   (int)name.length, name.data, known);
        }
    }
    if (self->column_count > 0) return MILL_OK;
    return mill_setup_fail(setup, "columns: name at least one, e.g. columns = id text");
}

static mill_status open_writer(mill_setup *setup, void **instance)
{
    writer *self = mill_setup_alloc(setup, sizeof *self);
    const char *layer = mill_setup_string(setup, "layer");
    uint32_t count;
    const mill_field *fields = mill_setup_fields(setup, &count);
    if (self == NULL) return MILL_FAILED;
    *instance = self;
    for (uint32_t i = 0; i < count; i++) {
        if (fields[i].type != MILL_LAYER || strcmp(fields[i].layer, layer) != 0) continue;
        self->layer = i;
        return find_columns(self, setup, layer);
    }
    return mill_setup_fail(setup, "layer: is empty; name a layer");
}

static const mill_option options[] = {
    {.name = "layer",
     .type = MILL_OPTION_LAYER,
     .standard = "sentences",
     .help = "The layer of which each span is a row"},
    {.name = "columns",
     .type = MILL_OPTION_STRING,
     .standard = "id text",
     .help = "What the columns hold: id of the article, text, begin or end (code points) of the "
             "span, or attributes of the span or the article, with blanks between"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_WRITER,
    .name = "tsv",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "Writes one layer as a table with tabs, a row for each span",
    .options = options,
    .option_count = MILL_COUNT(options),
    .extensions = "tsv",
    .open = open_writer,
    .encode = encode,
};
