/* pipeline - a pipeline file and the plug-ins that it names, made into a checked, opened chain.
 *
 * Opening finds every mistake there is before the first article is read: in the file, in the
 * options, in the order of the stages, in what they need and provide, and in what the plug-ins
 * themselves find when they are opened. All are told at once.
 */
#ifndef CORE_PIPELINE_H
#define CORE_PIPELINE_H

#include "arena.h"
#include "document.h"
#include "log.h"
#include "pipeline_file.h"
#include "plugin_registry.h"

/* A value of an option and where it came from. */
typedef struct pipeline_option {
    const char *text;   /* as it was written; a path as it will be used */
    const char *origin; /* "news.ini:12", "command line", "default" */
    bool set;           /* false: the default */
} pipeline_option;

/* A plug-in at work: a reader, a stage or a writer with its options, fields and instance. */
typedef struct pipeline_step {
    const char *section; /* the name in the file; "input" for a reader */
    const char *path;    /* of an output: where to, or NULL for standard output */
    unsigned line;       /* of the section; 0 if the file does not have it */
    plugin_entry *entry;
    const mill_plugin *plugin;
    mill_value *values;       /* one for each option of the plug-in */
    pipeline_option *options; /* likewise */
    document_view view;
    arena memory; /* of the instance and of all above */
    void *instance;
    bool opened;
} pipeline_step;

/* Steps that one process does on an article before the next process has it. The chain is cut before
 * and after stages in stream order; without such a stage it is one segment. */
typedef struct pipeline_segment {
    size_t first_stage;
    size_t stage_count;
    bool is_first;   /* begins with the reader */
    bool is_last;    /* ends with the writers */
    bool is_ordered; /* one process does it for all articles, in stream order */
} pipeline_segment;

typedef enum pipeline_sandbox { SANDBOX_ON, SANDBOX_OFF, SANDBOX_REQUIRED } pipeline_sandbox;

#define UNLIMITED UINT64_MAX

/* What `[pipeline]` sets. */
typedef struct pipeline_settings {
    const char *plugin_path;
    const char *dead_letters;
    size_t max_article;
    size_t workers;        /* processes beside the coordinator; 0: everything in one process */
    double timeout;        /* seconds that one article may take */
    size_t memory;         /* bytes that a worker may take beyond what it is born with */
    bool stop_on_error;    /* the first dead letter ends the run */
    uint64_t most_letters; /* dead letters that are put up with; or UNLIMITED */
    double most_share;     /* likewise, of all articles; 1: any */
    double checkpoint;     /* seconds between two checkpoints */
    pipeline_sandbox sandbox;
} pipeline_settings;

typedef struct pipeline {
    pipeline_file file;
    plugin_registry registry;
    pipeline_settings settings;
    pipeline_option *setting_options; /* one for each of pipeline_setting_declarations */
    pipeline_step *readers;           /* those in use so far; room for every reader there is */
    size_t reader_count;
    pipeline_step *stages;
    size_t stage_count;
    pipeline_step *outputs;
    size_t output_count;
    pipeline_segment *segments; /* the whole chain, cut where stream order begins and ends */
    size_t segment_count;
    schema schema;
    mill_field *fields; /* all that the documents can hold: the layers with their attributes, then
                           the attributes of the article */
    uint32_t field_count;
    pipeline_section *input; /* [input], or NULL */
    arena memory;
} pipeline;

/* The options of the [pipeline] section. */
extern const mill_option pipeline_setting_declarations[];
extern const uint32_t pipeline_setting_count;

/* What is asked for on the command line. */
typedef struct pipeline_request {
    const char *path;
    char *const *assignments; /* of --set */
    size_t assignment_count;
    const char *output; /* -o, or NULL */
} pipeline_request;

/* Reads, resolves and opens a pipeline. Problems are added to `problems`, sorted.
 * Owns: the caller closes it, also after a failure. Fails: false if there is any problem. */
bool pipeline_open(pipeline *chain, const pipeline_request *request, problem_list *problems);

/* Returns the reader for an input file, opened: the one of [input], else by the file's name;
 * standard input counts as *.jsonl. Fails: NULL with the reason. */
pipeline_step *pipeline_reader_for_file(pipeline *chain, const char *path, mill_error *error);

/* Returns a reader by its name, opened. Fails: NULL with the reason. */
pipeline_step *pipeline_reader_by_name(pipeline *chain, const char *name, mill_error *error);

/* Tells whether some reader knows files of this name. */
bool pipeline_knows_file(pipeline *chain, const char *path);

/* Closes all instances, last first, and releases everything. */
void pipeline_close(pipeline *chain);

#endif
