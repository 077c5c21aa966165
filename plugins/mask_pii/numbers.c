/* Numbers are told apart by how their digits are grouped and by their check digits. All of them
 * stand alone: a longer row of digits around them says that they are something else. */
#include "finders.h"

#define DIGITS_MAX 24
#define GROUPS_MAX 10

/* Digits with single separators between them, as far as they go. */
typedef struct digit_groups {
    char digits[DIGITS_MAX];
    size_t count;
    size_t sizes[GROUPS_MAX];
    size_t ends[GROUPS_MAX]; /* where in the text each group ends */
    char separators[GROUPS_MAX];
    size_t group_count;
} digit_groups;

static digit_groups read_groups(mill_text text, size_t at, const char *separators)
{
    digit_groups groups = {.count = 0};
    while (at < text.length && is_digit(text.data[at]) && groups.group_count < GROUPS_MAX) {
        size_t group = groups.group_count++;
        groups.separators[group] = text.data[at - (at > 0)];
        while (at < text.length && is_digit(text.data[at])) {
            if (groups.count == DIGITS_MAX) return (digit_groups){.count = 0};
            groups.digits[groups.count++] = text.data[at++];
            groups.sizes[group]++;
        }
        groups.ends[group] = at;
        if (at < text.length && text.data[at] != '\0' && strchr(separators, text.data[at])) at++;
    }
    return groups;
}

/* Tells whether a number that ends at `end` goes on behind it: "-12", ".5", "th". */
static bool goes_on(mill_text text, size_t end)
{
    if (end >= text.length) return false;
    if (is_word(text.data[end])) return true;
    return strchr("-./,:", text.data[end]) != NULL && is_digit(text.data[end + 1]);
}

/* Tells whether the number at `at` is the rest of a longer one. */
static bool comes_from(mill_text text, size_t from, size_t at)
{
    if (at == from) return from > 0 && is_word(text.data[at - 1]);
    if (is_word(text.data[at - 1])) return true;
    return strchr("-./,:+", text.data[at - 1]) != NULL && at - from > 1 &&
           is_digit(text.data[at - 2]);
}

/* ---- IP addresses -------------------------------------------------------------------------- */

mill_span find_ip4(mill_text text, size_t from, size_t at)
{
    size_t end = at;
    if (comes_from(text, from, at)) return nothing;
    for (int part = 0; part < 4; part++) {
        unsigned value = 0, digits = 0;
        if (part > 0 && text.data[end++] != '.') return nothing;
        for (; digits < 3 && is_digit(text.data[end]); digits++)
            value = value * 10 + (unsigned)(text.data[end++] - '0');
        if (digits == 0 || value > 255) return nothing;
    }
    bool port = end < text.length && text.data[end] == ':';
    return !port && goes_on(text, end) ? nothing : make_span(at, end);
}

static inline bool is_hex(char byte)
{
    return is_digit(byte) || (unsigned)mill_lower((unsigned char)byte) - 'a' < 6u;
}

/* Tells whether this is an address of eight groups, or fewer with one gap. */
static bool is_ip6(mill_text address)
{
    size_t groups = 0, gaps = 0, digits = 0, run = 0;
    for (size_t i = 0; i < address.length; i++) {
        bool colon = address.data[i] == ':';
        digits += is_digit(address.data[i]);
        groups += !colon && run == 0;
        run = colon ? 0 : run + 1;
        if (run > 4) return false;
        if (!colon || i + 1 == address.length || address.data[i + 1] != ':') continue;
        if (++gaps > 1) return false;
    }
    if (digits == 0) return false;
    return gaps == 1 ? groups >= 2 && groups <= 7 : groups == 8;
}

mill_span find_ip6(mill_text text, size_t from, size_t at)
{
    size_t begin = at, end = at;
    while (begin > from && at - begin < 40 &&
           (is_hex(text.data[begin - 1]) || text.data[begin - 1] == ':'))
        begin--;
    while (end < text.length && end - at < 40 && (is_hex(text.data[end]) || text.data[end] == ':'))
        end++;
    if ((begin > 0 && is_word(text.data[begin - 1])) ||
        (end < text.length && is_word(text.data[end])))
        return nothing;
    if (text.data[end - 1] == ':' && end - begin > 2 && text.data[end - 2] != ':') end--;
    mill_text address = {text.data + begin, end - begin};
    return is_ip6(address) ? make_span(begin, end) : nothing;
}

