import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The machine or somebody outside is at work: what is being done, and that the card stays in.
PageFrame {
    id: page

    centred: true

    readonly property string job: page.screen.page
    readonly property string by: page.screen.payment.channel
    readonly property bool renewing: page.screen.payment.prompt === "renewing"

    Item { Layout.preferredHeight: Theme.space }
    Icon {
        name: ({
            reading: "card", looking_up: "number", approving: "safe", proving: "printer",
            opening_payment: Words.channelIcon(page.by), closing_payment: "refund"
        })[page.job] ?? "hourglass"
        tone: Theme.primary
        size: Theme.mm(34)
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        objectName: "title"
        text: {
            switch (page.job) {
            case "reading": return qsTr("Please leave the card in")
            case "looking_up": return qsTr("Looking up your permit")
            case "approving": return qsTr("Your application is being decided")
            case "proving": return qsTr("Checking that your card can be made")
            case "opening_payment": return qsTr("Preparing the payment")
            case "closing_payment": return page.renewing ? qsTr("A new code is being made") : qsTr("Closing the payment")
            default: return qsTr("One moment, please")
            }
        }
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Txt {
        text: {
            switch (page.job) {
            case "reading": return qsTr("The chip of your card is being read. This takes a few seconds.")
            case "looking_up": return qsTr("The issuing authority is being asked what you can apply for.")
            case "approving": return qsTr("The answer comes at once. You pay only after the approval.")
            case "proving": return qsTr("Printer, film and card slot are tested before any money is taken.")
            case "opening_payment":
                return page.by === "card" || page.by === "yct" ? qsTr("Please keep your card at hand.")
                    : qsTr("Please wait for the code to appear.")
            case "closing_payment":
                return page.renewing ? qsTr("The old code is closed first, so that nothing can be charged on it. The new one then comes by itself.")
                    : qsTr("We make sure that nothing is charged on the old code before anything else happens.")
            default: return ""
            }
        }
        font.pixelSize: Theme.large
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.alignment: Qt.AlignHCenter
    }
    ProgressLine {
        progress: page.screen.work.progress
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(200)
        Layout.topMargin: Theme.space
        Layout.alignment: Qt.AlignHCenter
    }
}
