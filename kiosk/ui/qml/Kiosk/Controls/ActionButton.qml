pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Kiosk.Style

// A button with words, an icon where it helps, and three weights: primary, secondary, danger.
T.AbstractButton {
    id: control

    property string iconName: ""
    property string weight: "secondary"

    readonly property bool filled: control.weight === "primary"
    readonly property color wordColour: control.filled ? Theme.primaryText
        : control.weight === "danger" ? Theme.dangerInk : Theme.ink

    implicitWidth: Math.max(Theme.target * 2, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.target, implicitContentHeight + topPadding + bottomPadding)
    horizontalPadding: Theme.space
    verticalPadding: Theme.tight
    focusPolicy: Qt.StrongFocus

    Accessible.role: Accessible.Button
    Accessible.name: control.text
    Accessible.onPressAction: control.click()
    Keys.onReturnPressed: control.click()
    Keys.onEnterPressed: control.click()

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        RowLayout {
            id: row
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width)
            spacing: Theme.gap

            Icon {
                visible: control.iconName !== ""
                name: control.iconName === "" ? "check" : control.iconName
                tone: control.wordColour
                size: Math.round(Theme.body * 1.2)
            }
            Txt {
                visible: control.text !== ""
                text: control.text
                color: control.wordColour
                font.weight: control.filled ? Font.Bold : Font.Normal
                lineHeight: 1
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: control.filled ? (control.pressed ? Theme.primaryPressed : Theme.primary)
            : control.pressed ? Theme.tint : Theme.surface
        border.color: control.filled ? Theme.primary : control.weight === "danger" ? Theme.dangerInk : Theme.line
        border.width: control.pressed ? Theme.thick : Theme.stroke

        FocusRing { visible: control.visualFocus }
    }
}
