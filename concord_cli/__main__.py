"""``python -m concord_cli``"""

from concord_cli.main import main

raise SystemExit(main())
