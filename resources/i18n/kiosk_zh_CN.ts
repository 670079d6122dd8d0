<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ApplicationTile</name>
    <message>
        <source>Print: %1, %2, %3</source>
        <translation>打印：%1，%2，%3</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>already paid</source>
        <translation>已缴费</translation>
    </message>
</context>
<context>
    <name>BottomBar</name>
    <message>
        <source>End</source>
        <translation>结束办理</translation>
    </message>
    <message>
        <source>Another way to pay</source>
        <translation>换一种支付方式</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Easier to read</source>
        <translation>大字 / 高对比</translation>
    </message>
</context>
<context>
    <name>BusyPage</name>
    <message>
        <source>Please leave the card in</source>
        <translation>请勿取出证件</translation>
    </message>
    <message>
        <source>Looking up your permit</source>
        <translation>正在查询证件信息</translation>
    </message>
    <message>
        <source>Your application is being decided</source>
        <translation>正在审批您的申请</translation>
    </message>
    <message>
        <source>Checking that your card can be made</source>
        <translation>正在检查制证设备</translation>
    </message>
    <message>
        <source>Preparing the payment</source>
        <translation>正在准备缴费</translation>
    </message>
    <message>
        <source>Closing the payment</source>
        <translation>正在关闭本次支付</translation>
    </message>
    <message>
        <source>A new code is being made</source>
        <translation>正在更新付款码</translation>
    </message>
    <message>
        <source>One moment, please</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>The chip of your card is being read. This takes a few seconds.</source>
        <translation>正在读取证件芯片，需要几秒钟。</translation>
    </message>
    <message>
        <source>The issuing authority is being asked what you can apply for.</source>
        <translation>正在向签发机关查询您可以申请的签注。</translation>
    </message>
    <message>
        <source>The answer comes at once. You pay only after the approval.</source>
        <translation>马上就有结果。审批通过后才需要缴费。</translation>
    </message>
    <message>
        <source>Printer, film and card slot are tested before any money is taken.</source>
        <translation>收费之前，先确认打印机、证件膜面和卡槽工作正常。</translation>
    </message>
    <message>
        <source>Please keep your card at hand.</source>
        <translation>请准备好您的卡。</translation>
    </message>
    <message>
        <source>Please wait for the code to appear.</source>
        <translation>请等待付款码显示。</translation>
    </message>
    <message>
        <source>The old code is closed first, so that nothing can be charged on it. The new one then comes by itself.</source>
        <translation>先关闭旧付款码，确保不会再扣款，新付款码随后自动出现。</translation>
    </message>
    <message>
        <source>We make sure that nothing is charged on the old code before anything else happens.</source>
        <translation>我们先确认原付款码不会再扣款，然后再继续。</translation>
    </message>
</context>
<context>
    <name>CallingStaffPage</name>
    <message>
        <source>Staff: please identify yourself</source>
        <translation>工作人员：请验证身份</translation>
    </message>
    <message>
        <source>A colleague has been called</source>
        <translation>已呼叫工作人员</translation>
    </message>
    <message>
        <source>I am a member of staff</source>
        <translation>我是工作人员</translation>
    </message>
    <message>
        <source>Close the number pad</source>
        <translation>关闭数字键盘</translation>
    </message>
    <message>
        <source>Please stay at the machine. Its call light blinks and a tone sounds, so that a colleague sees where you are.</source>
        <translation>请留在机器旁。呼叫灯正在闪烁并有提示音，工作人员会看到您的位置。</translation>
    </message>
    <message>
        <source>Your card stays in the machine. If nobody comes within %1 minutes it comes back, unless you ask for more time. You can end at any time; nothing was charged.</source>
        <translation>证件仍在机内。如果 %1 分钟内无人到场，证件会退还；您也可以延长等待时间。您可以随时结束，未收取任何费用。</translation>
    </message>
</context>
<context>
    <name>CancelQuestion</name>
    <message>
        <source>End this visit?</source>
        <translation>确定要结束办理吗？</translation>
    </message>
    <message>
        <source>We first make sure that nothing is charged. Then your card comes back.</source>
        <translation>我们会先确认没有扣款，然后退还证件。</translation>
    </message>
    <message>
        <source>Nothing has been charged. Your card comes back, and what you entered is forgotten.</source>
        <translation>尚未收取任何费用。证件将退还给您，已选内容会被清除。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续办理</translation>
    </message>
    <message>
        <source>End and return my card</source>
        <translation>结束并退还证件</translation>
    </message>
</context>
<context>
    <name>CaseNumber</name>
    <message>
        <source>Your case number – please keep it</source>
        <translation>您的受理编号，请妥善保存</translation>
    </message>
    <message>
        <source>Number of this visit</source>
        <translation>本次办理编号</translation>
    </message>
    <message>
        <source>For staff: %1</source>
        <translation>供工作人员查询：%1</translation>
    </message>
</context>
<context>
    <name>CheckingHolderPage</name>
    <message>
        <source>Staff: is this the permit&apos;s holder?</source>
        <translation>工作人员：这是持证人本人吗？</translation>
    </message>
    <message>
        <source>Signed in: %1. Your decision is written down with this number.</source>
        <translation>已验证工号：%1。您的核对结果将以此工号记录。</translation>
    </message>
    <message>
        <source>Yes, this is the holder</source>
        <translation>是，确认为本人</translation>
    </message>
    <message>
        <source>No, or in doubt</source>
        <translation>不是，或有疑问</translation>
    </message>
    <message>
        <source>Picture on the chip</source>
        <translation>芯片照片</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Eyes, nose, mouth, ears and chin agree with the picture; hair, glasses and weight may differ.</source>
        <translation>眼、鼻、口、耳、下颌与照片一致；发型、眼镜、胖瘦可以不同。</translation>
    </message>
    <message>
        <source>Sex and age fit the data on the chip.</source>
        <translation>性别、年龄与芯片资料相符。</translation>
    </message>
    <message>
        <source>A religious or medical covering is lifted only where nobody else looks on, and only as far as needed.</source>
        <translation>宗教或医疗遮盖物只在无旁人处、在必要范围内揭开。</translation>
    </message>
    <message>
        <source>In doubt say no: the card comes back, nothing is charged, and the counter can look further.</source>
        <translation>有疑问时请选“不是”：证件退还，不收费，由窗口进一步核实。</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
