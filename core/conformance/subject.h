/* subject - the plug-in under test at work on one article at a time, without a pipeline around it.
 *
 * What a stage needs or wants, and what a writer may find, is made up: layers and values that are
 * allowed, whatever they mean. What comes out is told as bytes, so that two results can be
 * compared.
 */
#ifndef CORE_CONFORMANCE_SUBJECT_H
#define CORE_CONFORMANCE_SUBJECT_H

#include "buffer.h"
#include "conformance/watched_host.h"
#include "document.h"
#include "log.h"

/* A value of an option; a list of them ends with a NULL name. */
typedef struct subject_option {
    const char *name;
    const char *value;
} subject_option;

typedef struct subject {
    const mill_plugin *plugin;
    const char *path;
    const subject_option *options; /* of --set */
    bool leaves_out_wants;         /* nobody provides what the stage only wants */
    watched_host host;
    const mill_field *fields; /* all that its documents hold, for the options of the last open; of a
                                 stage, its own first */
    uint32_t field_count;
    uint32_t own_count; /* of these, the plug-in's own */
    schema schema;
    field_binding *seen;    /* as the plug-in may use them */
    field_binding *made_up; /* as the kit does */
    document_home home;
    document *article; /* the present one */
    arena memory;
    double seconds;      /* CPU time of the plug-in itself for the last article, of a reader with
                            what the host does for it */
    double user_seconds; /* the same without the kernel's part, and not as exact */
} subject;

/* Makes a subject of a plug-in. Owns: the caller clears it. */
void subject_init(subject *subject, const mill_plugin *plugin, const char *path,
                  const subject_option *options);

void subject_clear(subject *subject);

/* The plug-in, opened. */
typedef struct subject_instance {
    void *handle;
    arena memory;
} subject_instance;

/* Opens the plug-in with the options of the subject, and with `other` (may be NULL) in place of one
 * of them. Owns: the caller closes it. Fails: false with the reason. */
bool subject_open(subject *subject, const subject_option *other, subject_instance *instance,
                  mill_error *error);

void subject_close(const subject *subject, subject_instance *instance);

typedef enum subject_outcome {
    SUBJECT_DONE,
    SUBJECT_DROPPED,
    SUBJECT_REFUSED, /* by the plug-in with a reason, or by the host before the plug-in saw it */
    SUBJECT_SILENT,  /* failed without a reason */
    SUBJECT_DAMAGED, /* has written over its document */
    SUBJECT_FRAMING, /* a reader's frame gave what makes no sense */
    SUBJECT_BREACH   /* host.breach says of which kind */
} subject_outcome;

/* Takes one article through the plug-in; for a reader it is a file. The result is appended to
 * `result`, what a stage in stream order saves to `saved` (both may be NULL); `why` is filled if
 * anything was wrong. From the first request for memory on, the one numbered `refuse_at` is not
 * granted; 0: all are. */
subject_outcome subject_work(subject *subject, const subject_instance *instance, mill_text article,
                             uint64_t refuse_at, buffer *result, buffer *saved, mill_error *why);

/* Tells whether field `index` has spans or a value in the stage's article just worked on. */
bool subject_has_provided(const subject *subject, uint32_t index);

#endif
