/* Pipeline files: what is read, every message, and random files against the model they came from.
 * What was read is compared as text: a section is "[name]LINE ", an entry "key=value@LINE ". */
#include "buffer.h"
#include "pipeline_file.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define TEN         "0123456789"
#define NAME_OF_49  TEN TEN TEN TEN "012345678"
#define TEXT_OF_190 TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void show_file(const pipeline_file *file, buffer *text)
{
    buffer_init(text, NULL, (size_t)1 << 24);
    for (size_t i = 0; i < file->section_count; i++) {
        const pipeline_section *section = &file->sections[i];
        buffer_printf(text, "[%s]%u ", section->name, section->line);
        for (size_t j = 0; j < section->entry_count; j++)
            buffer_printf(text, "%s=%s@%u ", section->entries[j].key, section->entries[j].value,
                          section->entries[j].line);
    }
    buffer_write(text, "", 1);
}

static void show_problems(problem_list *problems, buffer *text)
{
    buffer_init(text, NULL, (size_t)1 << 24);
    problems_sort(problems);
    for (size_t i = 0; i < problems->count; i++)
        buffer_printf(text, "%s\n", problems->items[i].message);
    buffer_write(text, "", 1);
}

/* Compares file and problems with what is expected, and clears both. */
static void check_outcome(pipeline_file *file, problem_list *problems, const char *read,
                          const char *said)
{
    buffer seen_file, seen_problems;
    show_file(file, &seen_file);
    show_problems(problems, &seen_problems);
    ck_assert_str_eq(seen_problems.output.data, said);
    ck_assert_str_eq(seen_file.output.data, read);
    ck_assert(!problems->out_of_memory);
    buffer_clear(&seen_file);
    buffer_clear(&seen_problems);
    pipeline_file_clear(file);
    problems_clear(problems);
}

/* ---- What is read, what is said ------------------------------------------------------------ */

typedef struct file_case {
    const char *text;
    const char *read;
    const char *said; /* lines, each with its line break */
} file_case;