</context>
<context>
    <name>ComparingPage</name>
    <message>
        <source>Ask staff to help</source>
        <translation>请工作人员协助</translation>
    </message>
    <message>
        <source>Please look straight into the camera</source>
        <translation>请正视摄像头</translation>
    </message>
    <message>
        <source>That did not work yet: attempt %1 of %2.</source>
        <translation>尚未成功：第 %1 次，共 %2 次。</translation>
    </message>
    <message>
        <source>Your face is compared with the picture on the chip. No picture is kept.</source>
        <translation>正在与芯片照片比对，不保存任何照片。</translation>
    </message>
    <message>
        <source>You cannot or do not want to be compared by the camera? A colleague can look at you instead.</source>
        <translation>不便或不愿由摄像头比对？可以请工作人员当面核对。</translation>
    </message>
    <message>
        <source>You cannot or do not want to be compared by the camera? The counter serves you without one: press End, and your card comes back.</source>
        <translation>不便或不愿由摄像头比对？请按“结束办理”取回证件，到窗口办理，窗口无需摄像头。</translation>
    </message>
</context>
<context>
    <name>ConfirmPage</name>
    <message>
        <source>Please check and confirm</source>
        <translation>请核对并确认</translation>
    </message>
    <message>
        <source>Confirm and print</source>
        <translation>确认并制证</translation>
    </message>
    <message>
        <source>Confirm and apply</source>
        <translation>确认并提交申请</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>The new endorsement cancels the one you have:</source>
        <translation>签发新签注后，您现有的下列签注将作废：</translation>
    </message>
    <message>
        <source>%1 – %2, valid until %3, %4</source>
        <translation>%1 · %2，有效期至%3，%4</translation>
    </message>
    <message>
        <source>Your application is decided first. You pay only when it is approved and the machine has proved that it can print.</source>
        <translation>系统先审批您的申请；审批通过且设备确认可以制证后，才需要缴费。</translation>
    </message>
</context>
<context>
    <name>DestinationPage</name>
    <message>
        <source>What would you like to do?</source>
        <translation>请选择要办理的业务</translation>
    </message>
    <message>
        <source>Where do you want to go?</source>
        <translation>请选择前往地</translation>
    </message>
    <message>
        <source>Print what was approved online</source>
        <translation>打印网上已审批的签注</translation>
    </message>
    <message>
        <source>Print all of these together</source>
        <translation>以上签注一起打印</translation>
    </message>
    <message>
        <source>Apply for a new endorsement</source>
        <translation>申请新的签注</translation>
    </message>
    <message>
        <source>Both together: two endorsements in one visit</source>
        <translation>香港和澳门一起办理：一次办理两个签注</translation>
    </message>
    <message>
        <source>Both together</source>
        <translation>香港和澳门</translation>
    </message>
    <message>
        <source>Two endorsements in one visit, one after the other. Each has its own fee.</source>
        <translation>一次办理两个签注，依次选择，分别收费。</translation>
    </message>
    <message>
        <source>Nothing can be applied for today</source>
        <translation>今天没有可以申请的签注</translation>
    </message>
    <message>
        <source>Please take your card back with “End” below. At a window staff can tell you more.</source>
        <translation>请点击下方“结束办理”取回证件，并到人工窗口咨询。</translation>
    </message>
</context>
<context>
    <name>DestinationTile</name>
    <message>
        <source>Not possible today: %1</source>
        <translation>今天不能办理：%1</translation>
    </message>
    <message>
        <source>1 option for you</source>
        <translation>有 1 种签注可选</translation>
    </message>
    <message>
        <source>%1 options for you</source>
        <translation>有 %1 种签注可选</translation>
    </message>
    <message>
        <source>On your card: %1, %2</source>
        <translation>现有签注：%1，%2</translation>
    </message>
</context>
<context>
    <name>DigitPad</name>
    <message>
        <source>Erase</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>DockPayments</name>
    <message>
        <source>Payer&apos;s code, shown to the scanner</source>
        <translation>向扫码器出示付款码</translation>
    </message>
    <message>
        <source>Yang Cheng Tong card on the reader (again: take it away)</source>
        <translation>放在读卡区的羊城通卡（再按一次移开）</translation>
    </message>
    <message>
        <source>Card terminal: open its window</source>
        <translation>打开刷卡终端窗口</translation>
    </message>
</context>
<context>
    <name>DockWords</name>
    <message>
        <source>Debit card</source>
        <translation>借记卡</translation>
    </message>
    <message>
        <source>Credit card, always with PIN</source>
        <translation>信用卡，始终需密码</translation>
    </message>
    <message>
        <source>Card without money</source>
        <translation>余额不足的卡</translation>
    </message>
    <message>
        <source>Foreign card</source>
        <translation>境外卡</translation>
    </message>
    <message>
        <source>Well filled</source>
        <translation>余额充足</translation>
    </message>
    <message>
        <source>Another one</source>
        <translation>另一张</translation>
    </message>
    <message>
        <source>Nearly empty</source>
        <translation>余额很少</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Blacklisted</source>
        <translation>黑名单</translation>
    </message>
    <message>
        <source>Old kind (M1)</source>
        <translation>旧式卡（M1）</translation>
    </message>
    <message>
        <source>wallet pays</source>
        <translation>钱包付款</translation>
    </message>
    <message>
        <source>wallet asks for the password</source>
        <translation>钱包要求密码</translation>
    </message>
    <message>
        <source>wallet refuses</source>
        <translation>钱包拒付</translation>
    </message>
