/* lexicon - writes the table of textmill's own word lists, as the plug-in reads it. */
#include "../lexicon_build.h"
#include "textmill/words.h"

#include <stdio.h>

MILL_EMBEDDED(lexicon)
MILL_EMBEDDED(learned)

static void print_fault(mill_setup *setup, const char *format, va_list arguments)
{
    (void)setup;
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

/* Memory until the program ends. */
static void *allocate(mill_setup *setup, size_t size)
{
    static _Alignas(64) char memory[1 << 23];
    static size_t used;
    (void)setup;
    size_t begin = used;
    if (size > sizeof memory - begin - 64) return NULL;
    used += (size + 63) / 64 * 64;
    return memory + begin;
}

int main(void)
{
    static const mill_host host = {.setup_fail = print_fault, .setup_alloc = allocate};
    static built_in_lexicon table;
    mill_setup setup = {&host};
    lexicon_builder builder;
    if (lexicon_build_own(&builder, &setup, lexicon_text(), learned_text()) != MILL_OK) return 1;
    if (builder.lexicon.mask != LEXICON_PLACES - 1 ||
        builder.words_end + MILL_PADDING > LEXICON_WORD_BYTES) {
        fprintf(stderr,
                "the lexicon is of another size; set LEXICON_PLACES to %u and "
                "LEXICON_WORD_BYTES to more than %u\n",
                builder.lexicon.mask + 1, builder.words_end + MILL_PADDING);
        return 1;
    }
    memcpy(&table.filter, builder.filter, sizeof table.filter);
    memcpy(table.places, builder.places, LEXICON_PLACES * sizeof *table.places);
    memcpy(table.wholes, builder.wholes, sizeof table.wholes);
    memcpy(table.words, builder.words, builder.words_end);
    return fwrite(&table, sizeof table, 1, stdout) == 1 && fflush(stdout) == 0 ? 0 : 1;
}
