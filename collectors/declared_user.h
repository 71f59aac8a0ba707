// Whether --collected-as speaks of a bundle at all.

#ifndef WHFB_COLLECTORS_DECLARED_USER_H_
#define WHFB_COLLECTORS_DECLARED_USER_H_

#include "collectors/collector.h"

namespace whfb::collectors {

// False where Hello containers, certificates or runs of dsregcmd name users by SID, or by UPN, as
// the operator does, and none of them is the one that he names: he means another device of this
// run, or misspelled it. What evidence says is never overruled by what is only declared.
[[nodiscard]] bool DeclaredUserFits(const Declared& declared, const readers::Records& records);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DECLARED_USER_H_
