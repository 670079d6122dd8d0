"""The permit's chip (ICAO Doc 9303-10 to -12): access, secure messaging, files, authenticity.

Read upwards: `tlv` and `apdu` are the alphabet; `ciphers`, `secure_messaging`, `pace` and `bac` the secure
line; `exchange` carries commands and counts them, `file_reading` and `session` read over it; `groups`,
`security_infos` and `passive_authentication` say what was read, `proofs` that it is no copy; `reading` puts
one whole read together, `pcsc_reader` is the driver. `virtual_chip` is the card's own side of the same rules.
Imports `kiosk.domain`, `kiosk.clock` and the contracts of `kiosk.devices` only.
"""
