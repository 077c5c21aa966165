/* A page for a browser, complete in itself. Each view is a section; radio buttons in front of all
 * else show one of them, by rules that are written for each: no script is needed. The policy in the
 * head forbids all that could be loaded or run, should an article ever get markup past html.c. */
#include "explain_page.h"

#include "explain_marks.h"
#include "html.h"

#include <stdio.h>

enum { VIEW_ARTICLE, VIEW_CHANGES, VIEW_STEPS }; /* steps are VIEW_STEPS + their index */

static size_t view_count(const trace *told)
{
    return VIEW_STEPS + told->step_count;
}

/* ---- Head ---------------------------------------------------------------------------------- */

static void put_view_rules(buffer *out, size_t views)
{
    for (size_t i = 0; i < views; i++)
        buffer_printf(out,
                      "#v%zu:checked~.frame #s%zu{display:block}"
                      "#v%zu:checked~.frame [for=v%zu]{background:color-mix(in srgb,var(--accent) "
                      "16%%,transparent);font-weight:600}"
                      "#v%zu:focus-visible~.frame [for=v%zu]{outline:2px solid var(--accent)}",
                      i, i, i, i, i, i);
}

static void put_colour_rules(buffer *out)
{
    for (size_t i = 0; i < MARK_COLOURS; i++)
        buffer_printf(out, ".m%zu,.k%zu{--k:var(--c%zu)}.t%zu{--t:var(--c%zu)}", i, i, i, i, i);
}

/* A box in the key of the article that is not checked takes the marks of its colour away. */
static void put_key_rules(buffer *out)
{
    for (size_t i = 0; i < MARK_COLOURS; i++)
        buffer_printf(
            out,
            "#s0:has(#k%zu:not(:checked)) .m%zu:not(.key *){background:none;box-shadow:none;"
            "font-weight:inherit;color:inherit}"
            "#s0:has(#k%zu:not(:checked)) .t%zu:not(.key *){text-decoration:none}",
            i, i, i, i);
}

