// What rules ask of a template that takes more than one attribute, or evidence beside it: what it
// is compatible with, who may enrol with it, which CA issues it.

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/derived/enrolment_right.h"
#include "collectors/derived/judged_certificate.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.compat_ca", ValueType::kInt,
             "CA compatibility of msPKI-Private-Key-Flag: 4 is 2012, 5 is 2012 R2, 6 is 2016"},
    FactSpec{"template.compat_recipient", ValueType::kInt,
             "recipient compatibility: 4 is Windows 8 and 2012, 5 is 8.1 and 2012 R2, 6 is 10"},
    FactSpec{"template.display_name_is_cn", ValueType::kBool,
             "display name and template name are the same"},
    FactSpec{"template.display_name_makes_cn", ValueType::kBool,
             "the template name is the display name without blanks"},
    FactSpec{"template.import_file", ValueType::kText,
             "edited certutil dump: ready, or closing-line; absent: there is none"},
    FactSpec{"template.issued", ValueType::kBool, "some CA issues it"},
    FactSpec{"template.issued_by", ValueType::kList, "CAs that are known to issue it", "",
             ValueType::kText},
    FactSpec{"template.enrollers", ValueType::kList, "whom some entry allows to enrol", "",
             ValueType::kText},
    FactSpec{"template.broad_enrollers", ValueType::kList,
             "those of them that hold nearly everybody, or every computer", "", ValueType::kText},
    FactSpec{"template.users_may_enroll", ValueType::kBool, "every user may enrol"},
    FactSpec{"template.identity_may_enroll", ValueType::kBool,
             "the declared enrolment identities have Enroll and Read"},
};

// [MS-CRTD] 2.27: bits 16 to 19 and 24 to 27.
void PutCompatibility(SubjectFacts& own) {
  constexpr unsigned kCaShift = 16;
  constexpr unsigned kRecipientShift = 24;
  const Cell& flag = own.Get("template.private_key_flag");
  const auto level = [&flag](unsigned shift) {
    return flag.present()
               ? Cell::Int(static_cast<std::int64_t>(
                               static_cast<std::uint64_t>(flag.value.number) >> shift & 0xFU),
                           flag.source)
               : flag;
  };
  own.Put("template.compat_ca", level(kCaShift));
  own.Put("template.compat_recipient", level(kRecipientShift));
}

// LDAP compares both names without case.
void PutNames(SubjectFacts& own) {
  const Cell& cn = own.Get("template.cn");
  const Cell& display = own.Get("template.display_name");
  if (!cn.present() || !display.present()) {
    const Cell& missing = cn.present() ? display : cn;
    own.Put("template.display_name_is_cn", missing);
    own.Put("template.display_name_makes_cn", missing);
    return;
  }
  std::string joined(display.value.text);
  std::erase(joined, ' ');
  own.Put("template.display_name_is_cn",
          Cell::Bool(SameNoCase(display.value.text, cn.value.text), display.source));
  own.Put("template.display_name_makes_cn",
          Cell::Bool(SameNoCase(joined, cn.value.text), display.source));
}

// That there is no such file is no doubt: a dump of another form is evidence like every export. A
// dump that was taken after the import has the closing line, too: only that the directory does not
// name the provider yet proves that the file is still to be imported.
void PutImportFile(SubjectFacts& own) {
  Cell file = own.Get("template.import_form");
  const Cell& imported = own.Get("template.imported");
  const bool none = file.unknown() && file.why == WhyUnknown::kNotCollected;
  if (none || IsTrue(imported) == Truth::kTrue) {
    file = Cell::Absent(none ? own.Get("template.cn").source : imported.source);
  } else if (TextIs(file, "closing-line") == Truth::kTrue && IsTrue(imported) != Truth::kFalse) {
    file = Cell::Unknown(WhyUnknown::kAmbiguous, file.source);
  }
  own.Put("template.import_file", file);
}

void PutIssued(const Table& issued, SubjectFacts& own, FactSpace& facts) {
  const Cell& cn = own.Get("template.cn");
  if (!cn.present()) {
    return;
  }
  const std::string name = LowerAscii(cn.value.text);
  std::vector<std::string_view> authorities;
  Cell answer = issued.coverage() == Coverage::kComplete
                    ? Cell::Bool(false, issued.source())
                    : Cell::Unknown(issued.why(), issued.source());
  for (std::size_t i = 0; i < issued.size(); ++i) {
    const std::span<const Cell> row = issued.Row(i);
    if (row[0].present() && row[0].value.text == name) {
      answer = Cell::Bool(true, row[0].source);
      if (row[1].present()) {
        authorities.push_back(row[1].value.text);
      }
    }
  }
  own.Put("template.issued", answer);
  own.Put("template.issued_by", authorities.empty()
                                    ? Cell::Unknown(WhyUnknown::kNotCollected, answer.source)
                                    : facts.ListCell(authorities, answer.source));
}

Cell ListOrAbsent(const std::vector<std::string_view>& list,
                  const Provenance& source,
                  FactSpace& facts) {
  return list.empty() ? Cell::Absent(source) : facts.ListCell(list, source);
}

Cell TruthCell(Truth truth, const Provenance& source) {
  return truth == Truth::kUnknown ? Cell::Unknown(WhyUnknown::kAmbiguous, source)
                                  : Cell::Bool(truth == Truth::kTrue, source);
}

// Entries that are not shown may deny what others allow: only the whole list answers.
void PutRights(SubjectFacts& own, FactSpace& facts) {
  const Table& table = own.TableOf("template.right");
  const EnrolmentRights rights(table);
  const std::vector<std::string_view> enrollers = rights.Allowed();
  if (table.coverage() != Coverage::kComplete) {
    const Cell open = Cell::Unknown(table.why(), table.source());
    own.Put("template.enrollers",
            enrollers.empty() ? open : facts.ListCell(enrollers, table.source()));
    for (const char* const fact : {"template.broad_enrollers", "template.users_may_enroll",
                                   "template.identity_may_enroll"}) {
      own.Put(fact, open);
    }
    return;
  }
  const SubjectFacts& environment = facts.Environment().facts;
  const Cell& domains = environment.Get("environment.domains");
  const bool one_domain = domains.present() && domains.value.list.size() == 1 &&
                          IsTrue(environment.Get("environment.domains_complete")) == Truth::kTrue;
  own.Put("template.enrollers", ListOrAbsent(enrollers, table.source(), facts));
  own.Put("template.broad_enrollers", ListOrAbsent(rights.Broad(), table.source(), facts));
  own.Put("template.users_may_enroll",
          TruthCell(rights.UsersMayEnroll(one_domain), table.source()));
  const Cell& identities = environment.Get("environment.enrolment_identities");
  own.Put("template.identity_may_enroll",
          identities.present()
              ? TruthCell(rights.IdentitiesMayEnroll(identities.value.list,
                                                     environment.TableOf("environment.account")),
                          table.source())
              : Cell::Unknown(identities.absent() ? WhyUnknown::kNotCollected : identities.why,
                              identities.source));
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  const Table& issued = facts.Environment().facts.TableOf("environment.issued_template");
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate) {
      PutCompatibility(subject.facts);
      PutNames(subject.facts);
      PutImportFile(subject.facts);
      PutIssued(issued, subject.facts, facts);
      PutRights(subject.facts, facts);
    }
  }
}

}  // namespace

extern const DerivationSpec kTemplateUseDerivation;  // declared again by the generated list

const DerivationSpec kTemplateUseDerivation = {
    .name = "template_use", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