static const file_case good_files[] = {
    {"", "", ""},
    {"\n\n  \n\t\n", "", ""},
    {"[a]\nx = 1\ny=2\n", "[a]1 x=1@2 y=2@3 ", ""},
    /* Sections without keys are there, with their lines and in file order. */
    {"[b]\n[a]\n\n[c]", "[b]1 [a]2 [c]4 ", ""},
    /* Windows and other editors: CRLF, a byte order mark, no line break at the end. */
    {"[a]\r\nx = 1\r\n\r\n  2\r\n", "[a]1 x=1 2@2 ", ""},
    {"\xEF\xBB\xBF[a]\nx = 1", "[a]1 x=1@2 ", ""},
    {"\xEF\xBB\xBF; comment\r\n[a]\r\nx = 1", "[a]2 x=1@3 ", ""},
    {"\xEF\xBB\xBF", "", ""},
    /* Names and white space. */
    {"[ output   second ]\n[output \t third]\n", "[output second]1 [output third]2 ", ""},
    {"[a;b]\nx = 1\n", "[a;b]1 x=1@2 ", ""},
    {"[a] ; comment = x\n[b];c\n[c]  \t\n", "[a]1 [b]2 [c]3 ", ""},
    {"[caf\xC3\xA9]\nx = \xE2\x80\x9C"
     "a\xE2\x80\x9D\n",
     "[caf\xC3\xA9]1 x=\xE2\x80\x9C"
     "a\xE2\x80\x9D@2 ",
     ""},
    {"[" NAME_OF_49 "]\n" NAME_OF_49 " = 1\n  2\n", "[" NAME_OF_49 "]1 " NAME_OF_49 "=1 2@2 ", ""},
    /* Values. */
    {"[a]\nx =\ny: 2\nz = a = b\nw = a:b\n", "[a]1 x=@2 y=2@3 z=a = b@4 w=a:b@5 ", ""},
    {"[a]\nx = \"q\"  \nkey with words = 1\n", "[a]1 x=\"q\"@2 key with words=1@3 ", ""},
    {"[a]\nX = 1\nx = 2\n", "[a]1 X=1@2 x=2@3 ", ""}, /* keys are case sensitive */
    {"[a]\nx = 1\n[b]\nx = 2\n", "[a]1 x=1@2 [b]3 x=2@4 ", ""},
    /* Comments. */
    {"; a\n# b\n  ; c\n\t# d\n[a]\n;x = 1\nx = 2\n", "[a]5 x=2@7 ", ""},
    {"[a]\nx = 1 ; c\ny = 1;c\nz = ;c\nw =;c\n", "[a]1 x=1@2 y=1;c@3 z=@4 w=;c@5 ", ""},
    {"[a]\nx = \"q ; r\"\ny = 1 # no comment\n", "[a]1 x=\"q@2 y=1 # no comment@3 ", ""},
    /* Comments may be long, and hold what they like. */
    {"; k=" TEXT_OF_190 TEN TEN "k=injected\n[a]\nx = 1\n", "[a]2 x=1@3 ", ""},
    {"[a]\nx = 1 ; " TEXT_OF_190 TEN "k=injected\ny = 2\n", "[a]1 x=1@2 y=2@3 ", ""},
    {"; caf\xE9 \x01\n[a]\nx = 1 ; caf\xE9\n", "[a]2 x=1@3 ", ""},
    /* Continuation lines are joined with one space; comments come off as elsewhere. */
    {"[a]\nx = one\n  two\n\tthree ; c\n  ; d\n\n  four;five\ny = 2\n",
     "[a]1 x=one two three four;five@2 y=2@8 ", ""},
    {"[a]\nx =\n  one\n  two\n", "[a]1 x=one two@2 ", ""},
    {"[a]\nx = 1\n  http://a.b/c?d\n  12:30\n  a b = c\n",
     "[a]1 x=1 http://a.b/c?d 12:30 a b = c@2 ", ""},
    /* A line of exactly 198 bytes, with and without its line break; also if it continues. */
    {"[a]\nabcde = " TEXT_OF_190 "\ny = 2\n", "[a]1 abcde=" TEXT_OF_190 "@2 y=2@3 ", ""},
    {"[a]\nabcde = " TEXT_OF_190, "[a]1 abcde=" TEXT_OF_190 "@2 ", ""},
    {"[a]\nabcde = " TEXT_OF_190 " \t  \r\ny = 2\n", "[a]1 abcde=" TEXT_OF_190 "@2 y=2@3 ", ""},
    {"[a]\nx = 1\n        " TEXT_OF_190 "\n", "[a]1 x=1 " TEXT_OF_190 "@2 ", ""},
};

#define TOO_LONG(bytes)                                                                            \
    "line has " bytes " bytes, more than the 198 that can be read; put long lists into a file or " \
    "continue on an indented line\n"

