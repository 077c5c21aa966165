/* vader_but - see vader_but.h. The original goes through the strengths, looks each one up by its
 * value and shifts the first that has it. So equal strengths collide: in "fantastic but huge", 2.6
 * and 1.3, the first is halved to 1.3, is found again in the place of the second, and halved once
 * more.
 *
 * A search from the start for each strength takes time that grows with the square of the text. Here
 * the tokens of each value form a heap, in which the first token is on top: a leftist heap, whose
 * right branches are short. Heaps are found by their value in a hash table.
 */
#include "vader_but.h"

#define BEFORE_BUT 0.5
#define AFTER_BUT  1.5

/* Tokens are numbered from 1 here; 0 is none. */
typedef struct heap_node {
    uint32_t left;
    uint32_t right;
    uint32_t rank; /* how many steps to the right there are */
} heap_node;

typedef struct value_heap {
    uint64_t value; /* the bits of a strength; 0: a free place */
    uint32_t first; /* 0: no token has this value any more */
} value_heap;

typedef struct value_table {
    heap_node *nodes;
    value_heap *heaps;
    uint64_t mask;
} value_table;

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static value_heap *find_heap(const value_table *table, double value)
{
    uint64_t bits = bits_of(value);
    for (uint64_t at = bits * UINT64_C(0x9E3779B97F4A7C15) >> 32;; at++) {
        value_heap *heap = table->heaps + (at & table->mask);
        if (heap->value == bits || heap->value == 0) return heap;
    }
}

/* Joins two heaps. The depth is that of the right branches, at most the logarithm of the size. */
static uint32_t merge(heap_node *nodes, uint32_t one, uint32_t other)
{
    if (one == 0 || other == 0) return one + other;
    uint32_t top = one < other ? one : other, rest = one < other ? other : one;
    heap_node *node = &nodes[top];
    node->right = merge(nodes, node->right, rest);
    if (nodes[node->left].rank < nodes[node->right].rank) {
        uint32_t left = node->left;
        node->left = node->right;
        node->right = left;
    }
    node->rank = nodes[node->right].rank + 1;
    return top;
}

static void add_token(const value_table *table, double value, uint32_t token)
{
    value_heap *heap = find_heap(table, value);
    heap->value = bits_of(value);
    table->nodes[token] = (heap_node){0, 0, 1};
    heap->first = merge(table->nodes, heap->first, token);
}

/* Takes the first token that has a value. */
static uint32_t take_token(const value_table *table, double value)
{
    value_heap *heap = find_heap(table, value);
    uint32_t token = heap->first;
    heap->first = merge(table->nodes, table->nodes[token].left, table->nodes[token].right);
    return token;
}

/* Every token has one value at first and gets at most one more at each step: two for each at most.
 */
static mill_status open_table(value_table *table, mill_document *document, uint32_t count,
                              uint32_t values)
{
    size_t places = 16;
    while (places / 4 < values) places *= 2;
    table->mask = places - 1;
    table->nodes = mill_alloc(document, ((size_t)count + 1) * sizeof *table->nodes);
    table->heaps = mill_alloc(document, places * sizeof *table->heaps);
    if (table->nodes == NULL || table->heaps == NULL) return MILL_FAILED;
    table->nodes[0] = (heap_node){0, 0, 0};
    memset(table->heaps, 0, places * sizeof *table->heaps);
    return MILL_OK;
}

mill_status vader_shift(mill_document *document, double *strengths, uint32_t count, uint32_t but)
{
    value_table table;
    uint32_t values = 0;
    for (uint32_t i = 0; i < count; i++) values += strengths[i] < 0 || strengths[i] > 0;
    if (values == 0) return MILL_OK;
    if (open_table(&table, document, count, values) != MILL_OK) return MILL_FAILED;
    for (uint32_t i = 0; i < count; i++)
        if (strengths[i] < 0 || strengths[i] > 0) add_token(&table, strengths[i], i + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (!(strengths[i] < 0 || strengths[i] > 0)) continue;
        uint32_t token = take_token(&table, strengths[i]);
        double *strength = &strengths[token - 1];
        if (token - 1 != but) *strength *= token - 1 < but ? BEFORE_BUT : AFTER_BUT;
        if (*strength < 0 || *strength > 0) add_token(&table, *strength, token);
    }
    return MILL_OK;
}
