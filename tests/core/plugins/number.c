/* What the descriptor must not be: four bytes. */
extern const int textmill_plugin;
const int textmill_plugin = 4;
