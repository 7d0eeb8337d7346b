"""Rows of context under reading: typed facts so far, and the addresses of records that mean nothing by the contract."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from methods.interpret import Interpreted
from methods.typed_facts import valid_facts
from schemas.context import ReadableContext
from schemas.errors import DeliveryHeldError
from schemas.facts import FactModel
from schemas.text_table import SetAside


class RuleBrokenError(Exception):
    """A record means nothing by the contract; carries the column and the rule."""

    def __init__(self, column: str, rule: str) -> None:
        super().__init__(rule)
        self.column = column
        self.rule = rule


@dataclass
class ContextRows:
    """Facts by line, a record's number plus one, as the header of a file is line 1."""

    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)

    def refuse(self, line: int, error: RuleBrokenError) -> None:
        """Set a record aside."""
        self.set_aside.append(SetAside(line, error.column, error.rule))

    def settle_repeated(self, key: list[str], column: str) -> None:
        """Keep the first of facts that say the same; of those that say different things of one key keep none."""
        groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for line, fact in self.facts.items():
            groups[tuple(fact[name] for name in key)].append(line)
        for lines in groups.values():
            is_same = all(self.facts[line] == self.facts[lines[0]] for line in lines)
            for line in lines[1:] if is_same else lines if len(lines) > 1 else []:
                del self.facts[line]
                self.set_aside.append(SetAside(line, column, "duplicate_row" if is_same else "contradicting_rows"))

    def interpreted(self, model: FactModel, readable: ReadableContext) -> Interpreted:
        """Return the facts, typed.

        Raises:
            DeliveryHeldError: when nothing is there, or a larger share was set aside than the contract allows.
        """
        count = len(self.facts) + len({row.line for row in self.set_aside})
        if count == 0:
            raise DeliveryHeldError("the answer holds no records; that is never read as zero. See to what is asked for")
        share_max = readable.contract.set_aside_share_max
        if len({row.line for row in self.set_aside}) > count * share_max:
            first = self.set_aside[0]
            raise DeliveryHeldError(
                f"more of {count} records would be set aside than the contract's share {share_max}; the first is "
                f"record {first.line - 1}, {first.column}, rule {first.rule}"
            )
        rows = [{"source_line": line, **fact} for line, fact in sorted(self.facts.items())]
        return Interpreted(
            model, valid_facts(model, rows), sorted(self.set_aside, key=lambda row: (row.line, row.column, row.rule))
        )
