/* extract_quotes - finds quotations and says who speaks.
 *
 * marks.c pairs quotation marks paragraph by paragraph; attribution.c looks for the speaker around
 * each pair; quotation.c leaves out titles and terms. Nothing is looked at beyond a fixed distance
 * from a quote, so the time is linear in the text. An article without marks is only scanned.
 */
#define MILL_ABI_MINOR 1 /* declare */
#include "indirect.h"
#include "interviews.h"
#include "quotation.h"
#include "rules.h"
#include "speakers.h"

#define NAME_BYTES_MAX  160
#define SENTENCES_BYTES 32 /* two numbers in brackets */
#define PARTNERS_BYTES  (PARTNERS_MAX * (2 * NAME_BYTES_MAX + 3) + 2)

enum {
    FIELD_SENTENCES,
    FIELD_QUOTES,
    FIELD_KIND,
    FIELD_GROUP,
    FIELD_SPEAKER,
    FIELD_MENTION,
    FIELD_SPEAKER_SPAN,
    FIELD_SPEAKER_TYPE,
    FIELD_PARTNERS,
    FIELD_CUE,
    FIELD_CUE_SPAN,
    FIELD_RULE,
    FIELD_CONFIDENCE,
    FIELD_QUOTE_SENTENCES,
    FIELD_FLAGS,
    FIELD_SPEAKERS,
    FIELD_NAMES, /* this and what follows only with the option names */
    FIELD_CANONICAL
};

typedef struct extractor {
    vocabulary known;
    rule_table rules;
    uint32_t min_words;
    bool single_marks;
    bool names;
    bool nested;
    bool interviews;
    bool indirect;
    uint32_t sentence; /* up to which what is reported has been sought */
    quote_passage passage;
    interview interview;
    article_scene scene;
    speaker_list speakers;
    uint32_t group; /* of the last quotation */
    uint32_t end;   /* of the last quotation that has been added */
} extractor;

static mill_status open_extractor(mill_setup *setup, void **instance)
{
    extractor *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->min_words = (uint32_t)mill_setup_integer(setup, "min_words");
    self->single_marks = mill_setup_integer(setup, "single_marks") == 0;
    self->passage.doubled = mill_setup_boolean(setup, "doubled_marks");
    self->names = mill_setup_boolean(setup, "names");
    self->nested = mill_setup_boolean(setup, "nested");
    self->interviews = mill_setup_boolean(setup, "interviews");
    self->indirect = mill_setup_boolean(setup, "indirect");
    *instance = self;
    if (rules_open(&self->rules, setup) != MILL_OK) return MILL_FAILED;
    return vocabulary_open(&self->known, setup);
}

/* ---- Writing a quotation ------------------------------------------------------------------- */

#define ROW_FIELDS (FIELD_FLAGS - FIELD_KIND + 1)

/* The attributes of a quotation; those that are not set are null. */
typedef struct quote_row {
    mill_value values[ROW_FIELDS];
    char name[NAME_BYTES_MAX];
    char sentences[SENTENCES_BYTES];
    char partners[PARTNERS_BYTES];
} quote_row;

static mill_value *value_at(quote_row *row, uint32_t field, mill_type type)
{
    mill_value *value = &row->values[field - FIELD_KIND];
    value->type = type;
    return value;
}

static void set_bytes(quote_row *row, uint32_t field, mill_type type, const char *data,
                      size_t length)
{
    mill_value *value = value_at(row, field, type);
    value->length = (uint32_t)length;
    value->as.string = data;
}

static void set_piece(quote_row *row, uint32_t field, mill_text text, mill_span span)
{
    set_bytes(row, field, MILL_STRING, text.data + span.begin, span.end - span.begin);
}

/* Returns a name as it stands in the text; where a line breaks in it, a copy in `one_line`. An
 * empty one is too long for that. */
static mill_text name_text(mill_text text, mill_span span, char one_line[NAME_BYTES_MAX])
{
    mill_text name = {text.data + span.begin, span.end - span.begin};
    if (name.length > NAME_BYTES_MAX) return (mill_text){NULL, 0};
    if (memchr(name.data, '\n', name.length) == NULL) return name;
    for (uint32_t i = 0; i < name.length; i++)
        one_line[i] = name.data[i] == '\n' || name.data[i] == '\r' ? ' ' : name.data[i];
    return (mill_text){one_line, name.length};
}

static void set_name(quote_row *row, mill_text text, mill_span span)
{
    mill_text name = name_text(text, span, row->name);
    if (name.length > 0) set_bytes(row, FIELD_SPEAKER, MILL_STRING, name.data, name.length);
}

