/* The page of explain in a real browser: Chromium, if it is there. What an article brings must stay
 * text there, and a click on a stage must show it. */
#include "program.h"

#include <stdbool.h>

static bool has_browser(void)
{
    test_outcome found = test_shell("command -v chromium >/dev/null");
    bool is_there = found.exit_code == 0;
    free(found.out);
    free(found.err);
    if (!is_there) printf("skipped: chromium is not installed; apt-get install chromium\n");
    return is_there;
}

#define CHROMIUM                                                                                   \
    "chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir=\"$PWD/c\" " \
    "--window-size=900,700 "

static void write_page(void)
{
    begin();
    write_file("x.ini", "[clean_whitespace]\n[split_sentences]\n[extract_quotes]\n");
    write_file(
        "in.jsonl",
        "{\"id\":\"\\\"><script>document.title='taken'</script>\",\"text\":\"</style></title>"
        "<script>document.title='taken'</script><img src=x onerror=\\\"document.title="
        "'taken'\\\">  It is \\u201ctrue,\\u201d said Ann Lee.\"}\n");
    expect(in_home("textmill explain x.ini in.jsonl --html p.html"), 0, "", "");
}

START_TEST(a_browser_takes_nothing_of_an_article_for_markup)
{
    if (!has_browser()) return;
    write_page();
    expect(in_home(CHROMIUM
                   "--dump-dom \"file://$PWD/p.html\" 2>log >dom; "
                   "grep -ciE '<(script|img)' dom; grep -o '<title>.*</title>' dom; "
                   "grep -oE '<(section|nav|main|header)' dom | sort | uniq -c | tr -s ' '"),
           0,
           "0\n<title>\"&gt;&lt;script&gt;document.title='taken'&lt;/script&gt; – textmill "
           "explain</title>\n"
           " 1 <header\n 1 <main\n 1 <nav\n 7 <section\n",
           "");
}
END_TEST

/* Without a mouse at hand: the page with another radio button pressed is another picture, and the
 * same one is the same picture. */
START_TEST(a_browser_shows_the_stage_that_is_chosen)
{
    if (!has_browser()) return;
    write_page();
    expect(
        in_home(
            "sed -e 's/ id=\"v0\" checked/ id=\"v0\"/' "
            "-e 's/ id=\"v5\"/ id=\"v5\" checked/' p.html >q.html; "
            "for page in p q; do " CHROMIUM
            "--screenshot=\"$PWD/$page.png\" \"file://$PWD/$page.html\" >log 2>&1; done; " CHROMIUM
            "--screenshot=\"$PWD/r.png\" \"file://$PWD/p.html\" >log 2>&1; "
            "cmp -s p.png q.png || echo differs; cmp -s p.png r.png && echo same; "
            "head -c 4 q.png | tail -c 3"),
        0, "differs\nsame\nPNG", "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_browser_takes_nothing_of_an_article_for_markup,
                                  a_browser_shows_the_stage_that_is_chosen, NULL};
    return test_run(test_suite("browser", tests));
}
