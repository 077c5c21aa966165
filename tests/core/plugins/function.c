/* What the descriptor must not be: a function. */
__attribute__((visibility("default"))) void textmill_plugin(void);

void textmill_plugin(void) {}
