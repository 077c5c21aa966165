/* The command line: what is wrong with it, and the commands that only tell. */
#include "program.h"

/* ---- Wrong command lines ------------------------------------------------------------------- */

START_TEST(says_what_is_wrong_with_a_command_line)
{
    static const struct {
        const char *arguments, *said;
    } cases[] = {
        {"", "no command named; textmill --help lists them"},
        {"frobnicate", "no command 'frobnicate'; textmill --help lists them"},
        {"rnu", "no command 'rnu'; did you mean 'run'?"},
        {"chekc x.ini", "no command 'chekc'; did you mean 'check'?"},
        {"run", "run: no pipeline file named; see textmill run --help"},
        {"run -q", "run: no pipeline file named; see textmill run --help"},
        {"run x.ini --frobnicate", "run: option --frobnicate is not known, lacks its value or "
                                   "takes none; see textmill run --help"},
        {"run x.ini -x", "run: option -x is not known, lacks its value or takes none; see textmill "
                         "run --help"},
        {"run x.ini -qxf", "run: option -x is not known, lacks its value or takes none; see "
                           "textmill run --help"},
        {"run x.ini -o", "run: option -o is not known, lacks its value or takes none; see textmill "
                         "run --help"},
        {"run x.ini --set", "run: option --set is not known, lacks its value or takes none; see "
                            "textmill run --help"},
        {"run x.ini --force=yes", "run: option --force=yes is not known, lacks its value or takes "
                                  "none; see textmill run --help"},
        {"run x.ini --progress sometimes",
         "run: --progress 'sometimes' is not a choice; choose auto, always or never"},
        {"run x.ini $(yes -- '--set a.b=c' | head -n 257)",
         "run: more than 256 --set; put them into the pipeline file"},
        {"check", "check: name one pipeline file; see textmill check --help"},
        {"check x.ini y.ini", "check: name one pipeline file; see textmill check --help"},
        {"check x.ini -z", "check: option -z is not known, lacks its value or takes none; see "
                           "textmill check --help"},
        {"check x.ini $(yes -- '--set a.b=c' | head -n 257)",
         "check: more than 256 --set; put them into the pipeline file"},
        {"plugins a b", "plugins: name at most one plug-in; see textmill plugins --help"},
        {"plugins --all", "plugins: option --all is not known, lacks its value or takes none; see "
                          "textmill plugins --help"},
        {"plugins split_sentence", "no plug-in 'split_sentence'; did you mean 'split_sentences'?"},
        {"plugins xyz", "no plug-in 'xyz'; `textmill plugins` lists those that are there"},
    };
    char expected[400];
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(expected, sizeof expected, "textmill: %s\n", cases[i].said);
        expect(in_home("textmill %s", cases[i].arguments), 2, "", expected);
    }
}
END_TEST

START_TEST(says_that_a_pipeline_file_is_not_there)
{
    begin();
    expect(in_home("textmill run nowhere.ini"), 2, "",
           "nowhere.ini: cannot be read: No such file or directory; check the path\n"
           "textmill: 1 mistake found; nothing was read\n");
}
END_TEST

START_TEST(an_output_without_a_name_is_refused_before_anything_is_read)
{
    static const char said[] = "-o: is empty; name a file, or - for standard output\n"
                               "textmill: 1 mistake found; nothing was read\n";
    begin();
    expect(in_home("textmill run x.ini nowhere.jsonl -o ''"), 2, "", said);
    expect(in_home("textmill check x.ini -o ''"), 2, "", said);
    expect(in_home("ls"), 0, "x.ini\n", "");
}
END_TEST

START_TEST(says_what_is_wrong_with_the_search_path)
{
    begin();
    expect(in_home("TEXTMILL_PLUGIN_PATH=plugins textmill plugins"), 2, "",
           "TEXTMILL_PLUGIN_PATH: 'plugins' is a relative path; write it from / on\n"
           "textmill: 1 mistake found; nothing was read\n");
}
END_TEST

/* ---- Help ---------------------------------------------------------------------------------- */

START_TEST(prints_help)
{
    begin();
    expect(in_home("textmill --help | head -n 1; textmill -h | head -n 1; textmill help | tail -n "
                   "1; textmill run --help | head -n 1; textmill check x.ini -h | head -n 1; "
                   "textmill plugins --help | head -n 1"),
           0,
           "usage: textmill COMMAND [ARGUMENTS]\nusage: textmill COMMAND [ARGUMENTS]\n"
           "textmill COMMAND --help says more; so does the manual, textmill(1).\n"
           "usage: textmill run PIPELINE [INPUT...] [OPTIONS]\n"
           "usage: textmill check PIPELINE [--set SECTION.KEY=VALUE...] [--output FILE] [--json]\n"
           "usage: textmill plugins [NAME] [--json]\n",
           "");
}
END_TEST

