"""`python -m app.planner`: the planner on files."""

import sys

from app.planner.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
