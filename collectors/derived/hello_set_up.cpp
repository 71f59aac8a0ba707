#include "collectors/derived/hello_set_up.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "collectors/certificate_columns.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/rdp_account.h"
#include "collectors/hello_container.h"

namespace whfb::collectors {

namespace {

// A key that opened, in a container whose name begins with the SID of the user. Null: none.
const Cell* OwnKey(const Subject& user) {
  const auto sids = AliasesOf(user, AliasKind::kSid);
  const Table& table = user.facts.TableOf("user.passport_certificate");
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::span<const Cell> row = table.Row(i);
    const Cell& name = row[kContainer];
    if (!name.present() || IsTrue(row[kKeyPresent]) != Truth::kTrue) {
      continue;
    }
    const auto container = ParseHelloContainer(name.value.text);
    if (container && container->work() && Among(sids, container->sid)) {
      return &name;
    }
  }
  return nullptr;
}

}  // namespace

void PutHelloSetUp(Subject& user) {
  const auto put = [&user](const Cell& answer, std::string_view by) {
    user.facts.Put("user.hello_set_up", answer);
    user.facts.Put("user.hello_set_up_by", by.empty() ? Cell::Unknown(answer.why, answer.source)
                                                      : Cell::Text(by, answer.source));
  };
  const Cell& ngc = user.facts.Get("user.ngc_set");
  if (ngc.present()) {
    put(ngc, "NgcSet of dsregcmd");
    return;
  }
  // What was seen before is no answer where the runs disagree, or are all too old.
  const bool open =
      ngc.unknown() && (ngc.why == WhyUnknown::kConflicting || ngc.why == WhyUnknown::kStale);
  const Cell& registered = user.facts.Get("user.hello_key_registered");
  if (!open && IsTrue(registered) == Truth::kTrue) {
    put(registered, "a key registration in the event logs");
    return;
  }
  const Cell* const key = open ? nullptr : OwnKey(user);
  if (key != nullptr) {
    put(Cell::Bool(true, key->source), "a key in the Hello container");
    return;
  }
  put(Cell::Unknown(ngc.absent() ? WhyUnknown::kNotCollected : ngc.why, ngc.source), {});
}

}  // namespace whfb::collectors
