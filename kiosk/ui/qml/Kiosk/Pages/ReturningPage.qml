import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The card comes out. What ended the visit early stands beside it.
PageFrame {
    id: page

    centred: true

    readonly property var outcome: page.screen.outcome

    GridLayout {
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.wide * 2
        rowSpacing: Theme.space
        Layout.fillWidth: true

        ColumnLayout {
            spacing: Theme.space
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            Heading {
                objectName: "title"
                text: page.outcome.presented ? qsTr("Please take your card") : qsTr("Your card is coming out")
                Layout.fillWidth: true
            }
            SlotPicture {
                entering: false
                Layout.fillWidth: true
                Layout.preferredHeight: Math.round(width * 0.44)
                Layout.maximumWidth: Theme.mm(200)
            }
        }
        ColumnLayout {
            spacing: Theme.space
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop

            OutcomeFacts {
                visible: page.outcome.endedEarly || page.outcome.isCase || page.outcome.slip === "failed"
                outcome: page.outcome
                Layout.fillWidth: true
            }
            Panel {
                visible: !page.outcome.endedEarly
                Layout.fillWidth: true

                Heading { text: qsTr("Do not forget"); level: 2; Layout.fillWidth: true }
                Check { iconName: "card"; text: qsTr("Your permit card"); Layout.fillWidth: true }
                Check { visible: page.outcome.slip === "printed"; iconName: "slip"; text: qsTr("Your slip"); Layout.fillWidth: true }
                Check { iconName: "phone"; text: qsTr("Your phone and your bag"); Layout.fillWidth: true }
            }
        }
    }
}