static const file_case bad_files[] = {
    /* Long lines: nothing of their rest becomes a key, a section or a continuation. */
    {"[a]\nabcdef = " TEXT_OF_190 "\ny = 2\n", "[a]1 y=2@3 ", "p.ini:2: " TOO_LONG("199")},
    {"[a]\nabcdef = " TEXT_OF_190, "[a]1 ", "p.ini:2: " TOO_LONG("199")},
    {"[a]\nabcdef = " TEXT_OF_190 "plain text\ny = 2\n", "[a]1 y=2@3 ",
     "p.ini:2: " TOO_LONG("209")},
    {"[a]\nabcdef = " TEXT_OF_190 "name=injected\n", "[a]1 ", "p.ini:2: " TOO_LONG("212")},
    {"[a]\nabcde = " TEXT_OF_190 "0 tail\n", "[a]1 ", "p.ini:2: " TOO_LONG("204")},
    {"[a]\nabcdef = " TEXT_OF_190 "[evil]\nq = 1\n", "[a]1 q=1@3 ", "p.ini:2: " TOO_LONG("205")},
    {"[a]\nx = 1\n  " TEXT_OF_190 TEN "\n  more\n", "[a]1 x=1 more@2 ",
     "p.ini:3: " TOO_LONG("202")},
    /* What continues a refused line does not continue the key before it. */
    {"[a]\nw = 1\nabcdef = " TEXT_OF_190 "\n  2\n", "[a]1 w=1@2 ", "p.ini:3: " TOO_LONG("199")},
    {"[a]\nw = 1\nnothing\n  2\nx = 1\nx = 2\n  3\n", "[a]1 w=1@2 x=1@5 ",
     "p.ini:3: 'nothing' has no '='; write key = value, or indent it to continue the line above\n"
     "p.ini:6: 'x' is set at line 5 already; remove one of the two\n"},
    /* What stands below a refused header is no key of the section before it, nor of none. */
    {"[a]\nx = 1\n[" TEXT_OF_190 "1234567]\nx = 2\ny = 3\n", "[a]1 x=1@2 ",
     "p.ini:3: " TOO_LONG("199")},
    {"[caf\xE9]\nx = 2\n", "",
     "p.ini:1: byte 5 of the line is not valid UTF-8; save the file as UTF-8\n"},
    /* Indented lines. */
    {"[a]\nx = 1\n  y = 2\n  z: 3\n\tw=4\n", "[a]1 x=1@2 ",
     "p.ini:3: indented line continues 'x' above; remove the indentation to set 'y'\n"
     "p.ini:4: indented line continues 'x' above; remove the indentation to set 'z'\n"
     "p.ini:5: indented line continues 'x' above; remove the indentation to set 'w'\n"},
    {"[a]\n  x = 1\n  y = 2\n", "[a]1 ",
     "p.ini:2: indented line continues no key above; remove the indentation to set 'x'\n"
     "p.ini:3: indented line continues no key above; remove the indentation to set 'y'\n"},
    {"[a]\nx\n  y = 2\n", "[a]1 ",
     "p.ini:2: 'x' has no '='; write key = value, or indent it to continue the line above\n"
     "p.ini:3: indented line continues the line above; remove the indentation to set 'y'\n"},
    {"  x = 1\n", "",
     "p.ini:1: indented line continues no key above; remove the indentation to set "
     "'x'\n"},
    {"[a]\nx = 1\n[b]\n  more\n", "[a]1 x=1@2 [b]3 ",
     "p.ini:4: indented line continues no key above; remove the indentation\n"},
    {"[a]\nx = 1\n  [b]\ny = 2\n", "[a]1 x=1@2 [b]3 y=2@4 ",
     "p.ini:3: section header is indented; remove the white space before '['\n"},
    {" [a]\nx = 1\n", "[a]1 x=1@2 ",
     "p.ini:1: section header is indented; remove the white space before '['\n"},
    /* Bytes. Byte 0x1A is what old editors put at the end of a file. */
    {"[a]\nx = caf\xE9\ny = \xC0\xAF\nz = 1\n", "[a]1 z=1@4 ",
     "p.ini:2: byte 8 of the line is not valid UTF-8; save the file as UTF-8\n"
     "p.ini:3: byte 5 of the line is not valid UTF-8; save the file as UTF-8\n"},
    {"[a]\nx = 1\x0B\ny = 2\n\x1A", "[a]1 y=2@3 ",
     "p.ini:2: line holds the control byte 0x0B; remove it\n"
     "p.ini:4: line holds the control byte 0x1A; remove it\n"},
    {"[a]\rx = 1\ry = 2\r", "", "p.ini:1: line holds the control byte 0x0D; remove it\n"},
    /* Lines that are neither. */
    {"[a]\nx\ny = 1\nx ; = 2\n", "[a]1 y=1@3 ",
     "p.ini:2: 'x' has no '='; write key = value, or indent it to continue the line above\n"
     "p.ini:4: 'x' has no '='; write key = value, or indent it to continue the line above\n"},
    {"[a]\n= 1\n: 2\n", "[a]1 ",
     "p.ini:2: no key before the '=' or ':'; write key = value\n"
     "p.ini:3: no key before the '=' or ':'; write key = value\n"},
    {"[a]\n" NAME_OF_49 "9 = 1\n  2\n", "[a]1 ",
     "p.ini:2: key has 50 bytes, more than the 49 that can be read; shorten it\n"},
    /* Sections. */
    {"x = 1\n  2\ny = 3\n[a]\n", "[a]4 ",
     "p.ini:1: 'x' stands before any section; put it under [pipeline]\n"
     "p.ini:3: 'y' stands before any section; put it under [pipeline]\n"},
    {"[a\nx = 1\n[b ;]\n", "[a]1 x=1@2 [b]3 ",
     "p.ini:1: section header has no ']'; write one behind the name\n"
     "p.ini:3: section header has no ']'; write one behind the name\n"},
    {"[a] x = 1\n[b]]\n[c] # d\ny = 2\n", "[a]1 [b]2 [c]3 y=2@4 ",
     "p.ini:1: text behind ']'; put it on a line of its own, or write ' ;' before a comment\n"
     "p.ini:2: text behind ']'; put it on a line of its own, or write ' ;' before a comment\n"
     "p.ini:3: text behind ']'; put it on a line of its own, or write ' ;' before a comment\n"},
    {"[]\nx = 1\n  2\n[ \t ]\ny\n[\n", "",
     "p.ini:1: section without a name; write one between '[' and ']'\n"
     "p.ini:4: section without a name; write one between '[' and ']'\n"
     "p.ini:5: 'y' has no '='; write key = value, or indent it to continue the line above\n"
     "p.ini:6: section header has no ']'; write one behind the name\n"
     "p.ini:6: section without a name; write one between '[' and ']'\n"},
    /* Two long names that differ at the end do not become one. */
    {"[" NAME_OF_49 "a]\nx = 1\n[" NAME_OF_49 "b]\nx = 2\n",
     "[" NAME_OF_49 "a]1 x=1@2 [" NAME_OF_49 "b]3 x=2@4 ",
     "p.ini:1: section name has 50 bytes, more than the 49 that can be read; shorten it\n"
     "p.ini:3: section name has 50 bytes, more than the 49 that can be read; shorten it\n"},
    {"[a]\nx = 1\n[b]\n[ a ]\nx = 2\ny = 3\n[a]\n", "[a]1 x=1@2 y=3@6 [b]3 ",
     "p.ini:4: [a] stands at line 1 already; join the two, or rename one and set its plugin\n"
     "p.ini:5: 'x' is set at line 2 already; remove one of the two\n"
     "p.ini:7: [a] stands at line 1 already; join the two, or rename one and set its plugin\n"},
};

