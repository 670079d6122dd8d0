import QtQuick
import Kiosk.Style

Txt {
    id: heading

    property int level: 1

    font.pixelSize: [Theme.display, Theme.title, Theme.large][heading.level]
    font.weight: Font.Bold
    lineHeight: 1.04
    Accessible.role: Accessible.Heading
    Accessible.name: heading.text
}
