#include "collectors/evidence_owner.h"

#include "collectors/hello_container.h"
#include "collectors/readers/small_records.h"
#include "collectors/registry_view.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Account;
using readers::Context;
using readers::DsregcmdRun;

UserKey KeyOf(const Context& context) {
  return {.sid = context.user_sid, .upn = context.user_upn};
}

bool Empty(const UserKey& key) {
  return key.sid.empty() && key.upn.empty();
}

// Empty when a run does not tell its account, or when they are not all of one user: then nobody
// knows which of the accounts made the rest.
UserKey AccountOfRuns(const readers::Records& records) {
  UserKey sole;
  for (const DsregcmdRun& run : records.Of<DsregcmdRun>()) {
    const UserKey key = run.context.account == Account::kUser ? KeyOf(run.context) : UserKey{};
    const bool other =
        !Empty(sole) && !(SameNoCase(key.sid, sole.sid) && SameNoCase(key.upn, sole.upn));
    if (Empty(key) || other) {
      return {};
    }
    sole = key;
  }
  return sole;
}

}  // namespace

EvidenceOwner OwnerOf(const Context& context, const CollectInput& input) {
  using enum EvidenceOwner::Kind;
  if (context.account == Account::kSystem) {
    return {.kind = kSystem};
  }
  UserKey key = KeyOf(context);
  if (Empty(key)) {
    (IsSid(input.declared.collected_as) ? key.sid : key.upn) = input.declared.collected_as;
    key.declared = true;
  }
  if (Empty(key)) {
    key = AccountOfRuns(input.records);
  }
  return {.kind = Empty(key) ? kNotTold : kUser, .key = key};
}

}  // namespace whfb::collectors
