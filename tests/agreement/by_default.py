"""`python -m tests.agreement.by_default FOLDER`: other tests, with durable-rules as the default.

What the tests of the semantics and of the practices say of `evaluate` then holds of durable-rules.
"""

import sys

import pytest

from retention_rules.evaluation import at_once

if __name__ == "__main__":
    at_once.evaluate.__kwdefaults__["engine"] = "rete"
    raise SystemExit(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *sys.argv[1:]]))
