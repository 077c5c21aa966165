/* textmill/plugin.h - everything the author of a textmill plug-in needs.
 *
 * A plug-in is a shared library that exports one constant, `textmill_plugin`: its descriptor.
 * It links against nothing; what it asks of textmill goes through a table of functions that the
 * inline wrappers below hide. Plain C11, usable from C++.
 *
 *     cc -shared -fPIC -O2 -o shout.so shout.c $(pkg-config --cflags textmill)
 *
 * Three kinds. A reader cuts the input into records (`frame`) and makes a document of each
 * (`decode`). A stage works on the document (`process`). A writer turns it into bytes (`encode`).
 *
 * Life: `open` once, before the first article and before worker processes are forked; then
 * `frame`, `decode`, `process` or `encode` as often as there are articles, never two at a time;
 * `close` once. Only the work functions of the plug-in's kind are required, and of a stage that
 * needs the articles in stream order also `save` and `restore`.
 *
 * Rules: a plug-in never prints, never exits and never frees what textmill gave it. Offsets are
 * bytes into the current text, half open, and lie between code points. What a plug-in reads or
 * adds is declared in `fields`; the host refuses the article of a plug-in that strays from it.
 */
#ifndef TEXTMILL_PLUGIN_H
#define TEXTMILL_PLUGIN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version -------------------------------------------------------------------------------
 * A plug-in asks for the oldest minor version that has what it uses, so that one built on a new
 * machine runs on an old one. Define MILL_ABI_MINOR before the #include to use newer functions. */

#define MILL_MAGIC UINT32_C(0x4C4C494D)
#define MILL_ABI_MAJOR 1
#define MILL_ABI_NEWEST_MINOR 1 /* what this header describes */
#ifndef MILL_ABI_MINOR
#define MILL_ABI_MINOR 0
#endif
#define MILL_ABI ((uint32_t)MILL_ABI_MAJOR << 16 | (uint32_t)MILL_ABI_MINOR)

/* Readable bytes behind the end of every text and record, so that a scan in blocks needs no
 * special last step. Behind a text they are zero. */
#define MILL_PADDING 64

/* A text is at most this long; `[pipeline] max_article` sets a lower limit. */
#define MILL_TEXT_MAX UINT32_C(0x7FFFFFFF)

typedef struct mill_host mill_host;         /* textmill's functions; see the end of this file */
typedef struct mill_setup mill_setup;       /* what `open` is given */
typedef struct mill_document mill_document; /* one article on its way */
typedef struct mill_output mill_output;     /* where a writer puts its bytes */

typedef enum mill_status {
    MILL_OK = 0,
    MILL_FAILED = 1,  /* this article, or `open`, failed; say why with mill_fail, mill_setup_fail */
    MILL_DROPPED = 2, /* process only: the article leaves the stream on purpose; it is counted */
    MILL_MORE = 3     /* frame only: the end of the record is not in sight yet */
} mill_status;

/* Bytes that somebody else owns; not necessarily followed by a NUL. */
typedef struct mill_text {
    const char *data;
    size_t length;
} mill_text;

/* A half-open range of bytes. */
typedef struct mill_span {
    uint32_t begin;
    uint32_t end;
} mill_span;

/* ---- Options -------------------------------------------------------------------------------
 * Declared once; the declaration checks the pipeline file, gives the default, and is the help. */

typedef enum mill_option_type {
    MILL_OPTION_BOOLEAN = 1, /* yes, no, true, false, on, off */
    MILL_OPTION_INTEGER = 2,
    MILL_OPTION_NUMBER = 3,
    MILL_OPTION_SIZE = 4,   /* bytes; K, M and G count in steps of 1024 */
    MILL_OPTION_CHOICE = 5, /* one word of `choices` */
    MILL_OPTION_STRING = 6,
    MILL_OPTION_PATH = 7,  /* a file; a relative one is relative to the pipeline file; "" is none */
    MILL_OPTION_PATHS = 8, /* files, with commas between them; each as a PATH. The value has their
                              paths, with a comma and nothing else between them */
    MILL_OPTION_LAYER = 9 /* the name of a layer that a stage before provides; "" is none */
} mill_option_type;

