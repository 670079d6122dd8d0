"""What an earlier version of the program wrote is still read: later fields have their old meaning."""

import json

import pytest

from kiosk.domain.face_evidence import FaceEvidence
from kiosk.domain.payment import Channel
from kiosk.domain.staff import Role, Staff
from kiosk.domain.whose import Whose
from kiosk.journal.codec import decode_effect, decode_event, encode
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.case_events import CaseFilmSeen
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event

ORDER = {
    "number": "KGZ0120261122040000000101",
    "channel": "alipay",
    "amount": 3000,
    "opened_at": "2026-11-22T04:00:00+00:00",
    "expires_at": "2026-11-22T04:03:00+00:00",
    "subject": "签注费",
}


@pytest.mark.parametrize(
    ("name", "fields", "meant"),
    [
        ("MethodChosen", {"channel": "wechat"}, e.MethodChosen(Channel.WECHAT, payer_code=False)),
        ("MachineProven", {"channels": ["alipay"]}, e.MachineProven((Channel.ALIPAY,), ())),
        ("CardRetained", {}, e.CardRetained(Whose.OWN)),
        (
            "CaseFilmSeen",
            {"matches": False, "by": {"name": "王芳", "role": "clerk"}},
            CaseFilmSeen(False, Staff("王芳", Role.CLERK), counts=True),
        ),
        ("PaymentExpired", {"order_number": "K1"}, e.PaymentExpired("K1", touched=False)),
        (
            "HolderCompared",
            {"matched": True, "score": 0.7},
            e.HolderCompared(matched=True, score=0.7, evidence=None),
        ),
    ],
)
def test_an_older_event_means_what_it_meant(name: str, fields: dict[str, object], meant: Event) -> None:
    assert decode_event(name, json.dumps(fields).encode()) == meant


@pytest.mark.parametrize("kind", [f.OpenPayment, f.WatchPayment, f.ClosePayment])
def test_an_older_order_is_one_whose_code_the_kiosk_shows(kind: type[Effect]) -> None:
    effect = decode_effect(kind.__name__, json.dumps({"order": ORDER}).encode())
    assert effect.order.payer_code is False  # type: ignore[attr-defined] # each of the three has one
    assert effect.order.shows_code  # type: ignore[attr-defined]
    assert decode_effect(kind.__name__, encode(effect)) == effect


def test_the_evidence_of_a_comparison_comes_back_whole_and_holds_figures_only() -> None:
    evidence = FaceEvidence(0.363, "ab" * 32, 5, 2, hints=("too_dark",), figures=(("brightness", 51.5),))
    event = e.HolderCompared(matched=False, score=0.2, evidence=evidence)
    written = encode(event)
    assert decode_event("HolderCompared", written) == event
    assert len(written) < 1000
