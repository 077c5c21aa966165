/* page - a news page as a tree of its block elements and the stretches of text in them. */
#ifndef CLEAN_HTML_PAGE_H
#define CLEAN_HTML_PAGE_H

#include "article.h"

/* What an element is by its name; see regions.txt. */
typedef enum page_role {
    ROLE_NONE,
    ROLE_OUT,
    ROLE_STORY,
    ROLE_HEADING,
    ROLE_HEADLINE,
    ROLE_TEXT,
    ROLE_ROW,
    ROLE_CELL,
    ROLE_ROOT,
    ROLE_COUNT
} page_role;

/* What a word in a class or an id says; see regions.txt. */
typedef enum page_word {
    WORD_STORY,
    WORD_CONTENT,
    WORD_SHORT,
    WORD_OUT,
    WORD_NEVER,
    WORD_NOT,
    WORD_NAMED,
    WORD_COUNT
} page_word;

/* What all the words together say, weakest first. */
typedef enum page_hint {
    HINT_NONE,
    HINT_STORY,
    HINT_BODY,
    HINT_SHORT,
    HINT_OUT,
    HINT_NEVER
} page_hint;

typedef struct page_node {
    uint32_t parent; /* its index is lower; that of the root is its own */
    page_role role;
    page_hint hint;
    bool out; /* no part of the story, nor is anything in it */
    mill_text name;
    uint32_t end;    /* the first node that is not in it */
    float score;     /* what its paragraphs say for it */
    uint32_t prose;  /* bytes of paragraphs in it and below */
    uint32_t text;   /* bytes of all text in it and below */
    uint32_t links;  /* bytes of that in links */
    uint32_t titles; /* headings that are links, in it and below */
    bool form;       /* a form is in it or below */
    bool item;       /* it begins with a link and goes on with something else */
    uint32_t items;  /* elements right below it that are such, of several parts, with prose */
    uint32_t parts;  /* elements right below it that have prose */
} page_node;

/* A stretch of text between two tags of block elements. */
typedef struct page_block {
    uint32_t begin;
    uint32_t end;
    uint32_t node;
    uint32_t text;  /* bytes but spaces */
    uint32_t links; /* bytes of that in links */
    uint32_t lead;  /* bytes of that before any that is in no link */
    uint32_t commas;
    bool sentence; /* it ends as one */
} page_block;

typedef struct page_tree {
    page_node *nodes;
    uint32_t node_count;
    page_block *blocks;
    uint32_t block_count;
    mill_text title; /* as the head has it; empty if there is none */
} page_tree;

/* Reads the page that `finder` stands for. Fails: false, out of memory. */
bool page_read(page_tree *page, const article_words *words, mill_document *document,
               tag_finder *finder);

#endif
