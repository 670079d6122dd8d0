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
        if not self._translator.load(str(resources.path("i18n", f"kiosk_{CHINESE}.qm"))):
            raise FileNotFoundError("the Chinese texts are missing: reinstall the package")
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