static void check_file(const file_case *example)
{
    pipeline_file file;
    problem_list problems = {0};
    ck_assert(pipeline_file_parse(&file, "p.ini", example->text, strlen(example->text), &problems));
    check_outcome(&file, &problems, example->read, example->said);
}

START_TEST(reads_a_file_with_the_line_of_everything)
{
    check_file(&good_files[_i]);
}
END_TEST

START_TEST(reports_all_mistakes_of_a_file_each_with_its_line)
{
    check_file(&bad_files[_i]);
}
END_TEST

START_TEST(reports_nul_bytes_but_not_in_comments)
{
    static const char text[] = "[a]\nx = 1\0 2\n; y\0z\n[b\0]\ny = 2\n";
    pipeline_file file;
    problem_list problems = {0};
    ck_assert(pipeline_file_parse(&file, "p.ini", text, sizeof text - 1, &problems));
    check_outcome(&file, &problems, "[a]1 ",
                  "p.ini:2: line holds the control byte 0x00; remove it\n"
                  "p.ini:4: line holds the control byte 0x00; remove it\n");
}
END_TEST

START_TEST(tells_utf16_apart)
{
    pipeline_file file;
    problem_list problems = {0};
    ck_assert(!pipeline_file_parse(&file, "p.ini", "\xFF\xFE[\0a\0]\0", 8, &problems));
    check_outcome(&file, &problems, "", "p.ini: is UTF-16; save it as UTF-8\n");
    ck_assert(!pipeline_file_parse(&file, "p.ini", "\xFE\xFF\0[\0a\0]", 8, &problems));
    check_outcome(&file, &problems, "", "p.ini: is UTF-16; save it as UTF-8\n");
}
END_TEST

