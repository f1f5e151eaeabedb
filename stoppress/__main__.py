"""`python -m stoppress`: the command line without the installed script."""

from __future__ import annotations

from stoppress.cli import main

raise SystemExit(main())
