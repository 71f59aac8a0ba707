#include "scanner/engine/result_names.h"

#include <algorithm>
#include <string>

#include <spdlog/fmt/fmt.h>

#include "scanner/core/host_name.h"

namespace whfb::engine {

namespace {

constexpr std::string_view kKind = "gpresult";

Subject* DeviceOf(FactSpace& facts) {
  const auto found = std::ranges::find(facts.subjects(), SubjectKind::kDevice, &Subject::kind);
  return found == facts.subjects().end() ? nullptr : &*found;
}

bool IsName(const Alias& alias) {
  return alias.kind == AliasKind::kName || alias.kind == AliasKind::kFqdn;
}

// The name that only results tell; empty: there is none, or other evidence tells one.
std::string NameByResults(const Subject& device) {
  std::string name;
  for (const Alias& alias : device.aliases) {
    if (IsName(alias) && alias.told) {
      return {};
    }
    name = alias.kind == AliasKind::kName ? alias.value : name;
  }
  return name;
}

void DoubtFacts(FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
      Cell& cell = subject.facts.FactAt(slot);
      const std::uint32_t evidence = cell.source.evidence;
      if (!cell.unknown() && evidence != 0 && facts.evidence.at(evidence - 1).kind == kKind) {
        cell = Cell::Unknown(WhyUnknown::kAmbiguous, cell.source);
      }
    }
  }
}

}  // namespace

void DoubtResultNames(std::string_view called,
                      FactSpace& facts,
                      std::span<CoverageRecord> coverage) {
  Subject* const device = DeviceOf(facts);
  const std::string name = device == nullptr ? std::string() : NameByResults(*device);
  if (called.empty() || name.empty() || SameHost(called, name)) {
    return;
  }
  device->name.clear();
  std::erase_if(device->aliases, IsName);
  DoubtFacts(facts);
  for (CoverageRecord& record : coverage) {
    if (record.kind == kKind) {
      record.reason += (record.reason.empty() ? "" : "; ");
      record.reason += fmt::format(
          "made on the computer {}, while the bundle is called {}; nothing else tells whose it is",
          name, called);
    }
  }
}

}  // namespace whfb::engine
