// The public key services of the forest: NTAuth, CAs that are published as trusted, enrolment
// services and the templates that they issue.

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/directory_view.h"
#include "collectors/readers/ldap_name.h"
#include "collectors/readers/small_records.h"

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
    ColumnSpec{"subject_key_id", ValueType::kHex, "SKI"},
};

enum ServiceColumn : unsigned { kName, kDnsName, kCaSha1, kCaSubject, kTemplates };

constexpr std::array kServiceColumns = {
    ColumnSpec{"name", ValueType::kText, "name of the CA", true},
    ColumnSpec{"dns_name", ValueType::kDnsName, "host it runs on"},
    ColumnSpec{"ca_sha1", ValueType::kList, "its certificates", false, ValueType::kHex},
    ColumnSpec{"ca_subject", ValueType::kDn, "cACertificateDN"},
    ColumnSpec{"templates", ValueType::kList, "certificateTemplates: names of templates"},
};

constexpr std::array kIssuedColumns = {
    ColumnSpec{"ca", ValueType::kText, "name of the CA", true},
    ColumnSpec{"template", ValueType::kText, "name of the template", true},
};

constexpr std::array kTables = {
    TableSpec{"environment.ntauth_certificate", "CAs in NTAuthCertificates", kTrustColumns},
    TableSpec{"environment.directory_root_ca", "CAs published below Certification Authorities",
              kTrustColumns},
    TableSpec{"environment.directory_aia_ca", "CAs published below AIA", kTrustColumns},
    TableSpec{"environment.enrolment_service", "CAs published below Enrollment Services",
              kServiceColumns},
    TableSpec{"environment.issued_template", "which CA issues which template", kIssuedColumns},
};

constexpr std::array<std::string_view, 2> kAuthorities = {"objectclass=certificationauthority",
                                                          "objectcategory=certificationauthority"};
constexpr std::array<std::string_view, 2> kServices = {"objectclass=pkienrollmentservice",
                                                       "objectcategory=pkienrollmentservice"};
constexpr std::string_view kPublicKeyServices =
    "CN=Public Key Services, CN=Services, CN=Configuration";

struct Trust {
  DirectoryKind kind = DirectoryKind::kNtAuth;
  std::string_view table{};
  std::string_view container{};  // in front of Public Key Services
};

constexpr std::array kTrusts = {
    Trust{DirectoryKind::kNtAuth, "environment.ntauth_certificate", ""},
    Trust{DirectoryKind::kRootCa, "environment.directory_root_ca",
          "CN=Certification Authorities, "},
    Trust{DirectoryKind::kIntermediateCa, "environment.directory_aia_ca", "CN=AIA, "},
};

