// Users whose SID a registry export tells.

#ifndef WHFB_COLLECTORS_HIVE_OWNERS_H_
#define WHFB_COLLECTORS_HIVE_OWNERS_H_

#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// A user whose SID only a container named is one whose hive was exported: that tells the SID.
void TellHiveOwners(const readers::Records& records, FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_HIVE_OWNERS_H_
