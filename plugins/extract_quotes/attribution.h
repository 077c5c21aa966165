/* attribution - who said what stands in marks. */
#ifndef EXTRACT_QUOTES_ATTRIBUTION_H
#define EXTRACT_QUOTES_ATTRIBUTION_H

#include "names.h"
#include "subjects.h"
#include "surroundings.h"

/* Which pattern decided, weakest first; rules.txt has the same in the same order. */
typedef enum attribution_rule {
    RULE_NONE,
    RULE_ALTERNATION,     /* two people take turns */
    RULE_NEXT_PARAGRAPH,  /* the speaker before goes on: a new paragraph */
    RULE_SAME_PARAGRAPH,  /* the same */
    RULE_SENTENCE_BEFORE, /* Ann Lee stood up. "..." */
    RULE_SUBJECT,         /* Ann Lee wants "..." */
    RULE_POSITION,        /* "...," thundered Ann Lee: where a verb of speech stands */
    RULE_LEAD_IN,         /* Ann Lee: "..." */
    RULE_SIGNATURE,       /* "..." - Ann Lee */
    RULE_INTERVIEW,       /* ANN LEE: ..., without marks, more than once */
    RULE_ACCORDING,       /* according to Ann Lee */
    RULE_VERB_APART,      /* Ann Lee, who left, said, "..." */
    RULE_VERB_BEFORE,     /* Ann Lee said, "..." */
    RULE_VERB_BEHIND,     /* "...," said Ann Lee; "...," Ann Lee said */
    RULE_COUNT
} attribution_rule;

/* Somebody whom the text names as a speaker. */
typedef struct source {
    mill_span span;
    int name; /* in the name book, or NAME_NONE */
} source;

typedef struct attribution {
    attribution_rule rule;
    attribution_rule origin; /* the weakest of those that the speaker was taken over from */
    phrase_kind kind;
    mill_span mention; /* of all who speak; empty if there is none */
    mill_span speaker; /* of the one who counts as the speaker: the first who has a name */
    mill_span cue;     /* empty if there is none */
    int name;          /* in the name book, or NAME_NONE */
    source partners[PARTNERS_MAX]; /* who says the same together with the speaker */
    uint32_t partner_count;
    bool near;     /* the cue touches the quote, or almost */
    bool doubtful; /* a pronoun that fits somebody else as well */
} attribution;

/* Tells whether words say that somebody speaks, not only where they stand. */
static inline bool has_cue(const attribution *by)
{
    return by->rule >= RULE_POSITION;
}

/* A paragraph that begins with a quotation. */
typedef struct turn {
    attribution by;
    uint32_t end;
    bool asks;
} turn;

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
    uint32_t misses; /* looks back from the passage that found nobody */
    turn turns[2];   /* of the two last paragraphs that begin with a quotation */
} article_scene;

/* Tells whether token `i` is a verb of speech: not "a report", "her claim", "in comments". */
bool attribution_is_verb(const token_list *list, mill_text text, uint32_t i);

/* Tells whether "according to" stands at token `i`. */
bool attribution_is_according(const token_list *list, mill_text text, uint32_t i);

/* Attributes something to the phrase `speaker`; the verb is token `cue`. */
attribution attribution_of(article_scene *scene, const token_list *list, phrase speaker,
                           uint32_t cue, attribution_rule rule);

/* Notes who spoke in a quotation that has been taken. */
void attribution_note(article_scene *scene, const quote_passage *passage, uint32_t index,
                      const attribution *by);

/* Attributes quote `index` of a passage; leaves its surroundings in the scene. `follows`: an
 * earlier quotation of the passage has been taken. */
attribution attribute_quote(article_scene *scene, const quote_passage *passage, uint32_t index,
                            bool follows);

#endif
