/* news_grammar - the language of make_corpus: a grammar of news articles.
 *
 * A rule is a name and its choices, with | between them. In a choice <name> is replaced by a choice
 * of that rule, <Name> likewise with a capital letter. <name#3> draws the same wherever #3 stands
 * in one article; several rules may share a digit to stay in step, as the quotation marks do. */
#ifndef BENCH_NEWS_GRAMMAR_H
#define BENCH_NEWS_GRAMMAR_H

typedef struct rule_source {
    const char *name;
    const char *choices;
} rule_source;

/* The rules that make_corpus itself asks for. */
enum { HEADLINE, OPENING, PARAGRAPH, CLOSING, GAP };

/* clang-format off */
static const rule_source grammar[] = {
    /* An article's parts */
    [HEADLINE] = {"headline",
     "<Adjective> <noun> <acted> <adjective> <noun> in <place>|<family#2>: <(><remark><)>|"
     "<Noun> <acted> <noun>, <count> <hurt>|Why the <adjective> <noun> of <place> matters|"
     "<Place> <noun> & <noun>: what we know"},
    [OPENING] = {"opening",
     "<credit><gap><dateline><report>|<dateline><report> <report>|<byline>\n\n<report>|"
     "<dateline><report> <quoted>|<credit>\n<byline>\n\n<dateline><report>|<report>"},
    [PARAGRAPH] = {"paragraph",
     "<report>|<quoted>|<report> <report>|<quoted> <report>|<report> <quoted>|<quoted> <quoted>|"
     "<report> <report> <report>|<report> <report> <quoted>|<report> <report> <quoted> <report>|"
     "<report> <report> <report> <report>"},
    [CLOSING] = {"closing",
     "|\n\n<promotion>|\n<promotion>|\n\n<credit>|\n\n<promotion>\n<promotion>|"
     "\n\n<credit>\n<promotion>"},
    [GAP] = {"gap", "<break#8>"},
    {"break", "\n\n|\n|\n\n"},
    {"credit",
     "Photo: <taker>/<agency>|(Photo by <taker> / <agency>)|📷 Picture: <agency>|"
     "Image credit: <agency>|File photo. <taker>, <agency>|PHOTOGRAPH: <taker>"},
    {"taker", "<woman> <family>|<man> <family>|<rare>"},
    {"agency",
     "Northlight Pictures|Harbour Wire|Agência Maré|Kessler & Daughters|Blue Ridge Press"},
    {"byline",
     "By <woman> <family>|By <man> <family>, <beat> correspondent|"
     "By <man> <family> and <woman> <family>"},
    {"beat", "energy|science|shipping|crime"},
    {"dateline", "|<town>, <date> (<wire>) — |<town> (<wire>) - |<Place>, <date> – |<town> — "},
    {"town", "MARLOW BAY|WASHINGTON|ST. ALBAN|SÃO BRÁS|ZÜRICH|PORT ELLERY|NEW CASTEL"},
    {"wire", "HW|Northlight|MBN"},
    {"promotion",
     "Read more: <headline>|READ ALSO: <headline>|Related: <headline>|"
     "Sign up for our <adjective> morning newsletter.|"
     "Follow us on social media for more on the <noun>.|"
     "Click here to subscribe to the Marlow Bay Courier.|Share this article"},

    /* Sentences that report */
    {"report",
     "<Event>.|<Event> <detail>.|<Event> <detail>, and <event> <detail>.|"
     "<Event> <detail>, while <event> <detail>.|<Event>, although <event> <detail>.|"
     "Although <event> <detail>, <event>.|<Event>; <event> <detail>.|"
     "<Event> <detail>, <her> <cue> on <weekday>, and <event>.|<figure>, and <event>.|<figure>.|"
     "<aside>.|<scare> <detail>.|<Event> <detail> in the U.S.|"
     "It closed the <noun> at <clock> sharp <detail> and opened it again at <nonzero> p.m.|"
     "<Rank#6> <woman#1> <family#2> has led the <noun> since <year>, when it <acted> the <noun>.|"
     "<Rank#7> <man#5> <family#3> is expected to <act> the <noun> at <clock> <weekday>.|"
     "Few in <place> had heard of <rare> <things> until <date>."},
    {"event",
     "the <adjective> <noun> <acted> the <noun>|<body> <acted> the <adjective> <noun>|"
     "the <noun> near <place> <acted> <count> <people>|residents of <place> <felt> the <noun>|"
     "<count> <people> were <hurt>|the <rare> <noun> never <acted> anyone|"
     "<him> <acted> the <noun>|<body> did not <act> its <noun>|the U.S. <noun> <acted> <place>"},
    {"detail",
     "after <weekday><'>s <adjective> <noun>|in what <her> called its most <adjective> <noun>|"
     "on <month> <day>, <year>|despite <degree> <adjective> <things>|at about <clock> local time|"
     "because the <noun> was <degree> <adjective>|for the first time in <number> years|"
     "without any <noun>, <noun> or <rare>|from the U.S. to <place>"},
    {"figure",
     "The cost rose by <number>&nbsp;percent to <money>|"
     "It was worth <money> in <year>, up from <money>|"
     "Some <count> <people>, or <number>.<digit> percent, were <hurt>|"
     "Shares of <rare_name> Inc. fell <number> percent vs. <date>|"
     "Route No. <number> stays closed until <clock> tomorrow|"
     "The vote was <number>–<number> in <place>, D.C. officials <cue>|"
     "Temperatures reached <number> °C in <place>"},
    {"aside",
     "The <noun> (see <rare_name> Co. v. Stroud, No. <number>) is <degree> <adjective>|"
     "Nobody at <rare_name> Ltd. could be reached, i.e. the <noun> went unanswered|"
     "<rare_name> &amp; Sons, the <adjective> shipping firm, <acted> it|"
     "It is the <rare_name> of its day: <adjective>, <adjective> and <adjective>|"
     "That<'>s <degree> <adjective> for <count>\u00A0<unit> of <things> ⚽|"
     "It didn<'>t <act> the <noun> 🙂"},
    {"scare",
     "The so-called <(><rare> <noun><)> <acted> <place>|"
     "Critics speak of the <(><adjective><)> <noun>|"
     "Its <(><noun> for all<)> plan was never <adjective>"},

    /* Sentences that quote: the speaker behind, before, between and around the words */
    {"quoted",
     "<(><Words>,<)> <her> <cue>.|<(><Words>,<)> <cue> <her_named>.|<Him> <cue>: <(><Words>.<)>|"
     "<Her> <cue>, <(><Words>.<)>|<(><Words>,<)> <him> <cue>. <(><Words>.<)>|"
     "<(><Words>,<)> <cue> <him_named>, <(><words>.<)>|"
     "<(><Words>. <Words>,<)> <cue> <them_named>.|<(><Words>. <Words>,<)> <her> <cue>.|"
     "<(>Who will <act> the <noun>?<)> asked <them>.|<(><Words>!<)> <them> <cue>.|"
     "According to <family#3>, the <noun> was <(><adjective> and <degree> <adjective>.<)>|"
     "Asked about the <noun>, <him> <cue> it was <(><adjective>.<)>|"
     "<Them> <cue> that <(><words><)>.|<(><Words>.<gap><(><Words>,<)> <her> <cue>.|"
     "<(>They told us <[>not <adjective> yet<]> and <words>,<)> <him> <cue>."},
    {"words", "<remark>|<remark> <detail>|<remark>, and <remark>|<remark>, because <event>"},
    {"remark",
     "we will <act> the <noun> <when>|nobody wants <adjective> <things>|"
     "I am <degree> <adjective> about the <noun>|"
     "it was the most <adjective> <noun> and we <felt> it|"
     "you can<'>t <act> <things> with the <rare>|"
     "this is not <adjective>, it is <degree> <adjective>|"
     "my <noun> has never been so <adjective>|we lost <count> <people> and the <noun>|"
     "I don<'>t think the <noun> will <act> <place>|"
     "there is hope, and there are <count> <unit> of <things>|the U.S. will <act> it <when>|"
     "they<'>re <adjective> people, <adjective> and <adjective>"},
    {"when",
     "tomorrow|by <date>|next year|before <weekday>|at <clock> sharp|"
     "when the <noun> is <adjective>"},
    {"cue",
     "said|said|said|said|added|told reporters|warned|insisted|explained|announced|argued|noted|"
     "wrote"},
    {"(", "<open#9>"}, {"open", "\"|“|“"}, {")", "<close#9>"}, {"close", "\"|”|”"},
    {"'", "<apostrophe#9>"}, {"apostrophe", "'|’|'"}, {"[", "<open_inner#9>"},
    {"open_inner", "'|‘|‘"}, {"]", "<close_inner#9>"}, {"close_inner", "'|’|’"},

    /* The three speakers of an article */
    {"her", "<family#2>|<family#2>|she|she|<rank#6> <family#2>"},
    {"her_named",
     "<rank#6> <woman#1> <family#2>|<woman#1> <family#2>, <post#4> of the <noun#4>|"
     "<woman#1> <family#2>"},
    {"him", "<family#3>|<family#3>|he|<rank#7> <family#3>"},
    {"him_named",
     "<rank#7> <man#5> <family#3>|<man#5> <family#3>, the <trade#7>|"
     "<man#5> <family#3> of <place#6>"},
    {"them", "<family#7>|Mr. <family#7>|the <trade#1>|one <trade>"},
    {"them_named",
     "<man#2> <family#7>, <digit#5><digit#6>|<rank#4> <man#2> J. <family#7>|"
     "<man#2> <family#7>, Ph.D., of <place#1>"},
    {"rank", "Dr.|Lt. Col.|Sen.|Prof.|Gov.|President|Capt.|Gen.|Rep.|Judge|Mayor"},
    {"post", "head|chair|spokeswoman|deputy director|secretary|treasurer"},
    {"trade", "baker|nurse|teacher|farmer|mason|ferry pilot|lawyer|goalkeeper"},
    {"woman",
     "Ingrid|Amara|Noëlle|Soledad|Beth|Yuki|Fatima|Zsófia|Ruth|Priya|Hannah|Lucía|Mei|Oksana|"
     "Thandiwe|Clara"},
    {"man",
     "Tomás|Kwame|Edgar|Håkon|Milan|Raj|Samuel|Jürgen|Omar|Felipe|Desmond|Wei|Anton|René|Ibrahim|"
     "Callum"},
    {"family",
     "Lindqvist|Okafor|Brandt|de la Cruz|Farrow|Nakamura|Haddad|Szabó|Whitcombe|Rao|O<'>Dowd|"
     "Ibáñez|Zhao|Kovalenko|Mbeki|van der Veen|Petrov|Larsen|Quigley|Achterberg|Moreau|Tanaka|"
     "Desai|Stroud"},

    /* Words */
    {"body",
     "the council|the ministry|the U.N.|the port authority|the Senate|the weather service|"
     "the union|<rare_name> Corp.|St. <woman> Hospital"},
    {"noun",
     "bridge|harbour|budget|strike|storm|verdict|vaccine|reservoir|tariff|election|railway|"
     "orchard|festival|ceasefire|drought|pension|satellite|museum|embargo|inquiry|shipyard|"
     "glacier|merger|hospital|lawsuit|crisis|rescue|victory|failure|promise|threat|peace|war|"
     "accident|award|risk|success|protest|<rare>"},
    {"things",
     "bridges|budgets|strikes|storms|vaccines|tariffs|ferries|museums|threats|promises|risks|"
     "awards|rescues|failures|<rare>s"},
    {"adjective",
     "new|sudden|costly|quiet|terrible|great|happy|angry|safe|dangerous|brave|weak|strong|bitter|"
     "fair|unfair|wonderful|awful|public|late|empty|coastal|rural|modern|broken|proud|sad|honest|"
     "slow|rare|<rare>"},
    {"degree", "very|quite|extremely|hardly|rather|really|so|deeply|not|somewhat"},
    {"act",
     "repair|support|reject|sell|close|rebuild|defend|fund|destroy|save|question|abandon|welcome|"
     "delay|protect"},
    {"acted",
     "repaired|supported|rejected|sold|closed|rebuilt|defended|funded|destroyed|saved|questioned|"
     "abandoned|welcomed|delayed|protected|damaged|attacked|praised"},
    {"felt", "feared|enjoyed|hated|mourned|celebrated|survived|missed|loved|watched"},
    {"hurt", "injured|killed|rescued|arrested|evacuated|honoured|missing|freed"},
    {"people", "people|workers|children|passengers|soldiers|pupils|families|fishermen"},
    {"place",
     "Marlow Bay|Zürich|Port Ellery|Washington|St. Alban|the Velm valley|São Brás|Geneva|"
     "New Castel|Upper Tarn|Kraków|Osaka|Nairobi|Malmö|Mt. Corvane|<rare_name>"},
    {"unit", "tonnes|miles|km|truckloads"},
    {"money", "$<number> million|€<number>m|£<number>|US$<number>.<digit> billion|<number> rupees"},
    {"count", "two|three|seven|dozens of|<number>|<number>|<number>|<number>"},
    {"number",
     "<nonzero>|<nonzero><digit>|<nonzero><digit>|<nonzero><digit><digit>|"
     "<nonzero>,<digit><digit><digit>"},
    {"nonzero", "1|2|3|4|5|6|7|8|9"}, {"digit", "0|1|2|3|4|5|6|7|8|9"},
    {"year", "19<nonzero><digit>|20<0or1><digit>|20<0or1><digit>"}, {"0or1", "0|1"},
    {"day", "<nonzero>|1<digit>|2<digit>"}, {"date", "<month> <day>"},
    {"month", "January|Feb.|March|April|May|June|July|Aug.|Sept.|Oct.|November|Dec."},
    {"weekday", "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"},
    {"clock", "<nonzero> p.m.|<nonzero> a.m.|<nonzero>:3<digit> p.m.|noon"},

    /* Words that no dictionary has: 20 * 20 * 15 */
    {"rare", "<onset><middle><coda>"}, {"rare_name", "<Onset><middle><coda>"},
    {"onset", "bra|cor|del|fen|gal|hur|jas|kel|lor|mun|nev|osk|pra|quo|rin|stel|tro|ulm|vash|wyl"},
    {"middle", "ba|bri|co|de|di|fa|go|ka|li|lo|ma|mi|ne|no|pa|ri|sa|ti|vo|ze"},
    {"coda", "ck|dane|ford|gen|ham|ldt|mor|nth|rak|sk|st|ton|vik|wen|x"},
};
/* clang-format on */

#endif
