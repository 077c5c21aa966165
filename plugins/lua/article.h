/* article - what a script sees of the article at hand: the methods of `article`. */
#ifndef LUA_ARTICLE_H
#define LUA_ARTICLE_H

#include "script.h"

/* Pushes the table of methods. To be called once for a state, in a protected call. */
void article_push_methods(script *self);

/* Pushes a table for the article at hand, with `methods` at a place in the registry behind it. */
void article_push(script *self, int methods);

#endif
