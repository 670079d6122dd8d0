import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The machine cannot serve right now: why, in plain words, and what to do instead.
PageFrame {
    id: page

    centred: true

    readonly property bool broken: page.screen.page === "out_of_service"

    Item { Layout.preferredHeight: Theme.wide }
    Icon {
        name: page.broken ? "cross" : "hourglass"
        tone: page.broken ? Theme.dangerInk : Theme.primary
        size: Theme.mm(34)
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        objectName: "title"
        text: {
            switch (page.screen.page) {
            case "recovering": return qsTr("The machine is checking itself")
            default: return qsTr("This machine is out of service")
            }
        }
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Txt {
        text: {
            switch (page.screen.page) {
            case "recovering":
                return qsTr("It was interrupted and first makes sure that every card and every payment is accounted for. Please do not put a card in yet.")
            default: return page.screen.machine.fault
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
    Notice {
        visible: page.broken
        text: qsTr("Please use another machine or a window. Questions: call 12367, day and night.")
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.alignment: Qt.AlignHCenter
    }
}
