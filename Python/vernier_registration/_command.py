"""The command ``vernier`` that a wheel brings along."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the command."""
    path = str(Path(__file__).parent / "native" / "bin" / "vernier")
    os.execv(path, ["vernier", *sys.argv[1:]])
