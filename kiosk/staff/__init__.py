"""Who may say at the screen "I am staff": a small list of numbers and PIN hashes, and how a PIN is judged.

Nothing here knows what staff then do; that is the visit's.
"""