START_TEST(gives_up_on_a_file_that_is_something_else)
{
    pipeline_file file;
    problem_list problems = {0};
    char text[1000];
    for (size_t i = 0; i < sizeof text; i += 2) memcpy(text + i, "x\n", 2);
    problems_add(&problems, 0, "of another file");
    ck_assert(pipeline_file_parse(&file, "p.ini", text, sizeof text, &problems));
    ck_assert_uint_eq(problems.count, 102);
    ck_assert_str_eq(problems.items[101].message,
                     "p.ini:101: the rest is not looked at, after 100 mistakes; check that this is "
                     "a pipeline file");
    pipeline_file_clear(&file);
    problems_clear(&problems);
}
END_TEST

/* ---- Files --------------------------------------------------------------------------------- */

static void check_unreadable(const char *path, const char *what)
{
    pipeline_file file;
    problem_list problems = {0};
    buffer expected;
    buffer_init(&expected, NULL, 10000);
    buffer_printf(&expected, "%s: %s\n", path, what);
    buffer_write(&expected, "", 1);
    ck_assert(!pipeline_file_read(&file, path, &problems));
    check_outcome(&file, &problems, "", expected.output.data);
    buffer_clear(&expected);
}

START_TEST(says_why_a_file_cannot_be_read)
{
    const char *folder = test_folder();
    const char *secret = test_path(folder, "secret.ini");
    check_unreadable(test_path(folder, "none.ini"),
                     "cannot be read: No such file or directory; check the path");
    check_unreadable(folder, "cannot be read: Is a directory; name a pipeline file in it");
    test_write(secret, "[a]\n", 4);
    ck_assert_int_eq(chmod(secret, 0), 0);
    if (geteuid() != 0)
        check_unreadable(secret, "cannot be read: Permission denied; check its permissions");
}
END_TEST

START_TEST(refuses_a_file_over_one_megabyte)
{
    const char *path = test_path(test_folder(), "large.ini");
    size_t limit = (size_t)1 << 20;
    char *data = malloc(limit + 1);
    ck_assert_ptr_nonnull(data);
    memset(data, '\n', limit + 1);
    memcpy(data + limit - 3, "[a]", 3);
    test_write(path, data, limit + 1);
    check_unreadable(path, "is larger than 1 MB; check that this is a pipeline file");

    pipeline_file file;
    problem_list problems = {0};
    test_write(path, data, limit);
    ck_assert(pipeline_file_read(&file, path, &problems));
    check_outcome(&file, &problems, "[a]1048574 ", "");
    free(data);
}
END_TEST

START_TEST(reads_a_file_from_a_pipe)
{
    const char *path = test_path(test_folder(), "pipe.ini");
    pipeline_file file;
    problem_list problems = {0};
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        test_write(path, "[a]\nx = 1\n", 10);
        _exit(0);
    }
    ck_assert(pipeline_file_read(&file, path, &problems));
    check_outcome(&file, &problems, "[a]1 x=1@2 ", "");
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

