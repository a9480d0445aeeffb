"""`python -m watchdog`."""

import sys

from mainstay.watch.watchmedo import main

if __name__ == "__main__":
    sys.exit(main())
