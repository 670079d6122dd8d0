import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// A sheet that holds what belongs together.
Rectangle {
    id: panel

    default property alias content: column.data
    property alias spacing: column.spacing
    property int padding: Theme.space

    implicitWidth: column.implicitWidth + 2 * panel.padding
    implicitHeight: column.implicitHeight + 2 * panel.padding
    radius: Theme.radius
    color: Theme.surface
    border.color: Theme.hairline
    border.width: Theme.stroke

    ColumnLayout {
        id: column
        anchors.fill: parent
        anchors.margins: panel.padding
        spacing: Theme.gap
    }
}