START_TEST(prints_its_version)
{
    begin();
    expect(in_home("textmill --version | sed -E 's/[0-9]+\\.[0-9]+\\.[0-9.]*[0-9]$/VERSION/'"), 0,
           "textmill VERSION\nplug-in ABI 1.1\nlibseccomp VERSION\nxxhash VERSION\nzstd VERSION\n"
           "zlib VERSION\n",
           "");
    expect(in_home("textmill --version | head -n 1"), 0, "textmill " TEXTMILL_VERSION "\n", "");
}
END_TEST

/* ---- check --------------------------------------------------------------------------------- */

START_TEST(prints_the_resolved_chain)
{
    begin();
    build_fussy();
    write_file("x.ini", "[pipeline]\nmax_article = 2M\n[fussy]\nplugin = ./fussy.so\n"
                        "strict = no\n[split_sentences]\n[output]\npath = out.jsonl\n"
                        "raw_offsets = yes\n");
    expect(in_home("textmill check x.ini --set split_sentences.newline=always -o - | sed -E 's:, "
                   "/.*/:, HOME/:'"),
           0,
           "x.ini: no mistakes\n\n"
           "[pipeline]\n"
           "  plugin_path = (none)                    default\n"
           "  dead_letters = (none)                   default\n"
           "  max_article = 2M                        x.ini:2\n"
           "  workers = auto                          default\n"
           "  timeout = 30                            default\n"
           "  memory = 1G                             default\n"
           "  on_error = dead_letter                  default\n"
           "  max_dead_letters = unlimited            default\n"
           "  checkpoint = 5                          default\n"
           "  sandbox = on                            default\n\n"
           "[input]  by the file's name\n"
           "  reader jsonl: jsonl ndjson\n"
           "  reader text: txt text html htm md\n\n"
           "[fussy]  stage fussy 0.1, ./fussy.so\n"
           "  strict = no                             x.ini:5\n"
           "  provides  attribute 'bytes': how long the text is\n"
           "  sandboxed: no files, no network, no processes\n\n"
           "[split_sentences]  stage split_sentences 1.0.0, HOME/split_sentences.so\n"
           "  language = en                           default\n"
           "  newline = always                        command line\n"
           "  abbreviations = (none)                  default\n"
           "  quotes = split                          default\n"
           "  min_length = 0                          default\n"
           "  max_length = 0                          default\n"
           "  wants     attribute 'language': with option language = auto\n"
           "  provides  layer 'sentences': the sentences; stage label_sentences tells which are "
           "headings, list items, captions\n"
           "  sandboxed: no files, no network, no processes\n\n"
           "[output]  writer jsonl 1.0.0, HOME/write_jsonl.so\n"
           "  to standard output\n"
           "  offsets = code_points                   default\n"
           "  raw_offsets = yes                       x.ini:9\n"
           "  alignment = no                          default\n"
           "  text = yes                              default\n"
           "  sandboxed: no files, no network, no processes\n",
           "");
}
END_TEST

START_TEST(prints_the_reader_that_the_pipeline_names)
{
    begin();
    write_file("x.ini", "[input]\nplugin = jsonl\ntext_field = body\n");
    expect(in_home("textmill check x.ini | sed -n '/^.input/,/^$/s:, /.*/:, HOME/:p; /field/p; "
                   "/  to/p'"),
           0,
           "[input]  reader jsonl 1.0.0, HOME/read_jsonl.so\n"
           "  text_field = body                       x.ini:3\n"
           "  id_field = id                           default\n"
           "  to standard output\n",
           "");
}
END_TEST

START_TEST(checks_without_reading_or_writing)
{
    begin();
    write_file("x.ini", "[score_sentiment]\n[output]\npath = out.jsonl\n");
    expect(in_home("textmill check x.ini; echo $?; ls"), 0, "2\nx.ini\n",
           "x.ini:1: [score_sentiment] needs layer 'sentences', which no stage before it provides; "
           "put [split_sentences] before it\n"
           "textmill: 1 mistake found; nothing was read\n");
}
END_TEST

