/* Stages in Lua: what a script may do, what it may not, and what is said about its mistakes. */
#include "program.h"

/* Makes s.lua and s.ini, which runs it behind the splitter. */
static void begin_with(const char *script)
{
    begin();
    write_file("s.lua", script);
    write_file("s.ini", "[split_sentences]\n[s]\nplugin = lua\nscript = s.lua\n"
                        "[output]\nplugin = jsonl\n");
}

/* Runs the script on one text, which is JSON's inside of a string; compares what follows the id. */
static void expect_result(const char *script, const char *text, const char *expected)
{
    char wanted[2000];
    begin_with(script);
    write_file("in.jsonl", "");
    snprintf(wanted, sizeof wanted,
             "{\"id\":\"a\",\"text\":\"%s\",\"title\":\"T\\u00e9\",\"n\":7}\n", text);
    write_file("in.jsonl", wanted);
    snprintf(wanted, sizeof wanted, "{\"id\":\"a\",\"text\":%s}\n", expected);
    expect(in_home("textmill run s.ini in.jsonl -o - -q"), 0, wanted, "");
}

/* Runs the script on one article, which it must fail; compares the reason. */
static void expect_fault(const char *body, const char *reason)
{
    char script[1000], err[1000];
    snprintf(script, sizeof script,
             "provides = { 'words[]', 'words[].weight number', 'size integer', 'at span' }\n"
             "function process(article)\n%s\nend\n",
             body);
    begin_with(script);
    write_file("in.jsonl", "{\"id\":\"a\",\"text\":\"A b\xC3\xA9t.\"}\n");
    snprintf(err, sizeof err, "set aside: in.jsonl:1: [s] %s\n", reason);
    expect(in_home("textmill run s.ini in.jsonl -o out.jsonl 2>&1 | grep '^set aside'"), 0, err,
           "");
}

#define TITLE ",\"title\":\"T\\u00e9\",\"n\":7"

START_TEST(a_script_edits_the_text)
{
    expect_result("function process(article)\n"
                  "  article:edit(1, 0, '>')\n"
                  "  for first, behind in article.text:gmatch('()%d()') do\n"
                  "    article:edit(first, behind - 1, '')\n"
                  "  end\n"
                  "end\n",
                  "a1 b2 x", "\">a b x\"" TITLE ",\"sentences\":[{\"begin\":1,\"end\":6}]");
}
END_TEST

/* A new text is compared with the old one, so that what is in it stays in place. */
START_TEST(a_script_hands_over_a_new_text)
{
    expect_result("function process(article)\n"
                  "  local text = article.text:gsub('colour', 'color')\n"
                  "  article.text = text:gsub('^', '')\n"
                  "end\n",
                  "A colour. The colour.",
                  "\"A color. The color.\"" TITLE
                  ",\"sentences\":[{\"begin\":0,\"end\":8},{\"begin\":9,\"end\":19}]");
}
END_TEST

START_TEST(a_script_adds_layers_and_attributes)
{
    expect_result(
        "needs = { 'sentences[]' }\n"
        "provides = { 'words[]', 'words[].weight number', 'words[].at span', 'title string',\n"
        "  'n integer', 'sure boolean', 'more json' }\n"
        "function process(article)\n"
        "  for first, word, behind in article.text:gmatch('()(%a+)()') do\n"
        "    article:add('words', first, behind - 1, { weight = #word / 2, at = { first, first } "
        "})\n"
        "  end\n"
        "  local s = article:spans('sentences')\n"
        "  article:set('title', article:metadata('title') .. #s .. s[2].first .. s[2].last)\n"
        "  article:set('n', article:metadata('n') + 1)\n"
        "  article:set('sure', article:metadata('none') == nil and article:raw() == article.text)\n"
        "  article:set('more', '[\"' .. article.id .. article:source() .. '\"]')\n"
        "end\n",
        "Oh. No.",
        "\"Oh. No.\",\"input_title\":\"T\\u00e9\",\"input_n\":7,"
        "\"sentences\":[{\"begin\":0,\"end\":3},{\"begin\":4,\"end\":7}],"
        "\"words\":[{\"begin\":0,\"end\":2,\"weight\":1,\"at_begin\":0,\"at_end\":1},"
        "{\"begin\":4,\"end\":6,\"weight\":1,\"at_begin\":4,\"at_end\":5}],"
        "\"title\":\"T\xC3\xA9"
        "257\",\"n\":8,\"sure\":true,\"more\":[\"ain.jsonl:1\"]");
}
END_TEST

START_TEST(a_script_drops_articles)
{
    begin_with("function process(article) if article.text == 'b' then article:drop() end end\n");
    write_file("in.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n");
    expect(in_home("textmill run s.ini in.jsonl -o out.jsonl 2>&1 | grep articles.in"), 0,
           "3 articles in = 2 out + 1 dropped + 0 dead letters\n", "");
}
END_TEST

START_TEST(a_script_has_an_argument)
{
    begin_with("function process(article) article.text = argument end\n");
    write_file("in.jsonl", "{\"text\":\"a\"}\n");
    expect(in_home("textmill run s.ini in.jsonl -o - -q --set s.argument=given | cut -c 1-39"), 0,
           "{\"id\":\"in.jsonl:1\",\"text\":\"given\",\"sent\n", "");
}
END_TEST

