pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Style

// What a tester does to the simulated machine. Beside the screen, never part of it.
Rectangle {
    id: root

    required property Dock dock
    property bool across: false

    color: "#1F242A"
    clip: true

    Flickable {
        anchors.fill: parent
        anchors.margins: 12
        contentHeight: column.implicitHeight
        contentWidth: width
        boundsBehavior: Flickable.StopAtBounds

        ColumnLayout {
            id: column
            width: parent.width
            spacing: 8

            // The same in every language, hence not for translation.
            DockLabel { text: "SIMULATED · 模拟设备"; Layout.fillWidth: true }
            DockLabel { text: qsTr("TESTER'S DOCK — not part of the kiosk"); Layout.fillWidth: true }
            Flow {
                spacing: 6
                Layout.fillWidth: true

                DockButton { objectName: "dock-pull"; text: qsTr("Take / pull card"); onClicked: root.dock.pullCard() }
                DockButton { objectName: "dock-pay"; text: qsTr("Pay"); onClicked: root.dock.pay() }
                DockButton { objectName: "dock-decline"; text: qsTr("Decline payment"); onClicked: root.dock.decline() }
                DockButton {
                    objectName: "dock-turn"
                    text: qsTr("Insert upside down")
                    on: root.dock.upsideDown
                    onClicked: root.dock.turn()
                }
            }
            DockPayments {
                dock: root.dock
                Layout.fillWidth: true
            }
            DockText {
                objectName: "dock-staff"
                visible: root.dock.staffNumber !== ""
                text: qsTr("Staff specimen (simulated): number %1, PIN %2").arg(root.dock.staffNumber).arg(root.dock.staffPin)
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            DockLabel { text: qsTr("Insert a specimen permit"); Layout.fillWidth: true }
            Flow {
                spacing: 6
                Layout.fillWidth: true

                Repeater {
                    model: root.dock.specimens

                    DockButton {
                        required property var modelData
                        objectName: "dock-insert-" + modelData.slug
                        text: modelData.label
                        width: Math.min(implicitWidth, column.width)
                        onClicked: root.dock.insert(modelData.slug)
                    }
                }
            }
            DockLabel { text: qsTr("Faults"); Layout.fillWidth: true }
            Flow {
                spacing: 6
                Layout.fillWidth: true

                Repeater {
                    model: root.dock.faults

                    DockButton {
                        required property var modelData
                        objectName: "dock-fault-%1-%2".arg(modelData.device).arg(modelData.fault)
                        text: qsTr("%1: %2").arg(Words.device(modelData.device)).arg(modelData.label)
                        on: modelData.active
                        width: Math.min(implicitWidth, column.width)
                        onClicked: root.dock.setFault(modelData.device, modelData.fault, !modelData.active)
                    }
                }
            }
            DockLabel { text: qsTr("Scenarios"); Layout.fillWidth: true }
            Flow {
                spacing: 6
                Layout.fillWidth: true

                Repeater {
                    model: root.dock.scenarios

                    DockButton {
                        required property var modelData
                        objectName: "dock-scenario-" + modelData.name
                        text: modelData.label
                        on: modelData.playing
                        width: Math.min(implicitWidth, column.width)
                        onClicked: root.dock.playScenario(modelData.name)
                    }
                }
            }
            DockLabel { text: qsTr("Phone page"); Layout.fillWidth: true }
            DockText {
                text: root.dock.phonePage
                wrapMode: Text.WrapAnywhere
                Layout.fillWidth: true
            }
            DockText {
                text: qsTr("Stop the program at any moment (Ctrl+C or kill -9) and start it again: the visit goes on or ends properly.")
                color: "#B9C0C8"
                Layout.fillWidth: true
            }
        }
    }
}
