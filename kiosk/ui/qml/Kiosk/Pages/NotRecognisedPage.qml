import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The camera did not find the holder: a colleague may look, or the card comes back.
PageFrame {
    id: page

    title: page.screen.colleague.cameraFailed ? qsTr("The camera does not work right now")
        : qsTr("The camera could not tell whether this is your card")
    intro: qsTr("This happens, and says nothing about you. Nothing was charged.")

    actions: [
        ActionButton {
            objectName: "askStaff"
            weight: "primary"
            iconName: "person"
            text: qsTr("Ask staff to help")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.colleague.ask()
        },
        ActionButton {
            objectName: "takeCard"
            iconName: "card"
            text: qsTr("Take my card back")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.askCancel()
        }
    ]

    Check {
        iconName: "person"
        text: qsTr("A colleague can look at you and at the picture on the chip. You then go on here, as after a comparison.")
        Layout.fillWidth: true
    }
    Check {
        iconName: "card"
        text: qsTr("Or take your card back and go to the counter.")
        Layout.fillWidth: true
    }
}
