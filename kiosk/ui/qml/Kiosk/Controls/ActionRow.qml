import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// The buttons of a page, low on the panel: side by side in landscape, full width in portrait.
GridLayout {
    columns: Theme.landscape ? 9 : 1
    columnSpacing: Theme.wide
    rowSpacing: Theme.gap
    layoutDirection: Theme.landscape ? Qt.RightToLeft : Qt.LeftToRight
}
