/* textmill explain: one article's way through a pipeline, for people, for programs, as a page. */
#include "program.h"

static const char news[] =
    "[clean_whitespace]\n[clean_lines]\n[split_sentences]\n[extract_quotes]\n"
    "[score_sentiment]\n";

static const char article[] =
    "{\"id\":\"a1\",\"text\":\"Photo: Ann Lee/Reuters\\n\\nThe bridge  is closed. \\\"It is a "
    "building,\\\" said Tom Hale.\"}\n"
    "{\"id\":\"a2\",\"text\":\"Nothing.\"}\n{\"id\":3,\"text\":\"spam\"}\n"
    "{\"id\":\"a4\",\"text\":\"this is bad\"}\n";

static void begin_news(void)
{
    begin();
    write_file("news.ini", news);
    write_file("in.jsonl", article);
}

/* Times are what no test may know. */
#define TIMELESS " | sed -E 's/ +[0-9]+\\.[0-9]{3} ms//'"

START_TEST(tells_an_article_stage_by_stage)
{
    begin_news();
    expect(in_home("COLUMNS=72 textmill explain news.ini in.jsonl" TIMELESS), 0,
           "in.jsonl:1\n"
           "id a1\n"
           "goes to the output\n"
           "\n"
           "input (reader jsonl)\n"
           "\n"
           "clean_whitespace  1 change\n"
           "    …: Ann Lee/Reuters⏎⏎The bridge [- -]is closed. \"It is a building,\"…\n"
           "\n"
           "clean_lines  1 change\n"
           "    [-Photo: Ann Lee/Reuters⏎⏎-]The bridge is closed. \"It is a…\n"
           "\n"
           "split_sentences\n"
           "  + sentences  2 spans\n"
           "    1  The bridge is closed.\n"
           "    2  \"It is a building,\" said Tom Hale.\n"
           "\n"
           "extract_quotes\n"
           "  + quotes  1 span\n"
           "    1  \"It is a building,\" said Tom Hale\n"
           "       kind direct · group 0 · speaker Tom Hale · speaker_mention Tom\n"
           "       Hale · speaker_type name · cue said · rule verb-behind ·\n"
           "       confidence 0.99 · sentences [1,1]\n"
           "  + of the article\n"
           "    speakers [{\"name\":\"Tom Hale\",\"forms\":[\"Tom\n"
           "    Hale\"],\"quotes\":1,\"words\":…\n"
           "\n"
           "score_sentiment\n"
           "  + sentences: sentiment  2 spans\n"
           "    1  The bridge is closed.                      sentiment 0\n"
           "    2  \"It is a building,\" said Tom Hale.         sentiment 0\n"
           "  + quotes: sentiment  1 span\n"
           "    1  \"It is a building,\"                        sentiment 0\n"
           "  + of the article\n"
           "    sentiment.compound 0 · sentiment.pos 0 · sentiment.neu 1 ·\n"
           "    sentiment.neg 0 · sentiment.label neutral ·\n"
           "    sentiment.positive_sentences 0 · sentiment.negative_sentences 0\n"
           "\n"
           "output (writer jsonl)\n",
           "");
}
END_TEST

START_TEST(stays_within_a_narrow_terminal)
{
    begin_news();
    expect(in_home("for width in 24 31 60 80 120; do for k in 1 2 3; do "
                   "COLUMNS=$width textmill explain news.ini in.jsonl --full --article $k | "
                   "LC_ALL=C.UTF-8 grep -E \"^.{$((width + 1))}\"; done; done; "
                   "COLUMNS=31 textmill explain news.ini in.jsonl | LC_ALL=C.UTF-8 "
                   "grep -qE '^.{31}' && echo fills"),
           0, "fills\n", "");
}
END_TEST

