// What domain controllers logged about their own and their clients' certificates (events.md section
// 5; KB5014754 for 39 to 41). A log makes no controller: the ones that other evidence names have
// these rows.

#include <array>

#include "collectors/collector.h"
#include "collectors/logged_events.h"
#include "scanner/core/host_name.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kKdc = "Microsoft-Windows-Kerberos-Key-Distribution-Center";

// 19, 20, 29, 32: the controller's own certificate; 21: the client's is not valid; 39, 41: not
// strongly mapped; 40: issued before the account; 45: issuer not in NTAuth.
constexpr std::array<std::uint32_t, 9> kIds = {19, 20, 21, 29, 32, 39, 40, 41, 45};
constexpr std::array<std::uint32_t, 2> kOperationalIds = {120, 200};
constexpr std::array<std::string_view, 2> kAbout = {"AccountName", "Subject"};

constexpr std::array kEventTables = {
    EventTable{"dc.kdc_event", "System", kKdc, kIds, kAbout},
    EventTable{"dc.kdc_operational_event",
               "Microsoft-Windows-Kerberos-Key-Distribution-Center/Operational", kKdc,
               kOperationalIds, kAbout},
};

constexpr std::array kTables = {
    TableSpec{"dc.kdc_event", "KDC, System log: certificates refused or not mapped", kEventColumns,
              true},
    TableSpec{"dc.kdc_operational_event", "KDC, Operational log: its own certificate",
              kEventColumns, true},
};

constexpr auto kEvents = JoinInterests(InterestsIn(kKdc, kIds), InterestsIn(kKdc, kOperationalIds));

void Collect(const CollectInput& input, FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kDomainController) {
      continue;
    }
    const WroteIt controller = [&subject](std::string_view computer) {
      return SameHost(computer, subject.name);
    };
    for (const EventTable& wanted : kEventTables) {
      CollectEventTable(wanted, input, controller, subject.facts, facts);
    }
  }
}

}  // namespace

extern const CollectorSpec kKdcEventCollector;  // declared again by the generated list

const CollectorSpec kKdcEventCollector = {.name = "kdc_event",
                                          .scope = Scope::kEnvironment,
                                          .tables = kTables,
                                          .events = kEvents,
                                          .collect = Collect};

}  // namespace whfb::collectors