typedef struct mill_option {
    const char *name;
    uint32_t type;         /* a mill_option_type */
    uint32_t reserved;     /* 0 */
    const char *standard;  /* the value where nobody sets one, written as in a pipeline file */
    const char *choices;   /* CHOICE: the words allowed, with a space between them; else NULL */
    double minimum;        /* INTEGER, NUMBER, SIZE: the limits; both 0: no limits */
    double maximum;
    const char *help;      /* one line */
} mill_option;

/* ---- Fields --------------------------------------------------------------------------------
 * A field is a layer (a list of spans), an attribute of the spans of a layer, or an attribute of
 * the whole article. A plug-in lists those it uses; the position in the list is the number by
 * which the functions below know the field. */

typedef enum mill_use {
    MILL_NEEDS = 1,   /* somebody before this stage must provide it, else the run does not start */
    MILL_WANTS = 2,   /* used where it is there; a layer that is not there reads as empty */
    MILL_PROVIDES = 3 /* added by this stage; nobody else may add it */
} mill_use;

typedef enum mill_type {
    MILL_NULL = 0, /* a value that nobody set */
    MILL_LAYER = 1,
    MILL_BOOLEAN = 2,
    MILL_INTEGER = 3,
    MILL_NUMBER = 4, /* finite */
    MILL_STRING = 5, /* valid UTF-8 */
    MILL_SPAN = 6,   /* a place in the text: it moves with later edits; "x" is written as x_begin, x_end */
    MILL_JSON = 7    /* one JSON value, written as it stands */
} mill_type;

typedef struct mill_field {
    uint32_t use;          /* a mill_use */
    uint32_t type;         /* a mill_type; MILL_LAYER for a layer itself */
    const char *layer;     /* NULL: an attribute of the article */
    const char *attribute; /* NULL: the layer itself; a dot nests: "sentiment.compound" */
    const char *help;      /* one line */
} mill_field;

/* The value of an attribute. `length` counts the bytes of a string or of JSON. */
typedef struct mill_value {
    uint32_t type; /* a mill_type */
    uint32_t length;
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *string;
        mill_span span;
    } as;
} mill_value;

/* ---- The descriptor ------------------------------------------------------------------------ */

typedef enum mill_kind { MILL_READER = 1, MILL_STAGE = 2, MILL_WRITER = 3 } mill_kind;

/* Flags: what a plug-in does besides reading the text and adding its fields. */
#define MILL_EDITS_TEXT UINT32_C(1)     /* it calls mill_edit */
#define MILL_STREAM_ORDER UINT32_C(2)   /* a stage that must see all articles, one after another, in
                                           order, and keeps something of them: save, restore */
#define MILL_USES_FILES UINT32_C(4)     /* it opens files after `open` */
#define MILL_USES_NETWORK UINT32_C(8)   /* it opens sockets after `open` */
#define MILL_USES_PROCESSES UINT32_C(16) /* it starts programs after `open` */
#define MILL_LINE_RECORDS UINT32_C(32)  /* a reader: every line break ends a record, so a large file
                                           can be cut into shares at any of them */

typedef struct mill_header {
    uint32_t magic;       /* MILL_MAGIC */
    uint32_t abi;         /* MILL_ABI */
    uint32_t plugin_size; /* sizeof(mill_plugin), mill_option, mill_field as the plug-in knows them */
    uint16_t option_size;
    uint16_t field_size;
} mill_header;

#define MILL_HEADER                                                                                \
    {                                                                                              \
        MILL_MAGIC, MILL_ABI, (uint32_t)sizeof(mill_plugin), (uint16_t)sizeof(mill_option),        \
            (uint16_t)sizeof(mill_field)                                                           \
    }

