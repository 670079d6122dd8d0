"""The invented colleague of a simulated machine; number and PIN stand in the tester's dock."""

from kiosk.staff.members import Member

NUMBER, PIN = "1001", "135790"

COLLEAGUE = Member(
    number=NUMBER,
    name="SPECIMEN",
    pin_hash="$argon2id$v=19$m=19456,t=2,p=1$pSkE+4UvzCSO0l9CX2Gwuw$FILln4XLmd5IHr46PHxFX82blHRSQRy1O5urtcAuXww",
)
