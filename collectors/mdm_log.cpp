// DeviceManagement-Enterprise-Diagnostics-Provider Admin log and the MDM SCEP state: the life of
// each SCEP request by UniqueId (events.md section 1), and how far the log reaches.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.mdm_log.oldest", ValueType::kTime, "oldest record of the channel"},
    FactSpec{"device.mdm_log.newest", ValueType::kTime, "newest record of the channel"},
    FactSpec{"device.mdm_log.complete", ValueType::kBool,
             "the log is complete for the window collected-30d .. collected"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"unique_id", ValueType::kText, "UniqueId of the request", true},
    ColumnSpec{"profile_id", ValueType::kText,
               "Intune profile id (GUID, lower case) from LogicalName"},
    ColumnSpec{"user_sid", ValueType::kSid, "InstallUserSid"},
    ColumnSpec{"user_store", ValueType::kBool, "InstallLocation is the user"},
    ColumnSpec{"key_protection", ValueType::kInt,
               "KeyProtection: 4 = Hello for Business; 0 in an event is unknown"},
    ColumnSpec{"outcome", ValueType::kText, "last outcome: success, failed, pending"},
    ColumnSpec{"hresult", ValueType::kHex, "HRESULT of the last outcome, 8 digits"},
    ColumnSpec{"attempts", ValueType::kInt, "failed attempts seen"},
    ColumnSpec{"retries_left", ValueType::kBool, "the last state says that the request is retried"},
    ColumnSpec{"time", ValueType::kTime, "time of the last outcome"},
    ColumnSpec{"thumbprint", ValueType::kHex, "certificate of a success"},
    ColumnSpec{"server", ValueType::kText, "NDES or SCEP server URL"},
    ColumnSpec{"source_kind", ValueType::kText, "event or state"},
};

constexpr std::array kTables = {
    TableSpec{"device.scep_enrolment", "SCEP requests by UniqueId, last outcome each", kColumns0},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kMdmLogCollector;  // declared again by the generated list

const CollectorSpec kMdmLogCollector = {.name = "mdm_log",
                                        .scope = Scope::kDevice,
                                        .facts = kFacts,
                                        .tables = kTables,
                                        .collect = Collect};

}  // namespace whfb::collectors
