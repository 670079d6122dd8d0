pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// A colleague was asked for. Whoever comes opens the pad and says who they are.
PageFrame {
    id: page

    property bool typing: false

    title: page.typing ? qsTr("Staff: please identify yourself") : qsTr("A colleague has been called")

    actions: [
        ActionButton {
            objectName: "iAmStaff"
            visible: !page.typing
            iconName: "number"
            text: qsTr("I am a member of staff")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.typing = true
        },
        ActionButton {
            objectName: "closePad"
            visible: page.typing
            iconName: "left"
            text: qsTr("Close the number pad")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.typing = false
        }
    ]

    Loader {
        active: page.typing
        visible: page.typing
        Layout.fillWidth: true
        sourceComponent: StaffSignIn {
            colleague: page.screen.colleague
            onForgotten: page.typing = false
        }
    }
    ColumnLayout {
        visible: !page.typing
        spacing: Theme.space
        Layout.fillWidth: true

        Icon {
            name: "person"
            tone: Theme.primary
            size: Theme.mm(34)
            Layout.alignment: Qt.AlignHCenter
        }
        Txt {
            text: qsTr("Please stay at the machine. Its call light blinks and a tone sounds, so that a colleague sees where you are.")
            font.pixelSize: Theme.large
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        ProgressLine {
            progress: -1
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.mm(200)
            Layout.alignment: Qt.AlignHCenter
        }
        Txt {
            objectName: "howLong"
            text: qsTr("Your card stays in the machine. If nobody comes within %1 minutes it comes back, unless you ask for more time. You can end at any time; nothing was charged.")
                .arg(page.screen.colleague.minutes)
            color: Theme.softInk
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
    }
}
