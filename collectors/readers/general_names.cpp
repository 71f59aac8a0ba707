#include "collectors/readers/general_names.h"

#include <string>
#include <vector>

#include "collectors/readers/asn1_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kUpn = "\x2B\x06\x01\x04\x01\x82\x37\x14\x02\x03";
constexpr std::string_view kNtdsGuid = "\x2B\x06\x01\x04\x01\x82\x37\x19\x01";
constexpr std::size_t kMaxNames = 1024;

struct Names {
  std::vector<std::string_view> upn{};
  std::vector<std::string_view> dns{};
  std::vector<std::string_view> uri{};
  std::vector<std::string_view> email{};
  Known<std::string_view> ntds_guid = Known<std::string_view>::Absent();
};

// otherName [0] { OID, [0] EXPLICIT value }. CAs write the UPN as UTF8String, IA5String or
// PrintableString.
bool ReadOtherName(der::Bytes content, TextPool& pool, Names& names) {
  der::Walker walker(content);
  der::Element oid;
  der::Element wrapped;
  if (!walker.Expect(der::kOid, oid) || !walker.Expect(der::ContextConstructed(0), wrapped)) {
    return false;
  }
  der::Walker inner(wrapped.content);
  der::Element value;
  std::string text;
  if (der::Chars(oid.content) == kUpn) {
    if (!inner.Next(value) || !IsStringTag(value.tag)) {
      return false;
    }
    AppendString(value.tag, value.content, text);
    names.upn.push_back(pool.Intern(text));
  } else if (der::Chars(oid.content) == kNtdsGuid) {
    if (!inner.Expect(der::kOctetString, value)) {
      return false;
    }
    der::HexText(value.content, text);
    names.ntds_guid = Known<std::string_view>::Present(pool.Intern(text));
  }
  return true;
}

bool ReadName(const der::Element& name, TextPool& pool, Names& names) {
  switch (name.tag) {
    case der::ContextConstructed(0):
      return ReadOtherName(name.content, pool, names);
    case der::ContextPrimitive(1):
      names.email.push_back(KeepIa5(name.content, pool));
      return true;
    case der::ContextPrimitive(2):
      names.dns.push_back(KeepIa5(name.content, pool));
      return true;
    case kUriName:
      names.uri.push_back(KeepIa5(name.content, pool));
      return true;
    default:
      return true;  // directory names, addresses: nothing that a rule speaks about
  }
}

}  // namespace

std::string_view KeepIa5(der::Bytes content, TextPool& pool) {
  std::string text;
  AppendString(der::kIa5String, content, text);
  return pool.Intern(text);
}

Known<TextList> PresentUnlessEmpty(std::span<const std::string_view> list, TextPool& pool) {
  return list.empty() ? Known<TextList>::Absent() : Known<TextList>::Present(pool.KeepList(list));
}

bool ReadSubjectAlternativeName(der::Bytes value, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  Names names;
  std::size_t count = 0;
  der::Walker entries(sequence.content);
  der::Element name;
  while (entries.Next(name)) {
    fields.too_many_entries = ++count > kMaxNames;
    if (fields.too_many_entries || !ReadName(name, pool, names)) {
      return false;
    }
  }
  fields.san_upn = PresentUnlessEmpty(names.upn, pool);
  fields.san_dns = PresentUnlessEmpty(names.dns, pool);
  fields.san_uri = PresentUnlessEmpty(names.uri, pool);
  fields.san_email = PresentUnlessEmpty(names.email, pool);
  fields.ntds_guid = names.ntds_guid;
  return entries.finished();
}

}  // namespace whfb::readers
