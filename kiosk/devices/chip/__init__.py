"""The permit's chip (ICAO Doc 9303-10 to -12): access, secure messaging, files, authenticity.

Read upwards: `tlv` and `apdu` are the alphabet, `ciphers`, `secure_messaging` and `bac` the secure line,
`session` reads files over it, `groups` and `passive_authentication` say what they mean, `reading` puts one
whole read together, `pcsc_reader` is the driver. `virtual_chip` is the card's own side of the same rules.
Imports `kiosk.domain`, `kiosk.clock` and the contracts of `kiosk.devices` only.
"""
