"""`python -m stoppress.cli` is `stoppress`."""

from __future__ import annotations

import sys

from stoppress.cli import main

sys.exit(main())