</context>
<context>
    <name>EndorsementLine</name>
    <message>
        <source>valid until %1</source>
        <translation>有效期至%1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1 (no longer usable)</source>
        <translation>%1（已不可使用）</translation>
    </message>
</context>
<context>
    <name>GoodbyePage</name>
    <message>
        <source>All done. Have a good journey!</source>
        <translation>办理完成，祝您旅途愉快！</translation>
    </message>
    <message>
        <source>Your visit has ended</source>
        <translation>本次办理已结束</translation>
    </message>
    <message>
        <source>This visit could not be finished</source>
        <translation>本次办理未能完成</translation>
    </message>
    <message>
        <source>Everything about you has been removed from this screen.</source>
        <translation>您的个人信息已从屏幕上清除。</translation>
    </message>
    <message>
        <source>Questions: staff in this hall, or call 12367, day and night.</source>
        <translation>如有疑问，请咨询大厅工作人员，或拨打 12367（24 小时服务）。</translation>
    </message>
</context>
<context>
    <name>IdentityPage</name>
    <message>
        <source>Is this you?</source>
        <translation>请确认是否本人</translation>
    </message>
    <message>
        <source>Please check the data on your card.</source>
        <translation>请核对证件上的信息。</translation>
    </message>
    <message>
        <source>Yes, this is me</source>
        <translation>是本人，继续</translation>
    </message>
    <message>
        <source>No, this is not me</source>
        <translation>不是本人</translation>
    </message>
    <message>
        <source>Picture on the chip</source>
        <translation>芯片照片</translation>
    </message>
    <message>
        <source>Permit number</source>
        <translation>证件号码</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Permit valid until</source>
        <translation>证件有效期至</translation>
    </message>
    <message>
        <source>Endorsements on record</source>
        <translation>现有签注</translation>
    </message>
    <message>
        <source>None at present.</source>
        <translation>目前没有签注。</translation>
    </message>
</context>
<context>
    <name>ItemPanel</name>
    <message>
        <source>%1 – %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>already paid</source>
        <translation>已缴费</translation>
    </message>
    <message>
        <source>Validity</source>
        <translation>有效期</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>停留期限</translation>
    </message>
</context>
<context>
    <name>MachineName</name>
    <message>
        <source>Travel endorsements, while you wait</source>
        <translation>往来港澳签注自助办理 · 立等可取</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Endorsement kiosk</source>
        <translation>签注自助一体机</translation>
    </message>
</context>
<context>
    <name>MakingPage</name>
    <message>
        <source>Your card is being made</source>
        <translation>正在制证</translation>
    </message>
    <message>
        <source>Please stay here. The card comes back when everything is done.</source>
        <translation>请不要离开，全部完成后证件会退还给您。</translation>
    </message>
    <message>
        <source>Endorsement issued</source>
        <translation>签注已签发</translation>
    </message>
    <message>
        <source>The endorsement is being issued</source>
        <translation>正在签发签注</translation>
    </message>
    <message>
        <source>Card printed</source>
        <translation>证件已打印</translation>
    </message>
    <message>
        <source>The old text is erased and the new one printed</source>
        <translation>正在擦除旧签注并打印新签注</translation>
    </message>
    <message>
        <source>Card checked</source>
        <translation>打印结果已核对</translation>
    </message>
    <message>
        <source>The printed card is read and checked</source>
        <translation>读取并核对打印结果</translation>
    </message>
    <message>
        <source>The authority is told</source>
        <translation>向签发机关报送结果</translation>
    </message>
    <message>
        <source>How long this takes is not known.</source>
        <translation>暂时无法估计所需时间。</translation>
    </message>
    <message>
        <source>Done in a moment.</source>
        <translation>马上完成。</translation>
    </message>
    <message>
        <source>About %1 left</source>
        <translation>大约还需 %1</translation>
    </message>
    <message>
        <source>If your card cannot be made, the money is returned to you in full.</source>
        <translation>如果制证不成功，费用将全额退还给您。</translation>
    </message>
</context>
<context>
    <name>MethodPage</name>
    <message>
        <source>Approved. How would you like to pay %1?</source>
        <translation>审批已通过，请选择支付方式（%1）</translation>
    </message>
    <message>
        <source>Or show the payment code on your phone to the scanner:</source>
        <translation>也可以向扫码器出示手机付款码：</translation>
    </message>
    <message>
        <source>Show the payment code of %1 to the scanner</source>
        <translation>向扫码器出示%1付款码</translation>
    </message>
    <message>
        <source>The fee is %1. If your card cannot be made, it is returned in full.</source>
        <translation>费用为 %1。如果制证不成功，费用将全额退还。</translation>
    </message>
</context>
<context>
    <name>NotRecognisedPage</name>
    <message>
        <source>The camera does not work right now</source>
        <translation>摄像头暂时无法使用</translation>
    </message>
    <message>
        <source>The camera could not tell whether this is your card</source>
        <translation>摄像头未能确认这是您的证件</translation>
    </message>
    <message>
        <source>This happens, and says nothing about you. Nothing was charged.</source>
        <translation>这种情况难免发生，与您本人无关。未收取任何费用。</translation>
    </message>
    <message>
        <source>Ask staff to help</source>
        <translation>请工作人员协助</translation>
    </message>
    <message>
        <source>Take my card back</source>
        <translation>取回证件</translation>
    </message>
    <message>
        <source>A colleague can look at you and at the picture on the chip. You then go on here, as after a comparison.</source>
        <translation>工作人员可以当面与芯片照片核对，核对后您在本机继续办理。</translation>
    </message>
    <message>
        <source>Or take your card back and go to the counter.</source>
        <translation>也可以取回证件，到窗口办理。</translation>
    </message>
