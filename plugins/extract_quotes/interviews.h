/* interviews - paragraphs that say in front of them who speaks: "Q:", "ANN LEE:".
 *
 * What is said there stands in no marks. One label proves nothing, as any line may begin like that:
 * two speakers have to come back.
 */
#ifndef EXTRACT_QUOTES_INTERVIEWS_H
#define EXTRACT_QUOTES_INTERVIEWS_H

#include "attribution.h"

#define INTERVIEW_LABELS_MAX 12

typedef enum label_kind { LABEL_UNKNOWN, LABEL_NAME, LABEL_QUESTION, LABEL_ANSWER } label_kind;

typedef struct interview_label {
    mill_span span; /* where it stands first */
    uint32_t count;
    label_kind kind;
    int name; /* in the name book, or NAME_NONE */
} interview_label;

typedef struct interview {
    interview_label labels[INTERVIEW_LABELS_MAX];
    uint32_t label_count;
    uint32_t at; /* a line: where reading goes on */
    bool ended;
} interview;

/* Looks for labels that come back. Returns false where no two do: the article is no interview. */
bool interview_begin(interview *reader, mill_text text);

/* Finds who is meant by the labels. Returns false where they are not speakers. */
bool interview_resolve(interview *reader, const name_book *names, mill_text text);

/* Finds the next paragraph of a speaker: `words` is what is said, `by` who says it. Returns false
 * at the end of the text. */
bool interview_next(interview *reader, mill_text text, mill_span *words, attribution *by);

#endif
