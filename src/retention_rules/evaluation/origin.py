"""Where findings come from: what answers their questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retention_rules.evaluation.program import Program
from retention_rules.events import Ref


class Origin:
    """Answers the questions put to a finding: its title, its evidence, its explanation."""

    def __init__(
        self,
        timelines: Mapping[str, Any],
        program: Program,
        chains: Mapping[Ref, tuple[Ref, ...]],
    ) -> None:
        self.timelines = timelines
        self.program = program
        self.chains = chains

    def title(self, finding: Any, language: str) -> str:
        """What to do."""
        rule = self.program.rulebook[finding.rule]
        for part in (*getattr(rule, "steps", ()), *getattr(rule, "stages", ())):
            if finding.part is not None and finding.part.split(":")[-1] == part.name:
                own = part.title.in_(language)
                if own:
                    return f"{rule.title.in_(language)}: {own}"
        return rule.title.in_(language) or rule.id
