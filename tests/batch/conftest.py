"""What the tests of frames share: they skip without the extra `batch`."""

import pytest


@pytest.fixture(autouse=True)
def batch_extra():
    for name in ("narwhals", "numba", "pyarrow"):
        pytest.importorskip(name, reason=f"`{name}` is not installed: it comes with `batch`")
