// The public key services of the forest: NTAuth, enrolment services and the templates that they
// issue (requirements A3.12 tmpl.issued and those about NTAuth).

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/collector.h"
#include "collectors/directory_view.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::CertificateRecord;
using readers::DirectoryAttribute;
using readers::DirectoryKind;
using readers::DirectoryObject;
using readers::TemplateRecord;

// No column of validity: membership ages like a setting.
constexpr std::array kTrustColumns = {
    ColumnSpec{"sha1", ValueType::kHex, "thumbprint", true},
    ColumnSpec{"subject", ValueType::kDn, "subject name"},
};

enum ServiceColumn : unsigned { kName, kDnsName, kCaSha1, kTemplates };

constexpr std::array kServiceColumns = {
    ColumnSpec{"name", ValueType::kText, "name of the CA", true},
    ColumnSpec{"dns_name", ValueType::kDnsName, "host it runs on"},
    ColumnSpec{"ca_sha1", ValueType::kList, "its certificates", false, ValueType::kHex},
    ColumnSpec{"templates", ValueType::kList, "certificateTemplates: names of templates"},
};

constexpr std::array kIssuedColumns = {
    ColumnSpec{"template", ValueType::kText, "name of the template, lower case", true},
    ColumnSpec{"ca", ValueType::kText, "name of the CA", true},
};

constexpr std::string_view kNtAuthTable = "environment.ntauth_certificate";
constexpr std::string_view kServiceTable = "environment.enrolment_service";
constexpr std::string_view kIssuedTable = "environment.issued_template";

constexpr std::array kTables = {
    TableSpec{kNtAuthTable, "CAs in NTAuthCertificates", kTrustColumns},
    TableSpec{kServiceTable, "CAs published below Enrollment Services", kServiceColumns},
    TableSpec{kIssuedTable, "which CA issues which template", kIssuedColumns},
};

constexpr std::array<std::string_view, 2> kServices = {"objectclass=pkienrollmentservice",
                                                       "objectcategory=pkienrollmentservice"};
constexpr std::string_view kServiceContainer =
    "CN=Enrollment Services, CN=Public Key Services, CN=Services, CN=Configuration";

