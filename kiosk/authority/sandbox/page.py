"""The tester's page: specimens, their records, online applications, refusals and outages on order."""

from collections.abc import Iterable, Mapping
from html import escape

from kiosk.authority.sandbox import words
from kiosk.authority.sandbox.books import Outage, OutageMode
from kiosk.authority.sandbox.desk import ALL_OPERATIONS, File
from kiosk.authority.sandbox.service import OPERATIONS
from kiosk.domain.endorsement import Option
from kiosk.domain.text import Text

_STYLE = """
body { font: 16px/1.5 "Noto Sans SC", sans-serif; margin: 1.5rem auto; max-width: 72rem; padding: 0 1rem;
       color: #1b2430; background: #f5f7fa; }
section { background: #fff; border: 1px solid #d5dce6; border-radius: 8px; padding: 0 1.2rem 1rem;
          margin: 1rem 0; }
h1 a { font-size: 1rem; font-weight: normal; margin-left: 1rem; }
h2 { font-size: 1.2rem; margin-bottom: .3rem; }
h2 small { color: #55617a; font-weight: normal; margin-left: .6rem; }
dl { display: grid; grid-template-columns: 14rem 1fr; gap: .2rem 1rem; margin: .5rem 0; }
dt { color: #55617a; } dd { margin: 0; }
form { margin: .4rem 0; } select, input, button { font: inherit; padding: .25rem .5rem; max-width: 30rem; }
button { background: #14509b; color: #fff; border: 0; border-radius: 4px; padding: .3rem .9rem; }
"""


class Page:
    """Draws the desk in one language.

    Args:
        language: ``zh`` or ``en``.
        destinations: names of the destinations, by code.
        reasons: every reason that can be ordered, in words, by code.
    """

    def __init__(self, language: str, destinations: Mapping[str, Text], reasons: Mapping[str, Text]) -> None:
        self._language = "zh" if language.startswith("zh") else "en"
        self._destinations = destinations
        self._reasons = reasons

    def draw(self, files: Iterable[File], options: Iterable[Option], outages: Mapping[str, Outage]) -> str:
        """Return the whole page."""
        other = "en" if self._language == "zh" else "zh"
        choices = tuple(options)
        sections = "".join(self._file(file, choices) for file in files)
        return (
            f'<!doctype html><html lang="{self._language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{self._say(words.TITLE)}</title>'
            f"<style>{_STYLE}</style><h1>{self._say(words.TITLE)}"
            f'<a href="?lang={other}">{self._say(words.OTHER_LANGUAGE)}</a></h1>'
            f"<p>{self._say(words.INTRODUCTION)}</p>{self._outages(outages)}{sections}"
            f"{self._form('reset', self._button(words.RESET))}</html>"
        )

    def _file(self, file: File, options: tuple[Option, ...]) -> str:
        record = file.record
        standing = f"{self._say(words.STATUS[record.status])} · {self._say(words.CATEGORY[record.category])}"
        on_record = [
            f"{self._place(e.destination)} {e.kind} · {e.control_no} · "
            + self._say(words.UNTIL.fill(day=e.valid_until.isoformat()))
            for e in record.endorsements
        ]
        waiting = [f"{self._option(a.option)} · {a.application_no}" for a in record.applications]
        history = [
            f"{i.endorsement.control_no} · {self._place(i.endorsement.destination)} {i.endorsement.kind}"
            f" · {self._say(words.ISSUE_STATE[i.state])}"
            for i in file.issues
        ]
        rows = (
            (words.STANDING, [standing]),
            (words.ENDORSEMENTS, on_record),
            (words.WAITING, waiting),
            (words.HISTORY, history),
        )
        facts = "".join(f"<dt>{self._say(name)}<dd>{self._lines(lines)}" for name, lines in rows)
        return (
            f"<section><h2>{escape(file.person.name)}<small>{escape(record.number)}</small></h2>"
            f"<p>{escape(file.person.notes)}</p>"
            f"<dl>{facts}</dl>{self._apply_form(record.number, options)}{self._refusal_form(file)}</section>"
        )

    def _apply_form(self, permit_no: str, options: tuple[Option, ...]) -> str:
        choices = "".join(
            f'<option value="{escape(option.option_id)}">{self._option(option)}</option>'
            for option in options
        )
        return self._form(
            f"permits/{escape(permit_no)}/applications",
            f'<label>{self._say(words.APPLY_ONLINE)} <select name="option_id">{choices}</select></label> '
            f'<label><input type="checkbox" name="paid" value="yes"> {self._say(words.PAID)}</label> '
            f"{self._button(words.SUBMIT)}",
        )

    def _refusal_form(self, file: File) -> str:
        ordered = "" if file.refusal is None else file.refusal.code
        choices = [f'<option value="">{self._say(words.BY_RULES)}</option>']
        for code, text in self._reasons.items():
            mark = " selected" if code == ordered else ""
            wording = words.REFUSE_WITH.in_language(self._language).format(
                reason=text.in_language(self._language)
            )
            choices.append(f'<option value="{escape(code)}"{mark}>{escape(wording)}</option>')
        return self._form(
            f"permits/{escape(file.record.number)}/refusal",
            f'<label>{self._say(words.REFUSALS)} <select name="code">{"".join(choices)}</select></label> '
            f"{self._button(words.SUBMIT)}",
        )

    def _outages(self, outages: Mapping[str, Outage]) -> str:
        names = {ALL_OPERATIONS: self._say(words.ALL_CALLS)} | {name: name for name in OPERATIONS}
        standing = [
            f"{names[name]}: {self._say(words.OUTAGE[outage.mode])} ({outage.left or '∞'})"
            for name, outage in outages.items()
        ]
        calls = "".join(f'<option value="{escape(name)}">{text}</option>' for name, text in names.items())
        modes = f'<option value="">{self._say(words.LIFT)}</option>' + "".join(
            f'<option value="{mode}">{self._say(words.OUTAGE[mode])}</option>' for mode in OutageMode
        )
        form = self._form(
            "outage",
            f'<label>{self._say(words.OPERATION)} <select name="operation">{calls}</select></label> '
            f'<select name="mode">{modes}</select> <label>{self._say(words.TIMES)} '
            f'<input name="left" inputmode="numeric" pattern="[0-9]*" size="4"></label> '
            f"{self._button(words.SUBMIT)}",
        )
        lines = self._lines(standing) if standing else self._say(words.NO_OUTAGE)
        return f"<section><h2>{self._say(words.OUTAGES)}</h2><p>{lines}</p>{form}</section>"

    def _form(self, action: str, inside: str) -> str:
        return f'<form method="post" action="/authority/desk/{action}?lang={self._language}">{inside}</form>'

    def _button(self, text: Text) -> str:
        return f"<button>{self._say(text)}</button>"

    def _lines(self, lines: list[str]) -> str:
        return "<br>".join(lines) if lines else self._say(words.NONE)

    def _option(self, option: Option) -> str:
        name = self._say(option.name)
        return f"{self._place(option.destination)} {name} · {option.months} · {escape(option.option_id)}"

    def _place(self, destination: str) -> str:
        return self._say(self._destinations[destination])

    def _say(self, text: Text) -> str:
        return escape(text.in_language(self._language))
