// Whether Windows Hello for Business is set up for a user, and what shows it (requirement A1.2).

#ifndef WHFB_COLLECTORS_DERIVED_HELLO_SET_UP_H_
#define WHFB_COLLECTORS_DERIVED_HELLO_SET_UP_H_

#include "scanner/core/facts.h"

namespace whfb::collectors {

// Puts user.hello_set_up and user.hello_set_up_by. NgcSet, which is what dsregcmd sees today,
// decides in both directions. Where nobody asked as this user, a key registration in the event log
// or a key of the user in the Hello container says "yes"; nothing else says "no".
// Requires user.passport_certificate.
void PutHelloSetUp(Subject& user);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_HELLO_SET_UP_H_
