/* conformance - the checks that a plug-in must pass, and how each is run: in a process of its own,
 * which may crash or hang without harm to the others.
 *
 * checks_*.c: the checks, by subject; each is a function that works on articles and says what it
 * found. conformance.c: the process around it, and the list of all.
 */
#ifndef CORE_CONFORMANCE_H
#define CORE_CONFORMANCE_H

#include "conformance/articles.h"
#include "conformance/subject.h"
#include "death.h"
#include "plugin_file.h"

typedef enum verdict { VERDICT_PASSED, VERDICT_FAILED, VERDICT_SKIPPED } verdict;

#define NO_ARTICLE UINT32_MAX

/* What several checks look for on one tour of all articles. */
typedef enum tour_fault {
    TOUR_HOSTILE, /* no reason given, or the document written over */
    TOUR_SPANS,
    TOUR_EDITS,
    TOUR_FIELDS,
    TOUR_FAULTS /* how many */
} tour_fault;

typedef struct finding {
    uint32_t article; /* the first one with this fault, or NO_ARTICLE */
    char message[512];
} finding;

/* How far the tour has come and what it has found; whoever finds its process dead goes on there. */
typedef struct tour_note {
    uint32_t next;    /* place to go on at, of two rounds of all articles */
    uint32_t worked;  /* so many articles */
    uint32_t refused; /* of them with a reason */
    finding findings[TOUR_FAULTS];
    bool provided[PLUGIN_MOST_DECLARATIONS]; /* fields that the plug-in always has */
} tour_note;

/* Shared with the process that runs a check. */
typedef struct check_note {
    _Atomic uint32_t article; /* the one at work: index, or NO_ARTICLE */
    _Atomic uint64_t since;   /* nanoseconds of the clock, when that began */
    char message[512];
    tour_note tour;
    death_note death;
} check_note;

typedef struct conformance {
    subject subject;
    article_list articles;
    const char *path;   /* of the plug-in */
    const char *folder; /* where articles that break it are written */
    double timeout;     /* seconds that one article may take */
    bool in_process;    /* no process of its own for a check */
    check_note *note;
} conformance;

typedef struct conformance_check {
    const char *name;
    const char *help; /* one line: what passing means */
    verdict (*run)(conformance *kit);
    bool goes_on; /* after an article that kills it, with the next one */
} conformance_check;

/* All checks, in their order. The one of the descriptor comes before them: without it there is
 * nothing to check. */
extern const conformance_check conformance_checks[];
extern const size_t conformance_check_count;

/* Prepares the kit for a plug-in that is loaded. Owns: the caller closes it, also after a failure.
 * Fails: false with the reason. */
bool conformance_open(conformance *kit, const mill_plugin *plugin, const char *path,
                      const subject_option *options, mill_error *error);

/* Runs a check. `message` (of `size` bytes) says what was found; an article that breaks the plug-in
 * is written to a file and named there. */
verdict conformance_run(conformance *kit, const conformance_check *check, char *message,
                        size_t size);

void conformance_close(conformance *kit);

/* ---- For the checks ------------------------------------------------------------------------- */

/* Says which article is at work from now on, for whoever finds the process dead. */
void conformance_at(conformance *kit, size_t article);

/* Say what was found, and return the verdict. */
verdict conformance_pass(conformance *kit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
verdict conformance_fail(conformance *kit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
verdict conformance_skip(conformance *kit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Tells whether the check at hand may use an article: it is not deadly, and small if asked for. */
bool conformance_may_use(const conformance *kit, size_t article, bool small);

/* Opens the plug-in with its options. Fails: false, with the message set. */
bool conformance_open_instance(conformance *kit, subject_instance *instance);

/* checks_articles.c */
verdict check_hostile(conformance *kit);
verdict check_spans(conformance *kit);
verdict check_edits(conformance *kit);
verdict check_fields(conformance *kit);
verdict check_framing(conformance *kit);
/* checks_options.c */
verdict check_options(conformance *kit);
/* checks_results.c */
verdict check_same(conformance *kit);
verdict check_resume(conformance *kit);
/* checks_resources.c */
verdict check_growth(conformance *kit);
verdict check_memory(conformance *kit);
verdict check_sandbox(conformance *kit);
/* checks_time.c */
verdict check_time(conformance *kit);

#endif