/* The length of an array, for option_count and field_count. */
#define MILL_COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/* How far `frame` has come with a record. textmill zeroes it at the start of each record. */
typedef struct mill_frame {
    uint64_t state;   /* in and out: the reader's own, kept between calls for one record */
    uint64_t scanned; /* in and out: bytes that need not be looked at again */
    uint64_t end;     /* out, with MILL_OK: the record is data[0, end) */
    uint64_t next;    /* out, with MILL_OK: where the next record begins; at most length */
    uint32_t lines;   /* out: line breaks in data[0, next) if the format is one of lines, else 0;
                         with MILL_MORE, 1 already says that it is one */
    uint32_t blank;   /* out: 1 if this was no record (an empty line) and shall not be counted */
} mill_frame;

typedef struct mill_plugin {
    mill_header header; /* MILL_HEADER */
    uint32_t kind;      /* a mill_kind */
    uint32_t flags;
    const char *name; /* lower-case letters, digits and _; at most 40 bytes; unique within a kind */
    const char *version;
    const char *licence; /* an SPDX name */
    const char *summary; /* one line */
    const mill_option *options;
    const mill_field *fields; /* stages only */
    uint32_t option_count;
    uint32_t field_count;
    const char *extensions; /* readers and writers: file name endings, e.g. "jsonl ndjson" */

    /* Prepares the plug-in: reads its options, loads its data. May be NULL.
     * Owns: what `*instance` points to is the plug-in's, or mill_setup_alloc's.
     * Fails: return mill_setup_fail(...); `close` is not called then. */
    mill_status (*open)(mill_setup *setup, void **instance);

    /* Releases what `open` took from elsewhere than mill_setup_alloc. May be NULL. */
    void (*close)(void *instance);

    /* Stage: works on one article.
     * Fails: return mill_fail(...): the article is set aside with the reason, the run goes on. */
    mill_status (*process)(void *instance, mill_document *document);

    /* Reader: finds the end of the record that starts at data[0]. `at_end`: nothing follows data.
     * Returns MILL_OK with `*frame` filled, or MILL_MORE (not with at_end). Where the first part
     * of an oversized record has been dropped, it is called for the rest with `state` as left. */
    mill_status (*frame)(void *instance, const char *data, size_t length, bool at_end,
                         mill_frame *frame);

    /* Reader: makes a document of one record, with mill_document_set_text and its kin.
     * Owns: the record's bytes are valid until this call returns. MILL_PADDING bytes behind them
     * may be read. */
    mill_status (*decode)(void *instance, mill_text record, mill_document *document);

    /* Writer: appends one article to the output. */
    mill_status (*encode)(void *instance, mill_document *document, mill_output *output);

    /* Stage with MILL_STREAM_ORDER: appends what the article just processed added to the state
     * that later articles are judged by; usually a few bytes or none. textmill keeps it on disk,
     * so that a run that was killed goes on where it was and ends with the same output, byte for
     * byte. Called after each `process` that returned, whatever it returned: an article that was
     * dropped or failed may have added something too. The document is out of reach.
     * Fails: return MILL_FAILED; the article is set aside, and another process takes over with the
     * state that was saved before it. */
    mill_status (*save)(void *instance, mill_output *output);

    /* Stage with MILL_STREAM_ORDER: takes back what `save` wrote, all of it and in order, into an
     * instance as `open` left it, before its first article: in a process that replaces one that
     * died, and when a killed run is resumed. Called once or more often; a piece may hold what many
     * calls of `save` wrote and always ends where one of them ended.
     * Owns: the bytes are valid until this call returns.
     * Fails: return MILL_FAILED where they are not what `save` wrote, or where memory ends; the run
     * does not go on. */
    mill_status (*restore)(void *instance, mill_text saved);

    /* Stage, since 1.1: adds fields that depend on its options, with mill_setup_declare; they come
     * behind those of `fields`. Called before `open`, and of a pipeline that is only checked, too:
     * it reads options and what little they name, and keeps nothing. May be NULL.
     * Fails: return mill_setup_fail(...). */
    mill_status (*declare)(mill_setup *setup);
} mill_plugin;

