/* sandbox_private - the lists of system calls by name, shared by the two sources of sandbox. A name
 * that this machine or libseccomp does not know is passed over.
 */
#ifndef CORE_SANDBOX_PRIVATE_H
#define CORE_SANDBOX_PRIVATE_H

/* Each ends with NULL. Calls that depend on their arguments stand in sandbox.c instead. */
extern const char *const sandbox_calls_for_everybody[];
extern const char *const sandbox_calls_for_files[];
extern const char *const sandbox_calls_for_network[];

/* Denied even to plug-ins that declare processes: what reaches into other processes or administers
 * the machine; and what programs merely try, to do without when it is refused with EPERM. */
extern const char *const sandbox_calls_for_nobody[];
extern const char *const sandbox_calls_in_vain[];

#endif
