pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// Labels and values in two columns; below each other where the line is too short for both.
GridLayout {
    id: facts

    // Each pair has a label and a value, and is strong where it matters most.
    required property var pairs
    property bool stacked: Theme.textSize > 2 && !Theme.landscape

    columns: facts.stacked ? 1 : 2
    columnSpacing: Theme.space
    rowSpacing: Theme.tight

    Repeater {
        model: facts.pairs

        Txt {
            required property var modelData
            required property int index
            text: modelData.label
            color: Theme.softInk
            wrapMode: Text.NoWrap
            Layout.row: facts.stacked ? 2 * index : index
            Layout.column: 0
            Layout.alignment: Qt.AlignTop
            Accessible.ignored: true
        }
    }
    Repeater {
        model: facts.pairs

        Txt {
            required property var modelData
            required property int index
            text: modelData.value
            font.weight: modelData.strong === true ? Font.Bold : Font.Normal
            Layout.row: facts.stacked ? 2 * index + 1 : index
            Layout.column: facts.stacked ? 0 : 1
            Layout.fillWidth: true
            Accessible.role: Accessible.StaticText
            Accessible.name: "%1: %2".arg(modelData.label).arg(modelData.value)
        }
    }
}
