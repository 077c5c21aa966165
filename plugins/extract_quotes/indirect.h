/* indirect - what somebody is reported to have said, without marks: "Ann Lee said that it was old".
 *
 * Works sentence by sentence and needs the layer sentences. Only plain forms: a verb of speech with
 * its subject before or behind what is said, and "according to".
 */
#ifndef EXTRACT_QUOTES_INDIRECT_H
#define EXTRACT_QUOTES_INDIRECT_H

#include "attribution.h"

/* Finds what the sentence reports: `words` becomes what is said. Returns an attribution without a
 * rule where it reports nothing. */
attribution indirect_read(article_scene *scene, mill_span sentence, mill_span *words);

#endif
