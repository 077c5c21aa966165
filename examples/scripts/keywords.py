#!/usr/bin/env python3
"""A stage in Python: marks the words that an article uses most often, and names them.

    textmill run examples/scripts/keywords.ini examples/articles.jsonl -o keywords.jsonl

Each article comes as a line of JSON. The answer is a line with the same id and what keywords.ini
says that this stage provides. Offsets count characters, as Python does.
"""
import collections
import json
import re
import sys

WORD = re.compile(r"[^\W\d_]{5,}")
COMMON = set("about after again before being could every first other should still their there these"
             " those under until where which while would".split())


def find_keywords(text, limit):
    words = [word for word in WORD.finditer(text) if word.group().lower() not in COMMON]
    counts = collections.Counter(word.group().lower() for word in words)
    chosen = {name: count for name, count in counts.most_common(limit) if count > 1}
    spans = [{"begin": word.start(), "end": word.end(), "count": chosen[word.group().lower()]}
             for word in words if word.group().lower() in chosen]
    return spans, list(chosen)


for line in sys.stdin:
    article = json.loads(line)
    spans, names = find_keywords(article["text"], limit=int(sys.argv[1]))
    answer = {"id": article["id"], "keywords": spans, "topics": names}
    print(json.dumps(answer), flush=True)
