"""The tester's bench around a simulated machine: specimen permits, hands, phone, automatic applicant.

Everything here stands for a person or a thing outside the kiosk; the kiosk itself is unchanged.
"""