START_TEST(knows_the_folder_that_paths_start_from)
{
    static const char *const cases[][2] = {
        {"news.ini", "."},  {"./news.ini", "."},       {"a/news.ini", "a"},
        {"/news.ini", "/"}, {"/a/b/news.ini", "/a/b"}, {"../news.ini", ".."},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        pipeline_file file;
        problem_list problems = {0};
        ck_assert(pipeline_file_parse(&file, cases[i][0], "", 0, &problems));
        ck_assert_str_eq(file.path, cases[i][0]);
        ck_assert_str_eq(file.folder, cases[i][1]);
        pipeline_file_clear(&file);
    }
}
END_TEST

START_TEST(finds_sections_and_entries_by_name)
{
    static const char text[] = "[a]\nx = 1\ny = 2\n[output second]\nx = 3\n";
    pipeline_file file;
    problem_list problems = {0};
    ck_assert(pipeline_file_parse(&file, "p.ini", text, sizeof text - 1, &problems));
    const pipeline_section *second = pipeline_file_section(&file, "output second");
    ck_assert_ptr_nonnull(second);
    ck_assert_str_eq(pipeline_section_entry(second, "x")->value, "3");
    ck_assert_ptr_null(pipeline_section_entry(second, "y"));
    ck_assert_ptr_null(pipeline_file_section(&file, "output"));
    pipeline_file_clear(&file);
}
END_TEST

/* ---- The command line ---------------------------------------------------------------------- */

static const char set_text[] = "[food]\nbar = 1\n  2\n[output second]\n[a.b]\n";

