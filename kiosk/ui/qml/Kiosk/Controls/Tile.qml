import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Kiosk.Style

// A large choice with content of its own; one that is not offered stays readable and says why.
T.AbstractButton {
    id: tile

    default property alias content: column.data
    property bool offered: true
    property string spoken: ""

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Math.max(Theme.target, implicitContentHeight + topPadding + bottomPadding)
    horizontalPadding: Theme.space
    verticalPadding: Theme.gap
    focusPolicy: Qt.StrongFocus
    enabled: tile.offered

    Accessible.role: Accessible.Button
    Accessible.name: tile.spoken
    Accessible.onPressAction: tile.click()
    Keys.onReturnPressed: tile.click()
    Keys.onEnterPressed: tile.click()

    contentItem: ColumnLayout {
        id: column
        spacing: Theme.tight
    }

    background: Rectangle {
        radius: Theme.radius
        color: !tile.offered ? Theme.sunken : tile.pressed ? Theme.tint : Theme.surface
        border.color: !tile.offered ? Theme.hairline : tile.pressed ? Theme.primary : Theme.line
        border.width: tile.pressed ? Theme.thick : Theme.stroke

        FocusRing { visible: tile.visualFocus }
    }
}
