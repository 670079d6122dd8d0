import QtQuick
import Kiosk.Style

// The code to scan: dark on white whatever the theme, its modules never smoothed.
Rectangle {
    id: sheet

    required property string source

    objectName: "code"
    color: "#FFFFFF"
    radius: Theme.radius
    border.color: Theme.line
    border.width: Theme.stroke
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Payment code")

    Image {
        anchors.fill: parent
        anchors.margins: Theme.tight
        source: sheet.source
        cache: false
        smooth: false
        fillMode: Image.PreserveAspectFit
    }
}
