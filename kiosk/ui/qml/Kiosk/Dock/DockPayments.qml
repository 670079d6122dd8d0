pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Backend
import Kiosk.Style

// What a payer holds besides the phone: its payment code, a Yang Cheng Tong card, a bank card at the terminal.
ColumnLayout {
    id: hands

    required property Dock dock
    property string wallet: "pays"
    readonly property bool due: hands.dock.terminalStage !== "idle"
    // Opens when the terminal wants a card, and closes again unless the tester opened it.
    property bool called: false

    onDueChanged: {
        if (hands.due && !terminal.visible) {
            hands.called = true
            terminal.show()
        } else if (!hands.due && hands.called) {
            hands.called = false
            terminal.close()
        }
    }

    spacing: 8

    DockLabel { text: qsTr("Payer's code, shown to the scanner"); Layout.fillWidth: true }
    Flow {
        spacing: 6
        Layout.fillWidth: true

        Repeater {
            model: ["alipay", "wechat", "unionpay"]

            DockButton {
                required property string modelData
                objectName: "dock-code-" + modelData
                text: Words.channel(modelData)
                onClicked: hands.dock.showCode(modelData, hands.wallet)
            }
        }
        Repeater {
            model: ["pays", "asks", "refuses"]

            DockButton {
                required property string modelData
                objectName: "dock-wallet-" + modelData
                text: DockWords.wallet(modelData)
                on: hands.wallet === modelData
                onClicked: hands.wallet = modelData
            }
        }
    }
    DockLabel {
        visible: hands.dock.purseCards.length > 0
        text: qsTr("Yang Cheng Tong card on the reader (again: take it away)")
        Layout.fillWidth: true
    }
    Flow {
        spacing: 6
        Layout.fillWidth: true

        Repeater {
            model: hands.dock.purseCards

            DockButton {
                required property var modelData
                objectName: "dock-purse-" + modelData.name
                text: "%1 ¥%2".arg(DockWords.purseCard(modelData.name)).arg(modelData.more)
                on: modelData.held
                onClicked: hands.dock.holdPurse(modelData.name)
            }
        }
    }
    DockButton {
        objectName: "dock-terminal"
        visible: hands.dock.bankCards.length > 0
        text: qsTr("Card terminal: open its window")
        on: terminal.visible
        onClicked: terminal.visible ? terminal.close() : terminal.show()
    }

    TerminalWindow {
        id: terminal
        dock: hands.dock
        beside: hands.Window.window
    }
}
