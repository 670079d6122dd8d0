pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Nobody is served yet: how the card goes in, what to bring, and whether this machine is ready.
PageFrame {
    id: page

    centred: true

    readonly property bool cards: page.screen.machine.channels.some(way => way.name === "card" || way.name === "yct")

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide * 2
        rowSpacing: Theme.wide
        Layout.fillWidth: true

        ColumnLayout {
            spacing: Theme.space
            Layout.fillWidth: true
            Layout.preferredWidth: 6
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            Heading {
                objectName: "title"
                level: 0
                text: qsTr("Please insert your permit card")
                Layout.fillWidth: true
            }
            Txt {
                text: qsTr("Back side up, the end with the QR code first. The machine then draws the card in.")
                font.pixelSize: Theme.large
                Layout.fillWidth: true
            }
            SlotPicture {
                Layout.fillWidth: true
                Layout.preferredHeight: Math.round(width * 0.5)
                Layout.maximumWidth: Theme.mm(250)
            }
            Txt {
                text: qsTr("Apply for an endorsement for Hong Kong or Macao and have it printed on the card at once, or print what was approved online.")
                color: Theme.softInk
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            spacing: Theme.space
            Layout.fillWidth: true
            Layout.preferredWidth: 4
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            Panel {
                Layout.fillWidth: true

                Heading { text: qsTr("What you need"); level: 2; Layout.fillWidth: true }
                Check { iconName: "card"; text: qsTr("Your own permit card, and yourself in person"); Layout.fillWidth: true }
                Check { iconName: "phone"; text: page.cards ? qsTr("Your phone or a card, to pay") : qsTr("Your phone, to pay by scanning a code"); Layout.fillWidth: true }
                Check { iconName: "clock"; text: qsTr("3 to 5 minutes"); Layout.fillWidth: true }
            }
            Panel {
                Layout.fillWidth: true

                Heading { text: qsTr("This machine now"); level: 2; Layout.fillWidth: true }
                Flow {
                    spacing: Theme.space
                    Layout.fillWidth: true

                    Repeater {
                        model: page.screen.machine.devices
                        Readiness {
                            required property var modelData
                            words: Words.device(modelData.name)
                            ready: modelData.ready
                        }
                    }
                    Repeater {
                        model: page.screen.machine.channels
                        Readiness {
                            required property var modelData
                            words: Words.channel(modelData.name)
                            ready: modelData.ready
                        }
                    }
                }
            }
        }
    }

    component Readiness: Row {
        id: readiness
        required property string words
        required property bool ready

        spacing: Theme.tight
        Accessible.role: Accessible.StaticText
        Accessible.name: readiness.ready ? qsTr("%1: ready").arg(readiness.words) : label.text

        Icon {
            name: readiness.ready ? "check" : "cross"
            tone: readiness.ready ? Theme.successInk : Theme.dangerInk
            size: Math.round(Theme.body * 1.1)
            anchors.verticalCenter: parent.verticalCenter
        }
        Txt {
            id: label
            text: readiness.ready ? readiness.words : qsTr("%1: not now").arg(readiness.words)
            color: readiness.ready ? Theme.ink : Theme.dangerInk
            Accessible.ignored: true
        }
    }
}