START_TEST(colours_only_where_colours_are_wanted)
{
    begin_news();
    expect(in_home("textmill explain news.ini in.jsonl | grep -c '\033'; "
                   "CLICOLOR_FORCE=1 NO_COLOR=1 textmill explain news.ini in.jsonl | "
                   "grep -c '\033'; "
                   "CLICOLOR_FORCE=1 textmill explain news.ini in.jsonl | "
                   "grep -oE '\033\\[0;9;31m Photo|\033\\[0;9;31mPhoto[^\033]*' | cat -v"),
           0, "0\n0\n^[[0;9;31mPhoto: Ann Lee/ReutersM-bM-^OM-^NM-bM-^OM-^N\n", "");
}
END_TEST

START_TEST(lets_nothing_of_an_article_reach_the_terminal)
{
    begin();
    write_file("x.ini", "[split_sentences]\n[clean_unicode]\n");
    write_file("in.jsonl", "{\"id\":\"\\u001b[31mred\",\"text\":\"Bell \\u0007 and \\u001b]0;title"
                           "\\u0007 and \\u202e back \\u009b31m and \\u200b.\"}\n");
    expect(in_home("textmill explain x.ini in.jsonl | LC_ALL=C grep -c "
                   "\"$(printf '[\\001-\\010\\016-\\037\\177]\\\\|\\302[\\200-\\237]\\\\|\\342\\200"
                   "[\\252-\\256]')\""),
           1, "0\n", "");
    expect(in_home("COLUMNS=80 textmill explain x.ini in.jsonl | grep -o 'Bell .-<U+0007>-.'"), 0,
           "Bell [-<U+0007>-]\n", "");
}
END_TEST

START_TEST(finds_an_article_by_number_or_by_id)
{
    begin_news();
    expect(in_home("textmill explain news.ini in.jsonl --article 2 | head -n 2; "
                   "textmill explain news.ini --id 3 <in.jsonl | head -n 2; "
                   "textmill explain news.ini in.jsonl -i a4 | head -n 2"),
           0, "in.jsonl:2\nid a2\nstdin:3\nid 3\nin.jsonl:4\nid a4\n", "");
    expect(in_home("textmill explain news.ini in.jsonl --article 5"), 2, "",
           "textmill: explain: --article 5: the input has only 4 articles\n");
    expect(in_home("textmill explain news.ini in.jsonl --id xyz"), 2, "",
           "textmill: explain: --id xyz: none of the 4 articles has this id\n");
    expect(in_home("textmill explain news.ini in.jsonl --id aa4"), 2, "",
           "textmill: explain: --id aa4: no article has this id; did you mean 'a4'?\n");
    expect(in_home("sed 's/a4/article-17/' in.jsonl | textmill explain news.ini --id artcle-17"), 2,
           "",
           "textmill: explain: --id artcle-17: no article has this id; did you mean "
           "'article-17'?\n");
}
END_TEST

START_TEST(tells_of_an_article_that_fails_and_of_one_that_is_dropped)
{
    begin_news();
    build_fussy();
    expect(in_home("COLUMNS=60 textmill explain fussy.ini in.jsonl -n 4" TIMELESS "; "
                   "textmill explain fussy.ini in.jsonl -n 4 >/dev/null"),
           3,
           "in.jsonl:4\nid a4\nfails, and a run would set it aside\n\ninput (reader jsonl)\n\n"
           "fussy\n  failed: \"bad\" is a bad word; choose another\n",
           "");
    expect(in_home("COLUMNS=60 textmill explain fussy.ini in.jsonl -n 3" TIMELESS "; "
                   "textmill explain fussy.ini in.jsonl -n 3 >/dev/null"),
           0, "in.jsonl:3\nid 3\nis dropped\n\ninput (reader jsonl)\n\nfussy\n  dropped\n", "");
}
END_TEST

