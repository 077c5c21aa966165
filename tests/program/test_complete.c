/* Completion: what the program offers, and what shells make of it. */
#include "program.h"

#define SCRIPTS "core/commands/completion"

static const struct {
    const char *words, *offered;
} cases[] = {
    {"ru", "run\n"},
    {"--v", "--version\n"},
    {"test", "test\ntest-plugin\n"},
    {"run --dea", "--dead-letters\n"},
    {"run -o", ""},
    {"run --progress a", "auto\nalways\n"},
    {"run --progress=n", "--progress=never\n"},
    {"run --resume=", "--resume=force\n"},
    {"run --workers ''", ""},
    {"run ''", "<files>.ini\n"},
    {"run --force a.ini ''", "<files>\n"},
    {"run -- --dea", "<files>.ini\n"},
    {"check a.ini ''", ""},
    {"explain a.ini --html ''", "<files>\n"},
    {"check a.ini --set ''", "split_sentences.\nmine.\noutput.\npipeline.\n"},
    {"check a.ini --set split_sentences.max", "split_sentences.max_length=\n"},
    {"check -s mine.ru a.ini -s mine.ru", "mine.rules=\n"},
    {"check a.ini -s mine.rules=", "mine.rules=news\nmine.rules=vader\n"},
    {"check a.ini --set=mine.rules=v", "--set=mine.rules=vader\n"},
    {"check a.ini -s mine.lexicon=", "<files>\n"},
    {"check a.ini -s output.offsets=u", "output.offsets=utf16\n"},
    {"check a.ini -s pipeline.on_error=s", "pipeline.on_error=stop\n"},
    {"check a.ini -s nowhere.x", ""},
    {"check nowhere.ini -s ''", ""},
    {"plugins mask", "mask_pii\n"},
    {"plugins ./", "<files>.so\n"},
    {"plugins tokenize ''", ""},
    {"new-plugin ''", ""},
    {"new-plugin a --kind w", "writer\n"},
    {"test-plugin ''", "<files>.so\n"},
    {"test-plugin --check sa", "same\nsandbox\n"},
    {"test-plugin --articles ''", "<folders>\n"},
    {"no-such-command ''", ""},
};

static void begin_completion(void)
{
    begin();
    write_file("a.ini", "[split_sentences]\n[mine]\nplugin = score_sentiment\n[output]\nplugin = jsonl\n");
    expect(test_shell("cp -r " SCRIPTS " '%s'", home), 0, "", "");
}

START_TEST(offers_what_can_come_next)
{
    begin_completion();
    expect(in_home("textmill complete %s", cases[_i].words), 0, cases[_i].offered, "");
}
END_TEST

/* Help is written by hand; each option in it must be one that is read and offered, and none more. */
START_TEST(offers_the_options_that_the_help_tells)
{
    begin();
    expect(in_home("for command in run check plugins test explain graph new-plugin test-plugin; do "
                   "textmill $command --help | sed -n 's/^ *\\(-., \\)*\\(--[a-z-]*\\).*/\\2/p; "
                   "s/^usage: //p' | grep -o -e '--[a-z-]*' | sort -u >help; "
                   "echo --help >>help; sort -u help >told; "
                   "textmill complete $command - | sort >offered; "
                   "sed -n 's/.*usage//p' told; comm -13 told offered; comm -23 told offered; done"),
           0, "", "");
}
END_TEST

/* In a terminal: each tab completes a word, and the command that stands there in the end is run.
 * What is typed next waits for that, as a person does. */
START_TEST(completes_in_bash)
{
    begin_completion();
    if (test_shell("script -qec true /dev/null </dev/null").exit_code != 0) return; /* no terminal */
    expect(in_home("wait_for() { for i in $(seq 300); do [ -s $1 ] && return; sleep 0.1; done; }; "
                   "{ printf '. completion/textmill.bash\\n'; "
                   "printf 'textmill che\\ta.i\\t--set mi\\tru\\tnew\\t--js\\t> said\\n'; wait_for said; "
                   "printf 'textmill plugins split_s\\t> plugin\\n'; wait_for plugin; "
                   "printf 'exit\\n'; sleep 1; } | "
                   "TERM=dumb script -qec 'bash --norc --noprofile -i' /dev/null >terminal 2>&1; "
                   "grep -o '\"value\":\"news\",\"origin\":\"command line\"' said; head -n 1 plugin | cut -d ' ' -f 2"),
           0, "\"value\":\"news\",\"origin\":\"command line\"\nsplit_sentences\n", "");
}
END_TEST

START_TEST(completes_in_fish)
{
    begin_completion();
    if (test_shell("command -v fish").exit_code != 0) return;
    expect(in_home("HOME=$PWD fish -c 'source completion/textmill.fish; complete -C \"textmill run --dead\"; "
                   "complete -C \"textmill check \" | sort; complete -C \"textmill check a.ini --set mine.rules=v\"'"),
           0, "--dead-letters\na.ini\ncompletion/\nx.ini\nmine.rules=vader\n", "");
}
END_TEST

/* Zsh's own functions need a terminal: here they only tell what they are asked for. */
START_TEST(completes_in_zsh)
{
    begin_completion();
    if (test_shell("command -v zsh").exit_code != 0) return;
    write_file("ask.zsh", "compadd() { print add $@ }\n_files() { print files $@ }\ncompset() { }\n"
                          "_textmill() { . completion/_textmill }\n"
                          "words=(textmill run --dead) CURRENT=3; _textmill\n"
                          "words=(textmill check a.ini --set mine.rul) CURRENT=5; _textmill\n"
                          "words=(textmill check '') CURRENT=3; _textmill\n");
    expect(in_home("zsh -f ask.zsh"), 0,
           "add -S --\nadd -- --dead-letters\n"
           "add -S -- mine.rules=\nadd --\n"
           "files -g *.ini(-.)\n",
           "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {offers_the_options_that_the_help_tells, completes_in_bash,
                                  completes_in_fish, completes_in_zsh, NULL};
    Suite *suite = test_suite("complete", tests);
    test_add_loop(suite, "offers", offers_what_can_come_next, sizeof cases / sizeof *cases);
    return test_run(suite);
}
