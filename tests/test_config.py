"""Settings: defaults, file, environment, command line; a wrong one is named."""

from pathlib import Path

import pytest

from kiosk.config import Reader, SettingsInvalid, load_settings


def test_the_command_line_wins_over_the_environment_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('kiosk_id = "SZ07"\npace = 0.5\nreader = "pcsc"\n', encoding="utf-8")
    assert load_settings(file).kiosk_id == "SZ07"
    monkeypatch.setenv("KIOSK_KIOSK_ID", "ZH02")
    settings = load_settings(file, pace=0.0, state=None)
    assert (settings.kiosk_id, settings.pace, settings.reader) == ("ZH02", 0.0, Reader.PCSC)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("pace = 99", "pace"),
        ('kiosk_id = "far too long"', "kiosk_id"),
        ("paze = 1", "paze"),
        ('language = "klingon"', "language"),
        ("this is no toml", "kiosk.toml"),
        (f"retention_days = 1{'0' * 400}", "retention_days"),
        (f"pace = {'[' * 3000}", "kiosk.toml"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=named):
        load_settings(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="no configuration file"):
        load_settings(tmp_path / "nothing.toml")
