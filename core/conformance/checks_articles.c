/* Checks that look at single articles: what does the plug-in do with this one? They share one tour
 * of all articles, which the first of them makes; each then tells what was found of its kind. */
#include "conformance/conformance.h"

#include "options.h"
#include "pipeline_fields.h"

#include <stdio.h>
#include <string.h>

/* ---- The tour -------------------------------------------------------------------------------- */

/* Tells which kind of fault an outcome is; TOUR_FAULTS for none. */
static tour_fault fault_of(const subject *plugin, subject_outcome outcome)
{
    if (outcome == SUBJECT_SILENT || outcome == SUBJECT_DAMAGED) return TOUR_HOSTILE;
    if (outcome != SUBJECT_BREACH) return TOUR_FAULTS;
    switch (plugin->host.breach) {
    case BREACH_SPAN: return TOUR_SPANS;
    case BREACH_EDIT: return TOUR_EDITS;
    default: return TOUR_FIELDS;
    }
}

static bool provides(const mill_field *field)
{
    return field->use == MILL_PROVIDES;
}

/* Notes which of the fields that it always has the plug-in has provided in the present article. */
static void note_provided(const subject *plugin, bool *provided)
{
    for (uint32_t i = 0; i < plugin->plugin->field_count && plugin->plugin->kind == MILL_STAGE; i++)
        if (!provided[i] && provides(plugin_field(plugin->plugin, i)))
            provided[i] = subject_has_provided(plugin, i);
}

/* Takes the plug-in to one article, and notes what came of it. */
static void visit(conformance *kit, const subject_instance *instance, uint32_t article)
{
    subject *plugin = &kit->subject;
    tour_note *tour = &kit->note->tour;
    mill_error why;
    conformance_at(kit, article);
    subject_outcome outcome =
        subject_work(plugin, instance, kit->articles.items[article].text, 0, NULL, NULL, &why);
    tour_fault fault = fault_of(plugin, outcome);
    if (outcome == SUBJECT_DONE) note_provided(plugin, tour->provided);
    if (fault != TOUR_FAULTS && tour->findings[fault].article == NO_ARTICLE) {
        finding *found = &tour->findings[fault];
        found->article = article;
        snprintf(found->message, sizeof found->message, "%.500s", why.message);
    }
    if (plugin->leaves_out_wants) return;
    tour->worked++;
    tour->refused += outcome == SUBJECT_REFUSED;
}

static bool has_wants(const subject *plugin)
{
    for (uint32_t i = 0; i < plugin->own_count; i++)
        if (plugin->fields[i].use == MILL_WANTS) return true;
    return false;
}

/* Takes the plug-in to the articles from where the tour has come to up to `end`: once round with
 * the fields that it wants, and once without. */
static bool go_round(conformance *kit, uint32_t end)
{
    tour_note *tour = &kit->note->tour;
    const uint32_t count = (uint32_t)kit->articles.count;
    subject_instance instance;
    if (!conformance_open_instance(kit, &instance)) return false;
    kit->subject.leaves_out_wants = tour->next >= count;
    bool is_needed = !kit->subject.leaves_out_wants || has_wants(&kit->subject);
    while (tour->next < end) {
        uint32_t article = tour->next++ % count;
        if (is_needed && conformance_may_use(kit, article, false)) visit(kit, &instance, article);
    }
    subject_close(&kit->subject, &instance);
    kit->subject.leaves_out_wants = false;
    return true;
}

/* Makes the tour, or goes on with it where the plug-in has died. Fails: false, with the message. */
static bool make_tour(conformance *kit)
{
    tour_note *tour = &kit->note->tour;
    const uint32_t count = (uint32_t)kit->articles.count;
    if (tour->next == 0)
        for (size_t i = 0; i < TOUR_FAULTS; i++) tour->findings[i].article = NO_ARTICLE;
    if (tour->next < count && !go_round(kit, count)) return false;
    return tour->next >= 2 * count || go_round(kit, 2 * count);
}

/* Tells what the tour has found of one kind. */
static verdict tour_verdict(conformance *kit, tour_fault kind)
{
    const tour_note *tour = &kit->note->tour;
    if (!make_tour(kit)) return VERDICT_FAILED;
    conformance_at(kit, tour->findings[kind].article);
    if (tour->findings[kind].article != NO_ARTICLE)
        return conformance_fail(kit, "%s", tour->findings[kind].message);
    return conformance_pass(kit, "%u articles, %u of them refused with a reason",
                            (unsigned)tour->worked, (unsigned)tour->refused);
}

verdict check_hostile(conformance *kit)
{
    return tour_verdict(kit, TOUR_HOSTILE);
}

/* What fields there are is only known once the plug-in is open. */
verdict check_spans(conformance *kit)
{
    subject *plugin = &kit->subject;
    subject_instance instance;
    mill_error why;
    if (!subject_open(plugin, NULL, &instance, &why)) return tour_verdict(kit, TOUR_SPANS);
    subject_close(plugin, &instance);
    for (uint32_t i = 0; i < plugin->field_count; i++) {
        uint32_t type = plugin->fields[i].type;
        if (provides(&plugin->fields[i]) && (type == MILL_LAYER || type == MILL_SPAN))
            return tour_verdict(kit, TOUR_SPANS);
    }
    return conformance_skip(kit, "provides no spans");
}

verdict check_edits(conformance *kit)
{
    if ((kit->subject.plugin->flags & MILL_EDITS_TEXT) == 0)
        return conformance_skip(kit, "does not edit the text");
    return tour_verdict(kit, TOUR_EDITS);
}