START_TEST(prints_the_chain_for_programs)
{
    begin();
    build_fussy();
    write_file("x.ini", "[fussy]\nplugin = ./fussy.so\nstrict = no\n[output]\npath = o.jsonl\n");
    expect(in_home("textmill check x.ini --json | grep -o '\"stages\":.*\"outputs\"'"), 0,
           "\"stages\":[{\"section\":\"fussy\",\"line\":1,\"kind\":\"stage\",\"plugin\":\"fussy\","
           "\"version\":\"0.1\",\"licence\":\"MIT\",\"summary\":\"Refuses bad words\","
           "\"path\":\"./fussy.so\",\"edits_text\":false,\"stream_order\":false,"
           "\"line_records\":false,\"uses_files\":false,\"uses_network\":false,"
           "\"uses_processes\":false,\"fields\":[{\"use\":\"provides\",\"type\":\"integer\","
           "\"layer\":null,\"attribute\":\"bytes\",\"help\":\"how long the text is\"}],"
           "\"options\":[{\"name\":\"strict\",\"type\":\"boolean\",\"default\":\"yes\","
           "\"value\":\"no\",\"origin\":\"x.ini:3\",\"help\":\"whether \\\"bad\\\" is an error\"}]"
           "}],\"outputs\"\n",
           "");
    expect(
        in_home("textmill check x.ini --json --set output.offsets=utf16 | "
                "grep -o '\"name\":\"offsets\"[^]]*]'"),
        0,
        "\"name\":\"offsets\",\"type\":\"choice\",\"default\":\"code_points\",\"value\":\"utf16\","
        "\"origin\":\"command line\",\"choices\":[\"bytes\",\"code_points\",\"utf16\"]\n",
        "");
}
END_TEST

START_TEST(prints_mistakes_for_programs)
{
    begin();
    write_file("x.ini", "[split_sentnces]\n[output]\noffsets = byte\n");
    expect(in_home("textmill check x.ini --json"), 2,
           "{\"pipeline\":\"x.ini\",\"correct\":false,\"problems\":[{\"line\":1,\"message\":"
           "\"x.ini:1: [split_sentnces] no stage plug-in 'split_sentnces'; did you mean "
           "'split_sentences'?\"},{\"line\":3,\"message\":\"x.ini:3: [output] offsets: 'byte' is "
           "not a choice; did you mean 'bytes'?\"}]}\n",
           "");
    expect(in_home("textmill check $(printf 'no\\377.ini') --json"), 2,
           "{\"pipeline\":\"no\xEF\xBF\xBD.ini\",\"correct\":false,\"problems\":[{\"line\":0,"
           "\"message\":\"no\xEF\xBF\xBD.ini: cannot be read: No such file or directory; check the "
           "path\"}]}\n",
           "");
}
END_TEST

/* ---- plugins ------------------------------------------------------------------------------- */

START_TEST(prints_what_a_plugin_is_and_takes)
{
    begin();
    build_fussy();
    expect(in_home("textmill plugins ./fussy.so"), 0,
           "stage fussy 0.1 (MIT)\n"
           "  Refuses bad words\n"
           "  ./fussy.so\n"
           "  provides  attribute 'bytes': how long the text is\n"
           "  sandboxed: no files, no network, no processes\n"
           "options:\n"
           "  strict = yes\n"
           "      yes or no; whether \"bad\" is an error\n",
           "");
}
END_TEST

START_TEST(prints_a_reader_and_a_writer_of_one_name)
{
    begin();
    expect(in_home("textmill plugins jsonl | sed -E 's:^  /.*/:  HOME/:; /^      /d'"), 0,
           "reader jsonl 1.0.0 (MIT)\n"
           "  Reads JSON lines, one article a line; members that it does not use are passed "
           "through\n"
           "  HOME/read_jsonl.so\n"
           "  files called *.{jsonl ndjson}\n"
           "  ends a record at every line break: a file can be cut into shares\n"
           "  sandboxed: no files, no network, no processes\n"
           "options:\n"
           "  text_field = text\n"
           "  id_field = id\n"
           "  encoding = utf-8\n"
           "  on_invalid = fail\n"
           "\n"
           "writer jsonl 1.0.0 (MIT)\n"
           "  Writes JSON lines, one article a line\n"
           "  HOME/write_jsonl.so\n"
           "  files called *.{jsonl ndjson}\n"
           "  sandboxed: no files, no network, no processes\n"
           "options:\n"
           "  offsets = code_points\n"
           "  raw_offsets = no\n"
           "  alignment = no\n"
           "  text = yes\n",
           "");
}
END_TEST

