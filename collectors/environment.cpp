// What the operator declares (intent file) and which CAs, roots and domain names the evidence
// shows.

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.name", ValueType::kDnsName, "forest root DNS name", "", ValueType::kText,
             true},
    FactSpec{"environment.tenant_id", ValueType::kText, "Entra tenant id", "", ValueType::kText,
             true},
    FactSpec{"environment.route", ValueType::kText,
             "declared route: intune-scep intune-pkcs adcs third-party"},
    FactSpec{"environment.join_types", ValueType::kList,
             "declared join types in scope: entra hybrid", "", ValueType::kText},
    FactSpec{"environment.domains", ValueType::kList, "AD domain DNS names", "",
             ValueType::kDnsName},
    FactSpec{"environment.domains_complete", ValueType::kBool,
             "declared: every domain of every forest is in environment.domains"},
    FactSpec{"environment.upn_suffixes", ValueType::kList, "declared UPN suffixes", "",
             ValueType::kDnsName},
    FactSpec{"environment.domain_controllers", ValueType::kList,
             "declared domain controllers, complete list", "", ValueType::kDnsName},
    FactSpec{"environment.enforcement_date", ValueType::kTime,
             "declared date of KDC full enforcement"},
    FactSpec{"environment.explicit_mappings", ValueType::kBool,
             "declared: accounts are mapped to certificates by altSecurityIdentities"},
    FactSpec{"environment.intended_templates", ValueType::kList, "declared template names", "",
             ValueType::kText},
    FactSpec{"environment.intended_profiles", ValueType::kList, "declared profile names or ids", "",
             ValueType::kText},
    FactSpec{"environment.issuing_cas", ValueType::kList,
             "declared issuing CAs: thumbprint or subject", "", ValueType::kText},
    FactSpec{"environment.issuing_cas_complete", ValueType::kBool,
             "declared: every CA that may issue is in environment.issuing_cas"},
    FactSpec{"environment.enrolment_identities", ValueType::kList,
             "declared accounts that enrol: name or SID", "", ValueType::kText},
    FactSpec{"environment.expected_devices", ValueType::kList, "declared device names", "",
             ValueType::kText},
    FactSpec{"environment.remote_hosts", ValueType::kList,
             "declared Remote Desktop hosts: host names or FQDNs", "", ValueType::kText},
    FactSpec{"environment.expected_users", ValueType::kList, "declared users: UPN or SID", "",
             ValueType::kText},
};

using readers::IntentItem;

// How a declared value becomes the text of a fact.
enum class Form : std::uint8_t { kAsWritten, kLower, kDnsName, kGuid, kThumbprint };

struct ListSource {
  std::string_view fact;
  std::string_view path;
  Form form = Form::kAsWritten;
};

constexpr std::array kLists = {
    ListSource{"environment.join_types", "join-type"},
    ListSource{"environment.domains", "forest@name", Form::kDnsName},
    ListSource{"environment.domains", "forest/domain@name", Form::kDnsName},
    ListSource{"environment.upn_suffixes", "forest/upn-suffix@name", Form::kDnsName},
    ListSource{"environment.intended_templates", "template@name"},
    ListSource{"environment.intended_profiles", "profile@name"},
    ListSource{"environment.intended_profiles", "profile@id", Form::kGuid},
    ListSource{"environment.issuing_cas", "issuing-ca@thumbprint", Form::kThumbprint},
    ListSource{"environment.issuing_cas", "issuing-ca@subject"},
    ListSource{"environment.enrolment_identities", "enrolment-identity@name"},
    ListSource{"environment.enrolment_identities", "enrolment-identity@sid"},
    ListSource{"environment.expected_devices", "expected-device@name"},
    ListSource{"environment.remote_hosts", "remote-host@name"},
    ListSource{"environment.expected_users", "expected-user@upn", Form::kLower},
    ListSource{"environment.expected_users", "expected-user@sid"},
};

// Facts that only an intent file can tell: with one, what it leaves out is absent.
constexpr std::array<std::string_view, 13> kDeclaredOnly = {
    "environment.issuing_cas",
    "environment.remote_hosts",
    "environment.route",
    "environment.join_types",
    "environment.upn_suffixes",
    "environment.domain_controllers",
    "environment.enforcement_date",
    "environment.explicit_mappings",
    "environment.intended_templates",
    "environment.intended_profiles",
    "environment.enrolment_identities",
    "environment.expected_devices",
    "environment.expected_users",
};

// Those of them that are absent without an intent file too: no CA is declared (requirement A5.2 has
// an answer for that), and no device is a Remote Desktop host.
constexpr std::span kAbsentWithoutIntent = std::span(kDeclaredOnly).first(2);

