"""How long and how often the outside is asked; seconds."""

# Deadlines of device commands.
SCAN_S = 15.0
READ_S = 60.0
COMPARE_S = 30.0
MOVE_S = 20.0
PRINT_S = 150.0
RESTART_S = 30.0
CAPTURE_S = 20.0
SLIP_S = 30.0
EJECT_S = 20.0
# A glance at the printed line of a card on its way out, which takes about two: nobody is to wait for more.
GLANCE_MOVE_S = 4.0
GLANCE_SCAN_S = 3.0
RETAIN_S = 30.0

# Waits between repetitions of an idempotent request, and between questions about an undecided payment
# (1, 2, 4, 8, 16 s: the networks' own advice for an undecided result).
REQUEST_WAITS = (1.0, 2.0, 4.0)
UNDECIDED_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)

# How much longer the card is waited for that alone can tell what became of a debit.
BRING_BACK_S = 30.0

# How long the undoing of a charge may be on its way when nobody waits for its answer any more.
UNDO_ARRIVES_S = 60.0

# Polling while a payment code is up: quick at first, as most people pay at once.
POLL_QUICK_S = 2.0
POLL_QUICK_FOR_S = 30.0
POLL_SLOW_S = 4.0

# An order that nobody waits for any more is asked about until well after its own time is over: the
# networks end it some seconds later than the screen does.
POLL_BACKGROUND_S = 10.0
CLOSE_AFTER_EXPIRY_S = 60.0

# How long staff have to put the card of an open case in.
CASE_CARD_S = 60.0

# How often the machine looks at itself while it waits for an applicant.
HEALTH_S = 5.0
ACCEPT_S = 3600.0

# How long a motor rests that could not free a jammed card.
JAM_AGAIN_S = 30.0
