/* Writer "jsonl": an article is a line, a JSON object.
 *
 *   {"id":..,"text":..,METADATA,"quotes":[{"begin":0,"end":5,ATTRIBUTES},..],ATTRIBUTES}
 *
 * On request "align" follows the text: [[begin,end,raw_begin,raw_end],..], which tile both texts.
 *
 * What the line is made of is planned in `open`; encoding only copies pieces and prints values.
 * Members that came in pass through to the letter; one whose name the line needs itself is written
 * as "input_NAME".
 */
#include "plan.h"

typedef struct writer {
    plan plan;
    mill_unit unit;
    bool text;
    bool raw_offsets;
    bool alignment;
} writer;

/* ---- Pieces and values --------------------------------------------------------------------- */

static inline void put_piece(mill_output *output, const piece *constant)
{
    if (!mill_output_reserve(output, constant->length + PIECE_STEP)) return;
    char *to = output->data + output->length;
    for (size_t at = 0; at < constant->length; at += PIECE_STEP)
        memcpy(to + at, constant->data + at, PIECE_STEP);
    output->length += constant->length;
}

/* Puts a short string constant, without its NUL. */
#define put_constant(output, constant) mill_output_write(output, constant, sizeof(constant) - 1)

#define OFFSET_DIGITS 10

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                                  "25262728293031323334353637383940414243444546474849"
                                  "50515253545556575859606162636465666768697071727374"
                                  "75767778798081828384858687888990919293949596979899";

/* Prints an offset: what most are, of up to four digits, without a branch, as no processor can
 * guess how many the next one has. */
static inline void put_offset(mill_output *output, uint32_t offset)
{
    char digits[4];
    if (offset >= 10000) {
        mill_output_integer(output, offset);
        return;
    }
    if (!mill_output_reserve(output, OFFSET_DIGITS)) return;
    memcpy(digits, digit_pairs + (size_t)(offset / 100) * 2, 2);
    memcpy(digits + 2, digit_pairs + (size_t)(offset % 100) * 2, 2);
    size_t zeros = (size_t)(offset < 1000) + (offset < 100) + (offset < 10);
    char *to = output->data + output->length;
    for (size_t i = 0; i < 4; i++) to[i] = digits[(zeros + i) & 3];
    output->length += 4 - zeros;
}

/* Puts JSON that came in. A line break between its parts would break the line. */
static void put_json(mill_output *output, const char *data, size_t length)
{
    size_t begin = output->length;
    mill_output_write(output, data, length);
    for (size_t i = begin; i < output->length; i++) {
        char *stop = memchr(output->data + i, '\n', output->length - i);
        if (stop == NULL) return;
        *stop = ' ';
        i = (size_t)(stop - output->data);
    }
}

static void put_value(mill_output *output, const mill_value *value)
{
    switch (value->type) {
    case MILL_BOOLEAN:
        if (value->as.boolean)
            put_constant(output, "true");
        else
            put_constant(output, "false");
        return;
    case MILL_INTEGER: mill_output_integer(output, value->as.integer); return;
    case MILL_NUMBER: mill_output_number(output, value->as.number); return;
    case MILL_STRING: mill_output_json(output, value->as.string, value->length); return;
    case MILL_JSON: put_json(output, value->as.string, value->length); return;
    default: put_constant(output, "null");
    }
}

/* ---- The parts of a line ------------------------------------------------------------------- */

static void put_id(mill_document *document, mill_output *output)
{
    bool literal = false;
    mill_text id = mill_document_id(document, &literal);
    if (literal)
        mill_output_write(output, id.data, id.length);
    else
        mill_output_json(output, id.data, id.length);
}

