#include "collectors/readers/x509_extensions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/asn1_text.h"
#include "collectors/readers/distribution_points.h"
#include "collectors/readers/general_names.h"

namespace whfb::readers {

namespace {

using Text = Known<std::string_view>;
using List = Known<TextList>;

// More entries than this in one list are no certificate that a CA issues.
constexpr std::size_t kMaxEntries = 1024;

// An answer other than "present", for every field of one extension.
struct Missing {
  Knowledge knowledge = Knowledge::kUnknown;
  WhyUnknown why = WhyUnknown::kMalformed;
};

template <typename T>
Known<T> Blank(Missing as) {
  return {.knowledge = as.knowledge, .why = as.why};
}

void BlankBasicConstraints(CertificateFields& fields, Missing as) {
  fields.is_ca = Blank<bool>(as);
}

void BlankKeyUsage(CertificateFields& fields, Missing as) {
  fields.key_usage = Blank<std::int64_t>(as);
}

void BlankEku(CertificateFields& fields, Missing as) {
  fields.eku = Blank<TextList>(as);
}

void BlankSan(CertificateFields& fields, Missing as) {
  fields.san_upn = Blank<TextList>(as);
  fields.san_dns = Blank<TextList>(as);
  fields.san_uri = Blank<TextList>(as);
  fields.san_email = Blank<TextList>(as);
  fields.ntds_guid = Blank<std::string_view>(as);
}

void BlankSid(CertificateFields& fields, Missing as) {
  fields.sid_extension = Blank<std::string_view>(as);
}

void BlankTemplateOid(CertificateFields& fields, Missing as) {
  fields.template_oid = Blank<std::string_view>(as);
  fields.template_version = Blank<std::string_view>(as);
}

void BlankTemplateName(CertificateFields& fields, Missing as) {
  fields.template_name = Blank<std::string_view>(as);
}

void BlankSubjectKeyId(CertificateFields& fields, Missing as) {
  fields.subject_key_id = Blank<std::string_view>(as);
}

void BlankAuthorityKeyId(CertificateFields& fields, Missing as) {
  fields.authority_key_id = Blank<std::string_view>(as);
}

void BlankAia(CertificateFields& fields, Missing as) {
  fields.aia_issuers = Blank<TextList>(as);
  fields.ocsp = Blank<TextList>(as);
}

void BlankCdp(CertificateFields& fields, Missing as) {
  fields.cdp = Blank<TextList>(as);
}

Text KeepHex(der::Bytes bytes, TextPool& pool) {
  std::string hex;
  der::HexText(bytes, hex);
  return Text::Present(pool.Keep(hex));
}

bool ReadBasicConstraints(der::Bytes value, TextPool& /*pool*/, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  der::Walker inner(sequence.content);
  der::Element ca;
  const bool said = inner.Optional(der::kBoolean, ca);
  if (inner.failed() || (said && ca.content.size() != 1)) {
    return false;
  }
  fields.is_ca = Known<bool>::Present(said && ca.content[0] != std::byte{0});
  return true;
}

bool ReadKeyUsage(der::Bytes value, TextPool& /*pool*/, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element bits;
  if (!walker.Expect(der::kBitString, bits) || bits.content.empty()) {
    return false;
  }
  std::uint32_t usage = 0;
  for (std::size_t i = 1; i < std::min<std::size_t>(bits.content.size(), 3); ++i) {
    usage |= std::to_integer<std::uint32_t>(bits.content[i]) << (8 * (i - 1));
  }
  fields.key_usage = Known<std::int64_t>::Present(usage);
  return true;
}

bool ReadEku(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  std::vector<std::string_view> usages;
  std::string text;
  der::Walker inner(sequence.content);
  der::Element oid;
  while (inner.Next(oid)) {
    fields.too_many_entries = usages.size() == kMaxEntries;
    if (fields.too_many_entries || oid.tag != der::kOid || !der::OidText(oid.content, text)) {
      return false;
    }
    usages.push_back(pool.Intern(text));
  }
  fields.eku = List::Present(pool.KeepList(usages));
  return inner.finished();
}

bool IsSidText(std::string_view text) {
  constexpr std::string_view kStart = "S-1-";
  return text.size() > kStart.size() && text.starts_with(kStart) && text.back() != '-' &&
         text.find("--") == std::string_view::npos &&
         text.find_first_not_of("0123456789-", kStart.size()) == std::string_view::npos;
}

// [MS-WCCE] 2.2.2.7.7.4: SEQUENCE { [0] { OID 1.3.6.1.4.1.311.25.2.1, [0] OCTET STRING } }.
bool ReadSid(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  constexpr std::string_view kNtdsObjectSid = "\x2B\x06\x01\x04\x01\x82\x37\x19\x02\x01";
  der::Walker walker(value);
  der::Element sequence;
  der::Element name;
  der::Element oid;
  der::Element wrapped;
  der::Element sid;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  der::Walker names(sequence.content);
  if (!names.Expect(der::ContextConstructed(0), name)) {
    return false;
  }
  der::Walker other(name.content);
  if (!other.Expect(der::kOid, oid) || der::Chars(oid.content) != kNtdsObjectSid ||
      !other.Expect(der::ContextConstructed(0), wrapped)) {
    return false;
  }
  der::Walker inner(wrapped.content);
  if (!inner.Expect(der::kOctetString, sid) || !names.finished()) {
    return false;
  }
  const std::string_view text = der::Chars(sid.content);
  if (!IsSidText(text)) {
    return false;
  }
  fields.sid_extension = Text::Present(pool.Intern(text));
  return true;
}

// A version number is one of 32 bits.
bool AppendVersion(der::Bytes content, std::string& text) {
  std::uint64_t number = 0;
  for (const std::byte octet : content.first(std::min<std::size_t>(content.size(), 6))) {
    number = number << 8U | std::to_integer<std::uint64_t>(octet);
  }
  text.append(text.empty() ? "" : ".").append(std::to_string(number));
  const bool negative = !content.empty() && (content[0] & std::byte{0x80}) != std::byte{0};
  return !content.empty() && content.size() <= 5 && !negative && number <= UINT32_MAX;
}

// Both numbers, or none that could be compared.
Text TemplateVersion(der::Walker& rest, TextPool& pool) {
  der::Element major;
  der::Element minor;
  std::string text;
  if (!rest.Optional(der::kInteger, major) || !rest.Optional(der::kInteger, minor)) {
    return rest.failed() ? Text::Unknown(WhyUnknown::kMalformed) : Text::Absent();
  }
  return AppendVersion(major.content, text) && AppendVersion(minor.content, text)
             ? Text::Present(pool.Intern(text))
             : Text::Unknown(WhyUnknown::kMalformed);
}

// [MS-WCCE] 2.2.2.7.7.2: SEQUENCE { OID, INTEGER major OPTIONAL, INTEGER minor OPTIONAL }.
bool ReadTemplateOid(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  der::Walker inner(sequence.content);
  der::Element oid;
  std::string text;
  if (!inner.Expect(der::kOid, oid) || !der::OidText(oid.content, text)) {
    return false;
  }
  fields.template_oid = Text::Present(pool.Intern(text));
  fields.template_version = TemplateVersion(inner, pool);
  return true;
}

bool ReadTemplateName(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element name;
  if (!walker.Next(name) || !IsStringTag(name.tag)) {
    return false;
  }
  std::string text;
  AppendString(name.tag, name.content, text);
  fields.template_name = Text::Present(pool.Intern(text));
  return true;
}

bool ReadSubjectKeyId(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element id;
  if (!walker.Expect(der::kOctetString, id)) {
    return false;
  }
  fields.subject_key_id = KeepHex(id.content, pool);
  return true;
}

bool ReadAuthorityKeyId(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  der::Walker inner(sequence.content);
  der::Element id;
  const bool said = inner.Optional(der::ContextPrimitive(0), id);
  fields.authority_key_id = said ? KeepHex(id.content, pool) : Text::Absent();
  return !inner.failed();
}

bool ReadAia(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  constexpr std::string_view kCaIssuers = "\x2B\x06\x01\x05\x05\x07\x30\x02";
  constexpr std::string_view kOcsp = "\x2B\x06\x01\x05\x05\x07\x30\x01";
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  std::vector<std::string_view> issuers;
  std::vector<std::string_view> ocsp;
  der::Walker descriptions(sequence.content);
  der::Element description;
  while (descriptions.Next(description)) {
    der::Walker inner(description.content);
    der::Element method;
    der::Element location;
    fields.too_many_entries = issuers.size() + ocsp.size() == kMaxEntries;
    if (fields.too_many_entries || !inner.Expect(der::kOid, method) || !inner.Next(location)) {
      return false;
    }
    const std::string_view kind = der::Chars(method.content);
    if (location.tag == kUriName && (kind == kCaIssuers || kind == kOcsp)) {
      (kind == kOcsp ? ocsp : issuers).push_back(KeepIa5(location.content, pool));
    }
  }
  fields.aia_issuers = PresentUnlessEmpty(issuers, pool);
  fields.ocsp = PresentUnlessEmpty(ocsp, pool);
  return descriptions.finished();
}

bool ReadCdp(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  std::vector<std::string_view> uris;
  const bool read = ReadDistributionPoints(value, pool, uris);
  fields.too_many_entries = !read && uris.size() == kMaxDistributionUris;
  fields.cdp = List::Present(pool.KeepList(uris));
  return read;
}

struct Extension {
  std::string_view oid;  // content octets
  bool (*read)(der::Bytes value, TextPool& pool, CertificateFields& fields);
  void (*blank)(CertificateFields& fields, Missing as);
};

constexpr std::array kExtensions = {
    Extension{"\x55\x1D\x0E", ReadSubjectKeyId, BlankSubjectKeyId},
    Extension{"\x55\x1D\x0F", ReadKeyUsage, BlankKeyUsage},
    Extension{"\x55\x1D\x11", ReadSubjectAlternativeName, BlankSan},
    Extension{"\x55\x1D\x13", ReadBasicConstraints, BlankBasicConstraints},
    Extension{"\x55\x1D\x1F", ReadCdp, BlankCdp},
    Extension{"\x55\x1D\x23", ReadAuthorityKeyId, BlankAuthorityKeyId},
    Extension{"\x55\x1D\x25", ReadEku, BlankEku},
    Extension{"\x2B\x06\x01\x05\x05\x07\x01\x01", ReadAia, BlankAia},
    Extension{"\x2B\x06\x01\x04\x01\x82\x37\x19\x02", ReadSid, BlankSid},
    Extension{"\x2B\x06\x01\x04\x01\x82\x37\x15\x07", ReadTemplateOid, BlankTemplateOid},
    Extension{"\x2B\x06\x01\x04\x01\x82\x37\x14\x02", ReadTemplateName, BlankTemplateName},
};

// Extension ::= SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }.
bool SplitExtension(const der::Element& extension, der::Element& oid, der::Element& value) {
  der::Walker walker(extension.content);
  der::Element critical;
  if (extension.tag != der::kSequence || !walker.Expect(der::kOid, oid)) {
    return false;
  }
  walker.Optional(der::kBoolean, critical);
  return walker.Expect(der::kOctetString, value);
}

// An extension that comes `again` contradicts itself.
void ReadOne(const Extension& known,
             bool again,
             der::Bytes value,
             TextPool& pool,
             CertificateFields& fields) {
  const bool others = std::exchange(fields.too_many_entries, false);
  if (again || !known.read(value, pool, fields)) {
    known.blank(fields,
                {.why = fields.too_many_entries ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed});
    ++fields.unread_extensions;
  }
  fields.too_many_entries = fields.too_many_entries || others;
}

}  // namespace

void MarkExtensionsAbsent(CertificateFields& fields) {
  for (const Extension& extension : kExtensions) {
    extension.blank(fields, {.knowledge = Knowledge::kAbsent});
  }
}

void ReadExtensions(der::Bytes extensions, TextPool& pool, CertificateFields& fields) {
  std::array<bool, kExtensions.size()> seen{};
  der::Walker walker(extensions);
  der::Element extension;
  der::Element oid;
  der::Element value;
  bool damaged = false;
  while (walker.Next(extension)) {
    if (!SplitExtension(extension, oid, value)) {
      damaged = true;
      continue;
    }
    const auto* const known =
        std::ranges::find(kExtensions, der::Chars(oid.content), &Extension::oid);
    if (known == kExtensions.end()) {
      continue;
    }
    bool& again = seen.at(static_cast<std::size_t>(known - kExtensions.begin()));
    ReadOne(*known, again, value.content, pool, fields);
    again = true;
  }
  damaged = damaged || walker.failed();
  fields.unread_extensions += damaged ? 1 : 0;
  const Knowledge unseen = damaged ? Knowledge::kUnknown : Knowledge::kAbsent;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen.at(i)) {
      kExtensions.at(i).blank(fields, {.knowledge = unseen});
    }
  }
}

}  // namespace whfb::readers
