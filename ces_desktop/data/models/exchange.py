"""Tables of exchange between installations; nothing in them is synced itself (`docs/sync.md`)."""

from __future__ import annotations

from ces_desktop.data.models.base import HASH, TEXT, Base, Bytes, Field, column


class ExchangeAsideRecord(Base):
    """An op that arrived and is not applied: held until another comes, or quarantined because a rule says no.

    It lies beside the journal, so that nothing which reads `op` can take it for applied (decision 016).
    """

    __tablename__ = "exchange_aside"

    hash: Field[bytes] = column(HASH, primary_key=True)
    header: Field[bytes] = column(Bytes(), nullable=False)
    body_hash: Field[bytes] = column(HASH, nullable=False)
    body: Field[bytes | None] = column(Bytes)
    state: Field[str] = column(TEXT, nullable=False)
    reason: Field[str] = column(TEXT, nullable=False)


class ExchangeRecord(Base):
    """A signed statement (certificate, revocation, head, ack, gap) or a memory of this installation."""

    __tablename__ = "exchange_record"

    kind: Field[str] = column(TEXT, primary_key=True)
    name: Field[bytes] = column(Bytes(), primary_key=True)
    content: Field[bytes] = column(Bytes(), nullable=False)