/* Sets who says the same together with the speaker: by the best names, or as the text has it. */
static void set_partners(quote_row *row, const article_scene *scene, const attribution *by)
{
    char *to = row->partners;
    for (uint32_t i = 0; i < by->partner_count; i++) {
        const source *partner = &by->partners[i];
        bool has_name = partner->name != NAME_NONE;
        mill_span name = has_name ? scene->names.entries[partner->name].form : partner->span;
        if (name.end - name.begin > NAME_BYTES_MAX) continue;
        *to = to == row->partners ? '[' : ',';
        to = speakers_put_string(to + 1, scene->text, name);
    }
    if (to == row->partners) return;
    *to++ = ']';
    set_bytes(row, FIELD_PARTNERS, MILL_JSON, row->partners, (size_t)(to - row->partners));
}

static void set_speaker(quote_row *row, const extractor *self, const attribution *by)
{
    static const char *const types[] = {
        [PHRASE_NAME] = "name", [PHRASE_NOUN] = "nominal", [PHRASE_PRONOUN] = "pronoun"};
    const article_scene *scene = &self->scene;
    mill_text rule = self->rules.names[by->rule];
    if (by->rule == RULE_NONE) return;
    if (by->name != NAME_NONE)
        set_name(row, scene->text, scene->names.entries[by->name].form);
    else if (by->kind != PHRASE_PRONOUN)
        set_name(row, scene->text, by->speaker);
    set_piece(row, FIELD_MENTION, scene->text, by->mention);
    value_at(row, FIELD_SPEAKER_SPAN, MILL_SPAN)->as.span = by->mention;
    if (by->partner_count > 0) set_partners(row, scene, by);
    set_bytes(row, FIELD_SPEAKER_TYPE, MILL_STRING, types[by->kind], strlen(types[by->kind]));
    set_bytes(row, FIELD_RULE, MILL_STRING, rule.data, rule.length);
    value_at(row, FIELD_CONFIDENCE, MILL_NUMBER)->as.number = rules_confidence(&self->rules, by);
    if (by->cue.begin == by->cue.end) return;
    set_piece(row, FIELD_CUE, scene->text, by->cue);
    value_at(row, FIELD_CUE_SPAN, MILL_SPAN)->as.span = by->cue;
}

/* Sets the first and the last sentence that a quotation touches. */
static void set_sentences(quote_row *row, const sentence_layer *layer, mill_span span)
{
    char *end = row->sentences + sizeof row->sentences, *to = end;
    uint32_t first = layer->at, last = first;
    if (first >= layer->count) return;
    while (last + 1 < layer->count && layer->spans[last + 1].begin < span.end) last++;
    *--to = ']';
    for (uint32_t number = last, part = 0; part < 2; part++, number = first) {
        do *--to = (char)('0' + number % 10);
        while ((number /= 10) > 0);
        *--to = part == 0 ? ',' : '[';
    }
    set_bytes(row, FIELD_QUOTE_SENTENCES, MILL_JSON, to, (size_t)(end - to));
}

static void set_flags(quote_row *row, const marked *quote, const attribution *by)
{
    static const char *const flags[2][2] = {{NULL, "[\"ambiguous\"]"},
                                            {"[\"unclosed\"]", "[\"unclosed\",\"ambiguous\"]"}};
    const char *set = flags[quote->opening > 0 && quote->closing == 0][by->doubtful];
    if (set != NULL) set_bytes(row, FIELD_FLAGS, MILL_JSON, set, strlen(set));
}

static void add_row(mill_document *document, extractor *self, const marked *quote, const char *kind,
                    const attribution *by)
{
    const article_scene *scene = &self->scene;
    quote_row row;
    memset(row.values, 0, sizeof row.values);
    set_bytes(&row, FIELD_KIND, MILL_STRING, kind, strlen(kind));
    value_at(&row, FIELD_GROUP, MILL_INTEGER)->as.integer = self->group;
    set_speaker(&row, self, by);
    set_sentences(&row, &scene->sentences, quote->span);
    set_flags(&row, quote, by);
    self->end = quote->span.end;
    uint32_t added = mill_span_add(document, FIELD_QUOTES, quote->span.begin, quote->span.end);
    mill_set_row(document, FIELD_KIND, added, row.values, ROW_FIELDS);
}

/* Adds what is quoted inside a quotation. Nobody is sought who said it: the quotation has its own
 * sentences, and the text around it is not theirs. */
