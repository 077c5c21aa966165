/* page - a news page as a tree of its block elements and the stretches of text in them. */
#ifndef CLEAN_HTML_PAGE_H
#define CLEAN_HTML_PAGE_H

#include "article.h"

typedef enum page_role {
    ROLE_NONE,
    ROLE_OUT,
    ROLE_STORY,
    ROLE_HEADING,
    ROLE_HEADLINE,
    ROLE_TEXT,
    ROLE_COUNT
} page_role;

typedef struct page_node {
    uint32_t parent; /* its index is lower; that of the root is its own */
    uint32_t name;   /* a hash */
    page_role role;  /* by its name */
    bool out;        /* its name or a class of its says so */
    bool story;      /* a class of its says so */
    bool body;       /* it is marked as the body of an article */
    float score;
    uint32_t text;  /* bytes of paragraphs in it and below */
    uint32_t links; /* bytes of links in it and below */
    uint32_t all;   /* bytes of all text in it and below */
} page_node;

/* A stretch of text between two tags of block elements. */
typedef struct page_block {
    uint32_t begin;
    uint32_t end;
    uint32_t node;
    uint32_t text; /* bytes but spaces */
    uint32_t links;
    uint32_t commas;
} page_block;

typedef struct page_tree {
    page_node *nodes;
    size_t node_count;
    page_block *blocks;
    size_t block_count;
} page_tree;

/* Reads the page that `finder` stands for. Fails: false, out of memory. */
bool page_read(page_tree *page, const article_words *words, mill_document *document,
               tag_finder *finder);

#endif
