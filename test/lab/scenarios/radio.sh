#!/bin/bash
# The tests of package radio that need a real kernel's radios.
#: short
. /lab/lib.sh
check "they pass" env PICKET_HWSIM=1 radio.test -test.v -test.run HWSim
done_here