/* ---- Fields --------------------------------------------------------------------------------- */

/* Looks with another value of an option, or for copies: all articles come twice. */
static bool look_for_provided(conformance *kit, const subject_option *other, bool *provided)
{
    subject *plugin = &kit->subject;
    subject_instance instance;
    mill_error why;
    watched_host_begin(&plugin->host, 0);
    if (!subject_open(plugin, other, &instance, &why)) return false;
    for (size_t turn = 0; turn < 2 * kit->articles.count; turn++) {
        size_t i = turn % kit->articles.count;
        if (!conformance_may_use(kit, i, true)) continue;
        conformance_at(kit, i);
        subject_outcome outcome =
            subject_work(plugin, &instance, kit->articles.items[i].text, 0, NULL, NULL, &why);
        if (outcome == SUBJECT_DONE) note_provided(plugin, provided);
    }
    subject_close(plugin, &instance);
    conformance_at(kit, NO_ARTICLE);
    return true;
}

static const mill_field *find_missing(const mill_plugin *plugin, const bool *provided)
{
    for (uint32_t i = 0; i < plugin->field_count; i++)
        if (!provided[i] && provides(plugin_field(plugin, i))) return plugin_field(plugin, i);
    return NULL;
}

/* Some fields come only with another choice of an option: tries each choice and each yes and no,
 * until nothing is missing. */
static void look_with_other_options(conformance *kit, bool *provided)
{
    const mill_plugin *plugin = kit->subject.plugin;
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const mill_option *option = option_at(plugin->options, plugin->header.option_size, i);
        char words[1024];
        const char *list = option->type == MILL_OPTION_CHOICE    ? option->choices
                           : option->type == MILL_OPTION_BOOLEAN ? "yes no"
                                                                 : "";
        char *rest;
        snprintf(words, sizeof words, "%s", list);
        for (char *word = strtok_r(words, " ", &rest); word != NULL;
             word = strtok_r(NULL, " ", &rest)) {
            const subject_option other = {option->name, word};
            if (find_missing(kit->subject.plugin, provided) == NULL) return;
            look_for_provided(kit, &other, provided);
        }
    }
}

verdict check_fields(conformance *kit)
{
    char what[200];
    bool *provided = kit->note->tour.provided;
    verdict found = tour_verdict(kit, TOUR_FIELDS);
    if (found != VERDICT_PASSED || kit->subject.plugin->kind != MILL_STAGE) return found;
    if (find_missing(kit->subject.plugin, provided) != NULL) look_for_provided(kit, NULL, provided);
    look_with_other_options(kit, provided);
    const mill_field *missing = find_missing(kit->subject.plugin, provided);
    if (missing == NULL) return tour_verdict(kit, TOUR_FIELDS);
    field_describe(missing, what, sizeof what);
    return conformance_fail(kit,
                            "declares %s, but provides it in no article; set options with which it "
                            "does, or do not declare it",
                            what);
}

/* ---- Framing -------------------------------------------------------------------------------- */

/* Finds where the record at `at` ends when the file arrives `step` bytes at a time. */
static bool frame_in_steps(const conformance *kit, const subject_instance *instance, mill_text file,
                           size_t at, size_t step, mill_frame *frame)
{
    mill_status status = MILL_MORE;
    *frame = (mill_frame){0};
    for (size_t held = step; status == MILL_MORE; held += step) {
        bool at_end = held >= file.length - at;
        if (at_end) held = file.length - at;
        status = kit->subject.plugin->frame(instance->handle, file.data + at, held, at_end, frame);
        if (at_end && status == MILL_MORE) return false;
    }
    return status == MILL_OK;
}

static bool same_frame(const mill_frame *left, const mill_frame *right)
{
    return left->end == right->end && left->next == right->next && left->blank == right->blank;
}

static verdict check_frames(conformance *kit, const subject_instance *instance, mill_text file)
{
    for (size_t at = 0, next; at < file.length; at = next) {
        mill_frame whole, pieces;
        size_t left = file.length - at;
        if (!frame_in_steps(kit, instance, file, at, left, &whole) || whole.end > left ||
            whole.next > left || whole.next == 0)
            return conformance_fail(kit, "frame finds no record at byte %zu of %zu", at,
                                    file.length);
        next = at + (size_t)whole.next;
        if (whole.next > 4096) continue; /* in steps of a byte that would take too long */
        if (!frame_in_steps(kit, instance, file, at, 1, &pieces) || !same_frame(&whole, &pieces))
            return conformance_fail(kit,
                                    "the record at byte %zu ends at %zu when the file comes as a "
                                    "whole, at %zu when it comes byte by byte",
                                    at, (size_t)whole.end, (size_t)pieces.end);
    }
    return VERDICT_PASSED;
}

verdict check_framing(conformance *kit)
{
    subject_instance instance;
    mill_error why;
    if (kit->subject.plugin->kind != MILL_READER) return conformance_skip(kit, "is no reader");
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    for (size_t i = 0; i < kit->articles.count; i++) {
        mill_text file = kit->articles.items[i].text;
        if (!conformance_may_use(kit, i, true)) continue;
        conformance_at(kit, i);
        if (subject_work(&kit->subject, &instance, file, 0, NULL, NULL, &why) == SUBJECT_FRAMING)
            return conformance_fail(kit, "%s", why.message);
        if (check_frames(kit, &instance, file) != VERDICT_PASSED) return VERDICT_FAILED;
    }
    subject_close(&kit->subject, &instance);
    return conformance_pass(kit, "%zu files", kit->articles.count - 1);
}
