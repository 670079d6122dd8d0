pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Ten digits, erase and enter; each key is big enough for a thumb.
GridLayout {
    id: pad

    property bool ready: false
    property bool last: false

    signal digit(string digit)
    signal erase()
    signal enter()

    columns: 3
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap
    uniformCellWidths: true

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]

        ActionButton {
            required property string modelData
            objectName: "digit-" + modelData
            text: modelData
            Layout.fillWidth: true
            Layout.minimumHeight: Theme.mm(16)
            onClicked: pad.digit(modelData)
        }
    }
    ActionButton {
        objectName: "digit-erase"
        iconName: "left"
        text: qsTr("Erase")
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.mm(16)
        onClicked: pad.erase()
    }
    ActionButton {
        objectName: "digit-0"
        text: "0"
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.mm(16)
        onClicked: pad.digit("0")
    }
    ActionButton {
        objectName: "digit-enter"
        enabled: pad.ready
        opacity: pad.ready ? 1 : 0.4
        weight: "primary"
        text: pad.last ? qsTr("OK") : qsTr("Next")
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.mm(16)
        onClicked: pad.enter()
    }
}
