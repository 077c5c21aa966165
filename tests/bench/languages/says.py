import json
import sys

for line in sys.stdin:
    article = json.loads(line)
    text = article["text"].replace("said", "says")
    print(json.dumps({"id": article["id"], "text": text}), flush=True)