START_TEST(a_mistake_costs_the_article)
{
    static const char *const mistakes[][2] = {
        {"local x = nil .. 'a'", "s.lua:3: attempt to concatenate a nil value"},
        {"error('not today', 0)", "not today"},
        {"error({})", "an error that is not a string"},
        {"count = 1", "s.lua:3: global 'count' is set while articles are processed; make it local"},
        {"return cuont", "s.lua:3: there is no 'cuont'"},
        {"article:edit(0, 1, '')", "s.lua:3: 0 to 1 is no place in the text"},
        {"article:edit(2, 9, '')", "s.lua:3: 2 to 9 is no place in the text"},
        {"article:edit(4, 4, '')", "edit 3-4 cuts a character in two"},
        {"article:edit(1, 1, '\\255')",
         "edit 0-1: byte 0xFF at offset 0 of the replacement is not UTF-8"},
        {"article:edit(1, 1, '') article.text = 'x'",
         "article.text is set, and there are edits; do one of both"},
        {"article.text = {}", "article.text is set to a table"},
        {"article:add('wrods', 1, 2)",
         "s.lua:3: 'wrods[]' is not declared; add it to provides, needs or wants"},
        {"article:add('words', 1, 2, { wieght = 1 })",
         "s.lua:3: 'words[].wieght' is not declared; add it to provides, needs or wants"},
        {"article:add('words', 1, 2, { weight = 'x' })",
         "s.lua:3: 'weight' is declared as a number, but set to a string"},
        {"article:add('words', 3, 3) article:add('words', 1, 1)",
         "span 0-1 of layer 'words' begins before the span added last, at 2; spans come sorted by "
         "begin"},
        {"article:set('size', 1.5)",
         "s.lua:3: 'size' is declared as an integer, but set to a fraction"},
        {"article:set('at', { 1, 99 })", "s.lua:3: 1 to 99 is no place in the text"},
        {"local function f() return f() .. 'x' end f()", "stack overflow"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        expect_fault(mistakes[i][0], mistakes[i][1]);
}
END_TEST

/* In one process there is no limit of memory. */
START_TEST(a_script_that_takes_all_memory_costs_the_article)
{
    if (getenv("ONE_PROCESS") == NULL)
        expect_fault("local s = 'x' while true do s = s .. s end", "out of memory");
}
END_TEST

START_TEST(a_script_reaches_nothing_else)
{
    static const char *const names[] = {"io",
                                        "os",
                                        "package",
                                        "require",
                                        "dofile",
                                        "loadfile",
                                        "load",
                                        "debug",
                                        "jit",
                                        "ffi",
                                        "module",
                                        "loadstring",
                                        "string.dump",
                                        "math.random",
                                        "getfenv",
                                        "newproxy",
                                        "setfenv",
                                        "gcinfo",
                                        "math.randomseed",
                                        "collectgarbage"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char script[300];
        snprintf(script, sizeof script,
                 "local ok, found = pcall(function() return %s end)\n"
                 "local seen = ok and found ~= nil\n"
                 "function process(article) if not seen then article:drop() end end\n",
                 names[i]);
        begin_with(script);
        write_file("in.jsonl", "{\"text\":\"a\"}\n");
        test_outcome ran = in_home("textmill run s.ini in.jsonl -o - -q");
        ck_assert_msg(ran.exit_code == 0 && ran.out[0] == '\0', "%s: %s%s", names[i], ran.out,
                      ran.err);
    }
}
END_TEST

START_TEST(what_is_wrong_is_told_before_the_first_article)
{
    static const char *const scripts[][2] = {
        {"functoin process() end\n", "s.lua:1: '=' expected near 'process'"},
        {"x = 1 .. nil\n", "s.lua:1: attempt to concatenate a nil value"},
        {"x = 1\n", "s.lua defines no function process; write one"},
        {"provides = 'words[]'\nfunction process() end\n",
         "s.lua: provides must be a list: { \"words[]\", \"words[].weight number\" }"},
        {"provides = { true }\nfunction process() end\n",
         "s.lua: provides: element 1 is not a string"},
        {"provides = { 'size' }\nfunction process() end\n",
         "field 'size' needs a type behind its name: boolean, integer, number, string, span or "
         "json"},
        {"\033LJ\002", "attempt to load chunk with wrong mode"},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char err[400];
        begin_with(scripts[i][0]);
        snprintf(err, sizeof err, "s.ini:2: [s] %s\ntextmill: 1 mistake found; nothing was read\n",
                 scripts[i][1]);
        expect(in_home("textmill check s.ini"), 2, "", err);
    }
    begin_with("");
    expect(
        in_home("textmill check s.ini --set s.script="), 2, "",
        "s.ini:2: [s] script: set it to a Lua file\ntextmill: 1 mistake found; nothing was read\n");
}
END_TEST

START_TEST(the_example_runs)
{
    begin();
    write_file("in.jsonl",
               "{\"id\":\"a\",\"text\":\"[EMBARGO until noon] He drove 50km/h whilst they "
               "utilise it (photo 3 of 9). --more--\"}\n");
    expect(test_shell("textmill run examples/scripts/house_style.ini %s -o - -q --dead-letters %s",
                      test_path(home, "in.jsonl"), test_path(home, "letters")),
           0, "{\"id\":\"a\",\"text\":\"He drove 50 km/h while they use it.\"}\n", "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_script_edits_the_text,
                                  a_script_hands_over_a_new_text,
                                  a_script_adds_layers_and_attributes,
                                  a_script_drops_articles,
                                  a_script_has_an_argument,
                                  a_mistake_costs_the_article,
                                  a_script_that_takes_all_memory_costs_the_article,
                                  a_script_reaches_nothing_else,
                                  what_is_wrong_is_told_before_the_first_article,
                                  the_example_runs,
                                  NULL};
    return test_run(test_suite("lua", tests));
}
