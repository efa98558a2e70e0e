#!/usr/bin/env python3
"""Plays a table of two seats to its Chronicle, with nothing but the standard library.

    python3 play.py http://127.0.0.1:5000
"""
import json, secrets, sys, threading, time, urllib.error, urllib.request

SITE = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000").rstrip("/")


class Seat:
    def __init__(self, path, **wanted):
        self.token, self.seen = None, 0
        seat = self.ask(path, dict(wanted, command_id=secrets.token_hex(16)))
        # The token is the key to this seat: send it with every request, and show it to nobody.
        self.table, self.token = "/api/tables/" + seat["table"], seat["token"]

    def ask(self, path, body=None):
        request = urllib.request.Request(SITE + path, json.dumps(body).encode() if body else None)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        while True:  # A repeat has the same command id, so it is done once.
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read() or "null")  # 204 has no body: there is nothing new.
            except urllib.error.HTTPError as refused:
                problem = json.load(refused)
                if refused.code not in (429, 503):
                    raise RuntimeError(f"{refused.code} {problem['code']}: {problem['detail']}")
                time.sleep(int(refused.headers["Retry-After"]))

    def do(self, name, **details):
        try:
            command = dict(details, do=name)
            self.ask(self.table + "/commands", {"command_id": secrets.token_hex(16), "command": command})
        except RuntimeError as refused:  # Somebody was quicker: the next view shows where the story stands.
            print(refused, file=sys.stderr)

    def play(self):
        while True:
            news = self.ask(f"{self.table}?after={self.seen}&wait=25")
            if not news:
                continue
            view, stage = news["view"], news["view"]["stage"]
            self.seen = view["version"]
            if stage["stage"] == "chronicle":
                return stage
            question = stage if stage["stage"] == "question" else stage.get("question")
            if question:
                self.do("answer", question=question["question"], answer=secrets.randbelow(len(question["answers"])))
            elif stage["stage"] == "quest-choice" and not any(card["yours"] for card in stage["quests"]):
                self.do("take-up", quest=stage["quests"][0]["quest"])
            elif stage["stage"] == "scene":
                for heard in stage["whispers"]:
                    if not heard["told"] and not heard["kept"]:
                        self.do("tell", scene=stage["scene"], whisper=heard["whisper"], manner="truth")
                ways = [way for way in stage["options"] if not way["quiet"] and not way["shut"]]
                if stage["has_say"] and ways and not any(way["yours"] for way in ways):
                    best = max(ways, key=lambda way: way["check"]["chance"]["percent"] if way["check"] else 100)
                    self.do("choose", scene=stage["scene"], option=best["option"])
            elif stage["stage"] == "naming" and not stage["has_judged"]:
                self.do("pass-judgement")


ada = Seat("/api/tables", name="Ada", limit="day")
ben = Seat(ada.table + "/seats", name="Ben")
ada.do("begin", sitting="short")
threading.Thread(target=ben.play, daemon=True).start()
told = ada.play()
print(f"{told['quest']}: {told['ending']['title'] if told['ending'] else 'broken off'}")
