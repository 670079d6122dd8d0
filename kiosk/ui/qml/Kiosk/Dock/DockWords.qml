pragma Singleton
import QtQuick

// Words for the codes of what a tester holds. Reading Qt.uiLanguage makes bindings follow the language.
QtObject {
    id: words

    function bankCard(name: string): string {
        void Qt.uiLanguage
        switch (name) {
        case "debit": return qsTr("Debit card")
        case "credit": return qsTr("Credit card, always with PIN")
        case "empty": return qsTr("Card without money")
        case "foreign": return qsTr("Foreign card")
        default: return name
        }
    }

    function purseCard(name: string): string {
        void Qt.uiLanguage
        switch (name) {
        case "full": return qsTr("Well filled")
        case "other": return qsTr("Another one")
        case "poor": return qsTr("Nearly empty")
        case "expired": return qsTr("Expired")
        case "blacklisted": return qsTr("Blacklisted")
        case "old": return qsTr("Old kind (M1)")
        default: return name
        }
    }

    function wallet(code: string): string {
        void Qt.uiLanguage
        switch (code) {
        case "pays": return qsTr("wallet pays")
        case "asks": return qsTr("wallet asks for the password")
        default: return qsTr("wallet refuses")
        }
    }
}
