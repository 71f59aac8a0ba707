#include "collectors/derived/security_identity.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/directory_view.h"
#include "collectors/readers/ldap_name.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kPrefix = "X509:";

Cell Like(const Cell& cell) {
  return cell.unknown() ? Cell::Unknown(cell.why) : Cell::Absent({});
}

bool TextIs(const Cell& cell, std::string_view text) {
  return cell.present() && SameText(cell.value.text, text);
}

// The octets of a serial number in reverse, as the value holds them.
std::string Reversed(std::string_view hex) {
  std::string reversed;
  for (std::size_t i = hex.size(); i >= 2; i -= 2) {
    reversed.append(hex.substr(i - 2, 2));
  }
  return reversed;
}

// "DC=com,DC=contoso,CN=CA", the most general part first, to the form of certificates.
std::string IssuerName(std::string_view text) {
  std::string name;
  if (!readers::LdapNameText(text, name)) {
    return {};
  }
  std::string reversed;
  for (std::string_view rest = name; !rest.empty();) {
    const std::string_view parent = readers::ParentName(rest);
    const std::string_view part =
        parent.empty() ? rest : rest.substr(0, rest.size() - parent.size() - 2);
    reversed = reversed.empty() ? std::string(part) : std::string(part).append(", ") + reversed;
    rest = parent;
  }
  return reversed;
}

// What is behind a tag, up to the next one.
std::string_view Part(std::string_view value, std::string_view tag) {
  const std::size_t at = value.find(tag);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = value.substr(at + tag.size());
  return rest.substr(0, rest.find('<'));
}

bool IssuerAndSerial(std::string_view value, const SubjectFacts& user) {
  const std::string_view issuer = Part(value, "<I>");
  const std::string serial = Reversed(FoldedText(Part(value, "<SR>")));
  return !issuer.empty() && !serial.empty() &&
         TextIs(user.Get("user.rdp_certificate.issuer"), IssuerName(issuer)) &&
         TextIs(user.Get("user.rdp_certificate.serial"), serial);
}

}  // namespace

Cell SecurityIdentityOf(const SubjectFacts& user) {
  const Cell& values = user.Get("user.account.alt_security_identities");
  const Cell& serial = user.Get("user.rdp_certificate.serial");
  const Cell& key_id = user.Get("user.rdp_certificate.subject_key_id");
  if (!serial.present()) {
    return Like(serial);
  }
  const Cell& exists = user.Get("user.account.exists");
  if (!values.present()) {
    const bool none = values.absent() && exists.present() && exists.value.number != 0;
    return none ? Cell::Text("none", {}) : Like(values);
  }
  bool undecided = false;
  for (const std::string_view value : values.value.list) {
    if (!value.starts_with(kPrefix)) {
      continue;  // of Kerberos
    }
    if (IssuerAndSerial(value, user)) {
      return Cell::Text("issuer-serial", {});
    }
    const std::string_view ski = Part(value, "<SKI>");
    if (!ski.empty() && TextIs(key_id, ski)) {
      return Cell::Text("ski", {});
    }
    undecided = undecided || (!ski.empty() && key_id.unknown()) ||
                value.find("<SHA1-PUKEY>") != std::string_view::npos;
  }
  return undecided ? Cell::Unknown(WhyUnknown::kNotCollected) : Cell::Text("none", {});
}

}  // namespace whfb::collectors
