pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Backend

// The simulated bank card terminal's own small window: its display, its keys, and the cards of a tester.
Window {
    id: terminal

    required property Dock dock
    property string typed: ""
    property string card: "debit"
    readonly property string stage: terminal.dock.terminalStage

    objectName: "terminalWindow"
    // Over the dock, below its first buttons: never over what the applicant sees.
    required property var beside
    visible: false
    width: 376
    height: Math.min(560, terminal.beside.height - 110)
    x: terminal.beside.x + terminal.beside.width - terminal.width
    y: terminal.beside.y + terminal.beside.height - terminal.height
    transientParent: terminal.beside
    color: "#1F242A"
    flags: Qt.Dialog
    title: qsTr("Simulated card terminal")
    onStageChanged: terminal.typed = ""

    Timer {
        interval: 300
        repeat: true
        running: terminal.visible
        onTriggered: terminal.dock.refresh()
    }
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
            DockLabel { text: "SIMULATED CARD TERMINAL · 模拟刷卡终端"; Layout.fillWidth: true }
            Rectangle {
                color: "#CFE8D5"
                radius: 4
                implicitHeight: 84
                Layout.fillWidth: true
                Accessible.role: Accessible.StaticText
                Accessible.name: "%1 %2".arg(first.text).arg(second.text)

                DockText {
                    id: first
                    objectName: "terminal-line-1"
                    x: 10
                    y: 8
                    width: parent.width - 20
                    color: "#10281A"
                    font.pixelSize: 22
                    text: terminal.dock.terminalAmount
                    Accessible.ignored: true
                }
                DockText {
                    id: second
                    objectName: "terminal-line-2"
                    x: 10
                    y: 44
                    width: parent.width - 20
                    color: "#10281A"
                    font.pixelSize: 18
                    text: {
                        switch (terminal.stage) {
                        case "card": return qsTr("Tap, insert or swipe")
                        case "pin": return qsTr("PIN: %1").arg("●".repeat(terminal.typed.length))
                        case "host": return qsTr("Asking the bank …")
                        default: return qsTr("Ready")
                        }
                    }
                    Accessible.ignored: true
                }
            }
            TerminalKeys {
                waiting: terminal.stage === "pin"
                Layout.fillWidth: true
                onDigit: digit => terminal.typed = (terminal.typed + digit).slice(0, 12)
                onErase: terminal.typed = terminal.typed.slice(0, -1)
                onStop: terminal.dock.leaveTerminal()
                onEnter: {
                    terminal.dock.enterPin(terminal.typed)
                    terminal.typed = ""
                }
            }
            DockLabel { text: qsTr("Card in the payer's hand"); Layout.fillWidth: true }
            Flow {
                spacing: 6
                Layout.fillWidth: true

                DockButton { objectName: "terminal-tap"; text: qsTr("Tap"); onClicked: terminal.dock.tapCard(terminal.card) }
                DockButton { objectName: "terminal-insert"; text: qsTr("Insert"); onClicked: terminal.dock.insertCard(terminal.card) }
                DockButton { objectName: "terminal-leave"; text: qsTr("Walk away"); onClicked: terminal.dock.leaveTerminal() }
                Repeater {
                    model: terminal.dock.bankCards

                    DockButton {
                        required property var modelData
                        objectName: "terminal-card-" + modelData.name
                        text: "%1\n%2".arg(DockWords.bankCard(modelData.name)).arg(modelData.more)
                        width: column.width
                        on: terminal.card === modelData.name
                        onClicked: terminal.card = modelData.name
                    }
                }
            }
            DockLabel { text: qsTr("What goes wrong"); Layout.fillWidth: true }
            Flow {
                spacing: 6
                Layout.fillWidth: true

                Repeater {
                    model: terminal.dock.faults.filter(row => row.device === "card_terminal")

                    DockButton {
                        required property var modelData
                        objectName: "terminal-fault-" + modelData.fault
                        text: modelData.label
                        on: modelData.active
                        width: Math.min(implicitWidth, column.width)
                        onClicked: terminal.dock.setFault(modelData.device, modelData.fault, !modelData.active)
                    }
                }
            }
        }
    }
}
