/* clean_html against another parser: on whole pages, and on pages with pieces cut out of them, it
 * shows the same words in the same order as libxml2 does. */
#include "plugins_support.h"
#include "test.h"

#include <glob.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- What libxml2 shows ---------------------------------------------------------------------- */

typedef struct shown {
    char *text;
    size_t length;
} shown;

static void append(shown *to, const char *text, size_t length)
{
    to->text = realloc(to->text, to->length + length + 1);
    ck_assert_ptr_nonnull(to->text);
    memcpy(to->text + to->length, text, length);
    to->length += length;
    to->text[to->length] = '\0';
}

static bool is_shown(const xmlNode *node)
{
    static const char *const hidden[] = {"head",   "script",   "style", "noscript", "iframe",
                                         "svg",    "template", "title", "noframes"};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (strcmp((const char *)node->name, hidden[i]) == 0) return false;
    return node->type == XML_ELEMENT_NODE;
}

/* Walks the tree without recursion; the boundary of an element ends a word only where clean_html
 * says so, so that words are compared without regard to where they end. */
static shown show_tree(const xmlNode *root)
{
    shown text = {NULL, 0};
    append(&text, "", 0);
    for (const xmlNode *node = root; node != NULL;) {
        if (node->type == XML_TEXT_NODE)
            append(&text, (const char *)node->content, strlen((const char *)node->content));
        if (is_shown(node) && node->children != NULL) {
            node = node->children;
            continue;
        }
        while (node != root && node->next == NULL) node = node->parent;
        node = node == root ? NULL : node->next;
    }
    return text;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

/* Leaves what is no white space. */
static size_t squeeze(char *text, size_t length)
{
    size_t to = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte > ' ') text[to++] = text[i];
    }
    text[to] = '\0';
    return to;
}

static void compare(const char *path, mill_text cleaned, const char *page, size_t length)
{
    htmlDocPtr tree = htmlReadMemory(page, (int)length, NULL, "UTF-8",
                                     HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                         HTML_PARSE_RECOVER | HTML_PARSE_NONET);
    ck_assert_ptr_nonnull(tree);
    shown reference = show_tree(xmlDocGetRootElement(tree)), own = {NULL, 0};
    append(&own, cleaned.data, cleaned.length);
    size_t own_length = squeeze(own.text, own.length);
    size_t reference_length = squeeze(reference.text, reference.length), same = 0;
    while (same < own_length && own.text[same] == reference.text[same]) same++;
    ck_assert_msg(own_length == reference_length && same == own_length,
                  "%s: \"%.80s\" should be \"%.80s\"", path, own.text + same,
                  reference.text + same);
    free(own.text);
    free(reference.text);
    xmlFreeDoc(tree);
}

static void clean_and_compare(workbench *desk, loaded_plugin *cleaner, const char *path,
                              const char *page, size_t length)
{
    workbench_begin(desk, path);
    mill_document_set_text(desk->handle, page, length);
    workbench_apply(desk);
    ck_assert_int_eq(cleaner->plugin->process(cleaner->instance, desk->handle), MILL_OK);
    workbench_apply(desk);
    compare(path, mill_document_text(desk->handle), page, length);
}

/* Tells whether all parsers go different ways where this element is not opened or closed. */
static bool is_needed(const char *name)
{
    static const char *const needed[] = {"script", "style", "head", "body", "title"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (strncasecmp(name, needed[i], strlen(needed[i])) == 0) return true;
    return false;
}

/* Cuts a whole tag out of the page, so that elements are not closed or not opened. */
static size_t cut_tag(char *page, size_t length, random_source *random)
{
    char *open = strchr(page + random_below(random, (uint32_t)length), '<');
    char *close = open != NULL ? strchr(open, '>') : NULL;
    if (close == NULL || is_needed(open + 1 + (open[1] == '/'))) return length;
    memmove(open, close + 1, (size_t)(page + length - close));
    return length - (size_t)(close + 1 - open);
}

/* Tells whether a page has elements that HTML does not know, which clean_html leaves as text. */
static bool has_custom_elements(const char *page)
{
    for (const char *open = strchr(page, '<'); open != NULL; open = strchr(open + 1, '<')) {
        size_t length = strcspn(open, " >-!");
        if (open[length] == '-' && length > 1) return true;
    }
    return false;
}

START_TEST(shows_the_words_that_libxml2_shows)
{
    static const char *const options[] = {"extract=all", NULL};
    enum { CUTS = 20 };
    random_source random = random_seeded("html_reference");
    workbench desk;
    loaded_plugin cleaner;
    glob_t pages;
    workbench_open(&desk, NULL, 0);
    ck_assert(plugin_open(&cleaner, "clean_html", options, &desk));
    ck_assert_int_eq(glob("plugins/clean_html/pages/*.html", 0, NULL, &pages), 0);
    size_t compared = 0;
    for (size_t i = 0; i < pages.gl_pathc; i++) {
        size_t length;
        char *page = test_read(pages.gl_pathv[i], &length);
        bool skips = has_custom_elements(page);
        compared += !skips;
        for (int cut = 0; cut <= CUTS && !skips; cut++) {
            clean_and_compare(&desk, &cleaner, pages.gl_pathv[i], page, length);
            length = cut_tag(page, length, &random);
        }
        free(page);
    }
    ck_assert_uint_ge(compared, 20);
    globfree(&pages);
    plugin_close(&cleaner);
    workbench_close(&desk);
    xmlCleanupParser();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {shows_the_words_that_libxml2_shows, NULL};
    return test_run(test_suite("html_reference", tests));
}
