/* textmill graph: the chain as a drawing. */
#include "program.h"

static const char chain[] = "[clean_whitespace]\n[split_sentences]\n[extract_quotes]\n"
                            "[score_sentiment]\n[deduplicate]\n[output]\nplugin = jsonl\n"
                            "[output two]\npath = o\"1.txt\n";

START_TEST(draws_a_lane_for_everything_that_is_provided)
{
    begin();
    write_file("x.ini", chain);
    expect(in_home("COLUMNS=80 textmill graph x.ini"), 0,
           "input             reader by the file's name\n"
           " │\n"
           "clean_whitespace  edits the text\n"
           " │\n"
           "split_sentences   ●  sentences\n"
           " │                │\n"
           "extract_quotes    ○  ●  ●  quotes, speakers\n"
           " │                │  │  │\n"
           "score_sentiment   ◉  ◉  │  ●  sentiment, sentences.sentiment, quotes.sentiment\n"
           " │                │  │  │  │  one process from here, in stream order\n"
           "deduplicate       │  │  │  │  ●  ●  duplicate, duplicate_of\n"
           " │                │  │  │  │  │  │\n"
           "output            ○  ○  ○  ○  ○  ○  writer jsonl, to standard output\n"
           " │                │  │  │  │  │  │\n"
           "output two        ○  ○  ○  ○  ○  ○  writer text, to o\"1.txt\n",
           "");
}
END_TEST

START_TEST(stays_within_a_narrow_terminal)
{
    begin();
    write_file("x.ini", chain);
    expect(in_home("for width in 24 30 47 80; do COLUMNS=$width textmill graph x.ini | "
                   "LC_ALL=C.UTF-8 grep -E \"^.{$((width + 1))}\"; done; "
                   "COLUMNS=30 textmill graph x.ini | LC_ALL=C.UTF-8 grep -cE '^.{30}'"),
           0, "5\n", "");
}
END_TEST

START_TEST(draws_in_colour_only_where_it_is_wanted)
{
    begin();
    write_file("x.ini", chain);
    expect(in_home("textmill graph x.ini | grep -c '\033'; "
                   "CLICOLOR_FORCE=1 textmill graph x.ini | grep -q '\033' && echo coloured; "
                   "CLICOLOR_FORCE=1 NO_COLOR=1 textmill graph x.ini | grep -c '\033'"),
           1, "0\ncoloured\n0\n", "");
}
END_TEST

START_TEST(writes_the_graph_for_graphviz)
{
    begin();
    write_file("x.ini", "[clean_whitespace]\n[split_sentences]\n[score_sentiment]\n[output]\n"
                        "path = o\"1.jsonl\n");
    expect(in_home("textmill graph x.ini --dot"), 0,
           "digraph pipeline {\n"
           "  label=\"x.ini\";\n"
           "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
           "  edge [fontname=\"sans-serif\"];\n"
           "  step0 [label=\"input\\nreader by the file's name\"];\n"
           "  step1 [label=\"clean_whitespace\\nclean_whitespace 1.0.0, edits the text\"];\n"
           "  step2 [label=\"split_sentences\\nsplit_sentences 1.0.0\"];\n"
           "  step3 [label=\"score_sentiment\\nscore_sentiment 1.0.0\"];\n"
           "  step4 [label=\"output\\njsonl, to o\\\"1.jsonl\"];\n"
           "  step0 -> step1;\n"
           "  step1 -> step2;\n"
           "  step2 -> step3;\n"
           "  step3 -> step4;\n"
           "  step2 -> step3 [label=\"sentences\", style=dashed, constraint=false];\n"
           "}\n",
           "");
}
END_TEST

START_TEST(tells_the_mistakes_of_a_pipeline_instead)
{
    begin();
    write_file("x.ini", "[split_sentnces]\n");
    expect(in_home("textmill graph x.ini"), 2, "",
           "x.ini:1: [split_sentnces] no stage plug-in 'split_sentnces'; did you mean "
           "'split_sentences'?\ntextmill: 1 mistake found; nothing was read\n");
    expect(in_home("textmill graph"), 2, "",
           "textmill: graph: name one pipeline file; see textmill graph --help\n");
    expect(in_home("textmill graph x.ini --dto"), 2, "",
           "textmill: graph: option --dto is not known, lacks its value or takes none; see "
           "textmill graph --help\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        draws_a_lane_for_everything_that_is_provided, stays_within_a_narrow_terminal,
        draws_in_colour_only_where_it_is_wanted,      writes_the_graph_for_graphviz,
        tells_the_mistakes_of_a_pipeline_instead,     NULL};
    return test_run(test_suite("graph", tests));
}