</context>
<context>
    <name>OptionPage</name>
    <message>
        <source>%1: which endorsement? (%2 of %3)</source>
        <translation>%1：请选择签注种类（第 %2 个，共 %3 个）</translation>
    </message>
    <message>
        <source>%1: which endorsement?</source>
        <translation>%1：请选择签注种类</translation>
    </message>
    <message>
        <source>Not possible for you today</source>
        <translation>您今天不能办理的签注</translation>
    </message>
</context>
<context>
    <name>OptionTile</name>
    <message>
        <source>valid until %1</source>
        <translation>有效期至%1</translation>
    </message>
    <message>
        <source>replaces the one on your card</source>
        <translation>现有签注将作废</translation>
    </message>
</context>
<context>
    <name>OutcomeFacts</name>
    <message>
        <source>You paid %1.</source>
        <translation>您已缴费 %1。</translation>
    </message>
    <message>
        <source>%1 is being returned the way you paid it.</source>
        <translation>%1 正在原路退还。</translation>
    </message>
    <message>
        <source>%1 was returned the way you paid it. Your bank may take a few days to show it.</source>
        <translation>%1 已原路退还，到账时间以银行为准，可能需要几天。</translation>
    </message>
    <message>
        <source>%1 will be returned to you. The refund is not finished yet; staff see to it. You need not come back.</source>
        <translation>%1 将退还给您。退款尚未完成，由工作人员跟进，您不必再来。</translation>
    </message>
    <message>
        <source>It is not known yet whether %1 was charged. If it was, it is returned to you in full.</source>
        <translation>暂时无法确认 %1 是否已扣款。如果已扣款，将全额退还给您。</translation>
    </message>
    <message>
        <source>You paid %1. Staff check your card, and return the money if it was not printed.</source>
        <translation>您已缴费 %1。工作人员会核查证件，如未打印成功将退还费用。</translation>
    </message>
    <message>
        <source>Nothing was charged.</source>
        <translation>没有收取任何费用。</translation>
    </message>
    <message>
        <source>Your card is at the slot. Please take it.</source>
        <translation>证件已退至卡口，请取走。</translation>
    </message>
    <message>
        <source>Nobody took your card, so the machine draws it in and keeps it safe.</source>
        <translation>证件长时间未取走，设备正在收回并妥善保管。</translation>
    </message>
    <message>
        <source>You have your card back.</source>
        <translation>证件已取回。</translation>
    </message>
    <message>
        <source>Your card is kept safe in the machine. Staff return it to you against your number.</source>
        <translation>证件已由设备妥善保管，请凭编号向工作人员领取。</translation>
    </message>
    <message>
        <source>You took the card out yourself.</source>
        <translation>证件已被您取出。</translation>
    </message>
    <message>
        <source>The machine cannot see your card. Please call staff before you leave.</source>
        <translation>设备无法确认证件位置，请先联系工作人员，不要离开。</translation>
    </message>
    <message>
        <source>Your card comes back in a moment.</source>
        <translation>证件马上退还给您。</translation>
    </message>
    <message>
        <source>Your slip has been printed. Please take it.</source>
        <translation>凭条已打印，请取走。</translation>
    </message>
    <message>
        <source>The slip could not be printed. Please note the number below or take a photo of this screen.</source>
        <translation>凭条未能打印，请记下下方编号，或对屏幕拍照。</translation>
    </message>
</context>
<context>
    <name>OutcomePage</name>
    <message>
        <source>Your money is being returned</source>
        <translation>正在为您退款</translation>
    </message>
    <message>
        <source>Your slip is being printed</source>
        <translation>正在打印凭条</translation>
    </message>
    <message>
        <source>Your card is being kept safe</source>
        <translation>正在妥善保管您的证件</translation>
    </message>
</context>
<context>
    <name>PayingPage</name>
    <message>
        <source>Asking the network…</source>
        <translation>正在查询支付结果…</translation>
    </message>
    <message>
        <source>I have paid</source>
        <translation>我已付款</translation>
    </message>
    <message>
        <source>Show my code to the scanner instead</source>
        <translation>改为出示付款码</translation>
    </message>
    <message>
        <source>Scan a code on this screen instead</source>
        <translation>改为扫屏幕上的码</translation>
    </message>
    <message>
        <source>This is a new code. The one before is closed and cannot be charged any more.</source>
        <translation>这是新的付款码。旧码已关闭，不会再扣款。</translation>
    </message>
    <message>
        <source>The network has not seen your payment yet. Do not pay again: it can take some seconds, and the machine keeps asking.</source>
        <translation>暂未查到您的付款。请勿重复付款，结果可能需要几秒，设备会继续查询。</translation>
    </message>
    <message>
        <source>Amount: %1</source>
        <translation>金额：%1</translation>
    </message>
</context>
<context>
    <name>PaymentCode</name>
    <message>
        <source>Payment code</source>
        <translation>付款码</translation>
    </message>
</context>
<context>
    <name>PlacePicture</name>
    <message>
        <source>Picture: the scanner is below this screen, on the left</source>
        <translation>图示：扫码器在屏幕下方左侧</translation>
    </message>
    <message>
        <source>Picture: the card terminal is below this screen, in the middle</source>
        <translation>图示：刷卡终端在屏幕下方中间</translation>
    </message>
    <message>
        <source>Picture: the reader is below this screen, on the right</source>
        <translation>图示：读卡区在屏幕下方右侧</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>%1 percent done</source>
        <translation>已完成百分之%1</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
    </message>
