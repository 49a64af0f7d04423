"""Modules and lines of each package: `python -m benchmarks.sizes [CHECKOUT]`.

Lines are those of the files, with docstrings and comments; functions are counted from the line of
`def` to their last one. Beside the totals of `booking/` stand the medians, 95th percentiles and the
largest of files and functions. Nothing of the checkout is imported.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from pathlib import Path

from benchmarks.series import percentile


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes", description=__doc__)
    parser.add_argument("checkout", type=Path, nargs="?", default=Path())
    root = parser.parse_args().checkout / "booking"
    files, lines, sizes, functions = Counter[str](), Counter[str](), [], []
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        package = path.relative_to(root).parts[0] if path.parent != root else "(root)"
        files[package] += 1
        lines[package] += text.count("\n")
        sizes.append(float(text.count("\n")))
        functions += [
            float(node.end_lineno - node.lineno + 1)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
        ]
    for package in sorted(files):
        print(f"{package:16} {files[package]:5} {lines[package]:7,}")
    print(f"{'total':16} {sum(files.values()):5} {sum(lines.values()):7,}")
    for name, values in (("lines of a file", sizes), ("lines of a function", functions)):
        shares = [f"{percentile(values, share):.0f}" for share in (0.5, 0.95)]
        print(f"{name}: median {shares[0]}, p95 {shares[1]}, largest {max(values):.0f}")


if __name__ == "__main__":
    main()
