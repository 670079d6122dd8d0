import QtQuick
import QtQuick.Layouts
import Kiosk.Style

// Content that may be longer than its place: dragging works, but two buttons do too, and the keyboard.
FocusScope {
    id: pane

    default property alias content: column.data
    property alias spacing: column.spacing
    readonly property bool overflowing: rail.visible

    implicitWidth: column.implicitWidth
    implicitHeight: column.implicitHeight

    function scroll(distance: real): void {
        const lowest = flick.contentHeight - flick.height + flick.bottomMargin
        mover.to = Math.max(Math.min(flick.contentY + distance, lowest), -flick.topMargin)
        mover.restart()
    }

    function show(item: Item): void {
        let above = item
        while (above !== null && above !== column)
            above = above.parent
        if (above === null)
            return
        const top = item.mapToItem(column, 0, 0).y
        if (top < flick.contentY)
            pane.scroll(top - flick.contentY - Theme.gap)
        else if (top + item.height > flick.contentY + flick.height)
            pane.scroll(top + item.height - flick.contentY - flick.height + Theme.gap)
    }

    function measure(): void {
        rail.visible = flick.contentHeight > pane.height + 1
        flick.returnToBounds()
    }

    onHeightChanged: Qt.callLater(pane.measure)
    Component.onCompleted: Qt.callLater(pane.measure)

    Connections {
        target: pane.Window.window
        function onActiveFocusItemChanged(): void {
            const item = pane.Window.activeFocusItem
            if (item !== null)
                pane.show(item)
        }
    }

    Flickable {
        id: flick
        anchors.fill: parent
        anchors.margins: -Theme.gap
        anchors.rightMargin: rail.visible ? rail.width + Theme.gap : -Theme.gap
        topMargin: Theme.gap
        bottomMargin: Theme.gap
        leftMargin: Theme.gap
        rightMargin: Theme.gap
        contentWidth: width - 2 * Theme.gap
        contentHeight: column.implicitHeight
        clip: true
        interactive: rail.visible
        boundsBehavior: Flickable.StopAtBounds
        onContentHeightChanged: Qt.callLater(pane.measure)

        ColumnLayout {
            id: column
            width: flick.contentWidth
            spacing: Theme.space
        }
    }

    NumberAnimation {
        id: mover
        target: flick
        property: "contentY"
        duration: Theme.animations ? 220 : 0
        easing.type: Easing.OutCubic
    }

    ColumnLayout {
        id: rail
        visible: false
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        spacing: Theme.gap

        ActionButton {
            objectName: "scrollUp"
            iconName: "up"
            Accessible.name: qsTr("Scroll up")
            enabled: flick.contentY > -flick.topMargin + 1
            opacity: enabled ? 1 : 0
            horizontalPadding: 0
            Layout.preferredWidth: Theme.target
            onClicked: pane.scroll(-0.8 * flick.height)
        }
        Rectangle {
            color: Theme.hairline
            radius: width / 2
            Layout.preferredWidth: Theme.tight
            Layout.fillHeight: true
            Layout.alignment: Qt.AlignHCenter

            Rectangle {
                width: parent.width
                radius: width / 2
                color: Theme.primary
                y: parent.height * flick.visibleArea.yPosition
                height: parent.height * flick.visibleArea.heightRatio
            }
        }
        ActionButton {
            objectName: "scrollDown"
            iconName: "down"
            weight: "primary"
            Accessible.name: qsTr("Scroll down")
            enabled: flick.contentY + flick.height < flick.contentHeight + flick.bottomMargin - 1
            opacity: enabled ? 1 : 0
            horizontalPadding: 0
            Layout.preferredWidth: Theme.target
            onClicked: pane.scroll(0.8 * flick.height)
        }
    }
}
