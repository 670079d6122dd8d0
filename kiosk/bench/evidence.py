"""What a visit on the bench leaves behind: the card as ordered and as printed, the slip, the journal."""

import json
from pathlib import Path
from typing import Any

from kiosk.devices.simulated.films import Films, png
from kiosk.documents.card import render_card
from kiosk.documents.layout import CardLayout
from kiosk.domain.face import CardFace
from kiosk.domain.money import yuan_text
from kiosk.journal.codec import decode_effect
from kiosk.journal.store import Journal
from kiosk.visit.effects import PrintCard
from kiosk.visit.fold import Folded
from kiosk.visit.invariants import violations
from kiosk.visit.money_back import money_back


def ordered_face(journal: Journal, visit_id: str) -> CardFace | None:
    """Return what the last print of a visit was to put on the card; None where nothing was printed."""
    face = None
    for record in journal.records(visit_id):
        if record.kind == "intent" and record.name == PrintCard.__name__ and record.fields:
            effect = decode_effect(record.name, record.fields)
            face = effect.face if isinstance(effect, PrintCard) else face
    return face


def summary(journal: Journal, folded: Folded) -> dict[str, Any]:
    """Return a visit as plain values: outcome, money, card, open matters, invariants, journal extract."""
    visit = folded.visit
    return {
        "visit": visit.visit_id,
        "printed": visit.printed,
        "ended_early": visit.ending.code if visit.ending else None,
        "holder_confirmed_by": visit.confirmed_by or None,
        "refusal": visit.refusal.code if visit.refusal else None,
        "steps": list(visit.history),
        "endorsements": [
            {
                "destination": one.destination,
                "kind": one.kind,
                "entries": one.entries,
                "valid_until": one.valid_until.isoformat(),
                "control_no": one.control_no,
            }
            for one in visit.endorsements
        ],
        "paid_yuan": yuan_text(visit.payment.amount) if visit.payment else None,
        "paid_by": visit.payment.channel if visit.payment else None,
        "orders": [order.number for order in visit.orders],
        "refunds": sorted(visit.refunded),
        "money_back": [
            {"by": back.channel, "yuan": yuan_text(back.amount), "number": back.number, "state": back.state}
            for back in money_back(visit)
        ],
        "card": visit.card,
        "cases": list(visit.cases),
        "invariants_broken": list(violations(folded)),
        "journal_fault": (fault := journal.verify()) and fault.en,
        "journal": [
            {
                "seq": record.seq,
                "at": record.at.isoformat(),
                "kind": record.kind,
                "name": record.name,
                "effect": record.number,
                "fields": json.loads(record.fields) if record.fields else None,
            }
            for record in journal.records(visit.visit_id)
        ],
    }


def leave(out: Path, told: dict[str, Any], face: CardFace | None, layout: CardLayout) -> None:
    """Write ``visit.json`` and, where something was to be printed, ``card.pdf``, into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "visit.json").write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    drawn = render_card(face, layout) if face else None
    if isinstance(drawn, bytes):
        (out / "card.pdf").write_bytes(drawn)


def leave_film(out: Path, films: Films, slug: str) -> None:
    """Write ``card.png``: the film of a card as the printer station left it, 300 dpi."""
    (out / "card.png").write_bytes(png(films.load(slug)))
