// SCEP requests of each user, out of the rows of the device.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

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
    ColumnSpec{"hresult", ValueType::kHex, "HRESULT"},
    ColumnSpec{"meaning", ValueType::kText, "meaning of the HRESULT as text"},
    ColumnSpec{"attempts", ValueType::kInt, "failed attempts"},
    ColumnSpec{"retries_left", ValueType::kBool, "retries remain"},
    ColumnSpec{"time", ValueType::kTime, "time of the last outcome"},
    ColumnSpec{"thumbprint", ValueType::kHex, "certificate of a success"},
    ColumnSpec{"policy_source_error", ValueType::kBool, "HRESULT is 0x82ab0011"},
};

constexpr std::array kTables = {
    TableSpec{"user.scep_enrolment", "SCEP requests of this user (or of nobody known)", kColumns0},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kScepOutcomeDerivation;  // declared again by the generated list

const DerivationSpec kScepOutcomeDerivation = {.name = "scep_outcome",
                                               .scope = Scope::kDevice,
                                               .facts = kFacts,
                                               .tables = kTables,
                                               .derive = Derive};

}  // namespace whfb::collectors
