pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Style

// The back of a permit as a drawing: QR code at its right end, two blocks of lines. ID-1: 85.6 x 54 mm.
Rectangle {
    id: card

    property int breadth: Theme.mm(85.6)

    width: card.breadth
    height: Math.round(card.breadth * 54 / 85.6)
    radius: card.breadth * 0.037
    color: Theme.cardFace
    border.color: Theme.cardEdge
    border.width: Theme.stroke
    Accessible.ignored: true

    Repeater {
        model: 2

        Column {
            id: block
            required property int index
            x: card.width * 0.07
            y: card.height * (block.index === 0 ? 0.14 : 0.55)
            spacing: card.height * 0.055

            Repeater {
                model: [0.3, 0.5, 0.42]

                Rectangle {
                    id: bar
                    required property real modelData
                    width: card.width * bar.modelData
                    height: card.height * 0.05
                    radius: height / 2
                    color: Theme.highContrast ? "#000000" : Theme.cardEdge
                }
            }
        }
    }
    Grid {
        anchors.right: parent.right
        anchors.rightMargin: card.width * 0.06
        anchors.verticalCenter: parent.verticalCenter
        columns: 9

        Repeater {
            model: ("111010111" + "101001101" + "111010111" + "001101010" + "110110011"
                + "010011101" + "111010010" + "101101101" + "111011011").split("")

            Rectangle {
                id: dot
                required property string modelData
                width: Math.ceil(card.width * 0.032)
                height: width
                color: dot.modelData === "1" ? (Theme.highContrast ? "#000000" : "#0F1E33") : "transparent"
            }
        }
    }
}
