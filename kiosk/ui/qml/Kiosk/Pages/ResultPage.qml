pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// What is now on the card, as the machine has read it back, and the question about the slip.
PageFrame {
    id: page

    readonly property var outcome: page.screen.outcome

    title: page.outcome.verified ? qsTr("This is now on your card") : qsTr("Your card was printed")

    actions: [
        ActionButton {
            objectName: "slip"
            visible: page.outcome.slipOffered
            weight: "primary"
            iconName: "slip"
            text: qsTr("Print a slip")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.finish(true)
        },
        ActionButton {
            objectName: "noSlip"
            weight: page.outcome.slipOffered ? "secondary" : "primary"
            text: page.outcome.slipOffered ? qsTr("No slip, return my card") : qsTr("Return my card")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.finish(false)
        }
    ]

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide
        rowSpacing: Theme.space
        Layout.fillWidth: true

        Rectangle {
            visible: page.screen.film !== ""
            color: "#FFFFFF"
            radius: Theme.radius * 2
            border.color: Theme.line
            border.width: Theme.stroke
            Layout.fillWidth: true
            Layout.preferredWidth: 6
            Layout.maximumWidth: Theme.mm(210)
            Layout.preferredHeight: Math.round(width * 54 / 85.6)
            Layout.alignment: Qt.AlignTop | Qt.AlignHCenter

            Image {
                anchors.fill: parent
                anchors.margins: Theme.gap
                source: page.screen.film
                cache: false
                fillMode: Image.PreserveAspectFit
                mipmap: true
                Accessible.role: Accessible.Graphic
                Accessible.name: qsTr("Picture of the back of your card, as read back by the machine")
            }
        }
        ColumnLayout {
            spacing: Theme.space
            Layout.fillWidth: true
            Layout.preferredWidth: 4
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            Notice {
                tone: page.outcome.verified ? "success" : "warning"
                text: page.outcome.verified ? qsTr("Printed, read back and found right.")
                    : qsTr("The machine could not read the print back. Staff look at it; please check your card.")
                Layout.fillWidth: true
            }
            Repeater {
                model: page.outcome.made

                EndorsementLine {
                    required property var modelData
                    row: modelData
                    Layout.fillWidth: true
                }
            }
            Notice {
                visible: !page.outcome.slipOffered
                text: qsTr("This machine cannot print a slip now.")
                Layout.fillWidth: true
            }
            CaseNumber {
                visible: page.outcome.isCase
                outcome: page.outcome
                Layout.fillWidth: true
            }
        }
    }
}
