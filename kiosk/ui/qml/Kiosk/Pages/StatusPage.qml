import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The machine cannot serve right now: why, in plain words, how long at the most, and what to do instead.
PageFrame {
    id: page

    centred: true

    readonly property bool broken: page.screen.page === "out_of_service"
    readonly property var machine: page.screen.machine

    Item { Layout.preferredHeight: Theme.wide }
    Icon {
        name: page.broken ? "cross" : "hourglass"
        tone: page.broken ? Theme.dangerInk : Theme.primary
        size: Theme.mm(34)
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        objectName: "title"
        text: page.broken ? qsTr("This machine is out of service") : qsTr("The machine is not ready yet")
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Txt {
        objectName: "why"
        text: {
            if (page.broken)
                return page.machine.fault
            switch (page.machine.doing) {
            case "payment": return qsTr("It was interrupted, and is asking the payment network what became of an earlier payment.")
            case "card": return qsTr("It was interrupted, and is looking at a card that was being made.")
            case "refund": return qsTr("It was interrupted, and is returning the money of an earlier visit.")
            case "returning": return qsTr("It was interrupted, and is giving back the card of an earlier visit.")
            default: return qsTr("It was interrupted, and first makes sure that every card and every payment is accounted for.")
            }
        }
        font.pixelSize: Theme.large
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.alignment: Qt.AlignHCenter
    }
    Waiting {
        visible: !page.broken
        Layout.alignment: Qt.AlignHCenter
    }
    Panel {
        visible: !page.broken
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.alignment: Qt.AlignHCenter

        Check {
            objectName: "atMost"
            iconName: "clock"
            visible: page.machine.minutes > 0
            text: qsTr("It takes %1 minutes at the most, and usually much less.").arg(page.machine.minutes)
            strong: true
            Layout.fillWidth: true
        }
        Check { iconName: "card"; text: qsTr("Please do not put a card in yet."); Layout.fillWidth: true }
        Check {
            iconName: "safe"
            text: qsTr("Was it your visit? Please stay: your card comes back here, and you are never charged twice.")
            Layout.fillWidth: true
        }
    }
    Notice {
        visible: page.broken
        text: qsTr("Please use another machine or a window. Questions: call 12367, day and night.")
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.alignment: Qt.AlignHCenter
    }
    Txt {
        objectName: "code"
        visible: page.broken && page.machine.code !== ""
        text: qsTr("For staff: %1").arg(page.machine.code)
        color: Theme.softInk
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
}