START_TEST(tells_of_a_stage_that_crashes_hangs_or_ends)
{
    static const struct {
        const char *deed, *told;
    } cases[] = {
        {"segv", "failed: killed by SIGSEGV"},
        {"loop", "failed: took longer than timeout = 0.5 s; raise timeout in [pipeline]"},
        {"kill9", "failed: killed by SIGKILL"},
    };
    begin();
    build_plugin("hostile");
    write_file("x.ini", "[pipeline]\ntimeout = 0.5\n[clean_whitespace]\n[hostile]\n"
                        "plugin = ./hostile.so\n[split_sentences]\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[200];
        snprintf(expected, sizeof expected, "clean_whitespace  1 change\nhostile\n  %s\n",
                 cases[i].told);
        expect(in_home("echo '{\"text\":\"Now  do:%s\"}' >d.jsonl; COLUMNS=100 "
                       "textmill explain x.ini d.jsonl" TIMELESS
                       " | grep -E '^(clean|hostile|  f)'; "
                       "textmill explain x.ini d.jsonl >/dev/null",
                       cases[i].deed),
               3, expected, "");
    }
}
END_TEST

START_TEST(takes_the_articles_before_through_stages_in_stream_order)
{
    begin();
    write_file("x.ini", "[deduplicate]\naction = mark\n");
    write_file("in.jsonl", "{\"id\":\"first\",\"text\":\"The same words.\"}\n"
                           "{\"id\":\"b\",\"text\":\"Others.\"}\n"
                           "{\"id\":\"c\",\"text\":\"the SAME words\"}\n");
    expect(in_home("textmill explain x.ini in.jsonl -n 3 | grep '    duplicate '; "
                   "textmill explain x.ini in.jsonl --id b | grep '    duplicate '"),
           0, "    duplicate yes · duplicate_of first\n    duplicate no\n", "");
}
END_TEST

START_TEST(tells_programs_the_same)
{
    begin_news();
    expect(
        in_home("textmill explain news.ini in.jsonl --json | "
                "sed -E 's/\"seconds\":[0-9.e-]+/\"seconds\":0/g' | "
                "grep -oE '^.*\"section\":\"split_sentences\"|\"changes\".*$'"),
        0,
        "{\"pipeline\":\"news.ini\",\"source\":\"in.jsonl:1\",\"article\":1,\"id\":\"a1\","
        "\"outcome\":\"out\",\"raw\":\"Photo: Ann Lee/Reuters\\n\\nThe bridge  is closed. "
        "\\\"It is a building,\\\" said Tom Hale.\",\"text\":\"The bridge is closed. \\\"It is a "
        "building,\\\" said Tom Hale.\",\"steps\":[{\"section\":\"input\",\"kind\":\"reader\","
        "\"plugin\":\"jsonl\",\"version\":\"1.0.0\",\"seconds\":0,\"outcome\":\"done\"},"
        "{\"section\":\"clean_whitespace\",\"kind\":\"stage\",\"plugin\":\"clean_whitespace\","
        "\"version\":\"1.0.0\",\"seconds\":0,\"outcome\":\"done\",\"edits\":[{\"begin\":35,"
        "\"end\":36,\"removed\":\" \",\"inserted\":\"\"}],\"layers\":[],\"attributes\":{}},"
        "{\"section\":\"clean_lines\",\"kind\":\"stage\",\"plugin\":\"clean_lines\",\"version\":"
        "\"1.0.0\",\"seconds\":0,\"outcome\":\"done\",\"edits\":[{\"begin\":0,\"end\":24,"
        "\"removed\":\"Photo: Ann Lee/Reuters\\n\\n\",\"inserted\":\"\"}],\"layers\":[],"
        "\"attributes\":{}},{\"section\":\"split_sentences\"\n"
        "\"changes\":[{\"stage\":\"clean_lines\",\"raw_begin\":0,\"raw_end\":24,\"begin\":0,"
        "\"end\":0,\"removed\":\"Photo: Ann Lee/Reuters\\n\\n\"},{\"stage\":"
        "\"clean_whitespace\",\"raw_begin\":35,\"raw_end\":36,\"begin\":11,\"end\":11,"
        "\"removed\":\" \"}]}\n",
        "");
    expect(
        in_home("textmill explain news.ini in.jsonl --json | "
                "grep -oE '\"layer\":\"sentences\",\"new\":true,\"spans\":[^]]*]|"
                "\"speaker_begin\":[0-9]+,\"speaker_end\":[0-9]+|"
                "\"layer\":\"quotes\",\"new\":false,\"spans\":[^]]*]'"),
        0,
        "\"layer\":\"sentences\",\"new\":true,\"spans\":[{\"begin\":0,\"end\":21,\"text\":\"The "
        "bridge is closed.\"},{\"begin\":22,\"end\":56,\"text\":\"\\\"It is a building,\\\" said "
        "Tom Hale.\"}]\n"
        "\"speaker_begin\":47,\"speaker_end\":55\n"
        "\"layer\":\"quotes\",\"new\":false,\"spans\":[{\"begin\":22,\"end\":41,\"text\":\"\\\"It "
        "is a building,\\\"\",\"sentiment\":0}]\n",
        "");
}
END_TEST

