/* mask_pii - puts placeholders for what points to a person: mail addresses, telephone, card and
 * account numbers, IP addresses; on request URLs, names of accounts and hashtags too.
 *
 * One pass: a scan in blocks stops at digits and at the signs that the wanted classes need, and the
 * finders of these look around. A digit counts where a number begins.
 */
#include "finders.h"

#include "textmill/scan.h"

#define PLACEHOLDER_MAX 8

typedef struct masker {
    bool wanted[PII_CLASS_COUNT];
    bool angle; /* brackets of the placeholders */
} masker;

/* What may be found from a sign on. */
typedef struct sign_finder {
    char sign; /* '0' stands for the first digit of a number */
    pii_class class;
    pii_finder *find;
} sign_finder;

static const sign_finder finders[] = {
    {'0', PII_IP, find_ip4},    {'0', PII_CARD, find_card},   {'0', PII_IBAN, find_iban},
    {'0', PII_SSN, find_ssn},   {'0', PII_PHONE, find_phone}, {':', PII_IP, find_ip6},
    {'/', PII_URL, find_url},   {'w', PII_URL, find_url},     {'@', PII_EMAIL, find_email},
    {'@', PII_USER, find_user}, {'#', PII_TAG, find_tag},
};

static const char *const class_names[PII_CLASS_COUNT] = {
    [PII_IP] = "ip",       [PII_CARD] = "card",   [PII_IBAN] = "iban",
    [PII_SSN] = "ssn",     [PII_PHONE] = "phone", [PII_URL] = "url",
    [PII_EMAIL] = "email", [PII_USER] = "user",   [PII_TAG] = "tag",
};

/* ---- Opening ------------------------------------------------------------------------------- */

static mill_status choose_classes(mill_setup *setup, bool *wanted)
{
    const char *rest = mill_setup_string(setup, "classes");
    while (*(rest += strspn(rest, " ,")) != '\0') {
        size_t length = strcspn(rest, " ,"), i = 0;
        while (i < PII_CLASS_COUNT &&
               (strlen(class_names[i]) != length || memcmp(class_names[i], rest, length) != 0))
            i++;
        if (i == PII_CLASS_COUNT)
            return mill_setup_fail(setup,
                                   "classes: no class '%.*s'; the classes are email, phone, card, "
                                   "ip, iban, ssn, url, user, tag",
                                   (int)length, rest);
        wanted[i] = true;
        rest += length;
    }
    return MILL_OK;
}

static mill_status open_masker(mill_setup *setup, void **instance)
{
    masker *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->angle = mill_setup_integer(setup, "brackets") == 1;
    *instance = self;
    return choose_classes(setup, self->wanted);
}

/* ---- The pass ------------------------------------------------------------------------------ */

static void put_placeholder(const masker *self, mill_document *document, pii_class class,
                            mill_span found)
{
    char bytes[PLACEHOLDER_MAX];
    size_t length = 0;
    bytes[length++] = self->angle ? '<' : '[';
    for (const char *name = class_names[class]; *name != '\0'; name++)
        bytes[length++] = (char)(*name - 0x20);
    bytes[length++] = self->angle ? '>' : ']';
    mill_edit(document, found.begin, found.end, bytes, length);
}

/* Masks what is found around `at`. Returns up to where the text is dealt with. */
static size_t visit(const masker *self, mill_document *document, mill_text text, size_t done,
                    size_t at)
{
    char sign = is_digit(text.data[at]) ? '0' : text.data[at] == 'W' ? 'w' : text.data[at];
    for (size_t i = 0; i < MILL_COUNT(finders); i++) {
        const sign_finder *finder = &finders[i];
        if (finder->sign != sign || !self->wanted[finder->class]) continue;
        mill_span found = finder->find(text, done, at);
        if (found.begin == found.end) continue;
        put_placeholder(self, document, finder->class, found);
        return found.end;
    }
    return done;
}

/* Where numbers begin and the signs of wanted classes are. `*before`: the last byte before the
 * block was a digit. */
static inline uint64_t candidates(const masker *self, const char *block, uint64_t *before)
{
    uint64_t digits = mill_scan_range(block, '0', '9');
    uint64_t set = digits & ~(digits << 1 | *before);
    *before = digits >> 63;
    if (self->wanted[PII_EMAIL] || self->wanted[PII_USER]) set |= mill_scan_equal(block, '@');
    if (self->wanted[PII_IP]) {
        uint64_t colons = mill_scan_equal(block, ':');
        set |= colons & (colons >> 1 | digits << 1 | digits >> 1 | UINT64_C(1) | UINT64_C(1) << 63);
    }
    if (self->wanted[PII_TAG]) set |= mill_scan_equal(block, '#');
    if (self->wanted[PII_URL]) {
        uint64_t w = mill_scan_either(block, 'w', 'W');
        set |= mill_scan_equal(block, '/') | (w & (w >> 1 | UINT64_C(1) << 63));
    }
    return set;
}

static mill_status mask_article(void *instance, mill_document *document)
{
    const masker *self = instance;
    mill_text text = mill_document_text(document);
    size_t done = 0;
    uint64_t before = 0;
    for (size_t block = 0; block < text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = candidates(self, text.data + block, &before); set != 0;
             set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at >= done) done = visit(self, document, text, done, at);
        }
    }
    return MILL_OK;
}

/* ---- The descriptor ------------------------------------------------------------------------ */

static const mill_option options[] = {
    {.name = "classes",
     .type = MILL_OPTION_STRING,
     .standard = "email phone card ip iban ssn",
     .help = "what to mask: email, phone, card, ip, iban, ssn, url, user (@name), tag (#name)"},
    {.name = "brackets",
     .type = MILL_OPTION_CHOICE,
     .standard = "square",
     .choices = "square angle",
     .help = "how a placeholder is written: [EMAIL] or <EMAIL>"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "mask_pii",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "puts placeholders for mail addresses, telephone and card numbers and the like",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_masker,
    .process = mask_article,
};
