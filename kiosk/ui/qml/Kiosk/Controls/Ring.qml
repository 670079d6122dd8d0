import QtQuick
import QtQuick.Shapes
import Kiosk.Style

// A number with a ring around it that empties with the time left.
Item {
    id: ring

    required property int seconds
    required property real whole
    property string unit: qsTr("seconds")
    property int size: Math.max(Theme.mm(44), Math.round(Theme.body * 6))

    implicitWidth: ring.size
    implicitHeight: ring.size
    Accessible.role: Accessible.StaticText
    Accessible.name: "%1 %2".arg(ring.seconds).arg(ring.unit)

    Shape {
        anchors.fill: parent

        ShapePath {
            strokeColor: Theme.hairline
            strokeWidth: Theme.mm(3)
            fillColor: "transparent"
            PathAngleArc {
                centerX: ring.size / 2; centerY: ring.size / 2
                radiusX: ring.size / 2 - Theme.mm(2); radiusY: radiusX
                startAngle: 0; sweepAngle: 360
            }
        }
        ShapePath {
            strokeColor: Theme.primary
            strokeWidth: Theme.mm(3)
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            PathAngleArc {
                centerX: ring.size / 2; centerY: ring.size / 2
                radiusX: ring.size / 2 - Theme.mm(2); radiusY: radiusX
                startAngle: -90
                sweepAngle: ring.whole > 0 ? 360 * Math.min(ring.seconds / ring.whole, 1) : 0
            }
        }
    }
    Column {
        anchors.centerIn: parent

        Txt {
            anchors.horizontalCenter: parent.horizontalCenter
            text: Math.max(ring.seconds, 0)
            font.pixelSize: Theme.title
            font.weight: Font.Bold
            lineHeight: 1
            Accessible.ignored: true
        }
        Txt {
            anchors.horizontalCenter: parent.horizontalCenter
            text: ring.unit
            lineHeight: 1
            Accessible.ignored: true
        }
    }
}