START_TEST(writes_places_in_code_points)
{
    begin();
    write_file("x.ini", "[clean_whitespace]\n[split_sentences]\n");
    write_file("in.jsonl",
               "{\"text\":\"\xC3\x89t\xC3\xA9 \xF0\x9F\x98\x80.  \xC3\x8Ele verte.\"}\n");
    expect(
        in_home("textmill explain x.ini in.jsonl --json | grep -oE '\"(begin|end)\":[0-9]+' | "
                "tr '\\n' ' '"),
        0,
        "\"begin\":7 \"end\":8 \"begin\":0 \"end\":6 \"begin\":7 \"end\":17 \"begin\":7 \"end\":7 ",
        "");
}
END_TEST

/* ---- The page ------------------------------------------------------------------------------ */

#define ATTACK                                                                                     \
    "</style></textarea><script>document.title='taken'</script><img src=x onerror=alert(1)>"

START_TEST(writes_a_page_into_which_an_article_puts_no_markup)
{
    begin();
    write_file("x.ini", "[clean_html]\n[split_sentences]\n[extract_quotes]\n[my \"<b>stage\"]\n"
                        "plugin = clean_whitespace\n");
    write_file("in.jsonl", "{\"id\":\"\\\"><script>alert(2)</script>\",\"text\":\"" ATTACK
                           " \\u201cIt is &lt;script&gt; bad,\\u201d said <b onclick='x'>Tom' "
                           "\\\"Hale\\\".</b>\"}\n");
    expect(in_home("textmill explain x.ini in.jsonl --html p.html && "
                   "grep -oiE '<(script|img|textarea|b onclick)|onerror=[^a]|<b>stage' p.html; "
                   "grep -c 'Content-Security-Policy' p.html; "
                   "grep -ciE '<(link|a|iframe|object|svg|base)[ >]|[:( ]url\\(|@import' p.html; "
                   "grep -oE '<(section|input type=\"radio\")' p.html | sort | uniq -c"),
           0, "1\n0\n      8 <input type=\"radio\"\n      8 <section\n", "");
}
END_TEST

START_TEST(marks_spans_and_changes_in_the_page)
{
    begin_news();
    expect(in_home("textmill explain news.ini in.jsonl --html - | "
                   "grep -oE '<mark class=\"[^\"]*m1[^\"]*\" title=\"[^\"]*\">[^<]*</mark>|"
                   "<mark class=\"[^\"]*place[^\"]*\" title=\"[^\"]*\">[^<]*</mark>|"
                   "<del class=\"k[0-9]\" title=\"[a-z_]*\">[^<]*' | head -n 4; "
                   "textmill explain news.ini in.jsonl --html - | grep -oE '<del class[^<]*'"),
           0,
           "<mark class=\"odd t0 span m1\" title=\"sentences 2, quotes 1\">&quot;It is a "
           "building,&quot;</mark>\n"
           "<mark class=\"odd t0 place m3\" title=\"sentences 2, quotes · cue 1\">said</mark>\n"
           "<mark class=\"odd t0 place m2\" title=\"sentences 2, quotes · speaker 1\">Tom Hale"
           "</mark>\n"
           "<mark class=\"span m1\" title=\"quotes 1\">&quot;It is a building,&quot;</mark>\n"
           "<del class=\"k2\" title=\"clean_lines\">Photo: Ann Lee/Reuters\n"
           "<del class=\"k1\" title=\"clean_whitespace\"> \n",
           "");
}
END_TEST

