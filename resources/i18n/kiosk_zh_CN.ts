<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ApplicationTile</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ApplicationTile.qml" line="12"/>
        <source>Print: %1, %2, %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ApplicationTile.qml" line="24"/>
        <source>%1 – %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ApplicationTile.qml" line="31"/>
        <source>%1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ApplicationTile.qml" line="32"/>
        <source>already paid</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BottomBar</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/BottomBar.qml" line="47"/>
        <source>End</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/BottomBar.qml" line="54"/>
        <source>Another way to pay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/BottomBar.qml" line="54"/>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/BottomBar.qml" line="75"/>
        <source>Easier to read</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BusyPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="26"/>
        <source>Please leave the card in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="27"/>
        <source>Please look straight into the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="28"/>
        <source>Looking up your permit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="29"/>
        <source>Your application is being decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="30"/>
        <source>Checking that your card can be made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="31"/>
        <source>Preparing the payment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="32"/>
        <source>Closing the payment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="33"/>
        <source>One moment, please</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="42"/>
        <source>The chip of your card is being read. This takes a few seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="45"/>
        <source>That did not work yet: attempt %1 of %2. Please take off mask, hat and sunglasses, and step into the light.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="47"/>
        <source>Your face is compared with the picture on the chip. No picture is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="48"/>
        <source>The issuing authority is being asked what you can apply for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="49"/>
        <source>The answer comes at once. You pay only after the approval.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="50"/>
        <source>Printer, film and card slot are tested before any money is taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="51"/>
        <source>Please wait for the code to appear.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/BusyPage.qml" line="53"/>
        <source>We make sure that nothing is charged on the old code before anything else happens.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CancelQuestion</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/CancelQuestion.qml" line="14"/>
        <source>End this visit?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/CancelQuestion.qml" line="20"/>
        <source>We first make sure that nothing is charged. Then your card comes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/CancelQuestion.qml" line="21"/>
        <source>Nothing has been charged. Your card comes back, and what you entered is forgotten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/CancelQuestion.qml" line="31"/>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/CancelQuestion.qml" line="39"/>
        <source>End and return my card</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CaseNumber</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/CaseNumber.qml" line="18"/>
        <source>Your case number – please keep it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/CaseNumber.qml" line="18"/>
        <source>Number of this visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/CaseNumber.qml" line="31"/>
        <source>For staff: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConfirmPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="13"/>
        <source>Please check and confirm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="20"/>
        <source>Confirm and print</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="20"/>
        <source>Confirm and apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="30"/>
        <source>Total</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="49"/>
        <source>The new endorsement cancels the one you have:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="50"/>
        <source>%1 – %2, valid until %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ConfirmPage.qml" line="75"/>
        <source>Your application is decided first. You pay only when it is approved and the machine has proved that it can print.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DestinationPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="13"/>
        <source>What would you like to do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="13"/>
        <source>Where do you want to go?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="17"/>
        <source>Print what was approved online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="46"/>
        <source>Print all of these together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="53"/>
        <source>Apply for a new endorsement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="81"/>
        <source>Both together: two endorsements in one visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="88"/>
        <source>Both together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="90"/>
        <source>Two endorsements in one visit, one after the other. Each has its own fee.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="101"/>
        <source>Nothing can be applied for today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationPage.qml" line="102"/>
        <source>Please take your card back with “End” below. At a window staff can tell you more.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DestinationTile</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationTile.qml" line="33"/>
        <source>Not possible today: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationTile.qml" line="34"/>
        <source>1 option for you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationTile.qml" line="35"/>
        <source>%1 options for you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationTile.qml" line="47"/>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/DestinationTile.qml" line="48"/>
        <source>On your card: %1, %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EndorsementLine</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/EndorsementLine.qml" line="12"/>
        <source>valid until %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/EndorsementLine.qml" line="14"/>
        <source>, </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/EndorsementLine.qml" line="22"/>
        <source>%1 – %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/EndorsementLine.qml" line="29"/>
        <source>%1 (no longer usable)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GoodbyePage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/GoodbyePage.qml" line="23"/>
        <source>All done. Have a good journey!</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/GoodbyePage.qml" line="24"/>
        <source>Your visit has ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/GoodbyePage.qml" line="24"/>
        <source>This visit could not be finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/GoodbyePage.qml" line="30"/>
        <source>Everything about you has been removed from this screen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/GoodbyePage.qml" line="42"/>
        <source>Questions: staff in this hall, or call 12367, day and night.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Header.qml" line="38"/>
        <source>Travel endorsements, while you wait</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>IdentityPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="11"/>
        <source>Is this you?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="12"/>
        <source>Please check the data on your card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="19"/>
        <source>Yes, this is me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="25"/>
        <source>No, this is not me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="72"/>
        <source>Picture on the chip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="92"/>
        <source>Permit number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="93"/>
        <source>Sex</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="94"/>
        <source>Date of birth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="95"/>
        <source>Permit valid until</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="108"/>
        <source>Endorsements on record</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/IdentityPage.qml" line="111"/>
        <source>None at present.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ItemPanel</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ItemPanel.qml" line="17"/>
        <source>%1 – %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ItemPanel.qml" line="22"/>
        <source>already paid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ItemPanel.qml" line="31"/>
        <source>Validity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ItemPanel.qml" line="32"/>
        <source>Valid until</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ItemPanel.qml" line="33"/>
        <source>Stay</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Main.qml" line="33"/>
        <source>Endorsement kiosk</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MakingPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="15"/>
        <source>Your card is being made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="16"/>
        <source>Please stay here. The card comes back when everything is done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="35"/>
        <source>Endorsement issued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="35"/>
        <source>The endorsement is being issued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="36"/>
        <source>Card printed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="36"/>
        <source>The old text is erased and the new one printed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="37"/>
        <source>Card checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="37"/>
        <source>The printed card is read and checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="38"/>
        <source>The authority is told</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="52"/>
        <source>How long this takes is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="53"/>
        <source>Done in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="54"/>
        <source>About %1 left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MakingPage.qml" line="60"/>
        <source>If your card cannot be made, the money goes back to you by itself.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MethodPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MethodPage.qml" line="13"/>
        <source>Approved. How would you like to pay %1?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MethodPage.qml" line="38"/>
        <source>%1: not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MethodPage.qml" line="65"/>
        <source>Scan a code with your phone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MethodPage.qml" line="65"/>
        <source>Not available right now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/MethodPage.qml" line="77"/>
        <source>The fee is %1. If your card cannot be made, the money goes back by itself.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OptionPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OptionPage.qml" line="14"/>
        <source>%1: which endorsement? (%2 of %3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OptionPage.qml" line="15"/>
        <source>%1: which endorsement?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OptionPage.qml" line="79"/>
        <source>Not possible for you today</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OptionTile</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OptionTile.qml" line="38"/>
        <source>valid until %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OptionTile.qml" line="46"/>
        <source>replaces the one on your card</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OutcomeFacts</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="30"/>
        <source>You paid %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="31"/>
        <source>%1 is being returned the way you paid it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="32"/>
        <source>%1 was returned the way you paid it. Your bank may take a few days to show it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="33"/>
        <source>%1 will be returned to you. The refund is not finished yet; staff see to it. You need not come back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="34"/>
        <source>It is not known yet whether %1 was charged. If it was, it goes back to you by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="35"/>
        <source>You paid %1. Staff check your card, and return the money if it was not printed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="36"/>
        <source>Nothing was charged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="46"/>
        <source>Your card is at the slot. Please take it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="47"/>
        <source>You have your card back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="48"/>
        <source>Your card is kept safe in the machine. Staff return it to you against your number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="49"/>
        <source>You took the card out yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="50"/>
        <source>The machine cannot see your card. Please call staff before you leave.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="51"/>
        <source>Your card comes back in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="59"/>
        <source>Your slip has been printed. Please take it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomeFacts.qml" line="60"/>
        <source>The slip could not be printed. Please note the number below or take a photo of this screen.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OutcomePage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomePage.qml" line="12"/>
        <source>Your money is being returned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomePage.qml" line="13"/>
        <source>Your slip is being printed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/OutcomePage.qml" line="14"/>
        <source>Your card is being kept safe</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PayingPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="12"/>
        <source>Please scan with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="19"/>
        <source>Asking the network…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="19"/>
        <source>I have paid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="41"/>
        <source>Payment code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="64"/>
        <source>Amount: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="76"/>
        <source>The code is good for this long. After that you can get a new one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="80"/>
        <source>Open the app on your phone, scan, and confirm the amount.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/PayingPage.qml" line="81"/>
        <source>The machine notices by itself when you have paid.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/ProgressLine.qml" line="13"/>
        <source>%1 percent done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/ProgressLine.qml" line="13"/>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RefusedGroup</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/RefusedGroup.qml" line="25"/>
        <source>; </source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="13"/>
        <source>This is now on your card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="13"/>
        <source>Your card was printed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="20"/>
        <source>Print a slip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="26"/>
        <source>No slip, return my card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="58"/>
        <source>Picture of the back of your card, as read back by the machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="70"/>
        <source>Printed, read back and found right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ResultPage.qml" line="71"/>
        <source>The machine could not read the print back. Staff look at it; please check your card.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReturningPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="28"/>
        <source>Please take your card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="28"/>
        <source>Your card is coming out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="52"/>
        <source>Then insert it again: back side up, the end with the QR code first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="59"/>
        <source>Do not forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="60"/>
        <source>Your permit card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="61"/>
        <source>Your slip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/ReturningPage.qml" line="62"/>
        <source>Your phone and your bag</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Ring</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/Ring.qml" line="11"/>
        <source>seconds</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScrollPane</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/ScrollPane.qml" line="94"/>
        <source>Scroll up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/ScrollPane.qml" line="120"/>
        <source>Scroll down</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="15"/>
        <source>Easier to read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="19"/>
        <source>Text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="28"/>
        <source>Small</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="28"/>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="51"/>
        <source>Normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="28"/>
        <source>Large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="28"/>
        <source>Largest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="41"/>
        <source>Contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="58"/>
        <source>White on black</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="65"/>
        <source>These settings end with your visit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="76"/>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/Settings.qml" line="82"/>
        <source>As at the start</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SlotPicture</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/SlotPicture.qml" line="18"/>
        <source>Picture: the card goes in back side up, the QR code first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Controls/SlotPicture.qml" line="18"/>
        <source>Picture: the card comes out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusPage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/StatusPage.qml" line="23"/>
        <source>The machine is starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/StatusPage.qml" line="24"/>
        <source>The machine is checking itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/StatusPage.qml" line="25"/>
        <source>This machine is out of service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/StatusPage.qml" line="34"/>
        <source>Please wait a moment. Do not put a card in yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/StatusPage.qml" line="36"/>
        <source>It was interrupted and first makes sure that every card and every payment is accounted for. Please do not put a card in yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/StatusPage.qml" line="52"/>
        <source>Please use another machine or a window. Questions: call 12367, day and night.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/StepBar.qml" line="21"/>
        <source>Step %1 of %2: %3</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TesterDock</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="37"/>
        <source>TESTER&apos;S DOCK — not part of the kiosk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="42"/>
        <source>Take / pull card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="43"/>
        <source>Pay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="44"/>
        <source>Decline payment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="47"/>
        <source>Insert upside down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="52"/>
        <source>Insert a specimen permit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="69"/>
        <source>Faults</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="87"/>
        <source>Phone page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Dock/TesterDock.qml" line="97"/>
        <source>Stop the program at any moment (Ctrl+C or kill -9) and start it again: the visit goes on or ends properly.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TimeWarning</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/TimeWarning.qml" line="27"/>
        <source>Do you need more time?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/TimeWarning.qml" line="32"/>
        <source>Without an answer the visit ends and your card comes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Screen/TimeWarning.qml" line="41"/>
        <source>I need more time</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="27"/>
        <source>Please insert your permit card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="31"/>
        <source>Back side up, the end with the QR code first. The machine then draws the card in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="41"/>
        <source>Apply for an endorsement for Hong Kong or Macao and have it printed on the card at once, or print what was approved online.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="56"/>
        <source>What you need</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="57"/>
        <source>Your own permit card, and yourself in person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="58"/>
        <source>Your phone, to pay by scanning a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="59"/>
        <source>3 to 5 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="64"/>
        <source>This machine now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="97"/>
        <source>%1: ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Pages/WelcomePage.qml" line="107"/>
        <source>%1: not now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="13"/>
        <source>1 year</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="13"/>
        <source>%1 years</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="15"/>
        <source>1 month</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="15"/>
        <source>%1 months</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="21"/>
        <source>one entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="22"/>
        <source>two entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="23"/>
        <source>once a week</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="24"/>
        <source>multiple entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="29"/>
        <source>%1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="34"/>
        <source>up to %1 days each time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="42"/>
        <source>no entry left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="43"/>
        <source>1 entry left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="43"/>
        <source>%1 entries left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="48"/>
        <source>1 second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="48"/>
        <source>%1 seconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="53"/>
        <source>Male</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="53"/>
        <source>Female</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="53"/>
        <source>Not stated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="59"/>
        <source>Card slot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="60"/>
        <source>Chip reader</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="61"/>
        <source>Scanner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="62"/>
        <source>Face check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="63"/>
        <source>Card printing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="64"/>
        <source>Slip printing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="72"/>
        <source>Alipay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="73"/>
        <source>WeChat Pay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="74"/>
        <source>UnionPay QR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="75"/>
        <source>Bank card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="76"/>
        <source>Yang Cheng Tong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="84"/>
        <source>Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="85"/>
        <source>Pay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="86"/>
        <source>Make card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../../kiosk/ui/qml/Kiosk/Style/Words.qml" line="87"/>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