/* The one symbol that a plug-in exports. Declared here so that its definition needs no more than
 *     const mill_plugin textmill_plugin = { .header = MILL_HEADER, .kind = MILL_STAGE, ... };  */
__attribute__((visibility("default"))) extern const mill_plugin textmill_plugin;

/* ---- The host's functions ------------------------------------------------------------------
 * Use the wrappers below. The table only ever grows at its end; `size` tells how much is there. */

typedef enum mill_unit { MILL_BYTES = 0, MILL_CODE_POINTS = 1, MILL_UTF16 = 2 } mill_unit;

struct mill_host {
    uint32_t size;
    uint32_t abi;

    void (*setup_fail)(mill_setup *, const char *format, va_list);
    void *(*setup_alloc)(mill_setup *, size_t size);
    mill_value (*setup_option)(mill_setup *, const char *name);
    const mill_field *(*setup_fields)(mill_setup *, uint32_t *count);
    mill_status (*setup_read_file)(mill_setup *, const char *path, mill_text *contents);

    void (*fail_article)(mill_document *, const char *format, va_list);
    void *(*alloc)(mill_document *, size_t size);
    mill_text (*text)(const mill_document *);
    mill_text (*raw)(const mill_document *);
    mill_text (*id)(const mill_document *, bool *literal);
    mill_text (*source)(const mill_document *);
    uint32_t (*metadata_count)(const mill_document *);
    void (*metadata)(const mill_document *, uint32_t index, mill_text *key, mill_text *json);

    void (*set_text)(mill_document *, const char *data, size_t length);
    void (*set_id)(mill_document *, const char *data, size_t length, bool literal);
    void (*add_metadata)(mill_document *, mill_text key, mill_text json);

    void (*edit)(mill_document *, size_t begin, size_t end, const char *data, size_t length);
    uint32_t (*span_add)(mill_document *, uint32_t field, size_t begin, size_t end);
    const mill_span *(*spans)(const mill_document *, uint32_t field, uint32_t *count);
    void (*set)(mill_document *, uint32_t field, uint32_t row, const mill_value *value);
    mill_value (*get)(const mill_document *, uint32_t field, uint32_t row);

    mill_span (*raw_span)(const mill_document *, mill_span span);
    uint32_t (*text_offset)(mill_document *, mill_unit unit, uint32_t offset);
    uint32_t (*raw_offset)(mill_document *, mill_unit unit, uint32_t offset);

    bool (*output_grow)(mill_output *, size_t room);
    void (*output_json)(mill_output *, const char *data, size_t length);
    void (*output_number)(mill_output *, double number);
    bool (*change)(const mill_document *, uint32_t index, mill_span *text, mill_span *raw);
    const mill_value *(*values)(const mill_document *, uint32_t field);
    void (*set_numbers)(mill_document *, uint32_t field, const double *numbers, uint32_t count);
    void (*set_row)(mill_document *, uint32_t first, uint32_t row, const mill_value *values,
                    uint32_t count);

    mill_status (*setup_declare)(mill_setup *, uint32_t use, mill_text field); /* since 1.1 */
};

struct mill_setup {
    const mill_host *host;
};

struct mill_document {
    const mill_host *host;
};

struct mill_output {
    const mill_host *host;
    char *data;
    size_t length;
    size_t capacity;
};

/* ---- In open and declare ------------------------------------------------------------------- */

/* Says why `open` fails; one line, what is wrong and the remedy. Returns MILL_FAILED. */
__attribute__((format(printf, 2, 3), unused)) static mill_status
mill_setup_fail(mill_setup *setup, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    setup->host->setup_fail(setup, format, arguments);
    va_end(arguments);
    return MILL_FAILED;
}

