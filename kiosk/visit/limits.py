"""Every number that bounds a visit, in seconds unless it says otherwise. Values only; see docs/visit.md."""

from datetime import timedelta

# Time-outs of steps that wait for the applicant. The warning is shown for WARNING_S of them, longer than
# WCAG 2.2 SC 2.2.1 asks (20 s); before payment the applicant may extend without limit.
WARNING_S = 45.0
CHOICE_S = 120.0
RESULT_S = 60.0

# A payment QR code is shown this long, and refused by the network a little later, so that a payer who is
# just confirming is not cut off.
QR_SHOWN = timedelta(seconds=180)

# A code whose time is over is replaced by itself: once in any case, then only for somebody who touches the
# screen. That makes 9 minutes at most; then a way to pay has to be chosen again, which has its own time-out.
QR_RENEWALS = 2

# Codes of another network that may be shown to one order; then a way to pay has to be chosen again.
WRONG_CODES = 10

# A presented card that nobody takes is drawn back after this long.
TAKE_CARD_S = 120.0

# An erase-and-print that is known to have failed is tried once more; then the money goes back.
PRINT_ATTEMPTS = 2

# Opening a payment that was declined or expired may be repeated with a new order; renewed codes count.
PAYMENT_ATTEMPTS = 5
FACE_ATTEMPTS = 3

# A colleague who was asked for has this long to come and say who they are, and then to look; the applicant
# may extend both without limit. A check that nobody finishes must not stay open for the applicant to press.
STAFF_COMES_S = 300.0
STAFF_CHECK_S = 90.0
