"""Check the library against SQL: ``python -m examples.uci_incidents``, from the repository."""

import argparse
import sys

from examples.uci_incidents.check import END, MIDDLE, run

from retention_rules.events import aware


def main() -> int:
    """Read the instants from the command line and compare at each."""
    parser = argparse.ArgumentParser(prog="python -m examples.uci_incidents", description=__doc__)
    parser.add_argument(
        "--as-of",
        action="append",
        type=aware,
        metavar="INSTANT",
        help="such as 2016-05-01T00:00Z; may be repeated; default: the log's middle and end",
    )
    return run(parser.parse_args().as_of or (MIDDLE, END))


if __name__ == "__main__":
    sys.exit(main())
