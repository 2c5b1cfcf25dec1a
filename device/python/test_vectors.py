"""Checks device/vectors/commitments.json against docs/device-protocol.md, and device/vectors/roots.json
against docs/roots.md, sharing no code with the Rust crate: HMAC, SHA-256 and Ed25519 are library calls,
the commitment hash is written out below.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python test_vectors.py [FILE]
"""

import hashlib
import hmac
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
FILE = VECTORS / "commitments.json"
ROOTS = VECTORS / "roots.json"

P = 2**64 - 2**32 + 1
ALPHA = 7
INVERSE_ALPHA = pow(ALPHA, -1, P - 1)
ROUNDS = 7
WIDTH = 12
CAPACITY = [8, 1, 1, 0]  # inputs, tag "reading", version, nothing
FIRST_ROW = [7, 23, 8, 26, 13, 10, 9, 7, 6, 22, 21, 8]
MDS = [[FIRST_ROW[(column - row) % WIDTH] for column in range(WIDTH)] for row in range(WIDTH)]

MESSAGE_TAG = b"meterproof:commit:v1"
SALT_TAG = b"meterproof:salt:v1"
RATCHET_TAG = b"meterproof:ratchet:v1"
ROOT_TAG = b"meterproof:root:v1"

DIRECTIONS = {"import": 0, "export": 1}


class Mismatch(Exception):
    pass


def same(what, got, expected):
    if got != expected:
        raise Mismatch(f"{what}: {got} instead of {expected}")


def half_round(state, exponent, constants):
    powers = [pow(cell, exponent, P) for cell in state]
    return [
        (sum(factor * power for factor, power in zip(row, powers)) + constant) % P
        for row, constant in zip(MDS, constants)
    ]


class Rescue:
    """The permutation; `first` and `second` are its round constants."""

    def __init__(self, first, second):
        for constants in (first, second):
            same("rounds", len(constants), ROUNDS)
            for row in constants:
                same("constants in a round", len(row), WIDTH)
                same("canonical constants", all(0 <= constant < P for constant in row), True)
        self.constants = list(zip(first, second))

    def rounds(self, state):
        for first, second in self.constants:
            state = half_round(state, ALPHA, first)
            state = half_round(state, INVERSE_ALPHA, second)
            yield state

    def commit(self, reading, device, period, direction, salt):
        *_, state = self.rounds([*CAPACITY, reading, device, period, direction, *salt])
        return b"".join(cell.to_bytes(8, "little") for cell in state[4:8])


def slot_bytes(genesis, device, period, direction):
    return (
        genesis
        + device.to_bytes(4, "little")
        + period.to_bytes(8, "little")
        + direction.to_bytes(1, "little")
    )


def ratchet(secret):
    return hmac.new(secret, RATCHET_TAG, hashlib.sha512).digest()[:32]


def salt_of(secret, slot, counter):
    wide = hmac.new(
        secret, SALT_TAG + slot + counter.to_bytes(4, "little"), hashlib.sha512
    ).digest()
    return [int.from_bytes(wide[at : at + 16], "little") % P for at in range(0, 64, 16)]


def check_constants(file):
    stated = file["hash"]
    same("modulus", int(stated["modulus"]), P)
    same("rounds", stated["rounds"], ROUNDS)
    same("alpha", stated["alpha"], ALPHA)
    same("inverse alpha", int(stated["inverse_alpha"]), INVERSE_ALPHA)
    same("capacity", [int(cell) for cell in stated["state"][:4]], CAPACITY)
    same("digest cells", stated["digest"], [4, 5, 6, 7])
    same("matrix", stated["mds"], MDS)
    same("message tag", file["tags"]["message"].encode(), MESSAGE_TAG)
    same("salt tag", file["tags"]["salt"].encode(), SALT_TAG)
    same("ratchet tag", file["tags"]["ratchet"].encode(), RATCHET_TAG)


def check_permutation(rescue, stated):
    expected = [[int(cell) for cell in state] for state in stated["after_round"]]
    same("permutation", list(rescue.rounds([int(cell) for cell in stated["input"]])), expected)


def check_vector(rescue, vector):
    def field(name):
        return bytes.fromhex(vector[name])

    direction = DIRECTIONS[vector["direction"]]
    slot = slot_bytes(field("genesis"), vector["device"], vector["period"], direction)

    secret = field("salt_secret")
    for _ in range(vector["ratchets"]):
        secret = ratchet(secret)
    same("period secret", secret.hex(), vector["period_secret"])
    salt = salt_of(secret, slot, vector["counter"])
    same("salt", [str(element) for element in salt], vector["salt"])

    commitment = rescue.commit(
        vector["reading"], vector["device"], vector["period"], direction, salt
    )
    same("commitment", commitment.hex(), vector["commitment"])

    message = MESSAGE_TAG + slot + commitment
    same("message length", len(message), 97)
    same("message", message.hex(), vector["message"])

    key = Ed25519PrivateKey.from_private_bytes(field("seed"))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    same("public key", public.hex(), vector["public_key"])
    same("signature", key.sign(message).hex(), vector["signature"])
    try:
        Ed25519PublicKey.from_public_bytes(field("public_key")).verify(field("signature"), message)
    except InvalidSignature as error:
        raise Mismatch("the signature does not verify") from error


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def inner(left, right):
    return sha256(b"\x01", left, right)


def check_roots(file):
    """Every leaf's path leads to the root, and the root is that of the whole tree."""
    depth = file["depth"]
    row = [bytes(32)] * 2**depth
    for leaf in file["leaves"]:
        direction = DIRECTIONS[leaf["direction"]]
        place = direction * 2 ** (depth - 1) + leaf["seat"]
        same("place", leaf["place"], place)
        commitment = bytes.fromhex(leaf["commitment"])
        device = leaf["device"].to_bytes(4, "little")
        row[place] = sha256(b"\x00", device, bytes([direction]), commitment)
        same("leaf", row[place].hex(), leaf["leaf"])
    rows = [row]
    while len(rows[-1]) > 1:
        below = rows[-1]
        rows.append([inner(*below[at : at + 2]) for at in range(0, len(below), 2)])
    root = sha256(
        ROOT_TAG,
        bytes.fromhex(file["genesis"]),
        file["gateway"].to_bytes(4, "little"),
        file["period"].to_bytes(8, "little"),
        bytes([depth]),
        rows[depth][0],
    )
    same("root", root.hex(), file["root"])
    for leaf in file["leaves"]:
        path = [rows[height][(leaf["place"] >> height) ^ 1].hex() for height in range(depth)]
        same("path", leaf["path"], path)
    same("whether there are leaves", bool(file["leaves"]), True)


def main(path):
    file = json.loads(pathlib.Path(path).read_text())
    about = "constants"
    try:
        check_constants(file)
        rescue = Rescue(
            *(
                [[int(constant) for constant in row] for row in file["hash"][name]]
                for name in ("constants_first", "constants_second")
            )
        )
        check_permutation(rescue, file["permutation"])
        for vector in file["vectors"]:
            about = vector["about"]
            check_vector(rescue, vector)
        if not file["vectors"]:
            raise Mismatch("there are no vectors")
        about = "roots"
        check_roots(json.loads(ROOTS.read_text()))
    except Mismatch as mismatch:
        print(f"{about}: {mismatch}", file=sys.stderr)
        return 1
    print(f"{len(file['vectors'])} vectors checked")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else FILE))
