import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// For the member of staff: the chip's picture large, beside what to look at.
PageFrame {
    id: page

    title: qsTr("Staff: is this the permit's holder?")
    intro: qsTr("Signed in: %1. Your decision is written down with this number.").arg(page.screen.colleague.number)

    actions: [
        ActionButton {
            objectName: "confirmHolder"
            weight: "primary"
            iconName: "check"
            text: qsTr("Yes, this is the holder")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.colleague.confirm()
        },
        ActionButton {
            objectName: "refuseHolder"
            weight: "danger"
            iconName: "cross"
            text: qsTr("No, or in doubt")
            Layout.fillWidth: !Theme.landscape
            onClicked: page.screen.colleague.refuse()
        }
    ]

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide
        rowSpacing: Theme.space
        Layout.fillWidth: true

        Rectangle {
            color: Theme.sunken
            radius: Theme.radius
            border.color: Theme.hairline
            border.width: Theme.stroke
            Layout.preferredWidth: Theme.mm(Theme.landscape ? 96 : 120)
            Layout.preferredHeight: Theme.mm(Theme.landscape ? 128 : 160)
            Layout.alignment: Theme.landscape ? Qt.AlignTop : Qt.AlignHCenter

            Image {
                objectName: "portrait"
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
            Layout.alignment: Qt.AlignTop

            Heading { text: page.screen.holder.name; level: 2; Layout.fillWidth: true }
            Facts {
                pairs: [
                    { label: qsTr("Sex"), value: Words.sex(page.screen.holder.sex) },
                    { label: qsTr("Date of birth"), value: page.screen.holder.birth }
                ]
                Layout.fillWidth: true
            }
            Check {
                iconName: "face"
                text: qsTr("Eyes, nose, mouth, ears and chin agree with the picture; hair, glasses and weight may differ.")
                Layout.fillWidth: true
            }
            Check {
                iconName: "number"
                text: qsTr("Sex and age fit the data on the chip.")
                Layout.fillWidth: true
            }
            Check {
                iconName: "person"
                text: qsTr("A religious or medical covering is lifted only where nobody else looks on, and only as far as needed.")
                Layout.fillWidth: true
            }
            Check {
                iconName: "help"
                text: qsTr("In doubt say no: the card comes back, nothing is charged, and the counter can look further.")
                Layout.fillWidth: true
            }
        }
    }
}