START_TEST(prints_what_a_stage_in_stream_order_needs)
{
    begin();
    expect(in_home("textmill plugins deduplicate | sed -E 's:^  /.*/:  HOME/:; /^      [^ ]/d'"), 0,
           "stage deduplicate 1.0.0 (MIT)\n"
           "  drops or marks articles whose words came before, in whatever case and punctuation\n"
           "  HOME/deduplicate.so\n"
           "  provides  attribute 'duplicate': whether an article before has the same text\n"
           "            attribute 'duplicate_of': the id of the first that has it\n"
           "  needs the articles in stream order: runs in one process\n"
           "  sandboxed: no files, no network, no processes\n"
           "options:\n"
           "  action = drop\n"
           "  min_length = 0\n",
           "");
}
END_TEST

START_TEST(lists_plugins_and_says_why_others_are_not_taken)
{
    begin();
    build_fussy();
    expect(in_home("mkdir p && mv fussy.so p && echo x >p/broken.so && chmod 755 p p/broken.so && "
                   "TEXTMILL_PLUGIN_PATH=\"$PWD/p\" textmill plugins | "
                   "sed -n \"s:$PWD:HOME:; /fussy/p; /refused/p; /searched/,\\$p\" | head -n 4"),
           0,
           "  stage   fussy              0.1      Refuses bad words\n"
           "  refused HOME/p/broken.so: is not a shared library; build it with cc -shared -fPIC\n"
           "searched:\n"
           "  HOME/p\n",
           "");
}
END_TEST

START_TEST(lists_plugins_for_programs)
{
    begin();
    build_fussy();
    expect(in_home("mkdir p q && cp fussy.so p && mv fussy.so q && echo x >p/broken.so && "
                   "chmod 755 p q p/* q/* && "
                   "TEXTMILL_PLUGIN_PATH=\"$PWD/p:$PWD/q\" textmill plugins --json | "
                   "sed \"s:$PWD:HOME:g\" | grep -o '\"refused\":.*HOME/q\"'"),
           0,
           "\"refused\":[{\"path\":\"HOME/p/broken.so\",\"reason\":\"HOME/p/broken.so: is not a "
           "shared library; build it with cc -shared -fPIC\"}],\"hidden\":[{\"path\":"
           "\"HOME/q/fussy.so\",\"reason\":\"HOME/q/fussy.so: stage 'fussy' is taken from "
           "HOME/p/fussy.so, whose folder is searched first; remove that one to use this one\"}],"
           "\"searched\":[\"HOME/p\",\"HOME/q\"\n",
           "");
    expect(in_home("textmill plugins jsonl --json | "
                   "grep -oE '\"(kind|extensions|line_records)\":[^,]*,'"),
           0,
           "\"kind\":\"reader\",\n\"extensions\":[\"jsonl\",\n\"line_records\":true,\n"
           "\"kind\":\"writer\",\n\"extensions\":[\"jsonl\",\n\"line_records\":false,\n",
           "");
    expect(in_home("textmill plugins jsonll --json"), 2, "",
           "textmill: no plug-in 'jsonll'; did you mean 'jsonl'?\n");
}
END_TEST

START_TEST(says_why_a_plugin_file_is_refused)
{
    begin();
    write_file("x.so", "x");
    expect(in_home("chmod 755 x.so; textmill plugins ./x.so"), 1, "",
           "textmill: ./x.so: is not a shared library; build it with cc -shared -fPIC\n");
    expect(in_home("textmill plugins ./nowhere.so"), 1, "",
           "textmill: ./nowhere.so: cannot be read: No such file or directory; check the path\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {says_what_is_wrong_with_a_command_line,
                                  says_that_a_pipeline_file_is_not_there,
                                  an_output_without_a_name_is_refused_before_anything_is_read,
                                  says_what_is_wrong_with_the_search_path,
                                  prints_help,
                                  prints_its_version,
                                  prints_the_resolved_chain,
                                  prints_the_reader_that_the_pipeline_names,
                                  checks_without_reading_or_writing,
                                  prints_the_chain_for_programs,
                                  prints_mistakes_for_programs,
                                  prints_what_a_plugin_is_and_takes,
                                  prints_a_reader_and_a_writer_of_one_name,
                                  prints_what_a_stage_in_stream_order_needs,
                                  lists_plugins_and_says_why_others_are_not_taken,
                                  lists_plugins_for_programs,
                                  says_why_a_plugin_file_is_refused,
                                  NULL};
    return test_run(test_suite("command line", tests));
}
