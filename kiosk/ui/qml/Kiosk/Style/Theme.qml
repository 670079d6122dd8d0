pragma Singleton
import QtQuick

// Everything that has a size or a colour. Sizes are millimetres on the panel; the numbers are those of
// VVSG 2.0 7.1 and 7.2, ADA 707.7.2 and EN 301 549 5.1.4, the strictest of each (docs/ui.md).
QtObject {
    id: theme

    // Set by the window that shows the screen.
    property real pixelsPerMm: 4
    property bool landscape: true
    property int textSize: 1
    property bool highContrast: false
    property bool animations: true

    // Capital height of the four text sizes, mm, and what our font makes of a pixel size.
    readonly property list<real> capHeights: [3.9, 5.0, 6.6, 8.7]
    readonly property real capRatio: 0.733
    readonly property real capHeight: theme.capHeights[theme.textSize]
    readonly property int body: Math.ceil(theme.capHeight * theme.pixelsPerMm / theme.capRatio)
    readonly property int large: Math.round(theme.body * [1.2, 1.2, 1.15, 1.1][theme.textSize])
    readonly property int title: Math.round(theme.body * [1.6, 1.6, 1.4, 1.2][theme.textSize])
    readonly property int display: Math.round(theme.body * [2.3, 2.3, 1.8, 1.45][theme.textSize])
    readonly property real lineHeight: 1.08

    // Distances. A touch target is at least 12.7 mm, with 2.54 mm to the next.
    readonly property int target: theme.mm(14)
    readonly property int gap: theme.mm(3)
    readonly property int tight: theme.mm(1.5)
    readonly property int space: theme.mm(5)
    readonly property int wide: theme.mm(8)
    readonly property int margin: theme.mm(theme.landscape ? 16 : 12)
    readonly property int radius: theme.mm(2.5)
    readonly property int stroke: Math.max(theme.mm(0.4), 1)
    readonly property int thick: Math.max(theme.mm(0.9), 2)

    // Colours: text at least 10:1 on every surface it stands on, 20:1 in high contrast.
    readonly property color background: theme.highContrast ? "#000000" : "#F3F6FB"
    readonly property color surface: theme.highContrast ? "#000000" : "#FFFFFF"
    readonly property color sunken: theme.highContrast ? "#000000" : "#E8EDF4"
    readonly property color tint: theme.highContrast ? "#000000" : "#E3ECF9"
    readonly property color ink: theme.highContrast ? "#FFFFFF" : "#0F1E33"
    readonly property color softInk: theme.highContrast ? "#FFFFFF" : "#243149"
    readonly property color line: theme.highContrast ? "#FFFFFF" : "#6F7E95"
    readonly property color hairline: theme.highContrast ? "#FFFFFF" : "#CFD8E5"
    readonly property color primary: theme.highContrast ? "#FFFFFF" : "#0A3578"
    readonly property color primaryPressed: theme.highContrast ? "#FFFFFF" : "#06234F"
    readonly property color primaryText: theme.highContrast ? "#000000" : "#FFFFFF"
    readonly property color focus: theme.highContrast ? "#FFFFFF" : "#C04A00"
    readonly property color warningFill: theme.highContrast ? "#000000" : "#FFF0CC"
    readonly property color warningInk: theme.highContrast ? "#FFFFFF" : "#3E2700"
    readonly property color dangerFill: theme.highContrast ? "#000000" : "#FDE9E7"
    readonly property color dangerInk: theme.highContrast ? "#FFFFFF" : "#5E0F0B"
    readonly property color successFill: theme.highContrast ? "#000000" : "#E0F2E8"
    readonly property color successInk: theme.highContrast ? "#FFFFFF" : "#05382A"
    readonly property color scrim: theme.highContrast ? "#000000" : "#B30F1E33"

    // Drawings of the card and the machine: no meaning hangs on these colours.
    readonly property color cardFace: theme.highContrast ? "#FFFFFF" : "#CFE3F5"
    readonly property color cardEdge: theme.highContrast ? "#FFFFFF" : "#5C86B8"
    readonly property color machineBody: theme.highContrast ? "#FFFFFF" : "#22324D"

    function mm(length: real): int {
        return Math.round(length * theme.pixelsPerMm)
    }

    function fill(tone: string): color {
        switch (tone) {
        case "warning": return theme.warningFill
        case "danger": return theme.dangerFill
        case "success": return theme.successFill
        case "quiet": return theme.sunken
        default: return theme.tint
        }
    }

    function inkOn(tone: string): color {
        switch (tone) {
        case "warning": return theme.warningInk
        case "danger": return theme.dangerInk
        case "success": return theme.successInk
        case "quiet": return theme.softInk
        default: return theme.ink
        }
    }
}