class PublicKeyServices {
 public:
  PublicKeyServices(const readers::Records& records, FactSpace& facts)
      : records_(records), facts_(facts) {
    for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
      if (record.fields.sha1.present() && record.fields.subject.present()) {
        subject_by_sha1_.emplace(record.fields.sha1.value, record.fields.subject.value);
      }
    }
    for (const TemplateRecord& record : records.Of<TemplateRecord>()) {
      for (const DirectoryAttribute& attribute : record.attributes) {
        if (attribute.name == "objectGUID" && !attribute.values.empty()) {
          template_by_guid_.emplace(attribute.values[0], record.cn);
        }
      }
    }
  }

  void Fill() {
    for (const DirectoryObject& object : records_.Of<DirectoryObject>()) {
      if (object.kind == DirectoryKind::kNtAuth) {
        AddNtAuth(object);
      } else if (object.kind == DirectoryKind::kEnrolmentService) {
        AddService(object);
      }
    }
    FillLocalStores();
    FillIssued();
    Cover();
  }

 private:
  [[nodiscard]] Table& TableOf(std::string_view id) {
    return facts_.Environment().facts.TableOf(id);
  }

  void AddTrusted(std::string_view sha1, const Provenance& source) {
    const auto subject = subject_by_sha1_.find(sha1);
    const std::array row = {facts_.TextCell(sha1, source),
                            subject == subject_by_sha1_.end()
                                ? Cell::Unknown(WhyUnknown::kNotCollected, source)
                                : facts_.TextCell(subject->second, source)};
    TableOf(kNtAuthTable).Add(row);
  }

  // NTAuth is one object: whole when its attribute is.
  void AddNtAuth(const DirectoryObject& object) {
    const DirectoryAttribute* const attribute = object.Find("cACertificate");
    if (attribute == nullptr) {
      const bool none = object.visibility.ProvesAbsent("cACertificate");
      TableOf(kNtAuthTable)
          .Cover(none ? Coverage::kComplete : Coverage::kNone, object.visibility.why,
                 object.source);
      return;
    }
    for (const std::string_view sha1 : attribute->values) {
      AddTrusted(sha1, attribute->source);
    }
    TableOf(kNtAuthTable)
        .Cover(attribute->whole ? Coverage::kComplete : Coverage::kPartial, attribute->why,
               attribute->source);
  }

  // `certutil -enterprise -store NTAuth` lists the copy of one machine: what is in it was
  // published, but it may lag behind.
  void FillLocalStores() {
    for (const CertificateRecord& record : records_.Of<CertificateRecord>()) {
      if (record.store == "ntauth" && record.fields.sha1.present()) {
        AddTrusted(record.fields.sha1.value, record.source);
        TableOf(kNtAuthTable).Cover(Coverage::kPartial, WhyUnknown::kNotCollected, record.source);
      }
    }
  }

  // What a CA lists itself, of which the command tells the name or nobody does.
  void FillIssued() {
    for (const readers::IssuedTemplates& list : records_.Of<readers::IssuedTemplates>()) {
      const Cell ca = list.ca.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, list.source)
                                      : facts_.TextCell(list.ca, list.source);
      for (const std::string_view name : list.templates) {
        AddIssued(name, ca, list.source);
      }
      TableOf(kIssuedTable)
          .Cover(Coverage::kPartial, list.complete ? WhyUnknown::kNotCollected : list.why,
                 list.source);
    }
  }

  Cell NameCell(const DirectoryObject& object) {
    const Cell cn = MandatoryCell(object, "cn", ValueType::kText, facts_);
    return cn.present() ? cn : MandatoryCell(object, "name", ValueType::kText, facts_);
  }

  void AddService(const DirectoryObject& object) {
    std::array<Cell, kServiceColumns.size()> row{};
    row[kName] = NameCell(object);
    row[kDnsName] = DirectoryCell(object, "dNSHostName", ValueType::kDnsName, facts_);
    row[kCaSha1] = DirectoryCell(object, "cACertificate", ValueType::kList, facts_);
    row[kTemplates] = DirectoryCell(object, "certificateTemplates", ValueType::kList, facts_);
    every_list_known_ = every_list_known_ && !row[kTemplates].unknown();
    TableOf(kServiceTable).Add(row);
    TableOf(kServiceTable).Cover(Coverage::kPartial, WhyUnknown::kNotCollected, object.source);
    TableOf(kIssuedTable).Cover(Coverage::kPartial, WhyUnknown::kNotCollected, object.source);
    if (const DirectoryAttribute* const listed = object.Find("certificateTemplates")) {
      for (const std::string_view name : listed->values) {
        AddIssued(name, row[kName], listed->source);
      }
    }
    if (const DirectoryAttribute* const listed = object.Find(readers::kPublishedGuids)) {
      for (const std::string_view guid : listed->values) {
        if (const auto found = template_by_guid_.find(guid); found != template_by_guid_.end()) {
          AddIssued(found->second, row[kName], listed->source);
        }
      }
    }
  }

  void AddIssued(std::string_view name, const Cell& ca, const Provenance& source) {
    TableOf(kIssuedTable).Add(std::array{facts_.TextCell(LowerAscii(name), source), ca});
  }

  // Each CA is an object of its own: only a search shows that there are no others.
  void Cover() {
    const auto* const search = FindSearchBelow(records_, kServiceContainer, kServices);
    if (search == nullptr) {
      return;
    }
    TableOf(kServiceTable).Cover(Coverage::kComplete, WhyUnknown::kNotCollected, search->source);
    if (every_list_known_) {
      TableOf(kIssuedTable).Cover(Coverage::kComplete, WhyUnknown::kNotCollected, search->source);
    }
  }

  const readers::Records& records_;
  FactSpace& facts_;
  bool every_list_known_ = true;
  std::unordered_map<std::string_view, std::string_view> subject_by_sha1_{};
  std::unordered_map<std::string_view, std::string_view> template_by_guid_{};
};

void Collect(const CollectInput& input, FactSpace& facts) {
  if (!input.records.Of<DirectoryObject>().empty() ||
      !input.records.Of<readers::DirectorySearch>().empty() ||
      !input.records.Of<readers::IssuedTemplates>().empty() ||
      !input.records.Of<CertificateRecord>().empty()) {
    PublicKeyServices(input.records, facts).Fill();
  }
}

}  // namespace

extern const CollectorSpec kDirectoryPkiCollector;  // declared again by the generated list

const CollectorSpec kDirectoryPkiCollector = {
    .name = "directory_pki", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