class PublicKeyServices {
 public:
  PublicKeyServices(const readers::Records& records, FactSpace& facts)
      : records_(records), searches_(records), facts_(facts) {
    for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
      if (record.fields.sha1.present()) {
        by_sha1_.emplace(record.fields.sha1.value, &record);
      }
    }
  }

  void Fill() {
    for (const Trust& trust : kTrusts) {
      FillTrust(trust);
    }
    FillLocalStores();
    NameTemplates();
    FillServices();
    FillIssued();
  }

 private:
  [[nodiscard]] Table& TableOf(std::string_view id) {
    return facts_.Environment().facts.TableOf(id);
  }

  void AddTrusted(std::string_view sha1, const Provenance& source, Table& table) {
    std::array<Cell, kTrustColumns.size()> row = {facts_.TextCell(sha1, source),
                                                  Cell::Unknown(WhyUnknown::kNotCollected, source),
                                                  Cell::Unknown(WhyUnknown::kNotCollected, source)};
    if (const auto known = by_sha1_.find(sha1); known != by_sha1_.end()) {
      const CertificateRow certificate = FillCertificateRow(*known->second, facts_);
      row[1] = certificate[kSubject];
      row[2] = certificate[kSubjectKeyId];
    }
    table.Add(row);
  }

  // The certificates of one object. False: some may be missing.
  bool AddObject(const DirectoryObject& object, bool alone, Table& table) {
    const DirectoryAttribute* const attribute = object.Find("cACertificate");
    const bool whole =
        attribute == nullptr ? object.visibility.ProvesAbsent("cACertificate") : attribute->whole;
    if (attribute != nullptr) {
      for (const std::string_view sha1 : attribute->values) {
        AddTrusted(sha1, attribute->source, table);
      }
    }
    table.Cover(whole && alone ? Coverage::kComplete : Coverage::kPartial,
                attribute == nullptr || whole ? WhyUnknown::kNotCollected : attribute->why,
                object.source);
    return whole;
  }

  // NTAuth is one object, whole when its attribute is; of the others each CA is one, and only a
  // search shows that there are no more.
  void FillTrust(const Trust& trust) {
    Table& table = TableOf(trust.table);
    bool whole = true;
    for (const DirectoryObject& object : records_.Of<DirectoryObject>()) {
      if (object.kind == trust.kind) {
        whole = AddObject(object, trust.kind == DirectoryKind::kNtAuth, table) && whole;
      }
    }
    const std::string container = std::string(trust.container).append(kPublicKeyServices);
    const auto* const search = searches_.Below(container, kAuthorities);
    if (search != nullptr && whole) {
      table.Cover(Coverage::kComplete, WhyUnknown::kNotCollected, search->source);
    }
  }

  // `certutil -enterprise -store NTAuth` lists the copy of one machine: what is in it was
  // published, but it may lag behind.
  void FillLocalStores() {
    Table& table = TableOf("environment.ntauth_certificate");
    for (const CertificateRecord& record : records_.Of<CertificateRecord>()) {
      if (record.store == "ntauth" && record.fields.sha1.present()) {
        AddTrusted(record.fields.sha1.value, record.source, table);
        table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, record.source);
      }
    }
  }

  // Names as other exports spell them, by GUID and by folded name.
  void NameTemplates() {
    for (const bool exact : {true, false}) {
      for (const TemplateRecord& record : records_.Of<TemplateRecord>()) {
        if (record.exact_name == exact && !record.cn.empty()) {
          NameTemplate(record);
        }
      }
    }
  }

  void NameTemplate(const TemplateRecord& record) {
    const auto [named, added] = template_names_.emplace(FoldedText(record.cn), record.cn);
    const auto guid = std::ranges::find(record.attributes, "objectGUID", &DirectoryAttribute::name);
    if (guid != record.attributes.end() && !guid->values.empty()) {
      template_by_guid_.emplace(guid->values[0], named->second);
    }
  }

  // A set, which exports write in any order. BloodHound lists templates by GUID: one whose template
  // is not shown leaves the list unknown.
  Cell TemplatesCell(const DirectoryObject& object, std::vector<std::string_view>& names) {
    const DirectoryAttribute* const guids = object.Find("certificateTemplateGuids");
    const DirectoryAttribute* const listed = object.Find("certificateTemplates");
    if (guids == nullptr) {
      const Cell cell = DirectoryCell(object, "certificateTemplates", ValueType::kList, facts_);
      if (listed != nullptr) {
        names.assign(listed->values.begin(), listed->values.end());
        std::ranges::sort(names);
      }
      return cell.present() ? facts_.ListCell(names, cell.source) : cell;
    }
    bool whole = guids->whole;
    for (const std::string_view guid : guids->values) {
      const auto known = template_by_guid_.find(guid);
      whole = whole && known != template_by_guid_.end();
      if (known != template_by_guid_.end()) {
        names.push_back(known->second);
      }
    }
    std::ranges::sort(names);
    if (!whole) {
      return Cell::Unknown(WhyUnknown::kNotCollected, guids->source);
    }
    return names.empty() ? Cell::Absent(guids->source) : facts_.ListCell(names, guids->source);
  }

  // The first spelling of a CA's name is that of all.
  std::string_view ServiceName(std::string_view name) {
    return services_.emplace(FoldedText(name), name).first->second;
  }

  void AddIssued(std::string_view ca, std::string_view cn, const Provenance& source) {
    const std::array row = {
        ca.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, source) : facts_.TextCell(ca, source),
        facts_.TextCell(cn, source)};
    TableOf("environment.issued_template").Add(row);
  }

  void AddService(const DirectoryObject& object) {
    std::array<Cell, kServiceColumns.size()> row{};
    row[kName] = MandatoryCell(object, "cn", ValueType::kText, facts_);
    if (!row[kName].present()) {
      row[kName] = MandatoryCell(object, "name", ValueType::kText, facts_);
    }
    if (row[kName].present()) {
      row[kName] = facts_.TextCell(ServiceName(row[kName].value.text), row[kName].source);
    }
    row[kDnsName] = DirectoryCell(object, "dNSHostName", ValueType::kDnsName, facts_);
    row[kCaSha1] = DirectoryCell(object, "cACertificate", ValueType::kList, facts_);
    row[kCaSubject] = SubjectCell(object);
    std::vector<std::string_view> names;
    row[kTemplates] = TemplatesCell(object, names);
    for (const std::string_view name : names) {
      AddIssued(row[kName].present() ? row[kName].value.text : std::string_view{}, name,
                row[kTemplates].source);
    }
    TableOf("environment.enrolment_service").Add(row);
  }

  Cell SubjectCell(const DirectoryObject& object) {
    const Cell written = DirectoryCell(object, "cACertificateDN", ValueType::kText, facts_);
    std::string name;
    return written.present() && readers::LdapNameText(written.value.text, name)
               ? facts_.TextCell(name, written.source)
               : written;
  }

  [[nodiscard]] bool EveryListKnown() {
    const Table& services = TableOf("environment.enrolment_service");
    for (std::size_t i = 0; i < services.size(); ++i) {
      if (services.Row(i)[kTemplates].unknown()) {
        return false;
      }
    }
    return true;
  }

  void FillServices() {
    for (const DirectoryObject& object : records_.Of<DirectoryObject>()) {
      if (object.kind == DirectoryKind::kEnrolmentService) {
        AddService(object);
        TableOf("environment.enrolment_service")
            .Cover(Coverage::kPartial, WhyUnknown::kNotCollected, object.source);
        TableOf("environment.issued_template")
            .Cover(Coverage::kPartial, WhyUnknown::kNotCollected, object.source);
      }
    }
    const std::string container =
        std::string("CN=Enrollment Services, ").append(kPublicKeyServices);
    if (const auto* const search = searches_.Below(container, kServices)) {
      TableOf("environment.enrolment_service")
          .Cover(Coverage::kComplete, WhyUnknown::kNotCollected, search->source);
      if (EveryListKnown()) {
        TableOf("environment.issued_template")
            .Cover(Coverage::kComplete, WhyUnknown::kNotCollected, search->source);
      }
    }
  }

  // Lists of templates that do not come from the object of the CA.
  void FillIssued() {
    Table& table = TableOf("environment.issued_template");
    for (const readers::IssuedTemplates& list : records_.Of<readers::IssuedTemplates>()) {
      for (const std::string_view name : list.templates) {
        AddIssued(list.ca, name, list.source);
      }
      table.Cover(Coverage::kPartial, list.complete ? WhyUnknown::kNotCollected : list.why,
                  list.source);
    }
    for (const TemplateRecord& record : records_.Of<TemplateRecord>()) {
      const auto issuers =
          std::ranges::find(record.attributes, "issuingCas", &DirectoryAttribute::name);
      for (std::size_t i = 0; issuers != record.attributes.end() && i < issuers->values.size();
           ++i) {
        AddIssued(ServiceName(issuers->values[i]), record.cn, issuers->source);
        table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, issuers->source);
      }
    }
  }

  const readers::Records& records_;
  DirectorySearches searches_;
  FactSpace& facts_;
  std::unordered_map<std::string_view, const CertificateRecord*> by_sha1_{};
  std::unordered_map<std::string, std::string_view> template_names_{};
  std::unordered_map<std::string_view, std::string_view> template_by_guid_{};
  std::unordered_map<std::string, std::string_view> services_{};
};

void Collect(const CollectInput& input, FactSpace& facts) {
  const bool any = !input.records.Of<DirectoryObject>().empty() ||
                   !input.records.Of<readers::DirectorySearch>().empty() ||
                   !input.records.Of<readers::IssuedTemplates>().empty() ||
                   !input.records.Of<TemplateRecord>().empty() ||
                   !input.records.Of<CertificateRecord>().empty();
  if (any) {
    PublicKeyServices(input.records, facts).Fill();
  }
}

}  // namespace

extern const CollectorSpec kDirectoryPkiCollector;  // declared again by the generated list

const CollectorSpec kDirectoryPkiCollector = {
    .name = "directory_pki", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
