"""Runs the attacks and prints one table: ``python -m tests.attack``."""

import argparse
import sys
import time
import traceback
from pathlib import Path

from tests.attack.arena import child_environment
from tests.attack.catalogue import Attack, Finding, all_attacks
from tests.attack.report import Entry, load_average, show, write_json, write_markdown
from tests.attack.running import make


def try_to_make(attack: Attack, seconds: float) -> Entry:
    """Make one attack; what goes wrong in the attack itself is told in the table."""
    started = time.monotonic()
    try:
        return make(attack, seconds)
    except Exception as error:
        traceback.print_exc()
        last = str(error).strip().splitlines() or [""]
        finding = Finding(None, f"the attack failed: {type(error).__name__}: {last[-1][:300]}")
        return Entry(attack, finding, time.monotonic() - started, load_average())


def main() -> int:
    """Parse the arguments, make the attacks, print and write; 0 when all were held."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--only", action="append", default=[], help="part of a name; repeatable")
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--markdown", type=Path, help="write the table there")
    parser.add_argument("--seconds", type=float, default=60, help="how long load is kept up")
    parser.add_argument("--list", action="store_true", help="only list the attacks")
    options = parser.parse_args()
    chosen = [
        attack
        for attack in all_attacks()
        if not options.only or any(part in attack.name for part in options.only)
    ]
    if options.list:
        print("\n".join(f"{'*' if a.is_quick else ' '} {a.name}: {a.aim}" for a in chosen))
        return 0
    title = f"Attacks on {child_environment({})['PYTHONPATH']}"
    entries: list[Entry] = []
    for attack in chosen:
        entries.append(entry := try_to_make(attack, options.seconds))
        print(f"{entry.verdict:>9}  {attack.name}: {entry.finding.measured}", flush=True)
        # After each: an hour's figures are not lost with the last attack.
        if options.json:
            write_json(entries, title, options.json)
        if options.markdown:
            write_markdown(entries, title, options.markdown)
    show(entries, title)
    return 0 if all(entry.finding.is_held for entry in entries) else 1


if __name__ == "__main__":
    sys.exit(main())
