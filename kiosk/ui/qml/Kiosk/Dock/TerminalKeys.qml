pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// The keys of the simulated terminal: digits, and red, yellow and green below them.
GridLayout {
    id: keys

    property bool waiting: false

    signal digit(string digit)
    signal erase()
    signal stop()
    signal enter()

    columns: 3
    columnSpacing: 6
    rowSpacing: 6
    uniformCellWidths: true

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]

        DockButton {
            required property string modelData
            objectName: "terminal-key-" + modelData
            text: modelData
            enabled: keys.waiting
            Layout.fillWidth: true
            onClicked: keys.digit(modelData)
        }
    }
    DockButton { objectName: "terminal-erase"; text: qsTr("Yellow: erase"); enabled: keys.waiting; Layout.fillWidth: true; onClicked: keys.erase() }
    DockButton { objectName: "terminal-key-0"; text: "0"; enabled: keys.waiting; Layout.fillWidth: true; onClicked: keys.digit("0") }
    DockButton { objectName: "terminal-enter"; text: qsTr("Green: OK"); enabled: keys.waiting; Layout.fillWidth: true; onClicked: keys.enter() }
    DockButton { objectName: "terminal-stop"; text: qsTr("Red: stop"); Layout.fillWidth: true; Layout.columnSpan: 3; onClicked: keys.stop() }
}
