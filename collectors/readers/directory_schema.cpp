#include "collectors/readers/directory_schema.h"

#include <algorithm>
#include <array>

#include "collectors/readers/ldap_name.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

// [MS-ADA1], [MS-ADA2], [MS-ADA3]; in alphabetical order without regard to case.
constexpr std::array kAttributes = {
    SchemaAttribute{"accountExpires"},
    SchemaAttribute{"altSecurityIdentities", Syntax::kExactText},
    SchemaAttribute{"cACertificate", Syntax::kCertificate},
    SchemaAttribute{"certificateTemplates"},
    SchemaAttribute{"cn"},
    SchemaAttribute{"displayName"},
    SchemaAttribute{"dNSHostName"},
    SchemaAttribute{"flags"},
    SchemaAttribute{"instanceType"},
    SchemaAttribute{"lockoutTime"},
    SchemaAttribute{"msDS-KeyCredentialLink", Syntax::kPresence},
    SchemaAttribute{"msDS-User-Account-Control-Computed"},
    SchemaAttribute{"msPKI-Cert-Template-OID"},
    SchemaAttribute{"msPKI-Certificate-Application-Policy"},
    SchemaAttribute{"msPKI-Certificate-Name-Flag"},
    SchemaAttribute{"msPKI-Enrollment-Flag"},
    SchemaAttribute{"msPKI-Minimal-Key-Size"},
    SchemaAttribute{"msPKI-Private-Key-Flag"},
    SchemaAttribute{"msPKI-RA-Application-Policies"},
    SchemaAttribute{"msPKI-RA-Signature"},
    SchemaAttribute{"msPKI-Template-Minor-Revision"},
    SchemaAttribute{"msPKI-Template-Schema-Version"},
    SchemaAttribute{"name"},
    SchemaAttribute{"nTSecurityDescriptor", Syntax::kDescriptor},
    SchemaAttribute{"objectCategory", Syntax::kName},
    SchemaAttribute{"objectClass"},
    SchemaAttribute{"objectGUID", Syntax::kGuid},
    SchemaAttribute{"objectSid", Syntax::kSid},
    SchemaAttribute{"pKIDefaultCSPs"},
    SchemaAttribute{"pKIDefaultKeySpec"},
    SchemaAttribute{"pKIExpirationPeriod", Syntax::kOctets},
    SchemaAttribute{"pKIExtendedKeyUsage"},
    SchemaAttribute{"pKIKeyUsage", Syntax::kOctets},
    SchemaAttribute{"pKIOverlapPeriod", Syntax::kOctets},
    SchemaAttribute{"revision"},
    SchemaAttribute{"sAMAccountName"},
    SchemaAttribute{"userAccountControl"},
    SchemaAttribute{"userPrincipalName"},
    SchemaAttribute{"whenChanged"},
    SchemaAttribute{"whenCreated"},
};

constexpr bool Before(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(a, b, {}, LowerLetter, LowerLetter);
}

static_assert(std::ranges::is_sorted(kAttributes, Before, &SchemaAttribute::name));

constexpr std::string_view kServices = "CN=Public Key Services, CN=Services, CN=Configuration, DC=";

// `name` begins with `part` and goes on below Public Key Services.
bool LiesIn(std::string_view name, std::string_view part) {
  return name.size() > part.size() + kServices.size() &&
         SameNoCase(name.substr(0, part.size()), part) &&
         SameNoCase(name.substr(part.size(), kServices.size()), kServices);
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

// The name of a deleted object that the directory still keeps ([MS-ADTS] 3.1.1.5.5.1.1): the old
// one, a line feed, "DEL:" and the GUID.
bool IsDeleted(std::string_view name) {
  return name.substr(0, name.size() - ParentName(name).size()).find("\nDEL:") !=
         std::string_view::npos;
}

struct ClassKind {
  std::string_view lower_class{};
  DirectoryKind kind = DirectoryKind::kUser;
};

constexpr std::array kClasses = {
    ClassKind{"pkienrollmentservice", DirectoryKind::kEnrolmentService},
    ClassKind{"user", DirectoryKind::kUser},
    ClassKind{"inetorgperson", DirectoryKind::kUser},
};

}  // namespace

const SchemaAttribute* FindSchemaAttribute(std::string_view name) {
  const auto* const found =
      std::ranges::lower_bound(kAttributes, name, Before, &SchemaAttribute::name);
  return found != kAttributes.end() && SameNoCase(found->name, name) ? &*found : nullptr;
}

bool IsTemplate(const ObjectTraits& object) {
  return !IsDeleted(object.dn) &&
         (object.Is("pkicertificatetemplate") ||
          (object.classes.empty() && ChildOf(object.dn, "CN=Certificate Templates, ")));
}

std::optional<DirectoryKind> KindOf(const ObjectTraits& object) {
  if (IsDeleted(object.dn)) {
    return std::nullopt;
  }
  if (object.Is("certificationauthority")) {
    const auto kind = PkiKind(object.dn);
    return kind == DirectoryKind::kEnrolmentService ? std::nullopt : kind;
  }
  // Computers are users as well, by their class.
  for (const ClassKind& one : kClasses) {
    if (object.Is(one.lower_class) && !object.Is("computer")) {
      return one.kind;
    }
  }
  if (!object.classes.empty()) {
    return std::nullopt;
  }
  // Where the class is not shown, the name tells.
  if (const auto pki = PkiKind(object.dn)) {
    return pki;
  }
  return object.has_account && !object.has_computer && !object.dn.empty()
             ? std::optional(DirectoryKind::kUser)
             : std::nullopt;
}

}  // namespace whfb::readers
