/* html - text put into a page so that it stays text: whatever an article holds, no markup comes of
 * it, and nothing that turns the text around it.
 */
#ifndef CORE_COMMANDS_HTML_H
#define CORE_COMMANDS_HTML_H

#include "buffer.h"

/* Appends text for the inside of an element or of an attribute in quotation marks. What would be
 * obeyed becomes U+FFFD. */
void html_text(buffer *out, mill_text text);
void html_string(buffer *out, const char *text);

/* Appends text for the inside of an element, with hidden characters and line breaks made visible:
 * for differences, where nothing may go unnoticed. */
void html_revealed(buffer *out, mill_text text);

#endif
