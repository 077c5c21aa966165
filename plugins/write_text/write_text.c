/* Writer "text": a form to read on a terminal. What there is to show is known from the fields of
 * the run alone: the text, the attributes of the article, then each layer as a short list.
 */
#include "page.h"
#include "unescape.h"

#define DASH           "\xE2\x94\x80"
#define BESIDE         "  "
#define SEPARATOR      " \xC2\xB7 "
#define INDENT         "      "
#define INDENT_COLUMNS 6
#define NEW_LINE       "\n" INDENT
#define NUMBER_COLUMNS 7  /* room for -0.1234 beside a row */
#define VALUE_MAX      60 /* columns of a value of text; fewer where the line is short */
#define VALUE_MIN      8

typedef struct writer {
    const mill_field *fields;
    uint32_t field_count;
    size_t width;
    uint32_t most;
    bool coloured;
} writer;

/* ---- Heading ------------------------------------------------------------------------------- */

static mill_text find_title(mill_document *document)
{
    mill_text key, json;
    for (uint32_t i = 0; i < mill_metadata_count(document); i++) {
        mill_metadata(document, i, &key, &json);
        if (key.length != 5 || memcmp(key.data, "title", 5) != 0) continue;
        char *title = mill_alloc(document, json.length);
        return (mill_text){title, title != NULL ? unescape(json, title) : 0};
    }
    return (mill_text){"", 0};
}

static void put_heading(const page *to, mill_document *document)
{
    size_t begin = to->output->length;
    mill_text title = find_title(document);
    page_constant(to, DASH DASH " ");
    page_excerpt(to, mill_document_id(document, NULL), to->width - 5);
    page_constant(to, " ");
    for (size_t column = page_columns_since(to, begin); column < to->width; column++)
        page_constant(to, DASH);
    page_constant(to, "\n");
    if (title.length > 0) {
        page_style_set(to, PAGE_HEADING);
        page_wrapped(to, title);
        page_style_set(to, PAGE_PLAIN);
    }
    page_constant(to, "\n");
}

static void put_text(const page *to, mill_text text)
{
    size_t begin = to->output->length;
    page_wrapped(to, text);
    if (to->output->length > begin) return;
    page_style_set(to, PAGE_FAINT);
    page_constant(to, "no text\n");
    page_style_set(to, PAGE_PLAIN);
}

/* ---- Values -------------------------------------------------------------------------------- */

/* Shows four decimals, unless the number is so small that little would be left of it. */
static void put_number(const page *to, double number)
{
    double size = number < 0 ? -number : number;
    if (size >= 0.001 && size < 1e9) {
        int64_t rounded = (int64_t)(number * 1e4 + (number < 0 ? -0.5 : 0.5));
        number = (double)rounded / 1e4;
    }
    mill_output_number(to->output, number);
}

/* Puts a value; one of text in at most `limit` columns. */
static void put_value(const page *to, mill_document *document, const mill_value *value,
                      size_t limit)
{
    mill_text text = mill_document_text(document);
    switch (value->type) {
    case MILL_BOOLEAN: page_constant(to, value->as.boolean ? "yes" : "no"); return;
    case MILL_INTEGER: mill_output_integer(to->output, value->as.integer); return;
    case MILL_NUMBER: put_number(to, value->as.number); return;
    case MILL_SPAN:
        text.data += value->as.span.begin;
        text.length = value->as.span.end - value->as.span.begin;
        page_excerpt(to, text, limit);
        return;
    default: page_excerpt(to, (mill_text){value->as.string, value->length}, limit);
    }
}

/* Tells whether field `index` is an attribute of `layer`; NULL is the article. */
static bool is_attribute_of(const writer *self, uint32_t index, const char *layer)
{
    const mill_field *field = &self->fields[index];
    if (field->attribute == NULL) return false;
    if (field->layer == NULL || layer == NULL) return field->layer == layer;
    return strcmp(field->layer, layer) == 0;
}

/* Tells whether another attribute of this name says the same in words: then a place in the text
 * need not be shown. */
