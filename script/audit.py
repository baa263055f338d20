#!/usr/bin/env python
"""Look for known holes in what requirements.lock names, once a day for each lock.

Where the list of holes cannot be reached (a closed network), that is said, and is no failure.
"""

import datetime
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from office import embedded  # noqa: E402 (the tree is not installed as a package)

LOCK = ROOT / "requirements.lock"
COMMAND = ["pip-audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]


def main() -> int:
    """Return 1 when a hole is known."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()  # noqa: TID251 (no office here)
    note = embedded.var_dir() / "stamps" / "audit"
    key = f"{today} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}"
    if note.exists() and note.read_text() == key:
        print("looked at today already")
        return 0
    found = scan()
    scanned = [package for package in found if "skip_reason" not in package]
    holes = [(package, hole) for package in scanned for hole in package["vulns"]]
    for package, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}")
    if not scanned:
        print(f"{today}: the list of known holes cannot be reached from here; nothing was scanned")
    if not holes:
        note.write_text(key)
    return 1 if holes else 0


def scan() -> list[dict[str, Any]]:
    """Return what pip-audit says about each package; nothing when it cannot say."""
    command = [str(Path(sys.executable).parent / COMMAND[0]), *COMMAND[1:], "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        return list(json.loads(done.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []


if __name__ == "__main__":
    sys.exit(main())
