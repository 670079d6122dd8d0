import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// The visit is over: well, or with everything said that the applicant needs to know.
PageFrame {
    id: page

    centred: true

    readonly property var outcome: page.screen.outcome
    readonly property bool well: !page.outcome.endedEarly && !page.outcome.isCase

    Item { visible: page.well; Layout.preferredHeight: Theme.wide }
    Icon {
        visible: page.well
        name: "check"
        tone: Theme.successInk
        size: Theme.mm(34)
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        objectName: "title"
        text: page.well ? qsTr("All done. Have a good journey!")
            : page.outcome.mild ? qsTr("Your visit has ended") : qsTr("This visit could not be finished")
        horizontalAlignment: page.well ? Text.AlignHCenter : Text.AlignLeft
        Layout.fillWidth: true
    }
    Txt {
        visible: page.well
        text: qsTr("Everything about you has been removed from this screen.")
        font.pixelSize: Theme.large
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    OutcomeFacts {
        visible: !page.well
        outcome: page.outcome
        Layout.fillWidth: true
    }
    Txt {
        visible: !page.well && !page.outcome.mild
        text: qsTr("Questions: staff in this hall, or call 12367, day and night.")
        Layout.fillWidth: true
    }
}
