"""What can be asked for, by whom, at what fee, and the words for every refusal and failure.

Everything here is parsed from the files of ``resources/data`` once, at the start; each line there names
the source of its rule (docs/facts.md explains the sources).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from kiosk.domain.catalogue_entries import (
    City,
    Confidence,
    FailureEntry,
    FeeRow,
    Interval,
    Kind,
    OptionEntry,
    ParamKind,
    ReasonEntry,
    Requirement,
    Rules,
    Source,
)
from kiosk.domain.endorsement import Destination, Entries, Option, Reason
from kiosk.domain.failure import FailureCode, Severity
from kiosk.domain.money import Fen, parse_yuan
from kiosk.domain.permit import HolderCategory, PermitKind
from kiosk.domain.reasons import ReasonCode
from kiosk.domain.text import Text
from kiosk.domain.toml_table import Table

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MISSING = Text("—", "—")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_CITY_CODE = re.compile(r"[1-9][0-9]{5}")
_FOREVER = 1200  # months: no upper bound


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything from ``resources/data`` that the rules need; parsed by `parse_catalogue`."""

    sources: Mapping[str, Source]
    destinations: Mapping[Destination, Text]
    kinds: Mapping[tuple[Destination, str], Kind]
    entries: Mapping[str, OptionEntry]
    fees: tuple[FeeRow, ...]
    requirements: Mapping[str, Requirement]
    rules: Rules
    reasons: Mapping[str, ReasonEntry]
    failures: Mapping[FailureCode, FailureEntry]
    cities: Mapping[str, City]

    @property
    def enabled(self) -> tuple[OptionEntry, ...]:
        """Every option that is shown, in the order of the file."""
        return tuple(entry for entry in self.entries.values() if entry.enabled)

    def option(self, option_id: str) -> Option | None:
        """Return an option, enabled or not; None for an id that no line has."""
        entry = self.entries.get(option_id)
        return None if entry is None else entry.option

    def explanation(self, option_id: str) -> Text:
        """Return the short sentence that tells what an option is; KeyError for an unknown id."""
        return self.entries[option_id].explanation

    def destination_name(self, destination: Destination) -> Text:
        return self.destinations[destination]

    def city_name(self, code: str) -> Text:
        """Return a city's name, or the code itself for a city that is not in the file."""
        city = self.cities.get(code)
        return Text(code, code) if city is None else city.name

    def located(self, city: str) -> "Catalogue":
        """Return the same catalogue for a machine that issues in another city; ValueError if unknown."""
        if city not in self.cities:
            raise ValueError(f"cities.toml: no city has the code {city!r:.20}")
        return replace(self, rules=replace(self.rules, city=city))

    def failure(self, code: FailureCode) -> FailureEntry:
        """Return the words for a failure; every code has them, which parsing made sure of."""
        return self.failures[code]

    def reason_text(self, reason: Reason) -> Text:
        """Return a reason in words.

        A reason may come from the authority, so nothing in it is trusted: an unknown code gives a
        general sentence with that code, a missing or unreadable value a dash.
        """
        entry = self.reasons.get(reason.code)
        if entry is None:
            return self.reason_text(Reason(ReasonCode.UNKNOWN.value, (("code", reason.code),)))
        given = dict(reason.params)
        filled = {name: self._param_words(kind, given.get(name)) for name, kind in entry.params}
        return Text(
            entry.text.zh.format(**{name: words.zh for name, words in filled.items()}),
            entry.text.en.format(**{name: words.en for name, words in filled.items()}),
        )

    def _param_words(self, kind: ParamKind, value: str | None) -> Text:
        if value is None:
            return _MISSING
        match kind:
            case ParamKind.DATE:
                return _date_words(value)
            case ParamKind.DESTINATION:
                names = {destination.value: name for destination, name in self.destinations.items()}
                return names.get(value, _MISSING)
            case ParamKind.NUMBER:
                return Text(value, value) if re.fullmatch(r"[0-9]{1,6}", value) else _MISSING
            case ParamKind.WORD:
                return Text(value, value) if re.fullmatch(r"[\w.-]{1,40}", value) else _MISSING


def _date_words(value: str) -> Text:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return _MISSING
    return date_text(day)