static bool is_said_in_words(const writer *self, uint32_t index, uint32_t row,
                             const mill_document *document)
{
    const mill_field *field = &self->fields[index];
    if (field->type != MILL_SPAN) return false;
    for (uint32_t i = 0; i < self->field_count; i++)
        if (i != index && is_attribute_of(self, i, field->layer) &&
            strcmp(self->fields[i].attribute, field->attribute) == 0 &&
            mill_get(document, i, row).type != MILL_NULL)
            return true;
    return false;
}

/* ---- Items: `NAME: VALUE`, as many on a line as have room --------------------------------------
 */

typedef struct item_line {
    const page *to;
    mill_document *document;
    size_t column;
    const char *before; /* what comes in front of the next item */
} item_line;

static size_t count_columns(const char *constant)
{
    size_t columns = 0;
    for (; *constant != '\0'; constant++) columns += ((unsigned char)*constant & 0xC0) != 0x80;
    return columns;
}

/* Puts an item on the line, or on a new one if this one is full. An empty name is left out. */
static void put_item(item_line *line, const char *name, const mill_value *value)
{
    const page *to = line->to;
    size_t begin = to->output->length, columns = 0;
    if (*name != '\0') {
        page_style_set(to, PAGE_FAINT);
        page_constant(to, name);
        page_constant(to, ": ");
        page_style_set(to, PAGE_PLAIN);
        columns = count_columns(name) + 2;
    }
    size_t value_begin = to->output->length;
    size_t room = to->width - INDENT_COLUMNS;
    size_t limit = columns + VALUE_MIN < room ? room - columns : VALUE_MIN;
    put_value(to, line->document, value, limit < VALUE_MAX ? limit : VALUE_MAX);
    columns += page_columns_since(to, value_begin);
    line->column += count_columns(line->before) + columns;
    if (line->column > to->width) line->before = NEW_LINE;
    if (strcmp(line->before, NEW_LINE) == 0) line->column = INDENT_COLUMNS + columns;
    page_insert(to, begin, line->before);
    line->before = SEPARATOR;
}

static void put_row_items(const writer *self, item_line *line, const char *layer, uint32_t row)
{
    for (uint32_t i = 0; i < self->field_count; i++) {
        if (!is_attribute_of(self, i, layer)) continue;
        mill_value value = mill_get(line->document, i, row);
        if (value.type == MILL_NULL || is_said_in_words(self, i, row, line->document)) continue;
        put_item(line, self->fields[i].attribute, &value);
    }
}

/* ---- Attributes of the article ------------------------------------------------------------- */

static void put_group_name(const page *to, const char *name, size_t length)
{
    page_style_set(to, PAGE_NAME);
    mill_output_write(to->output, name, length);
    page_style_set(to, PAGE_PLAIN);
}

/* Puts the attributes, a line for each first part of their names. */
static void put_article_attributes(const writer *self, const page *to, mill_document *document)
{
    item_line line = {to, document, 0, ""};
    const char *group = "";
    size_t group_length = 0;
    for (uint32_t i = 0; i < self->field_count; i++) {
        if (!is_attribute_of(self, i, NULL)) continue;
        mill_value value = mill_get(document, i, 0);
        if (value.type == MILL_NULL || is_said_in_words(self, i, 0, document)) continue;
        const char *name = self->fields[i].attribute;
        size_t length = strcspn(name, ".");
        if (length != group_length || memcmp(name, group, length) != 0) {
            group = name;
            group_length = length;
            page_constant(to, "\n");
            put_group_name(to, name, length);
            line.column = length;
            line.before = BESIDE;
        }
        put_item(&line, name[length] == '.' ? name + length + 1 : "", &value);
    }
    if (group_length > 0) page_constant(to, "\n");
}

/* ---- Layers -------------------------------------------------------------------------------- */

/* Returns the columns that the attributes of a layer take beside a row's text, or 0 if they are
 * too wide for that and go on lines of their own. */
