"""``python -m trustleads`` is the command line."""

from trustleads.cli import main

if __name__ == "__main__":
    main()