/* ---- Cards, accounts, social security ------------------------------------------------------ */

static bool passes_luhn(const char *digits, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(digits[count - 1 - i] - '0');
        if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

mill_span find_card(mill_text text, size_t from, size_t at)
{
    if (comes_from(text, from, at) || text.data[at] < '2' || text.data[at] > '6') return nothing;
    digit_groups groups = read_groups(text, at, " -");
    size_t count = 0;
    for (size_t i = 0; i < groups.group_count; i++) {
        count += groups.sizes[i];
        if (groups.sizes[i] < 3 && i + 1 < groups.group_count) return nothing;
        if (count < 13 || count > 19 || goes_on(text, groups.ends[i])) continue;
        if (passes_luhn(groups.digits, count)) return make_span(at, groups.ends[i]);
    }
    return nothing;
}

/* The remainder by 97 of an account number, its first four characters moved to the end. */
static unsigned iban_remainder(const char *account, size_t count)
{
    unsigned remainder = 0;
    for (size_t i = 0; i < count; i++) {
        char byte = account[(i + 4) % count];
        unsigned value = is_digit(byte) ? (unsigned)(byte - '0') : (unsigned)(byte - 'A') + 10;
        remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
    }
    return remainder;
}

mill_span find_iban(mill_text text, size_t from, size_t at)
{
    char account[34];
    size_t count = 0, begin = at - 2, end, best = 0;
    if (at - from < 2 || (begin > 0 && is_word(text.data[begin - 1]))) return nothing;
    for (end = begin; end < text.length && count < sizeof account; end++) {
        char byte = text.data[end];
        if (byte == ' ' && end > begin && text.data[end - 1] != ' ') continue;
        if (!is_digit(byte) && (unsigned)byte - 'A' >= 26u) break;
        if (count < 4 && is_digit(byte) != (count >= 2)) break;
        account[count++] = byte;
        bool stops = end + 1 == text.length || !is_word(text.data[end + 1]);
        if (stops && count >= 15 && iban_remainder(account, count) == 1) best = end + 1;
    }
    return best != 0 ? make_span(begin, best) : nothing;
}

mill_span find_ssn(mill_text text, size_t from, size_t at)
{
    digit_groups groups = read_groups(text, at, "-");
    const char *digits = groups.digits;
    if (groups.group_count != 3 || groups.sizes[0] != 3 || groups.sizes[1] != 2 ||
        groups.sizes[2] != 4)
        return nothing;
    if (comes_from(text, from, at) || goes_on(text, groups.ends[2])) return nothing;
    bool never_given = digits[0] == '9' || memcmp(digits, "000", 3) == 0 ||
                       memcmp(digits, "666", 3) == 0 || memcmp(digits + 3, "00", 2) == 0 ||
                       memcmp(digits + 5, "0000", 4) == 0;
    return never_given ? nothing : make_span(at, groups.ends[2]);
}

/* ---- Telephone numbers --------------------------------------------------------------------- */

/* Reads digits in groups with brackets and other signs between them; returns where they end. */
static size_t read_number(mill_text text, size_t at, size_t *digits)
{
    size_t end = at, gap = 0;
    for (*digits = 0; at < text.length && gap < 3 && *digits < 17; at++) {
        if (is_digit(text.data[at])) {
            ++*digits;
            end = at + 1;
            gap = 0;
        } else if (text.data[at] != '\0' && strchr(" -./()", text.data[at])) {
            gap++;
        } else {
            break;
        }
    }
    return end;
}

/* "+1 (415) 555-0132", "0049 30 1234567" */
static mill_span find_international(mill_text text, size_t from, size_t at)
{
    size_t digits, end = read_number(text, at, &digits);
    bool plus = at > from && text.data[at - 1] == '+';
    bool zeros = text.data[at] == '0' && text.data[at + 1] == '0' && text.data[at + 2] != '.';
    if ((!plus && !zeros) || goes_on(text, end)) return nothing;
    if (plus && at - from > 1 && is_word(text.data[at - 2])) return nothing;
    if (zeros && (digits < 10 || comes_from(text, from, at))) return nothing;
    return digits >= 8 && digits <= 15 ? make_span(at - plus, end) : nothing;
}

/* "(212) 555-0147", "212-555-0147", "1-800-555-0199" */
static mill_span find_american(mill_text text, size_t from, size_t at)
{
    bool bracket = at > from && text.data[at - 1] == '(';
    size_t begin = at - bracket;
    if (begin > from && is_word(text.data[begin - 1])) return nothing;
    if (!bracket && comes_from(text, from, at)) return nothing;
    if (!bracket && text.data[at] == '1' && strchr("-. ", text.data[at + 1])) at += 2;
    if (at < text.length && text.data[at] == '(') bracket = true, at++;
    if (text.data[at] < '2' || !is_digit(text.data[at + 1]) || !is_digit(text.data[at + 2]))
        return nothing;
    if (!is_digit(text.data[at])) return nothing;
    at += 3;
    if (bracket && text.data[at++] != ')') return nothing;
    if (text.data[at] == ' ' || (text.data[at] != '\0' && strchr("-.", text.data[at])))
        at++;
    else if (!bracket)
        return nothing;
    digit_groups groups = read_groups(text, at, "-. ");
    if (groups.group_count < 2 || groups.sizes[0] != 3 || groups.sizes[1] != 4) return nothing;
    return goes_on(text, groups.ends[1]) ? nothing : make_span(begin, groups.ends[1]);
}

/* "020 7946 0958", "01632 960001", "01 42 68 53 00" */
static mill_span find_trunk(mill_text text, size_t from, size_t at)
{
    bool bracket = at > from && text.data[at - 1] == '(';
    digit_groups groups = read_groups(text, at, " -/");
    if (comes_from(text, from, at) || text.data[at] != '0' || text.data[at + 1] == '0')
        return nothing;
    if (bracket || groups.group_count == 0) return nothing;
    size_t last = groups.group_count - 1, count = groups.count;
    bool pairs = groups.group_count == 5;
    for (size_t i = 0; i <= last; i++) pairs = pairs && groups.sizes[i] == 2;
    if (goes_on(text, groups.ends[last])) return nothing;
    if (!pairs && (count < 9 || count > 12 || groups.group_count > 4)) return nothing;
    for (size_t i = 1; i <= last && !pairs; i++)
        if (groups.sizes[i] < 3) return nothing;
    return make_span(at, groups.ends[last]);
}

/* Any number of seven digits or more behind a word that says what it is: "Tel: 555-0147". */
static mill_span find_announced(mill_text text, size_t from, size_t at)
{
    static const char *const words[] = {"tel",  "phone", "call",    "telephone", "mobile", "fax",
                                        "cell", "dial",  "hotline", "whatsapp",  "text"};
    size_t digits, end = read_number(text, at, &digits), stop = at;
    while (stop > from && strchr(" :.(", text.data[stop - 1])) stop--;
    size_t begin = stop;
    while (begin > from && stop - begin < 10 && is_letter(text.data[begin - 1])) begin--;
    if (stop == at || digits < 7 || digits > 15 || goes_on(text, end)) return nothing;
    for (size_t i = 0; i < MILL_COUNT(words); i++) {
        size_t length = strlen(words[i]), same = 0;
        while (
            same < length && begin + same < stop &&
            mill_same_letter((unsigned char)text.data[begin + same], (unsigned char)words[i][same]))
            same++;
        if (same == length && length == stop - begin) return make_span(at, end);
    }
    return nothing;
}

mill_span find_phone(mill_text text, size_t from, size_t at)
{
    static pii_finder *const finders[] = {find_international, find_american, find_trunk,
                                          find_announced};
    for (size_t i = 0; i < MILL_COUNT(finders); i++) {
        mill_span found = finders[i](text, from, at);
        if (found.begin != found.end) return found;
    }
    return nothing;
}