START_TEST(replaces_a_page_only_by_force)
{
    begin_news();
    expect(in_home("textmill explain news.ini in.jsonl --html p.html; "
                   "textmill explain news.ini in.jsonl --html p.html"),
           1, "", "textmill: p.html exists; add --force to replace it or choose another name\n");
    expect(in_home("textmill explain news.ini in.jsonl --html p.html -f"), 0, "", "");
}
END_TEST

START_TEST(survives_articles_of_all_kinds)
{
    begin_news();
    expect(in_home("printf '%%s\\n' '{\"text\":\"\"}' '{\"text\":\"x\"}' '{\"text\":\"\\n\"}' "
                   "'{\"text\":\"\\u0000\"}' "
                   "'{\"text\":\"\\u05e9\\u05dc\\u05d5\\u05dd \\u202e\\u2067 e\\u0301\\u0301\"}' "
                   "'{\"text\":\"\\ud83d\\udc68\\u200d\\ud83d\\udc69\\u200d\\ud83d\\udc67 "
                   "\\u201cunclosed\"}' >all.jsonl; head -c 300000 /dev/zero | tr '\\0' 'w' | "
                   "sed 's/.*/{\"text\":\"&\"}/' >>all.jsonl; "
                   "for k in 1 2 3 4 5 6 7; do for how in '' --json '--html -' --full; do "
                   "textmill explain news.ini all.jsonl -n $k $how >out || echo $k $how $?; "
                   "iconv -f UTF-8 -t UTF-8 out >out2 || echo $k $how; done; done"),
           0, "", "");
}
END_TEST

START_TEST(says_what_is_wrong_with_the_command_line)
{
    static const struct {
        const char *arguments, *said;
    } cases[] = {
        {"", "name one pipeline file and at most one input; see textmill explain --help"},
        {"a b c", "name one pipeline file and at most one input; see textmill explain --help"},
        {"a -n 1 -i x", "--article and --id both name an article; leave one out"},
        {"a --json --html p", "--json and --html are two forms; leave one out"},
        {"a -n 0", "--article '0' is no number of an article; the first is 1"},
        {"a --article x", "--article 'x' is no number of an article; the first is 1"},
        {"a --jsn", "option --jsn is not known, lacks its value or takes none; see textmill "
                    "explain --help"},
    };
    char expected[400];
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(expected, sizeof expected, "textmill: explain: %s\n", cases[i].said);
        expect(in_home("textmill explain %s", cases[i].arguments), 2, "", expected);
    }
    expect(in_home("textmill explain x.ini nowhere.jsonl"), 1, "",
           "textmill: nowhere.jsonl: no such file or folder; check the path\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {tells_an_article_stage_by_stage,
                                  stays_within_a_narrow_terminal,
                                  colours_only_where_colours_are_wanted,
                                  lets_nothing_of_an_article_reach_the_terminal,
                                  finds_an_article_by_number_or_by_id,
                                  tells_of_an_article_that_fails_and_of_one_that_is_dropped,
                                  tells_of_a_stage_that_crashes_hangs_or_ends,
                                  takes_the_articles_before_through_stages_in_stream_order,
                                  tells_programs_the_same,
                                  writes_places_in_code_points,
                                  writes_a_page_into_which_an_article_puts_no_markup,
                                  marks_spans_and_changes_in_the_page,
                                  replaces_a_page_only_by_force,
                                  survives_articles_of_all_kinds,
                                  says_what_is_wrong_with_the_command_line,
                                  NULL};
    return test_run(test_suite("explain", tests));
}
