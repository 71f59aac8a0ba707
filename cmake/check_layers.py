#!/usr/bin/env python3
"""Fails when a file includes a module that its own module may not use."""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "scanner/core": set(),
    "collectors/readers": {"scanner/core"},
    "collectors": {"scanner/core", "collectors/readers"},
    "collectors/live": {"scanner/core"},
    "rules": {"scanner/core"},
    "db": {"scanner/core"},
    "report": {"scanner/core"},
    "scanner/engine": {"scanner/core", "collectors", "collectors/readers", "collectors/live", "rules"},
    "scanner/cli": {"scanner/core", "scanner/engine", "collectors", "collectors/readers",
                    "collectors/live", "rules", "db", "report"},
}


def module_of(path):
    """The longest module that is a prefix of the path."""
    fitting = [m for m in MAY_INCLUDE if path.startswith(m + "/")]
    return max(fitting, key=len, default=path.split("/")[0])


def main(root):
    bad = 0
    folders = {module.split("/")[0] for module in MAY_INCLUDE}
    for file in sorted(f for folder in folders for f in (root / folder).rglob("*")):
        own = module_of(file.relative_to(root).as_posix())
        if file.suffix not in (".h", ".cpp") or own not in MAY_INCLUDE:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r'#include "([^"]+)"', line)
            target = module_of(match[1]) if match else own
            if target != own and target not in MAY_INCLUDE[own]:
                print(f"{file.relative_to(root)}:{number}: {own} may not include {target}")
                bad += 1
    return 1 if bad else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
