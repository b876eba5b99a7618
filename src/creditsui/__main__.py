"""`python -m creditsui`."""

from creditsui.cli.main import main

raise SystemExit(main())
