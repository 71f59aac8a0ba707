#include "collectors/readers/directory_schema.h"

#include <algorithm>
#include <array>

#include "collectors/readers/ldap_name.h"

namespace whfb::readers {

namespace {

// [MS-ADA1], [MS-ADA2], [MS-ADA3]; in alphabetical order without regard to case.
constexpr std::array kAttributes = {
    SchemaAttribute{"altSecurityIdentities"},
    SchemaAttribute{"cACertificate", Syntax::kCertificate},
    SchemaAttribute{"cACertificateDN", Syntax::kText},
    SchemaAttribute{"certificateTemplates"},
    SchemaAttribute{"cn"},
    SchemaAttribute{"displayName"},
    SchemaAttribute{"distinguishedName", Syntax::kName},
    SchemaAttribute{"dNSHostName"},
    SchemaAttribute{"dnsRoot"},
    SchemaAttribute{"flags"},
    SchemaAttribute{"instanceType"},
    SchemaAttribute{"msPKI-Asymmetric-Algorithm"},
    SchemaAttribute{"msPKI-Cert-Template-OID"},
    SchemaAttribute{"msPKI-Certificate-Application-Policy"},
    SchemaAttribute{"msPKI-Certificate-Name-Flag"},
    SchemaAttribute{"msPKI-Certificate-Policy"},
    SchemaAttribute{"msPKI-Enrollment-Flag"},
    SchemaAttribute{"msPKI-Hash-Algorithm"},
    SchemaAttribute{"msPKI-Minimal-Key-Size"},
    SchemaAttribute{"msPKI-Private-Key-Flag"},
    SchemaAttribute{"msPKI-RA-Application-Policies"},
    SchemaAttribute{"msPKI-RA-Policies"},
    SchemaAttribute{"msPKI-RA-Signature"},
    SchemaAttribute{"msPKI-Supersede-Templates"},
    SchemaAttribute{"msPKI-Template-Minor-Revision"},
    SchemaAttribute{"msPKI-Template-Schema-Version"},
    SchemaAttribute{"name"},
    SchemaAttribute{"nCName", Syntax::kName},
    SchemaAttribute{"nETBIOSName"},
    SchemaAttribute{"nTSecurityDescriptor", Syntax::kDescriptor},
    SchemaAttribute{"objectCategory", Syntax::kName},
    SchemaAttribute{"objectClass"},
    SchemaAttribute{"objectGUID", Syntax::kGuid},
    SchemaAttribute{"objectSid", Syntax::kSid},
    SchemaAttribute{"operatingSystem"},
    SchemaAttribute{"operatingSystemVersion"},
    SchemaAttribute{"pKICriticalExtensions"},
    SchemaAttribute{"pKIDefaultCSPs"},
    SchemaAttribute{"pKIDefaultKeySpec"},
    SchemaAttribute{"pKIExpirationPeriod", Syntax::kOctets},
    SchemaAttribute{"pKIExtendedKeyUsage"},
    SchemaAttribute{"pKIKeyUsage", Syntax::kOctets},
    SchemaAttribute{"pKIMaxIssuingDepth"},
    SchemaAttribute{"pKIOverlapPeriod", Syntax::kOctets},
    SchemaAttribute{"primaryGroupID"},
    SchemaAttribute{"revision"},
    SchemaAttribute{"rootDomainNamingContext", Syntax::kName},
    SchemaAttribute{"sAMAccountName"},
    SchemaAttribute{"serverReference", Syntax::kName},
    SchemaAttribute{"systemFlags"},
    SchemaAttribute{"uPNSuffixes"},
    SchemaAttribute{"userAccountControl"},
    SchemaAttribute{"userPrincipalName"},
    SchemaAttribute{"whenChanged"},
    SchemaAttribute{"whenCreated"},
};

constexpr char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

constexpr bool Before(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(a, b, {}, Lower, Lower);
}

static_assert(std::ranges::is_sorted(kAttributes, Before, &SchemaAttribute::name));

constexpr std::string_view kServices = "CN=Public Key Services, CN=Services, CN=Configuration, DC=";

// `name` begins with `part` and goes on below Public Key Services.
bool LiesIn(std::string_view name, std::string_view part) {
  return name.size() > part.size() + kServices.size() &&
         SameName(name.substr(0, part.size()), part) &&
         SameName(name.substr(part.size(), kServices.size()), kServices);
}

bool ChildOf(std::string_view name, std::string_view part) {
  return LiesIn(ParentName(name), part);
}

std::optional<DirectoryKind> PkiKind(std::string_view name) {
  if (LiesIn(name, "CN=NTAuthCertificates, ")) {
    return DirectoryKind::kNtAuth;
  }
  if (ChildOf(name, "CN=Certification Authorities, ")) {
    return DirectoryKind::kRootCa;
  }
  if (ChildOf(name, "CN=AIA, ")) {
    return DirectoryKind::kIntermediateCa;
  }
  return ChildOf(name, "CN=Enrollment Services, ") ? std::optional(DirectoryKind::kEnrolmentService)
                                                   : std::nullopt;
}

struct ClassKind {
  std::string_view lower_class{};
  DirectoryKind kind = DirectoryKind::kUser;
};

constexpr std::array kClasses = {
    ClassKind{"pkienrollmentservice", DirectoryKind::kEnrolmentService},
    ClassKind{"computer", DirectoryKind::kComputer},  // which are users as well
    ClassKind{"user", DirectoryKind::kUser},
    ClassKind{"inetorgperson", DirectoryKind::kUser},
    ClassKind{"crossref", DirectoryKind::kCrossRef},
    ClassKind{"crossrefcontainer", DirectoryKind::kPartitions},
    ClassKind{"domaindns", DirectoryKind::kDomain},
    ClassKind{"server", DirectoryKind::kServer},
    ClassKind{"ntdsdsa", DirectoryKind::kDirectoryService},
    ClassKind{"ntdsdsaro", DirectoryKind::kDirectoryService},
};

// Where the class is not shown, the name tells.
std::optional<DirectoryKind> KindByName(std::string_view name) {
  constexpr std::string_view kConfiguration = "CN=Configuration, DC=";
  constexpr std::string_view kPartitions = "CN=Partitions, CN=Configuration, DC=";
  constexpr std::string_view kSettings = "CN=NTDS Settings, CN=";
  const auto starts = [](std::string_view text, std::string_view with) {
    return text.size() > with.size() && SameName(text.substr(0, with.size()), with);
  };
  const std::string_view parent = ParentName(name);
  if (starts(name, kPartitions)) {
    return DirectoryKind::kPartitions;
  }
  if (starts(parent, kPartitions)) {
    return DirectoryKind::kCrossRef;
  }
  if (starts(name, kSettings) && name.find(kConfiguration) != std::string_view::npos) {
    return DirectoryKind::kDirectoryService;
  }
  return starts(parent, "CN=Servers, ") && name.find(kConfiguration) != std::string_view::npos
             ? std::optional(DirectoryKind::kServer)
             : std::nullopt;
}

}  // namespace

const SchemaAttribute* FindSchemaAttribute(std::string_view name) {
  const auto* const found =
      std::ranges::lower_bound(kAttributes, name, Before, &SchemaAttribute::name);
  return found != kAttributes.end() && SameAttribute(found->name, name) ? &*found : nullptr;
}

bool IsTemplate(const ObjectTraits& object) {
  return object.Is("pkicertificatetemplate") ||
         (object.classes.empty() && ChildOf(object.dn, "CN=Certificate Templates, "));
}

std::optional<DirectoryKind> KindOf(const ObjectTraits& object) {
  if (object.Is("certificationauthority")) {
    const auto kind = PkiKind(object.dn);
    return kind == DirectoryKind::kEnrolmentService ? std::nullopt : kind;
  }
  for (const ClassKind& one : kClasses) {
    if (object.Is(one.lower_class)) {
      return one.kind;
    }
  }
  if (!object.classes.empty()) {
    return std::nullopt;
  }
  if (object.dn.empty()) {
    return DirectoryKind::kRootDse;
  }
  if (const auto pki = PkiKind(object.dn)) {
    return pki;
  }
  const auto by_name = KindByName(object.dn);
  if (by_name || !object.has_account) {
    return by_name;
  }
  return object.has_computer ? DirectoryKind::kComputer : DirectoryKind::kUser;
}

}  // namespace whfb::readers
