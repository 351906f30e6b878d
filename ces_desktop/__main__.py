"""`python -m ces_desktop` is the same as `ces-desktop`."""

import sys

from ces_desktop.app import main

if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # several demonstration clinics: the program starts itself as a process for each
        from multiprocessing import freeze_support

        freeze_support()
    raise SystemExit(main())
