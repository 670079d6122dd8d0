import QtQuick
import Kiosk.Style

// The words for what an applicant does now to pay: a heading, what happens step by step, and how it ends.
QtObject {
    id: words

    required property string prompt
    required property string channel
    required property string renewal
    readonly property string way: Words.channel(words.channel)

    readonly property string title: {
        switch (words.prompt) {
        case "show_code": return qsTr("Show your %1 payment code to the scanner").arg(words.way)
        case "confirm_on_phone": return qsTr("Your code was read: please look at your phone")
        case "show_card": return qsTr("Please tap, insert or swipe your bank card")
        case "enter_pin": return qsTr("Please enter your PIN on the terminal")
        case "terminal_works": return qsTr("The terminal is asking your bank")
        case "hold_purse": return qsTr("Hold your Yang Cheng Tong card to the reader")
        case "purse_works": return qsTr("Keep the card on the reader")
        case "same_purse": return qsTr("Hold the same card to the reader once more")
        case "other_purse": return qsTr("This is another card")
        case "ask_staff": return qsTr("Please ask staff for help")
        default: return qsTr("Please scan with %1").arg(words.way)
        }
    }
    readonly property var steps: {
        switch (words.prompt) {
        case "show_code":
            return [["phone", qsTr("Open the app on your phone at the page with your own payment code.")],
                ["qr", qsTr("Hold it in front of the scanner below this screen, a hand's width away.")],
                ["safe", qsTr("Nothing is charged before the scanner has read the code.")]]
        case "confirm_on_phone":
            return [["phone", qsTr("If your phone asks for a password, enter it there.")],
                ["hourglass", qsTr("Nothing is to be done here. This page goes on by itself.")],
                ["safe", qsTr("If it is not confirmed, nothing stays charged.")]]
        case "show_card":
            return [["bank", qsTr("The terminal is below this screen. Hold the card on it, put it in, or draw it through.")],
                ["number", qsTr("The terminal may ask for your PIN. Enter it only there, never on this screen.")],
                ["safe", qsTr("The machine notices by itself when you have paid.")]]
        case "enter_pin":
            return [["number", qsTr("Enter it on the terminal's own keys and press the green one. Cover them with your hand.")],
                ["cross", qsTr("The red key stops the payment.")],
                ["card", qsTr("Leave the card where it is.")]]
        case "terminal_works":
            return [["hourglass", qsTr("This takes a few seconds. Leave the card where it is.")],
                ["safe", qsTr("If the answer is lost on its way, the machine asks again: you are never charged twice.")]]
        case "hold_purse":
            return [["bus", qsTr("The reader is below this screen. Hold the card flat on it.")],
                ["hourglass", qsTr("Leave it there until this page changes.")]]
        case "purse_works":
            return [["hourglass", qsTr("The fee is being taken from the card. Please do not move it.")]]
        case "same_purse":
            return [["safe", qsTr("If it was charged already, it is not charged again.")]]
        case "other_purse":
            return [["safe", qsTr("Nothing is charged to this card.")]]
        case "ask_staff":
            return [["person", qsTr("If nobody is there, end the visit: you get a case number, and staff find out.")]]
        default:
            return [["phone", qsTr("Open the app on your phone, scan, and confirm the amount.")],
                ["safe", qsTr("The machine notices by itself when you have paid.")]]
        }
    }
    readonly property string time: {
        if (words.prompt !== "scan_code")
            return qsTr("You have this long to pay.")
        switch (words.renewal) {
        case "by_itself": return qsTr("The code is good for this long. Then a new one comes by itself.")
        case "if_touched": return qsTr("The code is good for this long. Touch the screen if you need longer: then a new one comes.")
        default: return qsTr("The code is good for this long. After that you choose a way to pay again.")
        }
    }
    // Where it is done: on the panel, or at one of the devices below it.
    readonly property string place: ({
        show_code: "scanner", confirm_on_phone: "scanner", show_card: "terminal", enter_pin: "terminal",
        terminal_works: "terminal", hold_purse: "reader", purse_works: "reader", same_purse: "reader",
        other_purse: "reader", ask_staff: "reader"
    })[words.prompt] ?? "panel"
    // What must not be overlooked: money is in doubt, and only one act helps.
    readonly property string alarm: {
        switch (words.prompt) {
        case "same_purse": return qsTr("It was taken away too early. Only the same card can tell whether it was charged.")
        case "other_purse": return qsTr("Please take it away and hold the card that you used first.")
        case "ask_staff": return qsTr("Neither the card nor the reader can tell whether it was charged. Do not pay again.")
        default: return ""
        }
    }
    readonly property bool waits: words.prompt === "confirm_on_phone" || words.prompt === "terminal_works" || words.prompt === "purse_works"
}
