import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Style

// Who this machine is, and during a visit where the visit stands.
Rectangle {
    id: header

    required property Screen screen
    readonly property bool inVisit: header.screen.stage !== ""
    readonly property bool oneLine: name.implicitWidth + steps.implicitWidth + Theme.mm(52) < header.width

    implicitHeight: grid.implicitHeight + 2 * Theme.gap
    color: Theme.highContrast ? Theme.background : Theme.primary

    GridLayout {
        id: grid
        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: anchors.leftMargin
        anchors.topMargin: Theme.gap
        anchors.bottomMargin: Theme.gap
        columns: header.oneLine ? 2 : 1
        columnSpacing: Theme.wide
        rowSpacing: Theme.tight

        MachineName {
            id: name
            visible: header.oneLine || !header.inVisit
            Layout.fillWidth: true
            Layout.minimumHeight: Theme.mm(12)
        }
        StepBar {
            id: steps
            objectName: "stepBar"
            visible: header.inVisit
            stage: header.screen.stage
            narrow: Theme.textSize > 1 && !Theme.landscape
            Layout.minimumHeight: Theme.mm(12)
        }
    }
    Rectangle {
        visible: Theme.highContrast
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.stroke
        color: Theme.line
    }
}
