// Which templates and profiles are judged, and by which route.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.judged", ValueType::kBool, "something refers to this template"},
    FactSpec{"template.route", ValueType::kText, "route it serves"},
    FactSpec{"profile.judged", ValueType::kBool, "the profile is judged"},
    FactSpec{"profile.route", ValueType::kText, "route it serves"},
    FactSpec{"environment.dc_list_complete", ValueType::kBool,
             "every declared DC has evidence and the list was declared"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"sha1", ValueType::kHex, "certificate", true},
    ColumnSpec{"self_issued", ValueType::kBool, "root"},
    ColumnSpec{"destination_store", ValueType::kText, "destinationStore"},
    ColumnSpec{"display_name", ValueType::kText, "profile"},
};

constexpr std::array kTables = {
    TableSpec{"environment.trusted_root_profile", "trusted certificate profiles", kColumns0},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kJudgedObjectsDerivation;  // declared again by the generated list

const DerivationSpec kJudgedObjectsDerivation = {.name = "judged_objects",
                                                 .scope = Scope::kEnvironment,
                                                 .facts = kFacts,
                                                 .tables = kTables,
                                                 .derive = Derive};

}  // namespace whfb::collectors
