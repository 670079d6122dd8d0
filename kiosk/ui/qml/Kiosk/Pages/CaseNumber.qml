import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The number under which staff find the visit.
Panel {
    id: panel

    required property var outcome

    color: Theme.tint
    border.color: Theme.primary
    spacing: 0

    Txt {
        id: label
        text: panel.outcome.isCase ? qsTr("Your case number – please keep it") : qsTr("Number of this visit")
        Layout.fillWidth: true
    }
    Txt {
        objectName: "caseNumber"
        text: panel.outcome.number
        font.pixelSize: Theme.title
        font.weight: Font.Bold
        Accessible.name: "%1: %2".arg(label.text).arg(text)
        Layout.fillWidth: true
    }
    Txt {
        visible: panel.outcome.code !== ""
        text: qsTr("For staff: %1").arg(panel.outcome.code)
        color: Theme.softInk
        Layout.fillWidth: true
    }
}
