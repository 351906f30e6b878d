"""`python -m ces_desktop` is the same as `ces-desktop`."""

from ces_desktop.app import main

if __name__ == "__main__":
    raise SystemExit(main())