</context>
<context>
    <name>PromptWords</name>
    <message>
        <source>Show your %1 payment code to the scanner</source>
        <translation>请向扫码器出示%1付款码</translation>
    </message>
    <message>
        <source>Your code was read: please look at your phone</source>
        <translation>已读取付款码，请查看手机</translation>
    </message>
    <message>
        <source>Please tap, insert or swipe your bank card</source>
        <translation>请挥卡、插卡或刷卡</translation>
    </message>
    <message>
        <source>Please enter your PIN on the terminal</source>
        <translation>请在刷卡终端上输入密码</translation>
    </message>
    <message>
        <source>The terminal is asking your bank</source>
        <translation>终端正在联系银行</translation>
    </message>
    <message>
        <source>Hold your Yang Cheng Tong card to the reader</source>
        <translation>请将羊城通卡放在读卡区</translation>
    </message>
    <message>
        <source>Keep the card on the reader</source>
        <translation>请勿移开羊城通卡</translation>
    </message>
    <message>
        <source>Hold the same card to the reader once more</source>
        <translation>请将同一张卡再次放到读卡区</translation>
    </message>
    <message>
        <source>This is another card</source>
        <translation>这是另一张卡</translation>
    </message>
    <message>
        <source>Please ask staff for help</source>
        <translation>请联系工作人员</translation>
    </message>
    <message>
        <source>Please scan with %1</source>
        <translation>请使用%1扫码付款</translation>
    </message>
    <message>
        <source>Hold it in front of the scanner below this screen, a hand&apos;s width away.</source>
        <translation>将付款码对准屏幕下方的扫码器，距离约一掌宽。</translation>
    </message>
    <message>
        <source>Nothing is charged before the scanner has read the code.</source>
        <translation>扫码器读取付款码之前不会扣款。</translation>
    </message>
    <message>
        <source>If your phone asks for a password, enter it there.</source>
        <translation>如手机提示输入密码，请在手机上输入。</translation>
    </message>
    <message>
        <source>Nothing is to be done here. This page goes on by itself.</source>
        <translation>本机无需操作，页面会自动继续。</translation>
    </message>
    <message>
        <source>If it is not confirmed, nothing stays charged.</source>
        <translation>如未确认付款，不会扣款；已扣的会自动退回。</translation>
    </message>
    <message>
        <source>The terminal is below this screen. Hold the card on it, put it in, or draw it through.</source>
        <translation>终端在屏幕下方，可挥卡、插卡或刷卡。</translation>
    </message>
    <message>
        <source>The terminal may ask for your PIN. Enter it only there, never on this screen.</source>
        <translation>如需密码，只在终端键盘上输入，切勿在屏幕上输入。</translation>
    </message>
    <message>
        <source>The machine notices by itself when you have paid.</source>
        <translation>付款后设备会自动识别，无需其他操作。</translation>
    </message>
    <message>
        <source>Enter it on the terminal&apos;s own keys and press the green one. Cover them with your hand.</source>
        <translation>请用终端键盘输入后按绿色键，输入时注意遮挡。</translation>
    </message>
    <message>
        <source>The red key stops the payment.</source>
        <translation>按红色键可取消付款。</translation>
    </message>
    <message>
        <source>Leave the card where it is.</source>
        <translation>请勿移动银行卡。</translation>
    </message>
    <message>
        <source>This takes a few seconds. Leave the card where it is.</source>
        <translation>需要几秒钟，请勿移动银行卡。</translation>
    </message>
    <message>
        <source>If the answer is lost on its way, the machine asks again: you are never charged twice.</source>
        <translation>如结果在途中丢失，设备会再次查询，绝不会重复扣款。</translation>
    </message>
    <message>
        <source>The reader is below this screen. Hold the card flat on it.</source>
        <translation>读卡区在屏幕下方，请将卡平放。</translation>
    </message>
    <message>
        <source>Leave it there until this page changes.</source>
        <translation>页面变化之前请勿移开。</translation>
    </message>
    <message>
        <source>The fee is being taken from the card. Please do not move it.</source>
        <translation>正在从卡中扣款，请勿移动卡片。</translation>
    </message>
    <message>
        <source>It was taken away too early. Only the same card can tell whether it was charged.</source>
        <translation>卡移开得太早。只有同一张卡能确认是否已扣款。</translation>
    </message>
    <message>
        <source>If it was charged already, it is not charged again.</source>
        <translation>如已扣款，不会再次扣款。</translation>
    </message>
    <message>
        <source>Please take it away and hold the card that you used first.</source>
        <translation>请移开这张卡，放上您第一次使用的卡。</translation>
    </message>
    <message>
        <source>Nothing is charged to this card.</source>
        <translation>不会从这张卡扣款。</translation>
    </message>
    <message>
        <source>Neither the card nor the reader can tell whether it was charged. Do not pay again.</source>
        <translation>卡片和读卡器都无法确认是否已扣款，请勿再次付款。</translation>
    </message>
    <message>
        <source>If nobody is there, end the visit: you get a case number, and staff find out.</source>
        <translation>如无人值守，请结束办理：您会得到问题编号，由工作人员查明。</translation>
    </message>
    <message>
        <source>Open the app on your phone at the page with your own payment code.</source>
        <translation>打开手机应用，显示您的付款码。</translation>
    </message>
    <message>
        <source>Open the app on your phone, scan, and confirm the amount.</source>
        <translation>打开手机应用扫一扫，核对金额后付款。</translation>
    </message>
    <message>
        <source>The code is good for this long. Then a new one comes by itself.</source>
        <translation>付款码在此时间内有效，到时自动更新。</translation>
    </message>
    <message>
        <source>The code is good for this long. Touch the screen if you need longer: then a new one comes.</source>
        <translation>付款码在此时间内有效。需要更多时间请触摸屏幕，到时会更新。</translation>
    </message>
    <message>
        <source>The code is good for this long. After that you choose a way to pay again.</source>
        <translation>付款码在此时间内有效，到时请重新选择支付方式。</translation>
    </message>
    <message>
        <source>You have this long to pay.</source>
        <translation>请在此时间内付款。</translation>
    </message>