/* Gives zeroed memory for as long as the instance lives.
 * Owns: textmill frees it after `close`. Fails: NULL, with the reason set. */
static inline void *mill_setup_alloc(mill_setup *setup, size_t size)
{
    return setup->host->setup_alloc(setup, size);
}

/* Returns the value of a BOOLEAN option. */
static inline bool mill_setup_boolean(mill_setup *setup, const char *name)
{
    return setup->host->setup_option(setup, name).as.boolean;
}

/* Returns the value of an INTEGER or SIZE option; for a CHOICE, the position of the word chosen. */
static inline int64_t mill_setup_integer(mill_setup *setup, const char *name)
{
    return setup->host->setup_option(setup, name).as.integer;
}

/* Returns the value of a NUMBER option. */
static inline double mill_setup_number(mill_setup *setup, const char *name)
{
    return setup->host->setup_option(setup, name).as.number;
}

/* Returns the value of a STRING, PATH or LAYER option, NUL-terminated. Owns: lives as long as the instance. */
static inline const char *mill_setup_string(mill_setup *setup, const char *name)
{
    return setup->host->setup_option(setup, name).as.string;
}

/* Lists the fields of the documents to come. For a writer: everything that the pipeline provides,
 * in order, so that field numbers are positions in this list; for a stage: its own fields. */
static inline const mill_field *mill_setup_fields(mill_setup *setup, uint32_t *count)
{
    return setup->host->setup_fields(setup, count);
}

/* Declares a field in `declare`, which is written as
 *     quotes[]                 the layer "quotes"
 *     quotes[].speaker string  an attribute of its spans, and its type
 *     language string          an attribute of the article
 * with a type of boolean, integer, number, string, span or json; `use` is a mill_use.
 * Fails: MILL_FAILED, with the reason set. Since: 1.1. */
static inline mill_status mill_setup_declare(mill_setup *setup, uint32_t use, mill_text field)
{
    return setup->host->setup_declare(setup, use, field);
}

/* Reads a whole file. Owns: the contents live as long as the instance; MILL_PADDING bytes behind
 * them are zero. Fails: MILL_FAILED, with the reason set. */
static inline mill_status mill_setup_read_file(mill_setup *setup, const char *path,
                                               mill_text *contents)
{
    return setup->host->setup_read_file(setup, path, contents);
}

/* ---- Any time with a document -------------------------------------------------------------- */

/* Says why this article fails; one line. Returns MILL_FAILED. The first reason given counts. */
__attribute__((format(printf, 2, 3), unused)) static mill_status
mill_fail(mill_document *document, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    document->host->fail_article(document, format, arguments);
    va_end(arguments);
    return MILL_FAILED;
}

/* Gives uninitialised memory until the document is done. Owns: nobody frees it.
 * Fails: NULL, with the reason set; return MILL_FAILED then. */
static inline void *mill_alloc(mill_document *document, size_t size)
{
    return document->host->alloc(document, size);
}

/* Returns the current text: valid UTF-8. Owns: unchanged until the stage returns; edits show
 * only then. */
static inline mill_text mill_document_text(const mill_document *document)
{
    return document->host->text(document);
}

/* Returns the text as the reader decoded it, before any cleaner. */
static inline mill_text mill_document_raw(const mill_document *document)
{
    return document->host->raw(document);
}

/* Returns the id. `literal` (may be NULL) becomes true for a number, which is written bare. */
static inline mill_text mill_document_id(const mill_document *document, bool *literal)
{
    return document->host->id(document, literal);
}

/* Returns where the article came from, for messages: "news.jsonl:17". */
static inline mill_text mill_document_source(const mill_document *document)
{
    return document->host->source(document);
}

/* Returns how many members of the record are passed through. */
static inline uint32_t mill_metadata_count(const mill_document *document)
{
    return document->host->metadata_count(document);
}

/* Returns member `index`: its key, unescaped, and its value as the JSON text that came in. */
static inline void mill_metadata(const mill_document *document, uint32_t index, mill_text *key,
                                 mill_text *json)
{
    document->host->metadata(document, index, key, json);
}