static void put_head(buffer *out, const explanation *told)
{
    buffer_printf(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<title>");
    html_text(out, told->trace->id);
    buffer_printf(out, " \xE2\x80\x93 textmill explain</title>\n<style>");
    for (const char *const *rule = explain_css; *rule != NULL; rule++)
        buffer_printf(out, "%s\n", *rule);
    put_view_rules(out, view_count(told->trace));
    put_colour_rules(out);
    put_key_rules(out);
    buffer_printf(out, "</style>\n</head>\n");
}

/* ---- Around the views ------------------------------------------------------------------------ */

static double milliseconds(uint64_t nanoseconds)
{
    return (double)nanoseconds / 1e6;
}

static bool same_text(mill_text left, mill_text right)
{
    return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static void put_header(buffer *out, const explanation *told)
{
    const trace *what = told->trace;
    uint64_t sum = 0;
    for (size_t i = 0; i < what->step_count; i++) sum += what->steps[i].nanoseconds;
    buffer_printf(out, "<header>\n<h1>");
    html_text(out, what->id);
    buffer_printf(out, "</h1>\n<p>");
    if (!same_text(what->id, what->source)) {
        html_text(out, what->source);
        buffer_printf(out, " \xC2\xB7 ");
    }
    buffer_printf(out, "article %llu \xC2\xB7 ", (unsigned long long)told->number);
    html_string(out, told->pipeline);
    buffer_printf(out,
                  " \xC2\xB7 %.3f ms \xC2\xB7 <span class=\"badge%s\">%s</span></p>\n</header>\n",
                  milliseconds(sum), told->outcome == ARTICLE_OUT ? "" : " bad",
                  explain_outcome(told->outcome));
}

static void put_radios(buffer *out, size_t views)
{
    for (size_t i = 0; i < views; i++)
        buffer_printf(out, "<input type=\"radio\" class=\"radio\" name=\"view\" id=\"v%zu\"%s>\n",
                      i, i == 0 ? " checked" : "");
}

static void put_navigation(buffer *out, const trace *told)
{
    uint64_t longest = 1;
    for (size_t i = 0; i < told->step_count; i++)
        if (told->steps[i].nanoseconds > longest) longest = told->steps[i].nanoseconds;
    buffer_printf(out, "<nav>\n<label for=\"v0\"><span>Article</span></label>\n"
                       "<label for=\"v1\"><span>Raw and clean</span></label>\n"
                       "<p>Step by step</p>\n");
    for (size_t i = 0; i < told->step_count; i++) {
        const trace_step *step = &told->steps[i];
        double time = milliseconds(step->nanoseconds);
        buffer_printf(out, "<label for=\"v%zu\"><span>", VIEW_STEPS + i);
        html_string(out, step->step->section);
        buffer_printf(out,
                      "%s</span><small>%.3f ms</small><i><b style=\"width:%.1f%%\"></b></i>"
                      "</label>\n",
                      step->status == MILL_OK ? "" : " \xE2\x9C\x97", time,
                      100 * time / milliseconds(longest));
    }
    buffer_printf(out, "</nav>\n");
}

/* ---- Views --------------------------------------------------------------------------------- */

static void put_key_item(buffer *out, size_t colour, const char *layer, const char *attribute)
{
    colour %= MARK_COLOURS;
    buffer_printf(out,
                  "<li class=\"k%zu\"><label><input type=\"checkbox\" id=\"k%zu\" checked><span>",
                  colour, colour);
    html_string(out, layer);
    if (attribute != NULL) {
        buffer_printf(out, " \xC2\xB7 ");
        html_string(out, attribute);
    }
    buffer_printf(out, "</span></label></li>\n");
}

static void put_key(buffer *out, const trace_fields *fields)
{
    size_t colour = 0;
    buffer_printf(out, "<ul class=\"key\">\n");
    for (size_t i = 0; i < fields->layer_count; i++) {
        const trace_layer *layer = &fields->layers[i];
        size_t place = 0;
        put_key_item(out, colour, layer->name, NULL);
        for (size_t j = 0; j < layer->attribute_count; j++)
            if (layer->attributes[j].places != NULL)
                put_key_item(out, colour + ++place, layer->name,
                             layer->attributes[j].field->attribute);
        colour += layer_colours(layer);
    }
    buffer_printf(out, "</ul>\n");
}

static void put_article(buffer *out, const explanation *told)
{
    const trace *what = told->trace;
    const trace_fields *fields = &what->fields;
    uint32_t last = (uint32_t)what->chain->stage_count;
    mill_text text = history_text(&what->history, last);
    buffer_printf(out, "<section id=\"s%d\">\n", VIEW_ARTICLE);
    put_key(out, fields);
    buffer_printf(out, "<div class=\"text\" dir=\"auto\">");
    put_marked(out, fields->layers, fields->layer_count, 0, text,
               (mill_span){0, (uint32_t)text.length}, UINT32_MAX);
    buffer_printf(out, "</div>\n");
    put_fields(out, told, fields, text);
    buffer_printf(out, "</section>\n");
}

static void put_changes(buffer *out, const explanation *told)
{
    buffer_printf(out,
                  "<section id=\"s%d\">\n<h2>Raw and clean</h2>\n<p class=\"about\">The text as it "
                  "came and what became of it: struck out where a stage removed it.</p>\n",
                  VIEW_CHANGES);
    put_whole_difference(out, told);
    buffer_printf(out, "</section>\n");
}

static void put_step_heading(buffer *out, const trace_step *step)
{
    const mill_plugin *plugin = step->step->plugin;
    buffer_printf(out, "<h2>");
    html_string(out, step->step->section);
    buffer_printf(out, " <small>%s ", plugin_kind_name(plugin->kind));
    html_string(out, plugin->name);
    buffer_printf(out, " ");
    html_string(out, plugin->version);
    buffer_printf(out, " \xC2\xB7 %.3f ms</small></h2>\n<p class=\"about\">",
                  milliseconds(step->nanoseconds));
    html_string(out, plugin->summary);
    buffer_printf(out, "</p>\n");
    if (step->status == MILL_OK) return;
    buffer_printf(out, "<p class=\"failed\">%s",
                  step->status == MILL_DROPPED ? "Dropped." : "Failed: ");
    if (step->reason != NULL) html_string(out, step->reason);
    buffer_printf(out, "</p>\n");
}

static void put_step(buffer *out, const explanation *told, size_t index)
{
    const trace *what = told->trace;
    const trace_step *step = &what->steps[index];
    const bool is_stage = step->step->plugin->kind == MILL_STAGE;
    uint32_t stage = explain_stage(what, index);
    buffer_printf(out, "<section id=\"s%zu\">\n", VIEW_STEPS + index);
    put_step_heading(out, step);
    if (is_stage) {
        bool idle = history_changes(&what->history, stage) + step->added.layer_count +
                        step->added.attribute_count ==
                    0;
        put_stage_difference(out, told, stage);
        put_fields(out, told, &step->added, history_text(&what->history, stage));
        if (idle && step->status == MILL_OK)
            buffer_printf(out, "<p class=\"gap\">nothing to do</p>\n");
    } else if (index == 0) {
        buffer_printf(out, "<div class=\"text diff\" dir=\"auto\">");
        html_text(out, history_text(&what->history, HISTORY_RAW));
        buffer_printf(out, "</div>\n");
    }
    buffer_printf(out, "</section>\n");
}

void explain_html(const explanation *told, buffer *out)
{
    const trace *what = told->trace;
    put_head(out, told);
    buffer_printf(out, "<body>\n");
    put_header(out, told);
    put_radios(out, view_count(what));
    buffer_printf(out, "<div class=\"frame\">\n");
    put_navigation(out, what);
    buffer_printf(out, "<main>\n");
    put_article(out, told);
    put_changes(out, told);
    for (size_t i = 0; i < what->step_count; i++) put_step(out, told, i);
    buffer_printf(out, "</main>\n</div>\n</body>\n</html>\n");
}
