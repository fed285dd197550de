"""Hypothesis profiles: `--hypothesis-profile=NAME`, or the variable RETENTION_RULES_PROFILE."""

import os

from hypothesis import HealthCheck, settings

SUPPRESSED = [HealthCheck.too_slow]

settings.register_profile(
    "quick",
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=SUPPRESSED,
)
settings.register_profile(
    "dev",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=SUPPRESSED,
)
# The same examples on every run, so a red run is red again when repeated.
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=SUPPRESSED,
)
settings.register_profile(
    "thorough",
    max_examples=2000,
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=SUPPRESSED,
)
settings.load_profile(os.environ.get("RETENTION_RULES_PROFILE") or "dev")