/* ---- In decode ----------------------------------------------------------------------------- */

/* Sets the article's text; the bytes are copied. Fails: invalid UTF-8 or too long a text makes the
 * article fail, with a reason that names the byte. */
static inline void mill_document_set_text(mill_document *document, const char *data, size_t length)
{
    document->host->set_text(document, data, length);
}

/* Sets the id; the bytes are copied. Without it the id is the source ("news.jsonl:17").
 * `literal`: the bytes are a JSON number, to be written bare. */
static inline void mill_document_set_id(mill_document *document, const char *data, size_t length,
                                        bool literal)
{
    document->host->set_id(document, data, length, literal);
}

/* Adds a member to pass through: a plain key and a value in JSON; both are copied. */
static inline void mill_metadata_add(mill_document *document, mill_text key, mill_text json)
{
    document->host->add_metadata(document, key, json);
}

/* ---- In process ---------------------------------------------------------------------------- */

/* Asks for text[begin, end) to be replaced; the replacement is copied. Edits come in order and do
 * not overlap; textmill applies all of them after the stage returns and moves the spans along.
 * Fails: a range or replacement that is not allowed makes the article fail. */
static inline void mill_edit(mill_document *document, size_t begin, size_t end,
                             const char *replacement, size_t length)
{
    document->host->edit(document, begin, end, replacement, length);
}

/* Adds a span to layer `field`, which this plug-in provides, and returns its row. Spans come
 * sorted by begin. Fails: a span that is not allowed makes the article fail. */
static inline uint32_t mill_span_add(mill_document *document, uint32_t field, size_t begin,
                                     size_t end)
{
    return document->host->span_add(document, field, begin, end);
}

/* Returns the spans of layer `field`, sorted by begin. Owns: valid until a span is added. */
static inline const mill_span *mill_spans(const mill_document *document, uint32_t field,
                                          uint32_t *count)
{
    return document->host->spans(document, field, count);
}

/* Sets an attribute: of the span `row` of its layer, or of the article (row 0). The setters below
 * are shorthands. Owns: strings are copied. Fails: a field that is not provided by this plug-in,
 * another type, a row that is not there or a bad value makes the article fail. */
static inline void mill_set(mill_document *document, uint32_t field, uint32_t row,
                            const mill_value *value)
{
    document->host->set(document, field, row, value);
}

static inline void mill_set_boolean(mill_document *document, uint32_t field, uint32_t row,
                                    bool boolean)
{
    mill_value value;
    value.type = MILL_BOOLEAN;
    value.length = 0;
    value.as.boolean = boolean;
    mill_set(document, field, row, &value);
}

static inline void mill_set_integer(mill_document *document, uint32_t field, uint32_t row,
                                    int64_t integer)
{
    mill_value value;
    value.type = MILL_INTEGER;
    value.length = 0;
    value.as.integer = integer;
    mill_set(document, field, row, &value);
}

static inline void mill_set_number(mill_document *document, uint32_t field, uint32_t row,
                                   double number)
{
    mill_value value;
    value.type = MILL_NUMBER;
    value.length = 0;
    value.as.number = number;
    mill_set(document, field, row, &value);
}

/* Sets `count` attributes of one row, which are declared one after another from field `first` on: as
 * mill_set for each, and faster. A null among the values leaves its attribute unset. */
static inline void mill_set_row(mill_document *document, uint32_t first, uint32_t row,
                                const mill_value *values, uint32_t count)
{
    document->host->set_row(document, first, row, values, count);
}

/* Sets a NUMBER attribute of the first `count` spans of its layer: as mill_set_number for each, and
 * faster. */
static inline void mill_set_numbers(mill_document *document, uint32_t field, const double *numbers,
                                    uint32_t count)
{
    document->host->set_numbers(document, field, numbers, count);
}