def date_text(day: date) -> Text:
    """Return a date as people read it: 2026年3月1日, 1 March 2026."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def parse_catalogue(
    *, kinds: str, fees: str, rules: str, reasons: str, failures: str, cities: str
) -> Catalogue:
    """Parse the TOML texts of the six files; ValueError names file and entry of the first fault."""
    rules_file = Table.parse("rules.toml", rules)
    sources = {
        key: Source(table.text("title"), table.choice("confidence", Confidence))
        for key, table in rules_file.tables("source")
    }
    towns = _cities(Table.parse("cities.toml", cities), sources)
    requirements = _requirements(rules_file, sources, towns)
    price_list = _fees(Table.parse("fees.toml", fees), sources)
    kinds_file = Table.parse("kinds.toml", kinds)
    destinations = _destinations(kinds_file)
    kind_entries, options = _kinds(kinds_file, sources, requirements, price_list)
    kinds_file.finish()
    return Catalogue(
        sources=MappingProxyType(sources),
        destinations=MappingProxyType(destinations),
        kinds=MappingProxyType(kind_entries),
        entries=MappingProxyType(options),
        fees=price_list,
        requirements=MappingProxyType(requirements),
        rules=_rules(rules_file, sources, towns),
        reasons=MappingProxyType(_reasons(Table.parse("reasons.toml", reasons), sources)),
        failures=MappingProxyType(_failures(Table.parse("failures.toml", failures))),
        cities=MappingProxyType(towns),
    )


def _source(table: Table, sources: Mapping[str, Source]) -> str:
    key = table.text("source")
    if key not in sources:
        table.fail(f"source {key!r} is not listed in rules.toml")
    return key


def _months_code(months: int) -> str:
    return f"{months // 12}Y" if months % 12 == 0 else f"{months}M"


def _destinations(file: Table) -> dict[Destination, Text]:
    names = file.table("destination")
    found = {destination: names.words(destination.value) for destination in Destination}
    names.finish()
    return found


def _kinds(
    file: Table,
    sources: Mapping[str, Source],
    requirements: Mapping[str, Requirement],
    price_list: tuple[FeeRow, ...],
) -> tuple[dict[tuple[Destination, str], Kind], dict[str, OptionEntry]]:
    kinds: dict[tuple[Destination, str], Kind] = {}
    options: dict[str, OptionEntry] = {}
    for table in file.rows("kind"):
        kind = _kind(table, sources)
        if (kind.destination, kind.letter) in kinds:
            table.fail("this kind is already listed")
        kinds[kind.destination, kind.letter] = kind
        shared = _known(table, "requires", requirements)
        enabled, at_machine = table.flag("enabled"), table.flag("machine")
        for row in table.rows("option"):
            row.named(f"{table.label}, {row.label}")
            own = _known(row, "requires", requirements)
            entry = OptionEntry(
                option=_option(row, kind, price_list),
                permit=_permit_for(kind.destination),
                explanation=row.words("explanation") if row.has("explanation") else kind.explanation,
                enabled=row.flag("enabled") if row.has("enabled") else enabled,
                at_machine=row.flag("machine") if row.has("machine") else at_machine,
                requirements=own or shared,
                source=_source(row, sources),
            )
            row.finish()
            if entry.option.option_id in options:
                row.fail(f"option {entry.option.option_id} is already listed")
            options[entry.option.option_id] = entry
        table.finish()
    return kinds, options


def _kind(table: Table, sources: Mapping[str, Source]) -> Kind:
    destination, letter = table.choice("destination", Destination), table.text("letter")
    table.named(f"kind {destination.value}-{letter}")
    if not re.fullmatch("[A-Z]", letter):
        table.fail("'letter' must be one capital")
    return Kind(destination, letter, table.words("name"), table.words("explanation"), _source(table, sources))


def _permit_for(destination: Destination) -> PermitKind:
    return PermitKind.TAIWAN if destination is Destination.TAIWAN else PermitKind.HONG_KONG_MACAO


def _option(row: Table, kind: Kind, price_list: tuple[FeeRow, ...]) -> Option:
    months, entries = row.integer("months", 1, 120), row.choice("entries", Entries)
    fees = [
        line.fee
        for line in price_list
        if line.permit is _permit_for(kind.destination)
        and entries in line.entries
        and line.over_months < months <= line.up_to_months
    ]
    if len(fees) != 1:
        row.fail(f"fees.toml has {len(fees)} prices for it, not one")
    return Option(
        option_id=f"{kind.destination.value}-{kind.letter}-{_months_code(months)}-{entries.value}",
        destination=kind.destination,
        kind=kind.letter,
        name=kind.name,
        months=months,
        entries=entries,
        stay_days=row.integer("stay_days", 1, 366),
        fee=fees[0],
    )


T = TypeVar("T")


def _known(table: Table, key: str, listed: Mapping[str, T]) -> tuple[str, ...]:
    names = table.texts(key)
    for name in names:
        if name not in listed:
            table.fail(f"{key!r} names {name!r}, which is not listed")
    return names


def _members(table: Table, key: str) -> frozenset[Entries]:
    names = table.texts(key)
    if not names or not set(names) <= {member.value for member in Entries}:
        table.fail(f"{key!r} must list numbers of entries")
    return frozenset(Entries(name) for name in names)


def _fees(file: Table, sources: Mapping[str, Source]) -> tuple[FeeRow, ...]:
    rows = tuple(_fee(table, sources) for table in file.rows("fee"))
    file.finish()
    return rows


def _fee(table: Table, sources: Mapping[str, Source]) -> FeeRow:
    try:
        fee: Fen = parse_yuan(table.text("yuan"))
    except ValueError as error:
        table.fail(str(error))
    row = FeeRow(
        permit=table.choice("permit", PermitKind),
        entries=_members(table, "entries"),
        over_months=table.integer("over_months", 0, _FOREVER) if table.has("over_months") else 0,
        up_to_months=table.integer("up_to_months", 1, _FOREVER) if table.has("up_to_months") else _FOREVER,
        fee=fee,
        source=_source(table, sources),
    )
    table.finish()
    return row


def _cities(file: Table, sources: Mapping[str, Source]) -> dict[str, City]:
    found: dict[str, City] = {}
    for table in file.rows("city"):
        code = table.text("code")
        table.named(f"city {code}")
        if not _CITY_CODE.fullmatch(code) or code in found:
            table.fail("the code must be six digits and stand once")
        name = Text(table.text("zh"), table.text("en"))
        found[code] = City(code, name, table.flag("individual_visit"), _source(table, sources))
        table.finish()
    file.finish()
    return found


def _requirements(
    file: Table, sources: Mapping[str, Source], cities: Mapping[str, City]
) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for code, table in file.tables("requirement"):
        found[code] = Requirement(
            code=code,
            individual_visit=table.flag("individual_visit") if table.has("individual_visit") else False,
            cities=frozenset(_known(table, "cities", cities)),
            qualifications=frozenset(table.texts("qualifications")),
            minimum_age=table.integer("minimum_age", 1, 120) if table.has("minimum_age") else None,
            reason=table.choice("reason", ReasonCode),
            source=_source(table, sources),
        )
        table.finish()
    return found


def _rules(file: Table, sources: Mapping[str, Source], cities: Mapping[str, City]) -> Rules:
    rule = file.table("rule")
    place, age, first, barred, outlast, unused = (
        rule.table(key).named(f"rule.{key}")
        for key in (
            "place",
            "minimum_age",
            "first_endorsement",
            "barred_holders",
            "permit_outlasts",
            "unused_blocks",
        )
    )
    if place.text("city") not in cities:
        place.fail("'city' is not listed in cities.toml")
    categories = _known(barred, "categories", {category.value: category for category in HolderCategory})
    rules = Rules(
        city=place.text("city"),
        minimum_age=age.integer("years", 0, 120),
        first_endorsement=first.flag("allowed"),
        barred=frozenset(HolderCategory(category) for category in categories),
        outlast_days=outlast.integer("days", 0, 366),
        unused_blocks=unused.flag("applies"),
        intervals=tuple(_interval(table, sources, cities) for table in file.rows("interval")),
    )
    for table in (place, age, first, barred, outlast, unused):
        _source(table, sources)
        table.finish()
    rule.finish()
    file.finish()
    return rules


def _interval(table: Table, sources: Mapping[str, Source], cities: Mapping[str, City]) -> Interval:
    interval = Interval(
        destination=table.choice("destination", Destination),
        kinds=frozenset(table.texts("kinds")),
        days=table.integer("days", 0, 3660),
        elsewhere_months=table.integer("elsewhere_months", 0, 120),
        exempt_cities=frozenset(_known(table, "exempt_cities", cities)),
        exempt_qualifications=frozenset(table.texts("exempt_qualifications")),
        source=_source(table, sources),
    )
    table.finish()
    return interval


def _reasons(file: Table, sources: Mapping[str, Source]) -> dict[str, ReasonEntry]:
    found: dict[str, ReasonEntry] = {}
    for code, table in file.tables("reason"):
        text = Text(table.text("zh"), table.text("en"))
        params = tuple((name, _param_kind(table, kind)) for name, kind in table.pairs("params"))
        names = {name for name, _ in params}
        for words in (text.zh, text.en):
            if set(_PLACEHOLDER.findall(words)) != names or set("{}") & set(_PLACEHOLDER.sub("", words)):
                table.fail("each wording must name every parameter in braces, and nothing else")
        found[code] = ReasonEntry(text, params, _source(table, sources))
        table.finish()
    file.finish()
    _same(file, found, {code.value for code in ReasonCode})
    return found


def _param_kind(table: Table, kind: str) -> ParamKind:
    if kind not in [member.value for member in ParamKind]:
        table.fail(f"a parameter is of kind {kind!r}, which there is not")
    return ParamKind(kind)


def _failures(file: Table) -> dict[FailureCode, FailureEntry]:
    found: dict[str, FailureEntry] = {}
    for code, table in file.tables("failure"):
        found[code] = FailureEntry(
            applicant=table.words("applicant"),
            cause=table.words("cause"),
            remedy=table.words("remedy"),
            severity=table.choice("severity", Severity),
        )
        table.finish()
    file.finish()
    _same(file, found, {code.value for code in FailureCode})
    return {FailureCode(code): entry for code, entry in found.items()}


def _same(file: Table, found: Mapping[str, object], expected: set[str]) -> None:
    for code in sorted(expected ^ set(found)):
        file.fail(f"{code} is {'missing' if code in expected else 'not a code of the program'}")
