"""A gateway for one meter of device/firmware/example: lines on its wire become JSON-RPC, and back.

    python3 bridge.py --node http://127.0.0.1:9944 --device 7 [--openings FILE] -- COMMAND ...

COMMAND's input and output are the wire: an emulator's serial line, or `socat` on a real one. Needs nothing but Python.
The meter believes nobody: this program gives it the time and takes its commitments, and can withhold them; it learns no
reading, unless it is the owner's own (`--openings`), to whom the meter hands what opens its commitments.
"""

import argparse
import json
import os
import queue
import subprocess
import sys
import threading
import time
import urllib.request

# A commitment that is refused for one of these never gets through. Any other is sent again.
FINAL = {"CutOffPassed", "AlreadyCommitted", "DirectionNotMetered", "DeviceRetired"}


class NoAnswer(Exception):
    pass


def call(node, method, *parameters):
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    request = urllib.request.Request(
        node, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            said = json.load(answer)
    except (OSError, ValueError) as error:
        raise NoAnswer(f"{method}: {error}") from error
    if "result" not in said:
        raise NoAnswer(f"{method}: {said.get('error')}")
    return said["result"]


class Wire:
    """The meter's end of the line."""

    def __init__(self, command):
        self.meter = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.meter.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def line(self):
        try:
            line = self.lines.get(timeout=60)
        except queue.Empty:
            raise SystemExit("the meter says nothing") from None
        if line is None:
            raise SystemExit("the meter is gone")
        return line

    def ask(self, question):
        """What the meter answers to a line, in words."""
        try:
            self.meter.stdin.write(question + "\n")
            self.meter.stdin.flush()
        except OSError as error:
            raise SystemExit("the meter is gone") from error
        answer = []
        while (line := self.line()) != "done":
            answer.append(line.split())
        return answer


def submit(node, wire, commitments):
    items = [
        {
            "device": int(device),
            "period": int(period),
            "direction": direction,
            "commitment": f"0x{commitment}",
            "signature": f"0x{signature}",
        }
        for device, period, direction, commitment, signature in commitments
    ]
    for item, answer in zip(items, call(node, "metering_submitCommitments", items)):
        slot = f"{item['device']} {item['period']} {item['direction']}"
        status = answer["status"]
        if status == "refused":
            status = answer["error"]["name"]
        print(f"{slot}: {status}", flush=True)
        # `accepted` is in a node's pool, and may be lost with it: it is sent again until it is recorded.
        if status == "recorded" or status in FINAL:
            wire.ask(f"recorded {slot}")


def keep(wire, file):
    """Stores what opens the commitments, and only then lets the meter forget it."""
    try:
        with open(file, encoding="utf-8") as stored:
            kept = json.load(stored)
    except FileNotFoundError:
        kept = []
    new = [
        {
            "device": int(words[1]),
            "period": int(words[2]),
            "direction": words[3],
            "reading": int(words[4]),
            "salt": words[5:9],
        }
        for words in wire.ask("openings")
        if words[0] == "opening"
    ]
    if not new:
        return
    slots = {(one["device"], one["period"], one["direction"]) for one in new}
    kept = [one for one in kept if (one["device"], one["period"], one["direction"]) not in slots]
    with open(f"{file}.new", "w", encoding="utf-8") as stored:
        json.dump(kept + new, stored, indent=1)
        stored.flush()
        os.fsync(stored.fileno())
    os.replace(f"{file}.new", file)
    for device, period, direction in slots:
        wire.ask(f"kept {device} {period} {direction}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--node", required=True, help="URL of a node's JSON-RPC")
    parser.add_argument("--device", type=int, help="the meter's number on the chain")
    parser.add_argument("--openings", help="file for the owner; without it nothing is handed over")
    parser.add_argument("--key", help="file that the meter's public key is written into")
    parser.add_argument("--interval", type=float, default=1.0, help="seconds between two looks")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()

    wire = Wire(arguments.command)
    words = wire.line().split()
    if len(words) != 2 or words[0] != "meter":
        raise SystemExit(f"this is no meter: {' '.join(words)}")
    print(f"meter {words[1]}", flush=True)
    if arguments.key:
        with open(arguments.key, "w", encoding="utf-8") as key:
            key.write(words[1])
    if arguments.device is None:
        return

    genesis = None
    while True:
        try:
            genesis = genesis or call(arguments.node, "chain_getBlockHash", 0)[2:]
            now = call(arguments.node, "metering_period", None)
            schedule = f"{now['period']} {now['startMs']} {now['schedule']['lengthMs']}"
            said = wire.ask(f"chain {arguments.device} {genesis} {now['nowMs']} {schedule}")
            for words in said:
                if words[0] == "error":
                    print(f"the meter says {words[1]}", file=sys.stderr, flush=True)
            commitments = [words[1:] for words in said if words[0] == "commit"]
            if commitments:
                submit(arguments.node, wire, commitments)
            if arguments.openings:
                keep(wire, arguments.openings)
        except NoAnswer as error:
            # Nothing is lost: the meter stores and sends again.
            print(error, file=sys.stderr, flush=True)
        time.sleep(arguments.interval)


if __name__ == "__main__":
    main()
