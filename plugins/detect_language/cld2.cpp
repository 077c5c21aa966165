/* cld2 - see cld2.h. The checking entry point is taken although documents are valid UTF-8: the
 * tables know nothing of controls and noncharacters, and this one stops in front of them.
 */
#include "cld2.h"

#include <cstdio> /* the library's header needs it and does not say so */
#include <cld2/public/compact_lang_det.h>

namespace
{
constexpr bool plain_text = true;
constexpr int unknown_encoding = -1;
constexpr int languages_told = 3; /* the library always tells three, the largest first */

struct summary {
    CLD2::Language language = CLD2::UNKNOWN_LANGUAGE;
    int percent = 0;
    bool reliable = false;
    int valid_length = 0; /* bytes before the first that is not allowed; nothing was detected if
                             it is less than the text's length */
};

summary summarise(const char *data, int length)
{
    const CLD2::CLDHints no_hints = {nullptr, nullptr, unknown_encoding, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[languages_told];
    int percents[languages_told];
    double scores[languages_told];
    int letters = 0;
    summary found;
    found.language = CLD2::ExtDetectLanguageSummaryCheckUTF8(
        data, length, plain_text, &no_hints, 0, languages, percents, scores, nullptr, &letters,
        &found.reliable, &found.valid_length);
    found.percent = percents[0];
    return found;
}
} // namespace

bool cld2_detect(mill_text text, cld2_guess *guess)
{
    int length = static_cast<int>(text.length); /* MILL_TEXT_MAX is INT_MAX */
    summary found = summarise(text.data, length);
    if (found.valid_length < length) found = summarise(text.data, found.valid_length);
    if (!found.reliable || found.language == CLD2::UNKNOWN_LANGUAGE) return false;
    guess->code = CLD2::LanguageCode(found.language);
    guess->share = found.percent / 100.0;
    return true;
}
