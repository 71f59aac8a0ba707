// Which templates and profiles are judged, and by which route.

#include "collectors/derived/judged_objects.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.judged", ValueType::kBool, "something refers to this template"},
    FactSpec{"template.route", ValueType::kText, "route it serves"},
    FactSpec{"profile.judged", ValueType::kBool, "the profile is judged"},
    FactSpec{"profile.route", ValueType::kText, "route it serves"},
    FactSpec{"environment.dc_list_complete", ValueType::kBool,
             "every DC of the declared complete list has evidence; unknown without such a list"},
    FactSpec{"environment.strong_mapping_enforced", ValueType::kBool,
             "the declared date of full enforcement, else the documented one, has come"},
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

// The text of `cell` is in the present list.
bool Names(const Cell& list, const Cell& cell) {
  return list.present() && cell.present() &&
         std::ranges::any_of(list.value.list, [&](std::string_view one) {
           return SameNoCase(one, cell.value.text);
         });
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
        SameNoCase(cn.value.text, name.value.text)) {
      return &subject;
    }
  }
  return nullptr;
}

// "No" needs a declared list: a certificate or the NDES registry of a device, which are not in
// the evidence of the environment, may refer to the template (JudgeReferencedTemplates).
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

// Its certificates were seen; that the intent file names it is no evidence.
bool HasDomainController(const FactSpace& facts, std::string_view name) {
  return std::ranges::any_of(facts.subjects(), [name](const Subject& subject) {
    if (subject.kind != SubjectKind::kDomainController ||
        subject.facts.TableOf("dc.certificate").coverage() == Coverage::kNone) {
      return false;
    }
    const Cell& dns_name = subject.facts.Get("dc.dns_name");
    return SameNoCase(subject.name, name) ||
           (dns_name.present() && SameNoCase(dns_name.value.text, name));
  });
}

Cell DcListComplete(const FactSpace& facts, const Cell& declared) {
  if (!declared.present()) {
    return Cell::Unknown(WhyUnknown::kNotCollected, declared.source);
  }
  const bool complete = std::ranges::all_of(
      declared.value.list, [&](std::string_view name) { return HasDomainController(facts, name); });
  return Cell::Bool(complete, declared.source);
}

// KB5014754: domain controllers enforce since 2025-02-11 unless something else was arranged, which
// only the intent file can tell.
Cell StrongMappingEnforced(const Cell& declared, Ticks now) {
  if (declared.unknown() && declared.why != WhyUnknown::kNotCollected) {
    return Cell::Unknown(declared.why, declared.source);
  }
  const Result<Ticks> documented = ParseTime("2025-02-11", "KB5014754");
  const Ticks from = declared.present() ? declared.value.time.latest : *documented;
  return Cell::Bool(now >= from, declared.source);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
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
  environment.Put(
      "environment.strong_mapping_enforced",
      StrongMappingEnforced(environment.Get("environment.enforcement_date"), input.moment.now));
  environment.Put("environment.dc_list_complete",
                  DcListComplete(facts, environment.Get("environment.domain_controllers")));
}

}  // namespace

void AddTemplateReferences(const FactSpace& device, std::set<std::string>& references) {
  for (const Subject& subject : device.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    for (const char* const fact :
         {"user.rdp_certificate.template_oid", "user.rdp_certificate.template_name"}) {
      const Cell& cell = subject.facts.Get(fact);
      if (cell.present()) {
        references.emplace(cell.value.text);
      }
    }
  }
}

void JudgeReferencedTemplates(const std::set<std::string>& references, FactSpace& environment) {
  const auto referenced = [&](const Cell& cell) {
    return cell.present() && std::ranges::any_of(references, [&](const std::string& reference) {
             return SameNoCase(reference, cell.value.text);
           });
  };
  for (Subject& subject : environment.subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate &&
        (referenced(subject.facts.Get("template.oid")) ||
         referenced(subject.facts.Get("template.cn")))) {
      subject.facts.Put("template.judged", Cell::Bool(true, {}));
    }
  }
}

extern const DerivationSpec kJudgedObjectsDerivation;  // declared again by the generated list

const DerivationSpec kJudgedObjectsDerivation = {.name = "judged_objects",
                                                 .scope = Scope::kEnvironment,
                                                 .facts = kFacts,
                                                 .tables = kTables,
                                                 .derive = Derive};

}  // namespace whfb::collectors