</context>
<context>
    <name>RefundPanel</name>
    <message>
        <source>was returned to %1</source>
        <translation>已退回%1</translation>
    </message>
    <message>
        <source>is being returned to %1</source>
        <translation>正在退回%1</translation>
    </message>
    <message>
        <source>is paid out to you by staff</source>
        <translation>由工作人员退还给您</translation>
    </message>
    <message>
        <source>will be returned to %1</source>
        <translation>将退回%1</translation>
    </message>
    <message>
        <source>It goes to the card you paid with. Your bank may need a few working days to show it.</source>
        <translation>退回您付款的银行卡，到账时间以银行为准，可能需要几个工作日。</translation>
    </message>
    <message>
        <source>It goes back the way you paid. A balance has it within minutes; a bank card may need a few working days.</source>
        <translation>原路退回：余额付款的几分钟内到账，银行卡付款的可能需要几个工作日。</translation>
    </message>
    <message>
        <source>The network is being asked. This page says at once when it has answered.</source>
        <translation>正在向支付机构申请退款，有结果会立即显示。</translation>
    </message>
    <message>
        <source>Yang Cheng Tong takes no money back. Staff in this hall pay it out against your case number %1.</source>
        <translation>羊城通不能退款到卡内。请凭问题编号 %1 向大厅工作人员领取退款。</translation>
    </message>
    <message>
        <source>Your voucher: the slip, or a photo of this screen.</source>
        <translation>凭条或本页照片即为领款凭据，请保留。</translation>
    </message>
    <message>
        <source>The network has not confirmed it yet. Staff see to it under your case number; you need not come back.</source>
        <translation>支付机构尚未确认退款，工作人员将按问题编号跟进办理，您无需再来。</translation>
    </message>
    <message>
        <source>Refund number %1</source>
        <translation>退款单号 %1</translation>
    </message>
</context>
<context>
    <name>RefusedGroup</name>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>This is now on your card</source>
        <translation>您的证件上现有签注如下</translation>
    </message>
    <message>
        <source>Your card was printed</source>
        <translation>证件已打印</translation>
    </message>
    <message>
        <source>Print a slip</source>
        <translation>打印凭条</translation>
    </message>
    <message>
        <source>No slip, return my card</source>
        <translation>不要凭条，取回证件</translation>
    </message>
    <message>
        <source>Return my card</source>
        <translation>退还证件</translation>
    </message>
    <message>
        <source>Picture of the back of your card, as read back by the machine</source>
        <translation>设备读回的证件背面图像</translation>
    </message>
    <message>
        <source>Printed, read back and found right.</source>
        <translation>已打印，经设备读回核对无误。</translation>
    </message>
    <message>
        <source>The machine could not read the print back. Staff look at it; please check your card.</source>
        <translation>设备未能读回打印结果，工作人员会核查，请您也核对证件。</translation>
    </message>
    <message>
        <source>This machine cannot print a slip now.</source>
        <translation>本机现在不能打印凭条。</translation>
    </message>
</context>
<context>
    <name>ReturningPage</name>
    <message>
        <source>Please take your card</source>
        <translation>请取走证件</translation>
    </message>
    <message>
        <source>Your card is coming out</source>
        <translation>正在退还证件</translation>
    </message>
    <message>
        <source>Do not forget</source>
        <translation>请不要遗忘</translation>
    </message>
    <message>
        <source>Your permit card</source>
        <translation>您的证件</translation>
    </message>
    <message>
        <source>Your slip</source>
        <translation>您的凭条</translation>
    </message>
    <message>
        <source>Your phone and your bag</source>
        <translation>手机和随身物品</translation>
    </message>
</context>
<context>
    <name>Ring</name>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
</context>
<context>
    <name>ScrollPane</name>
    <message>
        <source>Scroll up</source>
        <translation>向上翻</translation>
    </message>
    <message>
        <source>Scroll down</source>
        <translation>向下翻</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Easier to read</source>
        <translation>大字 / 高对比</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>小</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>大</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>特大</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>White on black</source>
        <translation>黑底白字</translation>
    </message>
    <message>
        <source>These settings end with your visit.</source>
        <translation>办理结束后恢复默认设置。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>As at the start</source>
        <translation>恢复默认</translation>
    </message>
</context>
<context>
    <name>SlotPicture</name>
    <message>
        <source>Picture: the card goes in back side up, the QR code first</source>
        <translation>图示：证件背面朝上，二维码一端先入</translation>
    </message>
    <message>
        <source>Picture: the card comes out</source>
        <translation>图示：证件退出</translation>
    </message>
</context>
<context>
    <name>StaffSignIn</name>
    <message>
        <source>Staff number</source>
        <translation>工号</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Too many wrong PINs: this number is taken again from %1 on.</source>
        <translation>密码错误次数过多：该工号 %1 之后可再次使用。</translation>
    </message>
    <message>
        <source>The list of staff cannot be read: please serve the applicant at the counter.</source>
        <translation>无法读取工作人员名单：请到窗口为申请人办理。</translation>
    </message>
    <message>
        <source>Number or PIN is wrong.</source>
        <translation>工号或密码错误。</translation>
    </message>
    <message>
        <source>Number or PIN is wrong, too often now: this number is taken again from %1 on.</source>
        <translation>工号或密码错误，且次数过多：该工号 %1 之后可再次使用。</translation>
    </message>
    <message>
        <source>One moment, please</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>What you do here is written down with your staff number, never with your PIN.</source>
        <translation>您的操作将连同工号一并记录，密码不会被记录。</translation>
    </message>
</context>
<context>
    <name>StartingWords</name>
    <message>
        <source>The machine is starting</source>
        <translation>设备正在启动</translation>
    </message>
    <message>
        <source>Please wait a moment. Do not put a card in yet.</source>
        <translation>请稍候，暂时不要插入证件。</translation>
    </message>