static void add_nested(mill_document *document, extractor *self, const marked *outer,
                       uint32_t *mark)
{
    static const char nested[] = "[\"nested\"]";
    mill_text text = self->scene.text;
    sentence_layer sentences = self->scene.sentences;
    marked inner;
    while (marks_next_nested(text, &self->passage, outer, mark, &inner)) {
        quote_row row;
        memset(row.values, 0, sizeof row.values);
        if (quotation_words(text, &inner) < self->min_words) continue;
        while (sentences.at < sentences.count &&
               sentences.spans[sentences.at].end <= inner.span.begin)
            sentences.at++;
        set_bytes(&row, FIELD_KIND, MILL_STRING, "direct", 6);
        set_sentences(&row, &sentences, inner.span);
        set_bytes(&row, FIELD_FLAGS, MILL_JSON, nested, sizeof nested - 1);
        uint32_t added = mill_span_add(document, FIELD_QUOTES, inner.span.begin, inner.span.end);
        mill_set_row(document, FIELD_KIND, added, row.values, ROW_FIELDS);
    }
}

/* ---- An article ---------------------------------------------------------------------------- */

/* Tells whether a quotation is another part of the utterance before: it has the same verb, or goes
 * on behind it. */
static bool goes_on(const article_scene *scene, const attribution *by)
{
    if (!scene->has_last || by->rule == RULE_NONE) return false;
    bool same_verb = by->cue.end > 0 && by->cue.begin == scene->last.cue.begin;
    return same_verb || by->rule == RULE_SAME_PARAGRAPH;
}

/* Adds what the sentences that end before `end` report without marks. */
static void add_indirect(extractor *self, mill_document *document, uint32_t end)
{
    article_scene *scene = &self->scene;
    sentence_layer *sentences = &scene->sentences;
    for (; self->sentence < sentences->count && sentences->spans[self->sentence].end <= end;
         self->sentence++) {
        mill_span sentence = sentences->spans[self->sentence], words;
        if (sentence.begin < self->end) continue;
        attribution by = indirect_read(scene, sentence, &words);
        const marked said = {words, 0, 0};
        if (by.rule == RULE_NONE) continue;
        sentences->at = self->sentence;
        self->group++;
        speakers_add(&self->speakers, scene->text, &by, quotation_words(scene->text, &said));
        add_row(document, self, &said, "indirect", &by);
    }
}

static void extract_passage(extractor *self, mill_document *document)
{
    article_scene *scene = &self->scene;
    bool follows = false;
    uint32_t mark = 0;
    surroundings_begin(&scene->around);
    scene->misses = 0;
    for (uint32_t i = 0; i < self->passage.quote_count; i++) {
        const marked *quote = &self->passage.quotes[i];
        if (self->indirect) add_indirect(self, document, quote->span.begin);
        attribution by = attribute_quote(scene, &self->passage, i, follows);
        quote_shape shape = quotation_shape(scene->text, quote);
        if (!quotation_is_one(scene, quote, &shape, &by)) continue;
        self->group += !goes_on(scene, &by);
        attribution_note(scene, &self->passage, i, &by);
        follows = follows || by.rule != RULE_NONE;
        uint32_t words = quotation_words(scene->text, quote);
        if (words < self->min_words) continue;
        speakers_add(&self->speakers, scene->text, &by, words);
        add_row(document, self, quote, quotation_is_mixed(scene, &shape) ? "mixed" : "direct", &by);
        if (self->nested) add_nested(document, self, quote, &mark);
    }
}

/* Adds what speakers of an interview say, up to the passage that begins at `end`. */
static void add_turns(extractor *self, mill_document *document, uint32_t end)
{
    article_scene *scene = &self->scene;
    sentence_layer *sentences = &scene->sentences;
    mill_span words;
    attribution by;
    while (self->interview.at < end && interview_next(&self->interview, scene->text, &words, &by)) {
        const marked said = {words, 0, 0};
        uint32_t count = quotation_words(scene->text, &said);
        if (count < self->min_words || words.begin < self->end) continue;
        while (sentences->at < sentences->count &&
               sentences->spans[sentences->at].end <= words.begin)
            sentences->at++;
        self->group++;
        speakers_add(&self->speakers, scene->text, &by, count);
        add_row(document, self, &said, "direct", &by);
    }
}

static void add_names(const name_book *names, mill_document *document)
{
    char one_line[NAME_BYTES_MAX];
    mill_text text = mill_document_text(document);
    for (uint32_t i = 0; i < names->mention_count; i++) {
        const name_mention *mention = &names->mentions[i];
        uint32_t row = mill_span_add(document, FIELD_NAMES, mention->span.begin, mention->span.end);
        mill_text name = name_text(text, names->entries[mention->name].form, one_line);
        if (name.length > 0)
            mill_set_string(document, FIELD_CANONICAL, row, name.data, name.length);
    }
}

