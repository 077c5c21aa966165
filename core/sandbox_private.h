/* sandbox_private - the lists of system calls by name, shared by the two sources of sandbox. A name
 * that this machine or libseccomp does not know is passed over.
 */
#ifndef CORE_SANDBOX_PRIVATE_H
#define CORE_SANDBOX_PRIVATE_H

#include "sandbox.h"

/* Names between blanks. Calls that depend on their arguments stand in sandbox.c instead. */
extern const char sandbox_calls_for_everybody[];
extern const char sandbox_calls_for_files[];
extern const char sandbox_calls_for_network[];

/* Denied even to plug-ins that declare processes: what reaches into other processes or administers
 * the machine; and what programs merely try, to do without when it is refused with EPERM. */
extern const char sandbox_calls_for_nobody[];
extern const char sandbox_calls_in_vain[];

/* Takes the next name off a list. Returns false at its end. */
bool sandbox_next_call(const char **list, char name[SANDBOX_CALL_NAME_MAX]);

#endif
