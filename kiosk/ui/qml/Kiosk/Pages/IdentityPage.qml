pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The data on the chip, for the holder to check.
PageFrame {
    id: page

    title: qsTr("Is this you?")
    intro: qsTr("Please check the data on your card.")

    actions: [
        ActionButton {
            objectName: "yes"
            weight: "primary"
            iconName: "check"
            text: qsTr("Yes, this is me")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.confirmIdentity()
        },
        ActionButton {
            objectName: "no"
            text: qsTr("No, this is not me")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.denyIdentity()
        }
    ]

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide
        rowSpacing: Theme.space
        Layout.fillWidth: true

        Panel {
            Layout.fillWidth: true
            Layout.preferredWidth: 6
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            RowLayout {
                spacing: Theme.wide
                Layout.fillWidth: true

                Rectangle {
                    color: Theme.sunken
                    radius: Theme.radius
                    border.color: Theme.hairline
                    border.width: Theme.stroke
                    Layout.preferredWidth: Theme.mm(48)
                    Layout.preferredHeight: Theme.mm(64)
                    Layout.fillHeight: false
                    Layout.alignment: Qt.AlignTop

                    Icon {
                        visible: page.screen.portrait === ""
                        anchors.centerIn: parent
                        name: "face"
                        size: Theme.mm(30)
                        tone: Theme.softInk
                    }
                    Image {
                        anchors.fill: parent
                        anchors.margins: Theme.stroke
                        source: page.screen.portrait
                        cache: false
                        fillMode: Image.PreserveAspectFit
                        smooth: true
                        Accessible.role: Accessible.Graphic
                        Accessible.name: qsTr("Picture on the chip")
                    }
                }
                ColumnLayout {
                    spacing: Theme.gap
                    Layout.fillWidth: true
                    Layout.fillHeight: false
                    Layout.alignment: Qt.AlignTop

                    Heading { text: page.screen.holder.name; level: 1; Layout.fillWidth: true }
                    Txt {
                        visible: text !== ""
                        text: page.screen.holder.latin
                        font.pixelSize: Theme.large
                        color: Theme.softInk
                        Layout.fillWidth: true
                        Layout.topMargin: -Theme.gap
                    }
                    Facts {
                        pairs: [
                            { label: qsTr("Permit number"), value: page.screen.holder.number, strong: true },
                            { label: qsTr("Sex"), value: Words.sex(page.screen.holder.sex) },
                            { label: qsTr("Date of birth"), value: page.screen.holder.birth },
                            { label: qsTr("Permit valid until"), value: page.screen.holder.expiry }
                        ]
                        Layout.fillWidth: true
                    }
                }
            }
        }
        Panel {
            Layout.fillWidth: true
            Layout.preferredWidth: 4
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            Heading { text: qsTr("Endorsements on record"); level: 2; Layout.fillWidth: true }
            Txt {
                visible: page.screen.holder.endorsements.length === 0
                text: qsTr("None at present.")
                Layout.fillWidth: true
            }
            Repeater {
                model: page.screen.holder.endorsements

                EndorsementLine {
                    required property var modelData
                    row: modelData
                    Layout.fillWidth: true
                }
            }
        }
    }
}
