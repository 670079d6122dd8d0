import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Controls
import Kiosk.Style

// Ending a visit is asked once more; going on is the easy answer.
Overlay {
    id: question
    objectName: "cancelQuestion"

    required property Screen screen

    Heading {
        text: qsTr("End this visit?")
        level: 1
        Layout.fillWidth: true
    }
    Txt {
        text: question.screen.paymentOpen
            ? qsTr("We first make sure that nothing is charged. Then your card comes back.")
            : qsTr("Nothing has been charged. Your card comes back, and what you entered is forgotten.")
        Layout.fillWidth: true
    }
    ActionRow {
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap

        ActionButton {
            objectName: "keepGoing"
            weight: "primary"
            text: qsTr("Go on")
            Layout.fillWidth: true
            onClicked: question.screen.keepGoing()
        }
        ActionButton {
            objectName: "reallyCancel"
            weight: "danger"
            iconName: "cross"
            text: qsTr("End and return my card")
            Layout.fillWidth: true
            onClicked: question.screen.cancel()
        }
    }
}
