import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// That the machine is starting: the page's content, and the middle of the very first picture.
ColumnLayout {
    spacing: Theme.space

    Icon {
        name: "hourglass"
        tone: Theme.primary
        size: Theme.mm(34)
        Layout.alignment: Qt.AlignHCenter
    }
    Heading {
        objectName: "title"
        text: qsTr("The machine is starting")
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Txt {
        text: qsTr("Please wait a moment. Do not put a card in yet.")
        font.pixelSize: Theme.large
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.mm(320)
        Layout.alignment: Qt.AlignHCenter
    }
    Waiting {
        Layout.alignment: Qt.AlignHCenter
    }
}
