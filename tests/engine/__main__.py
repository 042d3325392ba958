"""`python tests/engine <arguments>`, in a program's folder, as `pulumi <arguments>` would be."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from engine.cli import main  # noqa: E402 - after the path that it is found on

sys.exit(main(sys.argv[1:]))
