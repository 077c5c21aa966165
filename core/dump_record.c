/* The source gives the records as a run would see them; all but one are passed by. */
#include "dump_record.h"

#include "output_file.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>

typedef struct dump {
    record_source source;
    output_file *file;
    uint64_t wanted;
    uint64_t seen; /* records that have begun */
    bool in_record;
} dump;

static void wait_for_input(const dump *self)
{
    struct pollfd input = {.fd = record_source_descriptor(&self->source), .events = POLLIN};
    poll(&input, 1, -1);
}

/* Takes a record or a piece of one. `last`: it ends here. */
static bool take(dump *self, const cut_record *record, bool last, mill_error *error)
{
    if (!self->in_record) self->seen++;
    self->in_record = !last;
    if (self->seen != self->wanted) return true;
    return output_file_write(self->file, record->data.data, record->data.length, error) &&
           (!last || self->source.framing.line == 0 ||
            output_file_write(self->file, "\n", 1, error));
}

static bool read_to_record(dump *self, mill_error *error)
{
    cut_record record;
    bool fine = true;
    while (fine && (self->seen < self->wanted || self->in_record)) {
        switch (record_source_next(&self->source, &record, error)) {
        case RECORD_WHOLE:
        case RECORD_LAST: fine = take(self, &record, true, error); break;
        case RECORD_PIECE: fine = take(self, &record, false, error); break;
        case RECORD_WAIT: wait_for_input(self); break;
        case RECORD_END:
            return error_set(error, ERROR_USAGE,
                             "--dump-record %" PRIu64 ": the input has only %" PRIu64 " records",
                             self->wanted, self->seen);
        case RECORD_FAILED: return false;
        }
    }
    return fine;
}

bool dump_record(pipeline *chain, const run_request *request, uint64_t wanted, mill_error *error)
{
    const char *path = chain->outputs[0].path != NULL ? chain->outputs[0].path : "-";
    dump self = {.wanted = wanted};
    found_inputs inputs;
    mill_error another;
    bool fine = inputs_find(&inputs, chain, &request->inputs, error) &&
                record_source_open(&self.source, chain, &inputs, (input_place){0}, error);
    if (fine) self.file = output_file_open(path, request->force, error);
    fine = self.file != NULL && read_to_record(&self, error);
    if (self.file != NULL)
        fine = (fine ? output_file_finish(self.file, error)
                     : output_file_abandon(self.file, &another)) &&
               fine;
    record_source_close(&self.source);
    inputs_clear(&inputs);
    return fine;
}