</context>
<context>
    <name>StatusPage</name>
    <message>
        <source>This machine is out of service</source>
        <translation>本机暂停服务</translation>
    </message>
    <message>
        <source>The machine is not ready yet</source>
        <translation>设备尚未就绪</translation>
    </message>
    <message>
        <source>It was interrupted, and is asking the payment network what became of an earlier payment.</source>
        <translation>设备曾中断运行，正在向支付机构核实上一笔付款的结果。</translation>
    </message>
    <message>
        <source>It was interrupted, and is looking at a card that was being made.</source>
        <translation>设备曾中断运行，正在检查一张制作中的证件。</translation>
    </message>
    <message>
        <source>It was interrupted, and is returning the money of an earlier visit.</source>
        <translation>设备曾中断运行，正在为上一位申请人退款。</translation>
    </message>
    <message>
        <source>It was interrupted, and is giving back the card of an earlier visit.</source>
        <translation>设备曾中断运行，正在退还上一位申请人的证件。</translation>
    </message>
    <message>
        <source>It was interrupted, and first makes sure that every card and every payment is accounted for.</source>
        <translation>设备曾中断运行，正在核对每张证件和每笔款项。</translation>
    </message>
    <message>
        <source>It takes %1 minutes at the most, and usually much less.</source>
        <translation>最长 %1 分钟，通常会快得多。</translation>
    </message>
    <message>
        <source>Please do not put a card in yet.</source>
        <translation>请暂时不要插入证件。</translation>
    </message>
    <message>
        <source>Was it your visit? Please stay: your card comes back here, and you are never charged twice.</source>
        <translation>如果是您在办理：请勿离开，证件会在此退还，绝不会重复扣款。</translation>
    </message>
    <message>
        <source>For staff: %1</source>
        <translation>供工作人员查询：%1</translation>
    </message>
    <message>
        <source>Please use another machine or a window. Questions: call 12367, day and night.</source>
        <translation>请使用其他设备或到人工窗口办理。咨询电话 12367（24 小时服务）。</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step %1 of %2: %3</source>
        <translation>第 %1 步，共 %2 步：%3</translation>
    </message>
</context>
<context>
    <name>TerminalKeys</name>
    <message>
        <source>Yellow: erase</source>
        <translation>黄：更正</translation>
    </message>
    <message>
        <source>Green: OK</source>
        <translation>绿：确认</translation>
    </message>
    <message>
        <source>Red: stop</source>
        <translation>红：取消</translation>
    </message>
</context>
<context>
    <name>TerminalWindow</name>
    <message>
        <source>Simulated card terminal</source>
        <translation>模拟刷卡终端</translation>
    </message>
    <message>
        <source>Tap, insert or swipe</source>
        <translation>请挥卡、插卡或刷卡</translation>
    </message>
    <message>
        <source>PIN: %1</source>
        <translation>密码：%1</translation>
    </message>
    <message>
        <source>Asking the bank …</source>
        <translation>正在联系银行…</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>待机</translation>
    </message>
    <message>
        <source>Card in the payer&apos;s hand</source>
        <translation>持卡人手中的卡</translation>
    </message>
    <message>
        <source>Tap</source>
        <translation>挥卡</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>插卡</translation>
    </message>
    <message>
        <source>Walk away</source>
        <translation>取卡离开</translation>
    </message>
    <message>
        <source>What goes wrong</source>
        <translation>故障</translation>
    </message>
</context>
<context>
    <name>TesterDock</name>
    <message>
        <source>TESTER&apos;S DOCK — not part of the kiosk</source>
        <translation>测试台（不属于自助机界面）</translation>
    </message>
    <message>
        <source>Take / pull card</source>
        <translation>取走 / 强拔证件</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>支付</translation>
    </message>
    <message>
        <source>Decline payment</source>
        <translation>拒绝支付</translation>
    </message>
    <message>
        <source>Insert upside down</source>
        <translation>反面插入</translation>
    </message>
    <message>
        <source>Staff specimen (simulated): number %1, PIN %2</source>
        <translation>样例工作人员（模拟）：工号 %1，密码 %2</translation>
    </message>
    <message>
        <source>Insert a specimen permit</source>
        <translation>插入样本证件</translation>
    </message>
    <message>
        <source>Faults</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>故障场景</translation>
    </message>
    <message>
        <source>Phone page</source>
        <translation>手机页面</translation>
    </message>
    <message>
        <source>Stop the program at any moment (Ctrl+C or kill -9) and start it again: the visit goes on or ends properly.</source>
        <translation>可随时中止程序（Ctrl+C 或 kill -9）后重新启动：办理会继续，或妥善结束。</translation>
    </message>
</context>
<context>
    <name>TimeWarning</name>
    <message>
        <source>Do you need more time?</source>
        <translation>需要更多时间吗？</translation>
    </message>
    <message>
        <source>Without an answer the visit ends and your card comes back.</source>
        <translation>如果没有操作，办理将结束并退还证件。</translation>
    </message>
    <message>
        <source>I need more time</source>
        <translation>我需要更多时间</translation>
    </message>
