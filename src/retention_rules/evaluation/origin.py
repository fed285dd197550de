"""Where findings come from: what answers their questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from retention_rules.evaluation.program import Program
from retention_rules.events import Ref
from retention_rules.findings import Finding

if TYPE_CHECKING:
    from retention_rules.evaluation.evidence import Evidence


class Origin:
    """Answers the questions put to a finding: its title and its evidence."""

    def __init__(
        self,
        timelines: Mapping[str, Any],
        program: Program,
        chains: Mapping[Ref, tuple[Ref, ...]],
        complete: int | None = None,
    ) -> None:
        self.timelines = timelines
        self.program = program
        self.chains = chains
        self.complete = complete

    def title(self, finding: Finding, language: str) -> str:
        """What to do."""
        rule = self.program.rulebook[finding.rule]
        name = (finding.part or "").split(":")[-1]
        for part in (*getattr(rule, "steps", ()), *getattr(rule, "stages", ())):
            if part.name == name and part.title.in_(language):
                colon = "：" if language == "zh" else ": "
                return f"{rule.title.in_(language)}{colon}{part.title.in_(language)}"
        return rule.title.in_(language) or rule.id

    def evidence(self, finding: Finding) -> Evidence:
        """The facts behind it, from the events that are in effect now."""
        from retention_rules.evaluation.witness import Witness

        timeline = self.timelines[finding.customer]
        return Witness(timeline, self.chains, self.complete, finding).evidence()
