/* Checks that look at single articles: what does the plug-in do with this one? All walk the same
 * tour and differ in what they take for a fault. */
#include "conformance/conformance.h"

#include "options.h"
#include "pipeline_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tells the fault of an outcome, where it is this check's; else NULL. */
typedef const char *(*find_fault)(const subject *plugin, subject_outcome outcome,
                                  const mill_error *why);

/* Takes the plug-in to all articles. Where it wants fields, once with and once without them. */
static verdict tour(conformance *kit, find_fault find)
{
    subject *plugin = &kit->subject;
    size_t worked = 0, refused = 0;
    for (int without = 0; without <= 1; without++) {
        subject_instance instance;
        mill_error why;
        plugin->leaves_out_wants = without == 1;
        if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
        for (size_t i = kit->first; i < kit->articles.count; i++) {
            if (!conformance_may_use(kit, i, false)) continue;
            conformance_at(kit, i);
            subject_outcome outcome =
                subject_work(plugin, &instance, kit->articles.items[i].text, 0, NULL, NULL, &why);
            const char *fault = find(plugin, outcome, &why);
            if (fault != NULL) return conformance_fail(kit, "%s", fault);
            worked++;
            refused += outcome == SUBJECT_REFUSED;
        }
        subject_close(plugin, &instance);
    }
    conformance_at(kit, NO_ARTICLE);
    plugin->leaves_out_wants = false;
    return conformance_pass(kit, "%zu articles, %zu of them refused with a reason", worked / 2,
                            refused / 2);
}

static const char *find_hostile(const subject *plugin, subject_outcome outcome,
                                const mill_error *why)
{
    (void)plugin;
    return outcome == SUBJECT_SILENT || outcome == SUBJECT_DAMAGED ? why->message : NULL;
}

verdict check_hostile(conformance *kit)
{
    return tour(kit, find_hostile);
}

static const char *find_span(const subject *plugin, subject_outcome outcome, const mill_error *why)
{
    return outcome == SUBJECT_BREACH && plugin->host.breach == BREACH_SPAN ? why->message : NULL;
}

static const char *find_edit(const subject *plugin, subject_outcome outcome, const mill_error *why)
{
    return outcome == SUBJECT_BREACH && plugin->host.breach == BREACH_EDIT ? why->message : NULL;
}

static const char *find_field(const subject *plugin, subject_outcome outcome, const mill_error *why)
{
    return outcome == SUBJECT_BREACH && plugin->host.breach == BREACH_FIELD ? why->message : NULL;
}

static bool provides(const mill_field *field)
{
    return field->use == MILL_PROVIDES;
}

/* What fields there are is only known once the plug-in is open. */
verdict check_spans(conformance *kit)
{
    subject *plugin = &kit->subject;
    subject_instance instance;
    mill_error why;
    if (!subject_open(plugin, NULL, &instance, &why)) return tour(kit, find_span);
    subject_close(plugin, &instance);
    for (uint32_t i = 0; i < plugin->field_count; i++) {
        uint32_t type = plugin->fields[i].type;
        if (provides(&plugin->fields[i]) && (type == MILL_LAYER || type == MILL_SPAN))
            return tour(kit, find_span);
    }
    return conformance_skip(kit, "provides no spans");
}

verdict check_edits(conformance *kit)
{
    if ((kit->subject.plugin->flags & MILL_EDITS_TEXT) == 0)
        return conformance_skip(kit, "does not edit the text");
    return tour(kit, find_edit);
}

/* ---- Fields --------------------------------------------------------------------------------- */

/* Notes which of the fields that it always has the plug-in provides. All articles come twice, for
 * one that finds copies. */
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
        uint32_t count = plugin->plugin->field_count;
        for (uint32_t field = 0; field < count && outcome == SUBJECT_DONE; field++)
            if (provides(&plugin->fields[field]) && !provided[field])
                provided[field] = subject_has_provided(plugin, field);
    }
    subject_close(plugin, &instance);
    conformance_at(kit, NO_ARTICLE);
    return true;
}

static const mill_field *find_missing(const subject *plugin, const bool *provided)
{
    for (uint32_t i = 0; i < plugin->plugin->field_count; i++)
        if (provides(&plugin->fields[i]) && !provided[i]) return &plugin->fields[i];
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
            if (find_missing(&kit->subject, provided) == NULL) return;
            look_for_provided(kit, &other, provided);
        }
    }
}

verdict check_fields(conformance *kit)
{
    char what[200];
    verdict found = tour(kit, find_field);
    if (found != VERDICT_PASSED || kit->subject.plugin->kind != MILL_STAGE) return found;
    bool *provided = calloc(kit->subject.plugin->field_count + 1, sizeof *provided);
    if (provided == NULL) return conformance_fail(kit, "out of memory");
    look_for_provided(kit, NULL, provided);
    look_with_other_options(kit, provided);
    const mill_field *missing = find_missing(&kit->subject, provided);
    free(provided);
    if (missing == NULL) return found;
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
