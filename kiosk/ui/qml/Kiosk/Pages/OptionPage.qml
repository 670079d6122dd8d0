pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// Kind and entries for one destination: everything there is, what is offered first, the rest with reasons.
PageFrame {
    id: page

    readonly property var choice: page.screen.choice

    title: page.choice.places > 1
        ? qsTr("%1: which endorsement? (%2 of %3)").arg(page.choice.destination).arg(page.choice.place).arg(page.choice.places)
        : qsTr("%1: which endorsement?").arg(page.choice.destination)

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide
        rowSpacing: Theme.wide
        Layout.fillWidth: true

        ColumnLayout {
            spacing: Theme.space
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.preferredWidth: 62
            Layout.alignment: Qt.AlignTop

            Repeater {
                model: page.choice.offered

                ColumnLayout {
                    id: group
                    required property var modelData
                    spacing: Theme.gap
                    Layout.fillWidth: true
                    Layout.fillHeight: false

                    Heading { text: group.modelData.kind; level: 1; Layout.fillWidth: true }
                    Txt {
                        visible: text !== ""
                        text: group.modelData.explanation
                        color: Theme.softInk
                        Layout.fillWidth: true
                        Layout.topMargin: -Theme.gap
                    }
                    GridLayout {
                        columns: Theme.textSize > 2 ? 1 : 2
                        columnSpacing: Theme.gap
                        rowSpacing: Theme.gap
                        uniformCellWidths: true
                        Layout.fillWidth: true

                        Repeater {
                            model: group.modelData.options

                            OptionTile {
                                required property var modelData
                                objectName: "option-" + modelData.optionId
                                option: modelData
                                kind: group.modelData.kind
                                Layout.fillWidth: true
                                Layout.fillHeight: true
                                onClicked: page.screen.chooseOption(modelData.optionId)
                            }
                        }
                    }
                }
            }
        }
        Panel {
            visible: page.choice.refused.length > 0
            color: Theme.sunken
            Layout.fillWidth: true
            Layout.preferredWidth: 38
            Layout.alignment: Qt.AlignTop

            Heading { text: qsTr("Not possible for you today"); level: 2; Layout.fillWidth: true }
            Repeater {
                model: page.choice.refused

                RefusedGroup {
                    required property var modelData
                    refused: modelData
                    Layout.fillWidth: true
                }
            }
        }
    }
}
