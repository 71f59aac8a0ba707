// Whether the policy files for requests with a Hello key ask for what Remote Desktop sign-in needs
// (requirements: thirdparty.manual-csr).
//
// Of the files those are judged that name the Hello provider, or ask for Smart Card Logon with a
// key of the user: an INF for a web server says nothing here.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.request_files_sound", ValueType::kBool,
             "each collected policy file for a Hello key asks for all that is needed"},
    FactSpec{"environment.request_files_wanting", ValueType::kList,
             "those that do not, and what they lack", "", ValueType::kText},
};

// Columns of environment.request_file, by their place.
constexpr std::size_t kFile = 0;
constexpr std::size_t kRequestProvider = 2;
constexpr std::size_t kKeyContainer = 3;
constexpr std::size_t kUseExistingKey = 4;
constexpr std::size_t kMachineKey = 5;
constexpr std::size_t kExportableKey = 6;
constexpr std::size_t kTemplate = 8;
constexpr std::size_t kLogon = 9;

using Row = std::span<const Cell>;

Truth TruthOf(bool yes) {
  return yes ? Truth::kTrue : Truth::kFalse;
}

// A yes-or-no setting that is not there counts as no (certreq_1).
Truth IsSet(const Cell& cell) {
  return cell.absent() ? Truth::kFalse : IsTrue(cell);
}

Truth HasHelloProvider(const Cell& provider) {
  if (!provider.present()) {
    return provider.absent() ? Truth::kFalse : Truth::kUnknown;
  }
  return TruthOf(SameNoCase(provider.value.text, kPassportProvider));
}

Truth IsThere(const Cell& cell) {
  return cell.unknown() ? Truth::kUnknown : TruthOf(cell.present());
}

Truth IsJudged(Row row) {
  return And(Not(IsSet(row[kMachineKey])),
             Or(HasHelloProvider(row[kRequestProvider]), IsSet(row[kLogon])));
}

struct Demand {
  Truth met = Truth::kUnknown;
  std::string_view lack;
};

// A template of the CA may add the usage, whatever the request says.
std::array<Demand, 5> DemandsOn(Row row) {
  const Truth logon = IsSet(row[kLogon]);
  const bool by_template = row[kTemplate].present() && logon == Truth::kFalse;
  return {
      {{HasHelloProvider(row[kRequestProvider]),
        "ProviderName is not Microsoft Passport Key Storage Provider"},
       {IsSet(row[kUseExistingKey]), "UseExistingKeySet is not TRUE"},
       {IsThere(row[kKeyContainer]), "no KeyContainer"},
       {Not(IsSet(row[kExportableKey])), "Exportable is TRUE"},
       {by_template ? Truth::kUnknown : logon, "no Smart Card Logon (1.3.6.1.4.1.311.20.2.2)"}}};
}

// What the files taken together come to.
struct Outcome {
  bool any = false;  // one is judged, or may be
  Truth sound = Truth::kTrue;
  std::vector<std::string_view> wanting{};
};

void JudgeFile(Row row, TextPool& pool, Outcome& outcome) {
  const Truth judged = IsJudged(row);
  if (judged == Truth::kFalse) {
    return;
  }
  outcome.any = true;
  if (judged == Truth::kUnknown) {
    outcome.sound = And(outcome.sound, judged);
    return;
  }
  std::string lacks;
  for (const Demand& demand : DemandsOn(row)) {
    outcome.sound = And(outcome.sound, demand.met);
    if (demand.met == Truth::kFalse) {
      lacks.append(lacks.empty() ? ": " : ", ").append(demand.lack);
    }
  }
  if (!lacks.empty()) {
    outcome.wanting.push_back(pool.Intern(std::string(row[kFile].value.text) + lacks));
  }
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  const Table& files = environment.TableOf("environment.request_file");
  const bool old = files.coverage() == Coverage::kNone;
  Outcome outcome;
  for (std::size_t i = 0; !old && i < files.size(); ++i) {
    JudgeFile(files.Row(i), facts.pool, outcome);
  }
  const Provenance& source = files.source();
  Cell answer = Cell::Unknown(old ? files.why() : WhyUnknown::kNotCollected, source);
  if (outcome.any) {
    answer = outcome.sound == Truth::kUnknown ? Cell::Unknown(WhyUnknown::kAmbiguous, source)
                                              : Cell::Bool(outcome.sound == Truth::kTrue, source);
  }
  environment.Put("environment.request_files_sound", answer);
  environment.Put("environment.request_files_wanting",
                  answer.unknown() ? answer : facts.ListCell(outcome.wanting, source));
}

}  // namespace

extern const DerivationSpec kRequestStateDerivation;  // declared again by the generated list

const DerivationSpec kRequestStateDerivation = {
    .name = "request_state", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
