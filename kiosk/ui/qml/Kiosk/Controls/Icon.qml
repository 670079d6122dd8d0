import QtQuick
import Kiosk.Style

// A line icon from resources/icons; always beside words, hence nothing to read aloud.
Image {
    id: icon

    required property string name
    property color tone: Theme.ink
    property int size: Theme.body

    width: icon.size
    height: icon.size
    sourceSize: Qt.size(icon.size, icon.size)
    source: "image://icon/%1/%2".arg(icon.name).arg(String(icon.tone).slice(-6))
    Accessible.ignored: true
}
