import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// A sheet over the page: the page stays visible behind it, but nothing there can be touched.
FocusScope {
    id: overlay

    default property alias content: column.data
    property int breadth: Theme.mm(250)

    Accessible.role: Accessible.Dialog
    Component.onCompleted: overlay.forceActiveFocus()

    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
    }
    MouseArea { anchors.fill: parent }
    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.landscape ? Math.max((parent.height - height) / 2, Theme.space) : Theme.mm(24)
        width: Math.min(overlay.breadth, parent.width - 2 * Theme.wide)
        height: Math.min(column.implicitHeight + 2 * Theme.wide, parent.height - 2 * Theme.space)
        radius: Theme.radius * 2
        color: Theme.surface
        border.color: Theme.line
        border.width: Theme.stroke

        ScrollPane {
            anchors.fill: parent
            anchors.margins: Theme.wide

            ColumnLayout {
                id: column
                spacing: Theme.space
                Layout.fillWidth: true
            }
        }
    }
}
