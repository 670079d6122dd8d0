pragma Singleton
import QtQuick

// Words for the codes that the view models hand over. Reading Qt.uiLanguage makes every binding that calls
// these follow a switch of the language.
QtObject {
    id: words

    function validity(months: int): string {
        void Qt.uiLanguage
        if (months % 12 === 0) {
            const years = months / 12
            return years === 1 ? qsTr("1 year") : qsTr("%1 years").arg(years)
        }
        return months === 1 ? qsTr("1 month") : qsTr("%1 months").arg(months)
    }

    function entries(code: string): string {
        void Qt.uiLanguage
        switch (code) {
        case "1": return qsTr("one entry")
        case "2": return qsTr("two entries")
        case "W": return qsTr("once a week")
        default: return qsTr("multiple entries")
        }
    }

    function variant(months: int, code: string): string {
        return qsTr("%1, %2").arg(words.validity(months)).arg(words.entries(code))
    }

    function stay(days: int): string {
        void Qt.uiLanguage
        return qsTr("up to %1 days each time").arg(days)
    }

    function entriesLeft(count: int): string {
        void Qt.uiLanguage
        if (count < 0)
            return ""
        if (count === 0)
            return qsTr("no entry left")
        return count === 1 ? qsTr("1 entry left") : qsTr("%1 entries left").arg(count)
    }

    function seconds(count: int): string {
        void Qt.uiLanguage
        return count === 1 ? qsTr("1 second") : qsTr("%1 seconds").arg(count)
    }

    function sex(code: string): string {
        void Qt.uiLanguage
        return code === "M" ? qsTr("Male") : code === "F" ? qsTr("Female") : qsTr("Not stated")
    }

    function device(name: string): string {
        void Qt.uiLanguage
        switch (name) {
        case "card_station": return qsTr("Card slot")
        case "chip_reader": return qsTr("Chip reader")
        case "code_scanner": return qsTr("Scanner")
        case "face_camera": return qsTr("Face check")
        case "card_printer": return qsTr("Card printing")
        case "slip_printer": return qsTr("Slip printing")
        case "card_terminal": return qsTr("Card terminal")
        case "purse_reader": return qsTr("Yang Cheng Tong reader")
        case "payment_scanner": return qsTr("Payment code scanner")
        case "document_printer": return qsTr("A4 printer")
        case "lights": return qsTr("Lights")
        case "sounds": return qsTr("Loudspeaker")
        case "keypad": return qsTr("Keypad")
        case "cabinet": return qsTr("Cabinet")
        case "ups": return qsTr("Power supply")
        default: return name
        }
    }

    function channel(code: string): string {
        void Qt.uiLanguage
        switch (code) {
        case "alipay": return qsTr("Alipay")
        case "wechat": return qsTr("WeChat Pay")
        case "unionpay": return qsTr("UnionPay QR")
        case "card": return qsTr("Bank card")
        case "yct": return qsTr("Yang Cheng Tong")
        default: return code
        }
    }

    function channelIcon(code: string): string {
        return ({ alipay: "phone", wechat: "chat", unionpay: "qr", card: "bank", yct: "bus" })[code] ?? "money"
    }

    // Why a way to pay does not work right now, by the failure's code.
    function notNow(code: string): string {
        void Qt.uiLanguage
        switch (code) {
        case "GATEWAY_UNREACHABLE": return qsTr("Not now: the network does not answer")
        case "TERMINAL_UNAVAILABLE": return qsTr("Not now: the terminal is not ready")
        case "PURSE_READER_UNAVAILABLE": return qsTr("Not now: the reader is not ready")
        default: return qsTr("Not available right now")
        }
    }

    // What to mend before the face is compared again.
    function faceHint(code: string): string {
        void Qt.uiLanguage
        switch (code) {
        case "nobody": return qsTr("Please stand in front of the camera.")
        case "several_faces": return qsTr("Only you should be in the picture.")
        case "too_far": return qsTr("Please come closer.")
        case "too_near": return qsTr("Please step back a little.")
        case "partly_out": return qsTr("Please stand so that your whole face is in the picture.")
        case "too_dark": return qsTr("Please turn to the light.")
        case "too_bright": return qsTr("Please turn away from the bright light.")
        case "blurred": return qsTr("Please hold still.")
        case "turned": return qsTr("Please look straight ahead.")
        case "eyes_closed": return qsTr("Please open your eyes.")
        case "mask": return qsTr("Please take off your mask.")
        case "glasses": return qsTr("Please take off your glasses.")
        default: return qsTr("Please take off mask, hat and sunglasses, and step into the light.")
        }
    }

    function stage(code: string): string {
        void Qt.uiLanguage
        switch (code) {
        case "apply": return qsTr("Apply")
        case "pay": return qsTr("Pay")
        case "make": return qsTr("Make card")
        default: return qsTr("Done")
        }
    }
}