</context>
<context>
    <name>WayTile</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Tap, insert or swipe it at the terminal</source>
        <translation>在终端挥卡、插卡或刷卡</translation>
    </message>
    <message>
        <source>Hold the card to the reader</source>
        <translation>将卡放在读卡区</translation>
    </message>
    <message>
        <source>Scan a code with your phone</source>
        <translation>用手机扫码支付</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Please insert your permit card</source>
        <translation>请插入往来港澳通行证</translation>
    </message>
    <message>
        <source>Back side up, the end with the QR code first. The machine then draws the card in.</source>
        <translation>背面朝上，有二维码的一端先入，设备会自动吸入证件。</translation>
    </message>
    <message>
        <source>Apply for an endorsement for Hong Kong or Macao and have it printed on the card at once, or print what was approved online.</source>
        <translation>可申请赴香港、澳门签注，当场审批、当场打印；也可打印网上已审批的签注。</translation>
    </message>
    <message>
        <source>What you need</source>
        <translation>办理须知</translation>
    </message>
    <message>
        <source>Your own permit card, and yourself in person</source>
        <translation>本人持本人的往来港澳通行证（卡式）</translation>
    </message>
    <message>
        <source>Your phone, to pay by scanning a code</source>
        <translation>手机，用于扫码缴费</translation>
    </message>
    <message>
        <source>Your phone or a card, to pay</source>
        <translation>付款用的手机或银行卡、羊城通</translation>
    </message>
    <message>
        <source>3 to 5 minutes</source>
        <translation>全程约 3 至 5 分钟</translation>
    </message>
    <message>
        <source>This machine now</source>
        <translation>本机当前状态</translation>
    </message>
    <message>
        <source>%1: ready</source>
        <translation>%1：正常</translation>
    </message>
    <message>
        <source>%1: not now</source>
        <translation>%1：暂不可用</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>1 year</source>
        <translation>1年</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1年</translation>
    </message>
    <message>
        <source>1 month</source>
        <translation>1个月</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1个月</translation>
    </message>
    <message>
        <source>one entry</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>two entries</source>
        <translation>二次</translation>
    </message>
    <message>
        <source>once a week</source>
        <translation>每周一次</translation>
    </message>
    <message>
        <source>multiple entries</source>
        <translation>多次</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1%2</translation>
    </message>
    <message>
        <source>up to %1 days each time</source>
        <translation>每次停留不超过 %1 天</translation>
    </message>
    <message>
        <source>no entry left</source>
        <translation>已用完</translation>
    </message>
    <message>
        <source>1 entry left</source>
        <translation>剩余 1 次</translation>
    </message>
    <message>
        <source>%1 entries left</source>
        <translation>剩余 %1 次</translation>
    </message>
    <message>
        <source>1 second</source>
        <translation>1 秒</translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>Male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>Female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Not stated</source>
        <translation>未注明</translation>
    </message>
    <message>
        <source>Card slot</source>
        <translation>卡口</translation>
    </message>
    <message>
        <source>Chip reader</source>
        <translation>芯片读取</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>Face check</source>
        <translation>人像比对</translation>
    </message>
    <message>
        <source>Card printing</source>
        <translation>制证</translation>
    </message>
    <message>
        <source>Slip printing</source>
        <translation>凭条打印</translation>
    </message>
    <message>
        <source>Card terminal</source>
        <translation>刷卡终端</translation>
    </message>
    <message>
        <source>Yang Cheng Tong reader</source>
        <translation>羊城通读卡器</translation>
    </message>
    <message>
        <source>Payment code scanner</source>
        <translation>付款码扫码器</translation>
    </message>
    <message>
        <source>A4 printer</source>
        <translation>A4 打印机</translation>
    </message>
    <message>
        <source>Lights</source>
        <translation>指示灯</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>Keypad</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Cabinet</source>
        <translation>机柜</translation>
    </message>
    <message>
        <source>Power supply</source>
        <translation>电源</translation>
    </message>
    <message>
        <source>Alipay</source>
        <translation>支付宝</translation>
    </message>
    <message>
        <source>WeChat Pay</source>
        <translation>微信支付</translation>
    </message>
    <message>
        <source>UnionPay QR</source>
        <translation>银联云闪付</translation>
    </message>
    <message>
        <source>Bank card</source>
        <translation>银行卡</translation>
    </message>
    <message>
        <source>Yang Cheng Tong</source>
        <translation>羊城通</translation>
    </message>
    <message>
        <source>Not now: the network does not answer</source>
        <translation>暂不可用：网络无应答</translation>
    </message>
    <message>
        <source>Not now: the terminal is not ready</source>
        <translation>暂不可用：终端未就绪</translation>
    </message>
    <message>
        <source>Not now: the reader is not ready</source>
        <translation>暂不可用：读卡器未就绪</translation>
    </message>
    <message>
        <source>Not available right now</source>
        <translation>暂时不可用</translation>
    </message>
    <message>
        <source>Please stand in front of the camera.</source>
        <translation>请站到摄像头前。</translation>
    </message>
    <message>
        <source>Only you should be in the picture.</source>
        <translation>画面中只能有您一人。</translation>
    </message>
    <message>
        <source>Please come closer.</source>
        <translation>请靠近一些。</translation>
    </message>
    <message>
        <source>Please step back a little.</source>
        <translation>请稍微后退。</translation>
    </message>
    <message>
        <source>Please stand so that your whole face is in the picture.</source>
        <translation>请让整个面部进入画面。</translation>
    </message>
    <message>
        <source>Please turn to the light.</source>
        <translation>请面向光线。</translation>
    </message>
    <message>
        <source>Please turn away from the bright light.</source>
        <translation>请避开强光。</translation>
    </message>
    <message>
        <source>Please hold still.</source>
        <translation>请保持不动。</translation>
    </message>
    <message>
        <source>Please look straight ahead.</source>
        <translation>请正视前方。</translation>
    </message>
    <message>
        <source>Please open your eyes.</source>
        <translation>请睁开眼睛。</translation>
    </message>
    <message>
        <source>Please take off your mask.</source>
        <translation>请摘下口罩。</translation>
    </message>
    <message>
        <source>Please take off your glasses.</source>
        <translation>请摘下眼镜。</translation>
    </message>
    <message>
        <source>Please take off mask, hat and sunglasses, and step into the light.</source>
        <translation>请摘下口罩、帽子和墨镜，站到光线充足处。</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>申请</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>缴费</translation>
    </message>
    <message>
        <source>Make card</source>
        <translation>制卡</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
</TS>
