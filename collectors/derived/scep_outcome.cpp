// SCEP requests of each user for the Hello container, out of the rows of the device: of each
// profile the newest.
//
// A profile is known by the LogicalName in the UniqueId; the Hash behind it seems to change with
// every edit of the profile (UNCONFIRMED: events.md only says what LogicalName is). So a request
// gives way to a later one of the same user and profile, but only to one that is known to be for
// the Hello container: what failed there is outlived by a success there, or by a newer failure or
// a running attempt, and never by a certificate that the edited profile put elsewhere.

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "collectors/collector.h"
#include "collectors/hresult_meaning.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.scep.log_complete", ValueType::kBool,
             "the log or the state that the rows come from is complete"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"unique_id", ValueType::kText, "UniqueId", true},
    ColumnSpec{"key_protection", ValueType::kInt, "KeyProtection"},
    ColumnSpec{"outcome", ValueType::kText, "success, failed, pending"},
    ColumnSpec{"succeeded", ValueType::kBool,
               "the last outcome is a success; of a first attempt that still runs: needs-live"},
    ColumnSpec{"hresult", ValueType::kHex, "HRESULT"},
    ColumnSpec{"meaning", ValueType::kText, "meaning of the HRESULT as text"},
    ColumnSpec{"attempts", ValueType::kInt, "failed attempts"},
    ColumnSpec{"retries_left", ValueType::kBool, "retries remain"},
    ColumnSpec{"time", ValueType::kTime, "time of the last outcome"},
    ColumnSpec{"thumbprint", ValueType::kHex, "certificate of a success"},
    ColumnSpec{"hello", ValueType::kBool, "the request is for the Hello container"},
};

constexpr std::array kTables = {
    TableSpec{"user.scep_enrolment",
              "SCEP requests of this user (or of nobody known) that are or may be for the Hello "
              "container",
              kColumns0},
};

// The SID of a user, empty when only a name is known.
std::string_view SidOf(const Subject& user) {
  const auto found = std::ranges::find(user.aliases, AliasKind::kSid, &Alias::kind);
  if (found != user.aliases.end()) {
    return found->value;
  }
  return user.name.starts_with("S-1-") ? std::string_view(user.name) : std::string_view{};
}

// A row of the device with its columns by name.
class DeviceRow {
 public:
  DeviceRow(const Table& table, std::size_t row) : table_(&table), row_(row) {}

  [[nodiscard]] const Cell& At(std::string_view column) const {
    return table_->Row(row_)[static_cast<std::size_t>(FindColumn(table_->spec(), column))];
  }

 private:
  const Table* table_;
  std::size_t row_;
};

// The code in the cell; false unless it is known.
bool CodeOf(const Cell& cell, std::uint32_t& code) {
  const std::string_view text = cell.value.text;
  return cell.present() &&
         std::from_chars(text.data(), text.data() + text.size(), code, 16).ec == std::errc{};
}

// A request that is being processed has not ended: later evidence will tell. Where an attempt
// failed before, that failure is the last outcome while the next attempt runs.
Cell SucceededCell(const DeviceRow& row) {
  const Cell& outcome = row.At("outcome");
  if (!outcome.present()) {
    return Cell::Unknown(outcome.why, outcome.source);
  }
  const bool pending = outcome.value.text == "pending";
  if (pending && row.At("attempts").value.number == 0) {
    return Cell::Unknown(WhyUnknown::kNeedsLive, outcome.source);
  }
  return Cell::Bool(outcome.value.text == "success", outcome.source);
}

void AddRow(const DeviceRow& row, Table& table) {
  const Cell& hresult = row.At("hresult");
  const Cell not_told = Cell::Unknown(hresult.why, hresult.source);
  std::uint32_t code = 0;
  const bool known = CodeOf(hresult, code);
  const std::array<Cell, kColumns0.size()> cells = {
      row.At("unique_id"),
      row.At("key_protection"),
      row.At("outcome"),
      SucceededCell(row),
      hresult,
      known ? Cell::Text(HresultMeaning(code), hresult.source) : not_told,
      row.At("attempts"),
      row.At("retries_left"),
      row.At("time"),
      row.At("thumbprint"),
      row.At("hello"),
  };
  table.Add(cells);
}

