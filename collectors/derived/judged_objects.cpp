// Which templates and profiles are judged, and by which route.

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.judged", ValueType::kBool, "something refers to this template"},
    FactSpec{"template.route", ValueType::kText, "route it serves"},
    FactSpec{"profile.judged", ValueType::kBool, "the profile is judged"},
    FactSpec{"profile.route", ValueType::kText, "route it serves"},
    FactSpec{"environment.dc_list_complete", ValueType::kBool,
             "every DC is known: of the declared list, or of a directory that lists all of them"},
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

constexpr std::string_view kSmartCardLogon = "1.3.6.1.4.1.311.20.2.2";
constexpr std::string_view kPassportKsp = "usePassportForWorkKspOtherwiseFail";
constexpr std::int64_t kEnrolleeSuppliesSubject = 0x1;  // msPKI-Certificate-Name-Flag
constexpr std::int64_t kExportableKey = 0x10;           // msPKI-Private-Key-Flag, PKCS only

bool SameName(std::string_view a, std::string_view b) {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

// The text of `cell` is in the present list.
bool Names(const Cell& list, const Cell& cell) {
  return list.present() && cell.present() &&
         std::ranges::any_of(list.value.list,
                             [&](std::string_view one) { return SameName(one, cell.value.text); });
}

bool TextIs(const Cell& cell, std::string_view text) {
  return cell.present() && cell.value.text == text;
}

Cell ProfileJudged(const SubjectFacts& profile, const SubjectFacts& environment) {
  const Cell& intended = environment.Get("environment.intended_profiles");
  const Cell& type = profile.Get("profile.type");
  if (Names(intended, profile.Get("profile.display_name")) ||
      Names(intended, profile.Get("profile.id"))) {
    return Cell::Bool(true, intended.source);
  }
  if (TextIs(type, "trusted-root")) {
    return Cell::Bool(false, type.source);
  }
  const Cell& provider = profile.Get("profile.key_storage_provider");
  const Cell& eku = profile.Get("profile.eku");
  if (TextIs(provider, kPassportKsp)) {
    return Cell::Bool(true, provider.source);
  }
  if (eku.present() && std::ranges::find(eku.value.list, kSmartCardLogon) != eku.value.list.end()) {
    return Cell::Bool(true, eku.source);
  }
  if (provider.unknown()) {
    return Cell::Unknown(provider.why, provider.source);
  }
  // An imported PFX has no key usages of its own.
  return eku.unknown() && !TextIs(type, "imported-pfx") ? Cell::Unknown(eku.why, eku.source)
                                                        : Cell::Bool(false, provider.source);
}

Cell ProfileRoute(const SubjectFacts& profile) {
  const Cell& type = profile.Get("profile.type");
  if (TextIs(type, "scep")) {
    return Cell::Text("intune-scep", type.source);
  }
  if (TextIs(type, "pkcs")) {
    return Cell::Text("intune-pkcs", type.source);
  }
  return type.present() ? Cell::Absent(type.source) : Cell::Unknown(type.why, type.source);
}

// The judged PKCS profile that names this template, or null.
const Subject* ReferringProfile(const SubjectFacts& certificate_template, const FactSpace& facts) {
  const Cell& cn = certificate_template.Get("template.cn");
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kCertificateProfile) {
      continue;
    }
    const Cell& judged = subject.facts.Get("profile.judged");
    const Cell& name = subject.facts.Get("profile.template_name");
    if (judged.present() && judged.value.number != 0 && cn.present() && name.present() &&
        SameName(cn.value.text, name.value.text)) {
      return &subject;
    }
  }
  return nullptr;
}

// "No" needs a declared list: a certificate or the NDES registry of a device, which are not in
// the evidence of the environment, may refer to the template.
Cell TemplateJudged(const SubjectFacts& own, const Subject* profile, const Cell& intended) {
  if (Names(intended, own.Get("template.cn"))) {
    return Cell::Bool(true, intended.source);
  }
  if (profile != nullptr) {
    return Cell::Bool(true, profile->facts.Get("profile.template_name").source);
  }
  return intended.present() ? Cell::Bool(false, intended.source)
                            : Cell::Unknown(WhyUnknown::kNotCollected);
}

