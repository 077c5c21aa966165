/* extract_quotes - finds quotations and says who speaks.
 *
 * marks.c pairs quotation marks paragraph by paragraph; attribution.c looks for the speaker around
 * each pair; quotation.c leaves out titles and terms. Nothing is looked at beyond a fixed distance
 * from a quote, so the time is linear in the text. An article without marks is only scanned.
 */
#include "attribution.h"
#include "marks.h"
#include "quotation.h"
#include "textmill/plugin.h"

#define NAME_BYTES_MAX 160

enum {
    FIELD_SENTENCES,
    FIELD_QUOTES,
    FIELD_SPEAKER,
    FIELD_SPEAKER_SPAN,
    FIELD_CUE,
    FIELD_CUE_SPAN,
    FIELD_KIND
};

typedef struct extractor {
    vocabulary known;
    uint32_t min_words;
    bool single_marks;
    quote_passage passage;
    article_scene scene;
} extractor;

static mill_status open_extractor(mill_setup *setup, void **instance)
{
    extractor *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->min_words = (uint32_t)mill_setup_integer(setup, "min_words");
    self->single_marks = mill_setup_integer(setup, "single_marks") == 0;
    self->passage.doubled = mill_setup_boolean(setup, "doubled_marks");
    *instance = self;
    return vocabulary_open(&self->known, setup);
}

/* ---- Writing a quotation ------------------------------------------------------------------- */

/* Sets a name; a line break in it becomes a space. */
static void set_name(mill_document *document, uint32_t row, mill_text text, mill_span span)
{
    char name[NAME_BYTES_MAX];
    uint32_t length = span.end - span.begin;
    if (length > sizeof name) return;
    memcpy(name, text.data + span.begin, length);
    for (uint32_t i = 0; i < length; i++)
        if (name[i] == '\n' || name[i] == '\r') name[i] = ' ';
    mill_set_string(document, FIELD_SPEAKER, row, name, length);
}

static void set_speaker(mill_document *document, uint32_t row, const article_scene *scene,
                        const attribution *by)
{
    if (by->rule == RULE_NONE) return;
    if (by->name != NAME_NONE)
        set_name(document, row, scene->text, scene->names.entries[by->name].form);
    else if (by->kind != PHRASE_PRONOUN)
        set_name(document, row, scene->text, by->speaker);
    mill_set_span(document, FIELD_SPEAKER_SPAN, row, by->speaker.begin, by->speaker.end);
    if (by->cue.begin == by->cue.end) return;
    mill_set_string(document, FIELD_CUE, row, scene->text.data + by->cue.begin,
                    by->cue.end - by->cue.begin);
    mill_set_span(document, FIELD_CUE_SPAN, row, by->cue.begin, by->cue.end);
}

static void add_quotation(mill_document *document, const article_scene *scene, const marked *quote,
                          const quote_shape *shape, const attribution *by)
{
    uint32_t row = mill_span_add(document, FIELD_QUOTES, quote->span.begin, quote->span.end);
    bool mixed = quotation_is_mixed(scene, quote, shape);
    set_speaker(document, row, scene, by);
    if (mixed)
        mill_set_string(document, FIELD_KIND, row, "mixed", 5);
    else
        mill_set_string(document, FIELD_KIND, row, "direct", 6);
}

/* ---- An article ---------------------------------------------------------------------------- */

static void extract_passage(extractor *self, mill_document *document)
{
    article_scene *scene = &self->scene;
    bool follows = false;
    surroundings_begin(&scene->around);
    for (uint32_t i = 0; i < self->passage.quote_count; i++) {
        const marked *quote = &self->passage.quotes[i];
        attribution by = attribute_quote(scene, &self->passage, i, follows);
        quote_shape shape = quotation_shape(scene->text, quote);
        if (!quotation_is_one(scene, quote, &shape, &by)) continue;
        attribution_note(scene, &self->passage, i, &by);
        follows = follows || by.rule != RULE_NONE;
        if (quotation_words(scene->text, quote, self->min_words) < self->min_words) continue;
        add_quotation(document, scene, quote, &shape, &by);
    }
}

static mill_status extract_article(void *instance, mill_document *document)
{
    extractor *self = instance;
    article_scene *scene = &self->scene;
    mark_reader reader;
    marks_begin(&reader, mill_document_text(document), self->single_marks);
    if (!marks_next(&reader, &self->passage)) return MILL_OK;
    scene->known = &self->known;
    scene->text = mill_document_text(document);
    scene->sentences.spans = mill_spans(document, FIELD_SENTENCES, &scene->sentences.count);
    scene->sentences.at = 0;
    scene->has_last = false;
    memset(scene->turns, 0, sizeof scene->turns);
    if (names_read(&scene->names, &self->known, document) != MILL_OK) return MILL_FAILED;
    do extract_passage(self, document);
    while (marks_next(&reader, &self->passage));
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "min_words",
     .type = MILL_OPTION_INTEGER,
     .standard = "1",
     .minimum = 1,
     .maximum = 1000,
     .help = "shorter quotations are left out"},
    {.name = "single_marks",
     .type = MILL_OPTION_CHOICE,
     .standard = "auto",
     .choices = "auto never",
     .help = "auto: single marks count, too, where they cannot be apostrophes"},
    {.name = "doubled_marks",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "yes: two single marks in a row open a quotation, too, as archives write it: ''so''"},
};

static const mill_field fields[] = {
    {.use = MILL_WANTS,
     .type = MILL_LAYER,
     .layer = "sentences",
     .help = "where a speaker is sought"},
    {.use = MILL_PROVIDES,
     .type = MILL_LAYER,
     .layer = "quotes",
     .help = "quotations, marks included"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "speaker",
     .help = "the best name that the article has for the speaker"},
    {.use = MILL_PROVIDES,
     .type = MILL_SPAN,
     .layer = "quotes",
     .attribute = "speaker",
     .help = "where the speaker is mentioned"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "cue",
     .help = "the word that says somebody speaks"},
    {.use = MILL_PROVIDES,
     .type = MILL_SPAN,
     .layer = "quotes",
     .attribute = "cue",
     .help = "where that word is"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "kind",
     .help = "direct: whole sentences; mixed: a piece of one"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "extract_quotes",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "finds quotations and who said them",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_extractor,
    .process = extract_article,
};
