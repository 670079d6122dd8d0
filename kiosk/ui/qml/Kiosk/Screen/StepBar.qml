pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Style

// 申请 → 缴费 → 制卡 → 完成: what is over has a tick, what is now is filled and bold.
GridLayout {
    id: bar

    required property string stage
    readonly property var stages: ["apply", "pay", "make", "done"]
    readonly property int at: bar.stages.indexOf(bar.stage)

    property bool narrow: false

    columns: bar.narrow ? 2 : 4
    columnSpacing: Theme.gap
    rowSpacing: 0
    Accessible.role: Accessible.StaticText
    Accessible.name: bar.at < 0 ? "" : qsTr("Step %1 of %2: %3").arg(bar.at + 1).arg(bar.stages.length).arg(Words.stage(bar.stage))

    Repeater {
        model: bar.stages

        Row {
            id: step
            required property string modelData
            required property int index
            readonly property bool over: step.index < bar.at
            readonly property bool now: step.index === bar.at

            spacing: Theme.tight

            Icon {
                visible: step.index > 0
                name: "right"
                tone: "#FFFFFF"
                size: Math.round(Theme.body * 0.9)
                anchors.verticalCenter: parent.verticalCenter
            }
            Rectangle {
                radius: Theme.radius
                color: step.now ? "#FFFFFF" : "transparent"
                width: words.width + 2 * Theme.gap
                height: words.height + 2 * Theme.tight
                anchors.verticalCenter: parent.verticalCenter

                Row {
                    id: words
                    anchors.centerIn: parent
                    spacing: Theme.tight

                    Icon {
                        visible: step.over
                        name: "check"
                        tone: "#FFFFFF"
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Txt {
                        text: step.over ? Words.stage(step.modelData) : "%1 %2".arg(step.index + 1).arg(Words.stage(step.modelData))
                        color: step.now ? "#06234F" : "#FFFFFF"
                        font.weight: step.now ? Font.Bold : Font.Normal
                        lineHeight: 1
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
