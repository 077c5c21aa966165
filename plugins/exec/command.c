/* Words are cut at blanks; quotation marks of either kind hold blanks together. There is no shell:
 * nothing is expanded, and no file name can become a command. */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_WORDS = 256 };

typedef struct word_list {
    char **words;
    size_t count;
} word_list;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Cuts the word at *at, in place. Returns NULL if its quotation mark is not closed. */
static char *cut_word(char **at)
{
    char *word = *at, *to = word, mark = '\0';
    char *from = word;
    for (; *from != '\0' && (mark != '\0' || !is_blank(*from)); from++) {
        bool is_mark = mark != '\0' ? *from == mark : *from == '"' || *from == '\'';
        if (!is_mark)
            *to++ = *from;
        else
            mark = mark == '\0' ? *from : '\0';
    }
    *at = *from != '\0' ? from + 1 : from;
    *to = '\0';
    return mark == '\0' ? word : NULL;
}

static mill_status add_words(word_list *list, mill_setup *setup, const char *option)
{
    const char *text = mill_setup_string(setup, option);
    size_t size = strlen(text) + 1;
    char *at = mill_setup_alloc(setup, size);
    if (at == NULL) return MILL_FAILED;
    memcpy(at, text, size);
    for (;;) {
        while (is_blank(*at)) at++;
        if (*at == '\0') return MILL_OK;
        if (list->count == MOST_WORDS)
            return mill_setup_fail(setup, "%s: more than %d words; put them into a script", option,
                                   MOST_WORDS);
        list->words[list->count] = cut_word(&at);
        if (list->words[list->count++] == NULL)
            return mill_setup_fail(setup, "%s: a quotation mark is not closed; close it", option);
    }
}

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* Finds a program in the folders of PATH. Returns NULL if it is in none. */
static const char *search_path(mill_setup *setup, const char *name)
{
    const char *folders = getenv("PATH");
    if (folders == NULL) folders = "/usr/local/bin:/usr/bin:/bin";
    size_t size = strlen(folders) + strlen(name) + 2;
    char *path = mill_setup_alloc(setup, size);
    while (path != NULL) {
        size_t length = strcspn(folders, ":");
        snprintf(path, size, "%.*s/%s", (int)length, folders, name);
        /* A relative folder would depend on where the run was started. */
        if (folders[0] == '/' && is_program(path)) return path;
        if (folders[length] == '\0') break;
        folders += length + 1;
    }
    return NULL;
}

static mill_status find_program(exec_command *self, mill_setup *setup, const char *script)
{
    const char *name = self->arguments[0];
    bool is_file = name == script || strchr(name, '/') != NULL;
    self->path = is_file ? name : search_path(setup, name);
    if (self->path == NULL)
        return mill_setup_fail(setup, "command: there is no program '%s' in PATH; install it",
                               name);
    if (is_program(self->path)) return MILL_OK;
    if (script == self->path)
        return mill_setup_fail(setup,
                               "script: '%s' cannot be executed; chmod +x it, or name what runs it "
                               "in command",
                               name);
    return mill_setup_fail(setup, "command: '%s' is no program; check the path", name);
}

mill_status command_open(exec_command *self, mill_setup *setup)
{
    char *script = (char *)(uintptr_t)mill_setup_string(setup, "script");
    word_list list = {mill_setup_alloc(setup, (MOST_WORDS + 2) * sizeof *list.words), 0};
    if (list.words == NULL || add_words(&list, setup, "command") != MILL_OK) return MILL_FAILED;
    if (list.count == 0 && script[0] == '\0')
        return mill_setup_fail(setup, "nothing to run; set command, or script to a program's file");
    if (script[0] != '\0') list.words[list.count++] = script;
    if (add_words(&list, setup, "arguments") != MILL_OK) return MILL_FAILED;
    self->arguments = list.words;
    const char *shown = script[0] != '\0' ? script : list.words[0];
    const char *slash = strrchr(shown, '/');
    self->name = slash != NULL ? slash + 1 : shown;
    return find_program(self, setup, script);
}
