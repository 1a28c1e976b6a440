#!/usr/bin/env python3
"""Rewrites the spam of a set as evaders do, the same in every run: evade.py KIND FILE [SEED] > OUT."""
import json, random, sys

GLYPHS = dict(zip("aceiopsxyjhkmtbnvuw", ["аαɑ", "сϲᴄ", "еҽ", "іıɩ", "оοօ", "рρ", "ѕꜱ", "хχ", "уү", "ј", "һհ", "кᴋ", "мᴍ", "тᴛ", "ЬƄ", "пո", "νѵ", "υս", "ԝѡ"]))
GLYPHS_UP = dict(zip("ABCEHIJKMOPSTXYZNL", "АВСЕНІЈКМОРЅТХУΖΝᏞ"))
ZERO = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
MARKS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030c\u0323\u0327\u0331"
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9", "l": "1"}

def words(text, rng, share, change):
    out = []
    for part in text.split(" "):
        is_link = "://" in part or part.startswith("www.")
        out.append(change(part) if not is_link and len(part) > 2 and rng.random() < share else part)
    return " ".join(out)

def evade(kind, text, rng, ham):
    if kind == "homoglyph":
        return "".join(rng.choice(GLYPHS.get(c, GLYPHS_UP.get(c, c))) if rng.random() < 0.4 else c for c in text)
    if kind == "zerowidth":
        return words(text, rng, 0.7, lambda w: "".join(c + (rng.choice(ZERO) if rng.random() < 0.4 else "") for c in w))
    if kind == "diacritics":
        return words(text, rng, 0.7, lambda w: "".join(c + (rng.choice(MARKS) if c.isascii() and c.isalpha() and rng.random() < 0.4 else "") for c in w))
    if kind == "split":
        return words(text, rng, 0.5, lambda w: rng.choice([" ", ".", "-"]).join(w))
    if kind == "splitonce":
        def once(w):
            at = rng.randrange(1, len(w)); return w[:at] + rng.choice([" ", ".", "-", "_"]) + w[at:]
        return words(text, rng, 0.5, once)
    if kind == "leet":
        return words(text, rng, 0.7, lambda w: "".join(rng.choice(LEET[c.lower()]) if c.lower() in LEET and rng.random() < 0.5 else c for c in w))
    if kind == "padding":
        return text + "\n" + rng.choice(ham)[:400]
    sys.exit(kind)

kind, path = sys.argv[1:3]
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
items = [json.loads(line) for line in open(path, encoding="utf-8")]
ham = [i["text"] for i in items if i["label"] == "ham"]
for item in items:
    if item["label"] == "spam":
        item["text"] = evade(kind, item["text"], rng, ham)
    print(json.dumps(item, ensure_ascii=False))
