"""``python -m retention_rules`` is ``retention-rules``."""

from retention_rules.cli import main

if __name__ == "__main__":
    main()
