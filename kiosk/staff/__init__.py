"""Who is staff: a small list of numbers and PIN hashes, and how a PIN is judged, at the screen and for cases.

Nothing here knows what staff then do; that is the visit's.
"""
