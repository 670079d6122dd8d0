pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The camera compares: what it wants, what was wrong, and the way for whoever cannot or will not be compared.
PageFrame {
    id: page

    readonly property var colleague: page.screen.colleague
    readonly property bool again: page.screen.work.faceAttempt > 1

    actions: [
        ActionButton {
            objectName: "askStaff"
            visible: page.colleague.offered
            weight: page.again ? "primary" : "secondary"
            iconName: "person"
            text: qsTr("Ask staff to help")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.colleague.ask()
        }
    ]

    Icon {
        name: "face"
        tone: Theme.primary
        size: Theme.mm(page.again ? 20 : 34)
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        objectName: "title"
        text: qsTr("Please look straight into the camera")
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Txt {
        text: page.again ? qsTr("That did not work yet: attempt %1 of %2.").arg(page.screen.work.faceAttempt).arg(page.screen.work.faceAttempts)
            : qsTr("Your face is compared with the picture on the chip. No picture is kept.")
        font.pixelSize: Theme.large
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    ProgressLine {
        progress: page.screen.work.progress
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(200)
        Layout.alignment: Qt.AlignHCenter
    }
    ColumnLayout {
        objectName: "hints"
        visible: page.again
        spacing: Theme.gap
        Layout.maximumWidth: Theme.mm(260)
        Layout.alignment: Qt.AlignHCenter

        Repeater {
            model: page.colleague.hints

            Check {
                required property string modelData
                iconName: "info"
                strong: true
                text: Words.faceHint(modelData)
                Layout.fillWidth: true
            }
        }
        Check {
            visible: page.colleague.hints.length === 0
            iconName: "info"
            text: Words.faceHint("")
            Layout.fillWidth: true
        }
    }
    Txt {
        objectName: "otherWay"
        text: page.colleague.offered
            ? qsTr("You cannot or do not want to be compared by the camera? A colleague can look at you instead.")
            : qsTr("You cannot or do not want to be compared by the camera? The counter serves you without one: press End, and your card comes back.")
        color: Theme.softInk
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.topMargin: Theme.space
        Layout.alignment: Qt.AlignHCenter
    }
}