static const file_case assignments[] = {
    {"food.bar=3", "[food]1 bar=3@0 [output second]4 [a.b]5 ", ""},
    {"food.new=a = b.c", "[food]1 bar=1 2@2 new=a = b.c@0 [output second]4 [a.b]5 ", ""},
    {" food . bar = 3 ", "[food]1 bar=3@0 [output second]4 [a.b]5 ", ""},
    {"food.bar=", "[food]1 bar=@0 [output second]4 [a.b]5 ", ""},
    {"output second.path=x.y", "[food]1 bar=1 2@2 [output second]4 path=x.y@0 [a.b]5 ", ""},
    {"a.b.c=1", "[food]1 bar=1 2@2 [output second]4 [a.b]5 c=1@0 ", ""},
    {"pipeline.max_article=1M",
     "[food]1 bar=1 2@2 [output second]4 [a.b]5 [pipeline]0 max_article=1M@0 ", ""},
    {"input.plugin=text", "[food]1 bar=1 2@2 [output second]4 [a.b]5 [input]0 plugin=text@0 ", ""},
    {"output.path=x", "[food]1 bar=1 2@2 [output second]4 [a.b]5 [output]0 path=x@0 ", ""},
    {"foo.bar=1", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set foo.bar=1: no section [foo]; did you mean [food]?\n"},
    {"pipline.x=1", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set pipline.x=1: no section [pipline]; did you mean [pipeline]?\n"},
    {"split_sentences.x=1", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set split_sentences.x=1: no section [split_sentences]; add it to p.ini\n"},
    {"food.bar", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set food.bar: no '=' in it; write section.key=value\n"},
    {"bar=1.5", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set bar=1.5: no '.' in it; write section.key=value\n"},
    {"", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set : no '=' in it; write section.key=value\n"},
    {".bar=1", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set .bar=1: no section in it; write section.key=value\n"},
    {"food. =1", "[food]1 bar=1 2@2 [output second]4 [a.b]5 ",
     "--set food. =1: no key in it; write section.key=value\n"},
};

START_TEST(applies_an_assignment_from_the_command_line)
{
    pipeline_file file;
    problem_list problems = {0};
    ck_assert(pipeline_file_parse(&file, "p.ini", set_text, sizeof set_text - 1, &problems));
    pipeline_file_set(&file, assignments[_i].text, &problems);
    check_outcome(&file, &problems, assignments[_i].read, assignments[_i].said);
}
END_TEST

START_TEST(lets_the_last_assignment_win)
{
    pipeline_file file;
    problem_list problems = {0};
    ck_assert(pipeline_file_parse(&file, "p.ini", "[a]\n", 4, &problems));
    pipeline_file_set(&file, "a.x=1", &problems);
    pipeline_file_set(&file, "output.path=b", &problems);
    pipeline_file_set(&file, "a.x=2", &problems);
    pipeline_file_set(&file, "output.path=c", &problems);
    check_outcome(&file, &problems, "[a]1 x=2@0 [output]0 path=c@0 ", "");
}
END_TEST

/* ---- Random files -------------------------------------------------------------------------- */

static int below(int limit)
{
    return rand() % limit;
}

static const char *any_of(const char *const *texts, int count)
{
    return texts[below(count)];
}

/* Writes a file and, beside it, what reading it must give. */
typedef struct file_model {
    buffer text;
    buffer expected;
    const char *line_break;
    unsigned line; /* of the line that is written next */
} file_model;

static void end_line(file_model *model)
{
    static const char *const endings[] = {"", "", "", " ", "\t ", " ; comment", "\t;x = 1 ; y"};
    buffer_printf(&model->text, "%s%s", any_of(endings, COUNT(endings)), model->line_break);
    model->line++;
}

/* Blank lines and comments may stand anywhere. */
static void write_noise(file_model *model)
{
    static const char *const noise[] = {"", "   ", ";", "# x = 1", "  ; [x]", "\t#", ";; [x]\t;"};
    while (below(4) == 0) {
        buffer_printf(&model->text, "%s%s", any_of(noise, COUNT(noise)), model->line_break);
        model->line++;
    }
}

/* Writes up to `longest` words that are no comment and no `key = value`. */
static void write_words(file_model *model, int longest)
{
    static const char *const words[] = {
        "a",  "Bc",  "1.5",        "caf\xC3\xA9",      "x;y", "#9", "a=b",
        "\"", "[x]", "http://c/d", "\xF0\x9F\x98\x80", "-"};
    for (int i = 0, count = 1 + below(longest); i < count; i++) {
        const char *word = any_of(words, COUNT(words));
        buffer_printf(&model->text, "%s%s", i > 0 ? " " : "", word);
        buffer_printf(&model->expected, "%s%s", i > 0 ? " " : "", word);
    }
}

static void write_entry(file_model *model, int number)
{
    static const char *const separators[] = {"=", " = ", "\t=  ", ":", " : "};
    unsigned line = model->line;
    const char *separator = any_of(separators, COUNT(separators));
    bool valued = below(8) != 0;
    buffer_printf(&model->text, "key_%d%s", number, separator);
    buffer_printf(&model->expected, "key_%d=", number);
    if (valued) write_words(model, 8);
    end_line(model);
    write_noise(model);
    for (int i = below(3); i > 0; i--) {
        buffer_printf(&model->text, "%s~ ", below(2) == 0 ? "  " : "\t");
        buffer_printf(&model->expected, "%s~ ", valued ? " " : "");
        valued = true;
        write_words(model, 8);
        end_line(model);
        write_noise(model);
    }
    buffer_printf(&model->expected, "@%u ", line);
}

static void write_model(file_model *model)
{
    static const char *const spaces[] = {"", " ", "\t", "  "};
    buffer_init(&model->text, NULL, (size_t)1 << 20);
    buffer_init(&model->expected, NULL, (size_t)1 << 20);
    model->line_break = below(2) == 0 ? "\n" : "\r\n";
    model->line = 1;
    if (below(4) == 0) buffer_printf(&model->text, "\xEF\xBB\xBF");
    write_noise(model);
    for (int i = 0, sections = below(8); i < sections; i++) {
        buffer_printf(&model->text, "[%ssection%s %d%s]", any_of(spaces, 4), any_of(spaces, 4), i,
                      any_of(spaces, 4));
        buffer_printf(&model->expected, "[section %d]%u ", i, model->line);
        end_line(model);
        write_noise(model);
        for (int j = 0, entries = below(6); j < entries; j++) write_entry(model, j);
    }
    if (model->line > 1 && below(4) == 0)
        model->text.output.length -= strlen(model->line_break); /* the last line has none */
    buffer_write(&model->expected, "", 1);
}

START_TEST(reads_random_files_back_to_what_they_were_written_from)
{
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 3000; i++) {
        file_model model;
        pipeline_file file;
        problem_list problems = {0};
        write_model(&model);
        ck_assert(pipeline_file_parse(&file, "p.ini", model.text.output.data,
                                      model.text.output.length, &problems));
        check_outcome(&file, &problems, model.expected.output.data, "");
        buffer_clear(&model.text);
        buffer_clear(&model.expected);
    }
}
END_TEST

/* Bytes that mean something to a parser come often, and so do long runs. */
static size_t fill_with_random_bytes(char *data, size_t size)
{
    static const char special[] = "[]=:;# \t\r\n\n\n";
    size_t length = (size_t)below((int)size);
    for (size_t i = 0; i < length; i++) {
        int kind = below(20);
        data[i] = kind < 9    ? special[below((int)sizeof special - 1)]
                  : kind < 19 ? (char)('a' + below(26))
                              : (char)below(256);
        if (below(400) != 0) continue;
        for (int run = below(300); run > 0 && i + 1 < length; run--, i++) data[i + 1] = data[i];
    }
    return length;
}

/* Whatever is refused: each line that is told is there, and the names kept are proper. */
START_TEST(survives_random_bytes)
{
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 5000; i++) {
        char text[2000];
        size_t length = fill_with_random_bytes(text, sizeof text);
        char *data = malloc(length + 1); /* on the heap, so that a sanitizer sees its end */
        pipeline_file file;
        problem_list problems = {0};
        unsigned lines = 1;
        ck_assert_ptr_nonnull(data);
        memcpy(data, text, length);
        for (size_t j = 0; j < length; j++) lines += data[j] == '\n';
        data = realloc(data, length > 0 ? length : 1);
        pipeline_file_parse(&file, "p.ini", data, length, &problems);
        for (size_t j = 0; j < problems.count; j++)
            ck_assert_uint_le(problems.items[j].line, lines);
        for (size_t j = 0; j < file.section_count; j++) {
            const pipeline_section *section = &file.sections[j];
            ck_assert_ptr_eq(pipeline_file_section(&file, section->name), section);
            for (size_t k = 0; k < section->entry_count; k++)
                ck_assert_ptr_eq(pipeline_section_entry(section, section->entries[k].key),
                                 &section->entries[k]);
        }
        pipeline_file_clear(&file);
        problems_clear(&problems);
        free(data);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        reports_nul_bytes_but_not_in_comments,
        tells_utf16_apart,
        gives_up_on_a_file_that_is_something_else,
        says_why_a_file_cannot_be_read,
        refuses_a_file_over_one_megabyte,
        reads_a_file_from_a_pipe,
        knows_the_folder_that_paths_start_from,
        finds_sections_and_entries_by_name,
        lets_the_last_assignment_win,
        reads_random_files_back_to_what_they_were_written_from,
        survives_random_bytes,
        NULL,
    };
    Suite *suite = test_suite("pipeline_file", tests);
    TCase *tables = tcase_create("tables");
    tcase_add_loop_test(tables, reads_a_file_with_the_line_of_everything, 0, COUNT(good_files));
    tcase_add_loop_test(tables, reports_all_mistakes_of_a_file_each_with_its_line, 0,
                        COUNT(bad_files));
    tcase_add_loop_test(tables, applies_an_assignment_from_the_command_line, 0, COUNT(assignments));
    suite_add_tcase(suite, tables);
    return test_run(suite);
}
