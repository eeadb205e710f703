"""How much of a long test is played: all of it with `tests/run --full`, otherwise less, and the
least under sanitizers. What is drawn by chance is drawn by the seed, which is printed."""

import os
import random
import sys

SEED = int(os.environ.get("STAFETT_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
ROUNDS = os.environ.get("STAFETT_ROUNDS", "small")
print(f"seed {SEED}", file=sys.stderr)


def by_rounds(few, small, full):
    return {"few": few, "full": full}.get(ROUNDS, small)


def some(items, few, small, always=()):
    """So many of them and those of `always`, in their order; all in full rounds."""
    items = list(items)
    wanted = min(by_rounds(few, small, len(items)), len(items))
    drawn = {*random.Random(SEED).sample(range(len(items)), wanted), *map(items.index, always)}
    return [items[i] for i in sorted(drawn)]
