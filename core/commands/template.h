/* template - the files that a new plug-in begins with. They lie in examples/template, work as they
 * stand there, and are built into the program as one archive. */
#ifndef CORE_TEMPLATE_H
#define CORE_TEMPLATE_H

#include "textmill/plugin.h"

/* Where a walk through the files has come. Zero it. */
typedef struct template_walk {
    size_t next;
} template_walk;

typedef struct template_file {
    const char *path; /* below examples/template: "Makefile", "stage/my_plugin.c" */
    mill_text contents;
} template_file;

/* Gives the next file. Owns: it is the program's. Fails: false, there is none. */
bool template_next(template_walk *walk, template_file *file);

#endif