static bool is_equal(mill_text left, mill_text right)
{
    return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static bool is_metadata(const mill_document *document, mill_text name)
{
    mill_text key, json;
    for (uint32_t i = 0; i < mill_metadata_count(document); i++) {
        mill_metadata(document, i, &key, &json);
        if (is_equal(key, name)) return true;
    }
    return false;
}

/* Makes a name for a member that came in as `key`, which the line needs itself: "input_KEY", with
 * more of it in front while another member that came in is called that. */
static mill_text rename_member(mill_document *document, mill_text key)
{
    static const char prefix[] = "input_";
    do {
        char *name = mill_alloc(document, sizeof prefix + key.length);
        if (name == NULL) return key;
        memcpy(name, prefix, sizeof prefix - 1);
        memcpy(name + sizeof prefix - 1, key.data, key.length);
        key = (mill_text){name, sizeof prefix - 1 + key.length};
    } while (is_metadata(document, key));
    return key;
}

static void put_metadata(const writer *self, mill_document *document, mill_output *output)
{
    uint32_t count = mill_metadata_count(document);
    for (uint32_t i = 0; i < count; i++) {
        mill_text key, json;
        mill_metadata(document, i, &key, &json);
        for (size_t name = 0; name < self->plan.name_count; name++) {
            if (!is_equal(self->plan.names[name], key)) continue;
            key = rename_member(document, key);
            break;
        }
        mill_output_byte(output, ',');
        mill_output_json(output, key.data, key.length);
        mill_output_byte(output, ':');
        put_json(output, json.data, json.length);
    }
}

/* Looks up the values of an object's members, for all rows. Fails: NULL, with the reason set. */
static const mill_value **find_values(const plan_object *object, mill_document *document)
{
    const mill_value **values = mill_alloc(document, (object->count + 1) * sizeof *values);
    for (size_t i = 0; values != NULL && i < object->count; i++)
        values[i] = mill_values(document, object->members[i].field);
    return values;
}

static void put_members(const writer *self, const plan_object *object, uint32_t row,
                        const mill_value *const *values, mill_document *document,
                        mill_output *output)
{
    static const mill_value nothing = {.type = MILL_NULL};
    for (size_t i = 0; i < object->count; i++) {
        const plan_member *member = &object->members[i];
        const mill_value *value = values[i] != NULL ? &values[i][row] : &nothing;
        put_piece(output, &member->before);
        if (value->type == MILL_SPAN) {
            put_offset(output, mill_text_offset(document, self->unit, value->as.span.begin));
            put_piece(output, &member->between);
            put_offset(output, mill_text_offset(document, self->unit, value->as.span.end));
            continue;
        }
        put_value(output, value);
        if (member->between.length == 0) continue;
        put_piece(output, &member->between); /* a span that is not set */
        put_value(output, value);
    }
    put_piece(output, &object->after);
}

static void put_raw_offsets(const writer *self, mill_span span, mill_document *document,
                            mill_output *output)
{
    mill_span raw = mill_raw_span(document, span);
    put_constant(output, ",\"raw_begin\":");
    put_offset(output, mill_raw_offset(document, self->unit, raw.begin));
    put_constant(output, ",\"raw_end\":");
    put_offset(output, mill_raw_offset(document, self->unit, raw.end));
}

/* Puts a tile of the alignment, unless it is empty on both sides. */
static void put_tile(const writer *self, mill_span text, mill_span raw, mill_document *document,
                     mill_output *output)
{
    if (text.begin == text.end && raw.begin == raw.end) return;
    if (output->length > 0 && output->data[output->length - 1] == ']')
        mill_output_byte(output, ',');
    mill_output_byte(output, '[');
    put_offset(output, mill_text_offset(document, self->unit, text.begin));
    mill_output_byte(output, ',');
    put_offset(output, mill_text_offset(document, self->unit, text.end));
    mill_output_byte(output, ',');
    put_offset(output, mill_raw_offset(document, self->unit, raw.begin));
    mill_output_byte(output, ',');
    put_offset(output, mill_raw_offset(document, self->unit, raw.end));
    mill_output_byte(output, ']');
}

/* Puts the changes and what is equal between them. */
static void put_alignment(const writer *self, mill_document *document, mill_output *output)
{
    const uint32_t text_end = (uint32_t)mill_document_text(document).length;
    const uint32_t raw_end = (uint32_t)mill_document_raw(document).length;
    mill_span text, raw;
    uint32_t text_at = 0, raw_at = 0;
    put_constant(output, ",\"align\":[");
    for (uint32_t i = 0; mill_change(document, i, &text, &raw); i++) {
        put_tile(self, (mill_span){text_at, text.begin}, (mill_span){raw_at, raw.begin}, document,
                 output);
        put_tile(self, text, raw, document, output);
        text_at = text.end;
        raw_at = raw.end;
    }
    put_tile(self, (mill_span){text_at, text_end}, (mill_span){raw_at, raw_end}, document, output);
    mill_output_byte(output, ']');
}

static void put_layer(const writer *self, const plan_layer *layer, mill_document *document,
                      mill_output *output)
{
    uint32_t count;
    const mill_span *spans = mill_spans(document, layer->field, &count);
    const mill_value **values = find_values(&layer->row, document);
    if (values == NULL) return;
    put_piece(output, &layer->before);
    for (uint32_t row = 0; row < count; row++) {
        if (row > 0) mill_output_byte(output, ',');
        put_constant(output, "{\"begin\":");
        put_offset(output, mill_text_offset(document, self->unit, spans[row].begin));
        put_constant(output, ",\"end\":");
        put_offset(output, mill_text_offset(document, self->unit, spans[row].end));
        if (self->raw_offsets) put_raw_offsets(self, spans[row], document, output);
        put_members(self, &layer->row, row, values, document, output);
    }
    mill_output_byte(output, ']');
}

static mill_status encode(void *instance, mill_document *document, mill_output *output)
{
    const writer *self = instance;
    put_constant(output, "{\"id\":");
    put_id(document, output);
    if (self->text) {
        mill_text text = mill_document_text(document);
        put_constant(output, ",\"text\":");
        mill_output_json(output, text.data, text.length);
    }
    if (self->alignment) put_alignment(self, document, output);
    put_metadata(self, document, output);
    for (size_t i = 0; i < self->plan.layer_count; i++)
        put_layer(self, &self->plan.layers[i], document, output);
    const mill_value **values = find_values(&self->plan.article, document);
    if (values == NULL) return MILL_FAILED;
    put_members(self, &self->plan.article, 0, values, document, output);
    return MILL_OK;
}

/* ---- open ---------------------------------------------------------------------------------- */

static const mill_option options[] = {
    {.name = "offsets",
     .type = MILL_OPTION_CHOICE,
     .standard = "code_points",
     .choices = "bytes code_points utf16", /* in the order of mill_unit */
     .help = "What begin and end count: bytes of UTF-8, code points (Python), or UTF-16 units "
             "(JavaScript, Java)"},
    {.name = "raw_offsets",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "Also write raw_begin and raw_end: where each span is in the text before any cleaner"},
    {.name = "alignment",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "Also write align: [[begin, end, raw_begin, raw_end], ...], which stretch of the text "
             "came from which of the text before any cleaner"},
    {.name = "text",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "yes",
     .help = "Write the text, as the cleaners left it"},
};

static mill_status open(mill_setup *setup, void **instance)
{
    writer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->unit = (mill_unit)mill_setup_integer(setup, "offsets");
    self->raw_offsets = mill_setup_boolean(setup, "raw_offsets");
    self->alignment = mill_setup_boolean(setup, "alignment");
    self->text = mill_setup_boolean(setup, "text");
    *instance = self;
    return plan_make(&self->plan, setup,
                     &(plan_request){self->text, self->raw_offsets, self->alignment});
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_WRITER,
    .name = "jsonl",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "Writes JSON lines, one article a line",
    .options = options,
    .option_count = MILL_COUNT(options),
    .extensions = "jsonl ndjson",
    .open = open,
    .encode = encode,
};
