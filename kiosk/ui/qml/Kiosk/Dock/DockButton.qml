import QtQuick
import QtQuick.Templates as T

// A small button of the tester's dock: plainly not one of the kiosk's own.
T.Button {
    id: control

    property bool on: false
    property int size: 13

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    horizontalPadding: 9
    verticalPadding: 5
    Accessible.name: control.text

    contentItem: Text {
        text: control.text
        color: control.on ? "#1B1F24" : "#E8EAED"
        font.pixelSize: control.size
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
    }
    background: Rectangle {
        radius: 4
        color: control.on ? "#F2B84B" : control.down ? "#4A515A" : "#343A42"
        border.color: control.visualFocus ? "#F2B84B" : "#59616B"
    }
}