// The one SID that all owned rows name: the placeholder stands for that user. Empty: none, or
// several.
std::string_view OnlyOwner(const Table& device) {
  std::string_view only;
  for (std::size_t i = 0; i < device.size(); ++i) {
    const Cell& owner = DeviceRow(device, i).At("user_sid");
    if (owner.present() && !only.empty() && only != owner.value.text) {
      return {};
    }
    only = owner.present() ? owner.value.text : only;
  }
  return only;
}

using ProfileOfUser = std::pair<std::string_view, std::string_view>;  // SID, profile id

// Nothing unless both are known.
std::optional<ProfileOfUser> ProfileOf(const DeviceRow& row) {
  const Cell& user = row.At("user_sid");
  const Cell& profile = row.At("profile_id");
  return user.present() && profile.present()
             ? std::optional(ProfileOfUser{user.value.text, profile.value.text})
             : std::nullopt;
}

// When each profile of a user last told of a request for the Hello container, at the earliest.
class NewestRequests {
 public:
  explicit NewestRequests(const Table& device) {
    for (std::size_t i = 0; i < device.size(); ++i) {
      const DeviceRow row(device, i);
      const auto profile = ProfileOf(row);
      const Cell& hello = row.At("hello");
      const Cell& time = row.At("time");
      if (profile && hello.present() && hello.value.number != 0 && time.present()) {
        Ticks& newest = newest_.try_emplace(*profile, time.value.time.earliest).first->second;
        newest = std::max(newest, time.value.time.earliest);
      }
    }
  }

  // A request of the same profile and user ended, or began, surely later than this one.
  [[nodiscard]] bool Outlive(const DeviceRow& row) const {
    const auto profile = ProfileOf(row);
    const auto found = profile ? newest_.find(*profile) : newest_.end();
    const Cell& time = row.At("time");
    return found != newest_.end() && time.present() && found->second > time.value.time.latest;
  }

 private:
  std::map<ProfileOfUser, Ticks> newest_;
};

// Rows of this user and of nobody known. A user without a SID may own any row of a known SID, so
// its table cannot be complete then.
void DeriveUser(const Table& device, const NewestRequests& newest, Subject& user) {
  Table& table = user.facts.TableOf("user.scep_enrolment");
  const std::string_view sid = user.placeholder ? OnlyOwner(device) : SidOf(user);
  bool others = false;
  for (std::size_t i = 0; i < device.size(); ++i) {
    const DeviceRow row(device, i);
    const Cell& hello = row.At("hello");
    const bool elsewhere = hello.present() && hello.value.number == 0;
    if (elsewhere || newest.Outlive(row)) {
      continue;  // says nothing of the container, or nothing any more
    }
    const Cell& owner = row.At("user_sid");
    if (!owner.present() || (!sid.empty() && owner.value.text == sid)) {
      AddRow(row, table);
    } else {
      others = true;
    }
  }
  if (sid.empty() && others) {
    table.Cover(Coverage::kPartial, WhyUnknown::kAmbiguous, device.source());
  } else {
    table.Cover(device.coverage(), device.why(), device.source());
  }
  user.facts.Put("user.scep.log_complete",
                 device.coverage() == Coverage::kNone
                     ? Cell::Unknown(device.why(), device.source())
                     : Cell::Bool(device.coverage() == Coverage::kComplete, device.source()));
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  const Subject* const device = facts.Find(SubjectKind::kDevice);
  if (device == nullptr) {
    return;
  }
  const Table& table = device->facts.TableOf("device.scep_enrolment");
  const NewestRequests newest(table);
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      DeriveUser(table, newest, subject);
    }
  }
}

}  // namespace

extern const DerivationSpec kScepOutcomeDerivation;  // declared again by the generated list

const DerivationSpec kScepOutcomeDerivation = {.name = "scep_outcome",
                                               .scope = Scope::kDevice,
                                               .facts = kFacts,
                                               .tables = kTables,
                                               .derive = Derive};

}  // namespace whfb::collectors