static inline void mill_set_string(mill_document *document, uint32_t field, uint32_t row,
                                   const char *data, size_t length)
{
    mill_value value;
    value.type = MILL_STRING;
    value.length = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    value.as.string = data;
    mill_set(document, field, row, &value);
}

static inline void mill_set_json(mill_document *document, uint32_t field, uint32_t row,
                                 const char *data, size_t length)
{
    mill_value value;
    value.type = MILL_JSON;
    value.length = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    value.as.string = data;
    mill_set(document, field, row, &value);
}

static inline void mill_set_span(mill_document *document, uint32_t field, uint32_t row,
                                 size_t begin, size_t end)
{
    mill_value value;
    value.type = MILL_SPAN;
    value.length = 0;
    value.as.span.begin = begin > UINT32_MAX ? UINT32_MAX : (uint32_t)begin;
    value.as.span.end = end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
    mill_set(document, field, row, &value);
}

/* Returns the value of attribute `field` at `row` (row 0 for the article); MILL_NULL if unset. */
static inline mill_value mill_get(const mill_document *document, uint32_t field, uint32_t row)
{
    return document->host->get(document, field, row);
}

/* Returns the values of attribute `field` for all rows at once, one for each span of its layer, or
 * one for the article; NULL if none has been set. Owns: valid until a span is added or a value set. */
static inline const mill_value *mill_values(const mill_document *document, uint32_t field)
{
    return document->host->values(document, field);
}

/* ---- Offsets, mostly for writers ----------------------------------------------------------- */

/* Returns the range of the raw text from which text[begin, end) came, in bytes. */
static inline mill_span mill_raw_span(const mill_document *document, mill_span span)
{
    return document->host->raw_span(document, span);
}

/* Tells what the cleaners changed together: change `index`, counted from 0 in the order of the text,
 * with its range in the text and the range of the raw text that it stands for; either may be empty.
 * Between changes the two texts are equal. Returns false where there is no such change. */
static inline bool mill_change(const mill_document *document, uint32_t index, mill_span *text,
                               mill_span *raw)
{
    return document->host->change(document, index, text, raw);
}

/* Converts a byte offset into the text to another unit. */
static inline uint32_t mill_text_offset(mill_document *document, mill_unit unit, uint32_t offset)
{
    return document->host->text_offset(document, unit, offset);
}

/* Converts a byte offset into the raw text to another unit. */
static inline uint32_t mill_raw_offset(mill_document *document, mill_unit unit, uint32_t offset)
{
    return document->host->raw_offset(document, unit, offset);
}

/* ---- In encode ----------------------------------------------------------------------------- */

/* Makes room for `size` bytes at data + length. Fails: false; the article fails. */
static inline bool mill_output_reserve(mill_output *output, size_t size)
{
    return output->capacity - output->length >= size || output->host->output_grow(output, size);
}

/* Appends bytes. */
static inline void mill_output_write(mill_output *output, const char *data, size_t length)
{
    if (length == 0 || !mill_output_reserve(output, length)) return;
    memcpy(output->data + output->length, data, length);
    output->length += length;
}

/* Appends one byte. */
static inline void mill_output_byte(mill_output *output, char byte)
{
    if (!mill_output_reserve(output, 1)) return;
    output->data[output->length++] = byte;
}

/* Appends an integer in decimal. */
static inline void mill_output_integer(mill_output *output, int64_t integer)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
    do {
        digits[--at] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (integer < 0) mill_output_byte(output, '-');
    mill_output_write(output, digits + at, sizeof digits - at);
}

/* Appends a finite number in the shortest decimal form that reads back as the same double. */
static inline void mill_output_number(mill_output *output, double number)
{
    output->host->output_number(output, number);
}

/* Appends a JSON string: quotation marks around the escaped bytes, which are valid UTF-8. */
static inline void mill_output_json(mill_output *output, const char *data, size_t length)
{
    output->host->output_json(output, data, length);
}

#ifdef __cplusplus
}
#endif

#endif
