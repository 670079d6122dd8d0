import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Controls
import Kiosk.Style

// Time is nearly over: one simple act gives more.
Overlay {
    id: warning
    objectName: "timeWarning"

    required property Screen screen

    RowLayout {
        spacing: Theme.wide
        Layout.fillWidth: true

        Ring {
            objectName: "warningCountdown"
            seconds: warning.screen.warningSeconds
            whole: 45
        }
        ColumnLayout {
            spacing: Theme.gap
            Layout.fillWidth: true

            Heading {
                text: qsTr("Do you need more time?")
                level: 1
                Layout.fillWidth: true
            }
            Txt {
                text: qsTr("Without an answer the visit ends and your card comes back.")
                Layout.fillWidth: true
            }
        }
    }
    ActionButton {
        objectName: "moreTime"
        weight: "primary"
        iconName: "more-time"
        text: qsTr("I need more time")
        implicitHeight: Theme.mm(24)
        Layout.fillWidth: true
        onClicked: warning.screen.moreTime()
    }
}