static size_t columns_beside(const writer *self, const char *layer)
{
    size_t columns = 0;
    for (uint32_t i = 0; i < self->field_count; i++) {
        if (!is_attribute_of(self, i, layer)) continue;
        uint32_t type = self->fields[i].type;
        if (type == MILL_STRING || type == MILL_SPAN || type == MILL_JSON) return 0;
        columns += count_columns(columns > 0 ? SEPARATOR : BESIDE) + NUMBER_COLUMNS;
        columns += count_columns(self->fields[i].attribute) + 2;
    }
    return columns <= self->width / 2 ? columns : 0;
}

static void put_row_number(const page *to, uint32_t number)
{
    size_t columns = 1;
    for (uint32_t rest = number; rest >= 10; rest /= 10) columns++;
    page_style_set(to, PAGE_FAINT);
    page_blanks(to, columns < INDENT_COLUMNS - 2 ? INDENT_COLUMNS - 2 - columns : 0);
    mill_output_integer(to->output, number);
    page_blanks(to, 2);
    page_style_set(to, PAGE_PLAIN);
}

static void put_row(const writer *self, const page *to, mill_document *document, const char *layer,
                    uint32_t row, mill_span span)
{
    size_t beside = columns_beside(self, layer);
    size_t room = to->width - INDENT_COLUMNS - beside;
    mill_text text = mill_document_text(document);
    text.data += span.begin;
    text.length = span.end - span.begin;
    put_row_number(to, row + 1);
    size_t columns = page_excerpt(to, text, room);
    item_line line = {to, document, 0, NEW_LINE};
    if (beside > 0) {
        page_blanks(to, room - columns);
        line.column = INDENT_COLUMNS + room;
        line.before = BESIDE;
    }
    put_row_items(self, &line, layer, row);
    page_constant(to, "\n");
}

static void put_layer(const writer *self, const page *to, mill_document *document, uint32_t field)
{
    const char *layer = self->fields[field].layer;
    uint32_t count;
    const mill_span *spans = mill_spans(document, field, &count);
    page_constant(to, "\n");
    put_group_name(to, layer, strlen(layer));
    page_constant(to, "  ");
    if (count > 0)
        mill_output_integer(to->output, count);
    else
        page_constant(to, "none");
    page_constant(to, "\n");
    for (uint32_t row = 0; row < count && row < self->most; row++)
        put_row(self, to, document, layer, row, spans[row]);
    if (count <= self->most) return;
    page_constant(to, INDENT "... and ");
    mill_output_integer(to->output, count - self->most);
    page_constant(to, " more\n");
}

/* ---- The writer ---------------------------------------------------------------------------- */

static mill_status encode(void *instance, mill_document *document, mill_output *output)
{
    const writer *self = instance;
    page to = {output, self->width, self->coloured};
    put_heading(&to, document);
    put_text(&to, mill_document_text(document));
    put_article_attributes(self, &to, document);
    for (uint32_t i = 0; i < self->field_count; i++)
        if (self->fields[i].attribute == NULL) put_layer(self, &to, document, i);
    page_constant(&to, "\n");
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "width",
     .type = MILL_OPTION_INTEGER,
     .standard = "80",
     .minimum = 40,
     .maximum = 200,
     .help = "Characters in a line"},
    {.name = "most",
     .type = MILL_OPTION_INTEGER,
     .standard = "20",
     .minimum = 0,
     .maximum = 1000000,
     .help = "Spans of a layer that are shown; the others are only counted"},
    {.name = "color",
     .type = MILL_OPTION_CHOICE,
     .standard = "never",
     .choices = "never always",
     .help = "Colours, as a terminal shows them"},
};

static mill_status open(mill_setup *setup, void **instance)
{
    writer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->fields = mill_setup_fields(setup, &self->field_count);
    self->width = (size_t)mill_setup_integer(setup, "width");
    self->most = (uint32_t)mill_setup_integer(setup, "most");
    self->coloured = mill_setup_integer(setup, "color") == 1;
    *instance = self;
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_WRITER,
    .name = "text",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "Writes a form to read on a terminal",
    .options = options,
    .option_count = MILL_COUNT(options),
    .extensions = "txt",
    .open = open,
    .encode = encode,
};
