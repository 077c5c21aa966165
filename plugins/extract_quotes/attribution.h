/* attribution - who said what stands in marks. */
#ifndef EXTRACT_QUOTES_ATTRIBUTION_H
#define EXTRACT_QUOTES_ATTRIBUTION_H

#include "names.h"
#include "subjects.h"
#include "surroundings.h"

/* How it is known, weakest first. */
typedef enum evidence {
    EVIDENCE_NONE,
    EVIDENCE_INHERITED, /* the speaker before goes on */
    EVIDENCE_POSITION,  /* it is the subject of the sentence */
    EVIDENCE_CUE        /* a verb of speech, a colon, a dash or "according to" */
} evidence;

typedef struct attribution {
    evidence evidence;
    phrase_kind kind;
    mill_span speaker; /* the mention; empty if there is none */
    mill_span cue;     /* empty if there is none */
    int name;          /* in the name book, or NAME_NONE */
    bool near;         /* the cue touches the quote, or almost */
} attribution;

/* What is known of the article so far. */
typedef struct article_scene {
    const vocabulary *known;
    mill_text text;
    sentence_layer sentences;
    name_book names;
    surroundings around;
    attribution last;  /* of the last quotation */
    uint32_t last_end; /* where it ended */
    bool has_last;
} article_scene;

/* Attributes quote `index` of a passage; leaves its surroundings in the scene. `follows`: an
 * earlier quotation of the passage has been taken. */
attribution attribute_quote(article_scene *scene, const quote_passage *passage, uint32_t index,
                            bool follows);

#endif
