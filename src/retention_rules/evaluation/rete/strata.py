"""Strata: in which order the engine decides."""

from __future__ import annotations

STAND, RESUME, UNITE, PAIR = range(4)
"""Pauses: where one begins, where it ends, and how they unite."""

CLOSE, CLOSED, EACH = range(4, 7)
"""Cases: what may close them, what does first, and what each step is owed for."""

LACK, OWE, REACH, FIRST, RELEASE, PAY, PICK, END, HAND = range(7, 16)
"""What steps wait for, what is owed, who may act on it, who is first, and what is handed on."""

BREACH, TAINT = range(16, 18)
"""What was left undone, and what doubt there is beside the two runs."""

BEGIN, STOP, TOUCH, TAKE = range(18, 22)
"""Recurring duties: where they start and stop, who may touch, and who does first."""

UNKNOWN = -1
"""The contact of which not even the name is known."""