std::string Formed(std::string_view value, Form form) {
  std::string text;
  for (const char letter : value) {
    const bool separator = form == Form::kThumbprint && (letter == ' ' || letter == ':');
    const bool brace = form == Form::kGuid && (letter == '{' || letter == '}');
    if (!separator && !brace) {
      const bool upper = form != Form::kAsWritten && letter >= 'A' && letter <= 'Z';
      text.push_back(upper ? static_cast<char>(letter - 'A' + 'a') : letter);
    }
  }
  while (form == Form::kDnsName && text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

class Intent {
 public:
  Intent(std::span<const IntentItem> items, FactSpace& facts) : items_(items), facts_(facts) {}

  void Fill() {
    Text("environment.name", "forest@name", Form::kDnsName);
    Text("environment.tenant_id", "tenant@id", Form::kGuid);
    Text("environment.route", "route", Form::kAsWritten);
    for (const ListSource& list : kLists) {
      List(list.fact);
    }
    DomainsComplete();
    IssuingCasComplete();
    DomainControllers();
    Date();
    ExplicitMappings();
  }

 private:
  [[nodiscard]] const IntentItem* First(std::string_view path) const {
    const auto found = std::ranges::find(items_, path, &IntentItem::path);
    return found == items_.end() ? nullptr : &*found;
  }

  void Text(std::string_view fact, std::string_view path, Form form) {
    if (const IntentItem* const item = First(path)) {
      facts_.Environment().facts.Set(fact,
                                     facts_.TextCell(Formed(item->value, form), item->source));
    }
  }

  // The distinct values of one path or several. A tenant has 100,000 users: no list is searched.
  struct Values {
    std::vector<std::string_view> list{};
    std::unordered_set<std::string_view> known{};
    Provenance source{};
  };

  void Take(std::string_view path, Form form, Values& values) {
    for (const IntentItem& item : items_) {
      if (item.path != path) {
        continue;
      }
      const std::string_view text = facts_.pool.Intern(Formed(item.value, form));
      if (values.known.insert(text).second) {
        values.list.push_back(text);
        values.source = values.source.evidence == 0 ? item.source : values.source;
      }
    }
  }

  // Every source of the fact in one list.
  void List(std::string_view fact) {
    SubjectFacts& environment = facts_.Environment().facts;
    if (environment.Get(fact).present()) {
      return;  // a list with several sources comes up once for each
    }
    Values values;
    for (const ListSource& one : kLists) {
      if (one.fact == fact) {
        Take(one.path, one.form, values);
      }
    }
    if (!values.list.empty()) {
      environment.Set(fact, facts_.ListCell(values.list, values.source));
    }
  }

  // Whether each of what holds a list says that it is complete.
  void Complete(std::string_view fact, std::string_view holder, std::string_view says) {
    const auto holders = std::ranges::count(items_, holder, &IntentItem::path);
    const auto complete = std::ranges::count_if(items_, [says](const IntentItem& item) {
      return item.path == says && item.value == "true";
    });
    facts_.Environment().facts.Set(
        fact, Cell::Bool(holders != 0 && holders == complete, items_.front().source));
  }

  void DomainsComplete() {
    Complete("environment.domains_complete", "forest@name", "forest@domains-complete");
  }

  void IssuingCasComplete() {
    Complete("environment.issuing_cas_complete", "@version", "@issuing-cas-complete");
  }

  // Only a list that says that it is complete.
  void DomainControllers() {
    const IntentItem* const complete = First("forest/domain-controllers@complete");
    if (complete == nullptr || complete->value != "true") {
      return;
    }
    Values values{.source = complete->source};
    Take("forest/domain-controllers/domain-controller@name", Form::kDnsName, values);
    if (!values.list.empty()) {
      facts_.Environment().facts.Set("environment.domain_controllers",
                                     facts_.ListCell(values.list, values.source));
    }
  }

  void Date() {
    const IntentItem* const item = First("kdc-enforcement@date");
    if (item == nullptr) {
      return;
    }
    const Result<Ticks> time = ParseTime(item->value, "kdc-enforcement");
    facts_.Environment().facts.Set("environment.enforcement_date",
                                   time ? Cell::Time({*time, *time}, item->source)
                                        : Cell::Unknown(WhyUnknown::kMalformed, item->source));
  }

  void ExplicitMappings() {
    if (const IntentItem* const used = First("explicit-mappings@used")) {
      facts_.Environment().facts.Set("environment.explicit_mappings",
                                     Cell::Bool(used->value == "true", used->source));
    }
  }

  std::span<const IntentItem> items_;
  FactSpace& facts_;
};

// `answer` for every declared fact that nothing is known of.
void FillRest(std::span<const std::string_view> names, const Cell& answer, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  for (const std::string_view fact : names) {
    if (environment.Get(fact).unknown() && environment.Get(fact).why == WhyUnknown::kNotCollected) {
      environment.Set(fact, answer);
    }
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const auto items = input.records.Of<IntentItem>();
  if (!items.empty()) {
    Intent(items, facts).Fill();
  }
  const auto rejected = input.records.Of<readers::RejectedIntent>();
  if (!rejected.empty()) {
    FillRest(kDeclaredOnly, Cell::Unknown(WhyUnknown::kMalformed, rejected.front().source), facts);
  } else if (!items.empty()) {
    FillRest(kDeclaredOnly, Cell::Absent(items.front().source), facts);
  } else {
    FillRest(kAbsentWithoutIntent, Cell::Absent({}), facts);
  }
}

}  // namespace

extern const CollectorSpec kEnvironmentCollector;  // declared again by the generated list

const CollectorSpec kEnvironmentCollector = {
    .name = "environment", .scope = Scope::kEnvironment, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
