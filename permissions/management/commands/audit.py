"""``manage.py audit verify | seal``"""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from permissions.audit.sealing import seal
from permissions.audit.verifying import Verifier, hash_of

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

SHOWN = 50


class Command(BaseCommand):
    help = "Proves that nobody changed the record of who did what."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="Finds what was changed, removed, moved or put in; exits with 1.")
        verify.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="Only entries from that day on.")
        verify.add_argument(
            "--head",
            metavar="NUMBER:HASH",
            help="The end of the record as an earlier verify printed it: it must still be there.",
        )
        actions.add_parser("seal", help="Chains the latest entries now instead of within seconds.")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        {"verify": self._verify, "seal": self._seal}[action](options)

    def _seal(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"Sealed {seal():,} entries.")

    def _verify(self, options: dict[str, Any]) -> None:
        expected = _head(options["head"]) if options["head"] else None
        seal()
        verifier = Verifier(since=options["since"])
        findings = verifier.findings()
        shown = list(islice(findings, SHOWN))
        for finding in shown:
            self.stderr.write(str(finding))
        more = sum(1 for _ in findings)
        if expected and hash_of(expected[0]) != expected[1]:
            self.stderr.write(f"entry {expected[0]}: not the one that ended the record before")
            more += 1
        if shown or more:
            raise CommandError(f"The record was tampered with: {len(shown) + more:,} findings.", returncode=1)
        self.stdout.write(f"{verifier.checked:,} entries are as they were written. The record ends with")
        self.stdout.write(f"{verifier.sequence}:{verifier.hash}")


def _head(text: str) -> tuple[int, str]:
    number, _, hash_ = text.partition(":")
    if not number.isdecimal() or not hash_:
        raise CommandError("--head must look like 4711:1f2e3d4c.9a…, as an earlier verify printed it.")
    return int(number), hash_