static void begin_article(extractor *self, mill_document *document)
{
    article_scene *scene = &self->scene;
    scene->sentences.spans = mill_spans(document, FIELD_SENTENCES, &scene->sentences.count);
    scene->sentences.at = 0;
    scene->has_last = false;
    memset(scene->turns, 0, sizeof scene->turns);
    self->end = self->sentence = 0;
    self->group = UINT32_MAX; /* the first is 0 */
    speakers_begin(&self->speakers);
}

static mill_status extract_article(void *instance, mill_document *document)
{
    extractor *self = instance;
    article_scene *scene = &self->scene;
    mark_reader reader;
    scene->known = &self->known;
    scene->text = mill_document_text(document);
    marks_begin(&reader, &self->known, scene->text, self->single_marks);
    self->interview.ended = true;
    bool has_marks = marks_next(&reader, &self->passage);
    bool has_turns = self->interviews && interview_begin(&self->interview, scene->text);
    if (!has_marks && !has_turns && !self->names && !self->indirect) return MILL_OK;
    if (names_read(&scene->names, &self->known, document) != MILL_OK) return MILL_FAILED;
    if (self->names) add_names(&scene->names, document);
    has_turns = has_turns && interview_resolve(&self->interview, &scene->names, scene->text);
    if (!has_marks && !has_turns && !self->indirect) return MILL_OK;
    begin_article(self, document);
    while (has_marks) {
        uint32_t begin = self->passage.quotes[0].span.begin;
        add_turns(self, document, begin);
        if (self->end <= begin) extract_passage(self, document);
        has_marks = marks_next(&reader, &self->passage);
    }
    add_turns(self, document, UINT32_MAX);
    if (self->indirect) add_indirect(self, document, UINT32_MAX);
    return speakers_set(&self->speakers, &scene->names, document, FIELD_SPEAKERS);
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
    {.name = "nested",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "yes: a row, too, for what is quoted inside a quotation; its speaker is not sought"},
    {.name = "indirect",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "yes: a row, too, of kind indirect, for what a sentence reports without marks"},
    {.name = "interviews",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "yes",
     .help =
         "yes: a row, too, for each paragraph of an interview that begins with Q:, A: or NAME:"},
    {.name = "names",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help = "yes: fill the layer names, too, in articles without quotations as well"},
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
     .attribute = "kind",
     .help = "direct: whole sentences; mixed: a piece of one; indirect: reported without marks"},
    {.use = MILL_PROVIDES,
     .type = MILL_INTEGER,
     .layer = "quotes",
     .attribute = "group",
     .help = "the same for the parts of one utterance"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "speaker",
     .help = "the best name that the article has for the speaker"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "speaker_mention",
     .help = "what the text calls the speaker there"},
    {.use = MILL_PROVIDES,
     .type = MILL_SPAN,
     .layer = "quotes",
     .attribute = "speaker",
     .help = "where the speaker is mentioned"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "speaker_type",
     .help = "name, nominal or pronoun"},
    {.use = MILL_PROVIDES,
     .type = MILL_JSON,
     .layer = "quotes",
     .attribute = "co_speakers",
     .help = "who says the same together with the speaker; the mention is of all"},
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
     .attribute = "rule",
     .help = "which pattern told the speaker"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .layer = "quotes",
     .attribute = "confidence",
     .help = "how often that rule is right, 0 to 1"},
    {.use = MILL_PROVIDES,
     .type = MILL_JSON,
     .layer = "quotes",
     .attribute = "sentences",
     .help = "the first and the last sentence that it touches"},
    {.use = MILL_PROVIDES,
     .type = MILL_JSON,
     .layer = "quotes",
     .attribute = "flags",
     .help = "unclosed: its marks never close; nested: it stands inside the row before; ambiguous: "
             "the pronoun fits two people"},
    {.use = MILL_PROVIDES,
     .type = MILL_JSON,
     .attribute = "speakers",
     .help = "who speaks: name, forms, number of quotes, words in them"},
};

/* The layer names, whose spans have the longest form of the name in the article. */
static mill_status declare_names(mill_setup *setup)
{
    static const char layer[] = "names[]", canonical[] = "names[].canonical string";
    if (!mill_setup_boolean(setup, "names")) return MILL_OK;
    mill_status status =
        mill_setup_declare(setup, MILL_PROVIDES, (mill_text){layer, sizeof layer - 1});
    if (status != MILL_OK) return status;
    return mill_setup_declare(setup, MILL_PROVIDES, (mill_text){canonical, sizeof canonical - 1});
}

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
    .declare = declare_names,
};