Cell TemplateRoute(const SubjectFacts& own,
                   const Subject* profile,
                   const SubjectFacts& environment) {
  if (profile != nullptr) {
    return profile->facts.Get("profile.route");
  }
  const Cell& declared = environment.Get("environment.route");
  if (declared.present() &&
      Names(environment.Get("environment.intended_templates"), own.Get("template.cn"))) {
    return declared;
  }
  const Cell& name_flag = own.Get("template.certificate_name_flag");
  if (!name_flag.present()) {
    return name_flag;
  }
  if ((name_flag.value.number & kEnrolleeSuppliesSubject) == 0) {
    return Cell::Text("adcs", name_flag.source);
  }
  const Cell& key_flag = own.Get("template.private_key_flag");
  if (!key_flag.present()) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, name_flag.source);
  }
  const bool exportable = (key_flag.value.number & kExportableKey) != 0;
  return Cell::Text(exportable ? "intune-pkcs" : "intune-scep", key_flag.source);
}

// Complete only when a whole list was read and every trusted certificate in it parsed.
void FillTrustedRoots(FactSpace& facts, SubjectFacts& environment) {
  Table& table = environment.TableOf("environment.trusted_root_profile");
  const Cell& list = environment.Get("environment.profile_list_complete");
  bool complete = list.present() && list.value.number != 0;
  bool any_profile = false;
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kCertificateProfile) {
      continue;
    }
    any_profile = true;
    if (TextIs(subject.facts.Get("profile.type"), "trusted-root")) {
      const std::array row = {subject.facts.Get("profile.certificate_sha1"),
                              subject.facts.Get("profile.certificate_self_issued"),
                              subject.facts.Get("profile.destination_store"),
                              subject.facts.Get("profile.display_name")};
      complete = complete && row[0].present();
      table.Add(row);
    }
  }
  if (any_profile) {
    table.Cover(complete ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kNotCollected,
                list.source);
  }
}

bool HasDomainController(const FactSpace& facts, std::string_view name) {
  return std::ranges::any_of(facts.subjects(), [name](const Subject& subject) {
    if (subject.kind != SubjectKind::kDomainController) {
      return false;
    }
    const Cell& dns_name = subject.facts.Get("dc.dns_name");
    return SameName(subject.name, name) ||
           (dns_name.present() && SameName(dns_name.value.text, name));
  });
}

// Every DC that a whole listing of the directory shows is a subject of its own.
bool DirectoryListsAll(const FactSpace& facts, const Table& listed) {
  if (listed.coverage() != Coverage::kComplete || listed.size() == 0) {
    return false;
  }
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const Cell& name = listed.Row(i)[0];
    if (!name.present() || !HasDomainController(facts, name.value.text)) {
      return false;
    }
  }
  return true;
}

Cell DcListComplete(const FactSpace& facts, const Cell& declared, const Table& listed) {
  if (!declared.present() && DirectoryListsAll(facts, listed)) {
    return Cell::Bool(true, listed.source());
  }
  const bool complete =
      declared.present() && std::ranges::all_of(declared.value.list, [&](std::string_view name) {
        return HasDomainController(facts, name);
      });
  return Cell::Bool(complete, declared.source);
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateProfile) {
      subject.facts.Put("profile.judged", ProfileJudged(subject.facts, environment));
      subject.facts.Put("profile.route", ProfileRoute(subject.facts));
    }
  }
  const Cell& intended = environment.Get("environment.intended_templates");
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate) {
      const Subject* const profile = ReferringProfile(subject.facts, facts);
      subject.facts.Put("template.judged", TemplateJudged(subject.facts, profile, intended));
      subject.facts.Put("template.route", TemplateRoute(subject.facts, profile, environment));
    }
  }
  FillTrustedRoots(facts, environment);
  environment.Put("environment.dc_list_complete",
                  DcListComplete(facts, environment.Get("environment.domain_controllers"),
                                 environment.TableOf("environment.domain_controller")));
}

}  // namespace

extern const DerivationSpec kJudgedObjectsDerivation;  // declared again by the generated list

const DerivationSpec kJudgedObjectsDerivation = {.name = "judged_objects",
                                                 .scope = Scope::kEnvironment,
                                                 .facts = kFacts,
                                                 .tables = kTables,
                                                 .derive = Derive};

}  // namespace whfb::collectors
