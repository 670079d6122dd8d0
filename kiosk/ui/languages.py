"""The two interface languages; the source texts are English, the Chinese ones lie in resources/i18n."""

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtQml import QQmlEngine

from kiosk import resources

CHINESE = "zh_CN"
ENGLISH = "en"


class Languages:
    """Switches the engine's language while it runs."""

    def __init__(self, engine: QQmlEngine) -> None:
        self._engine = engine
        self._translator = QTranslator(engine)
        # Read, not mapped: a file that is written anew under a running kiosk must not take its words away.
        self._texts = resources.path("i18n", f"kiosk_{CHINESE}.qm").read_bytes()
        if not self._translator.load(self._texts):
            raise ValueError("the Chinese texts are broken: reinstall the package")
        self._language = ENGLISH

    def use(self, language: str) -> None:
        """Show every text in `language` (``zh_CN`` or ``en``)."""
        if language == self._language:
            return
        self._language = language
        if language == CHINESE:
            QCoreApplication.installTranslator(self._translator)
        else:
            QCoreApplication.removeTranslator(self._translator)
        QLocale.setDefault(QLocale(language))
        self._engine.setUiLanguage(language)
        self._engine.retranslate()
