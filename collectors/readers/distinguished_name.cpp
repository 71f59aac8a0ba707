#include "collectors/readers/distinguished_name.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "collectors/readers/asn1_text.h"

namespace whfb::readers {

namespace {

struct AttributeName {
  std::string_view oid;  // content octets, none of which is zero
  std::string_view name;
};

// The names of CertStrToName and CertNameToStr (Microsoft Learn, wincrypt.h).
constexpr std::array kAttributeNames = {
    AttributeName{"\x55\x04\x03", "CN"},
    AttributeName{"\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x19", "DC"},
    AttributeName{"\x55\x04\x0B", "OU"},
    AttributeName{"\x55\x04\x0A", "O"},
    AttributeName{"\x55\x04\x06", "C"},
    AttributeName{"\x55\x04\x07", "L"},
    AttributeName{"\x55\x04\x08", "S"},
    AttributeName{"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x01", "E"},
    AttributeName{"\x55\x04\x04", "SN"},
    AttributeName{"\x55\x04\x05", "SERIALNUMBER"},
    AttributeName{"\x55\x04\x09", "STREET"},
    AttributeName{"\x55\x04\x0C", "T"},
    AttributeName{"\x55\x04\x0D", "Description"},
    AttributeName{"\x55\x04\x11", "PostalCode"},
    AttributeName{"\x55\x04\x12", "POBox"},
    AttributeName{"\x55\x04\x14", "Phone"},
    AttributeName{"\x55\x04\x18", "X21Address"},
    AttributeName{"\x55\x04\x2A", "G"},
    AttributeName{"\x55\x04\x2B", "I"},
    AttributeName{"\x55\x04\x2E", "dnQualifier"},
};

constexpr std::string_view kSpecials = ",+=\"\n<>#;";

bool NeedsQuotes(std::string_view value) {
  return value.empty() || value.front() == ' ' || value.back() == ' ' ||
         value.find_first_of(kSpecials) != std::string_view::npos;
}

bool AppendType(der::Bytes oid, std::string& text) {
  const auto known = std::ranges::find(kAttributeNames, der::Chars(oid), &AttributeName::oid);
  if (known != kAttributeNames.end()) {
    text.append(known->name);
    text.push_back('=');
    return true;
  }
  std::string dotted;
  if (!der::OidText(oid, dotted)) {
    return false;
  }
  text.append("OID.").append(dotted).push_back('=');
  return true;
}

void AppendValue(const der::Element& value, std::string& text) {
  if (!IsStringTag(value.tag)) {
    std::string hex;
    der::HexText(value.whole, hex);
    text.append("#").append(hex);
    return;
  }
  const std::size_t start = text.size();
  AppendString(value.tag, value.content, text);
  if (!NeedsQuotes(std::string_view(text).substr(start))) {
    return;
  }
  const std::string plain = text.substr(start);
  text.resize(start);
  text.push_back('"');
  for (const char character : plain) {
    text.append(character == '"' ? 2 : 1, character);
  }
  text.push_back('"');
}

// One RelativeDistinguishedName.
bool AppendRdn(der::Bytes set, std::string& text) {
  der::Walker attributes(set);
  der::Element attribute;
  std::size_t count = 0;
  while (attributes.Next(attribute)) {
    der::Walker fields(attribute.content);
    der::Element type;
    der::Element value;
    if (attribute.tag != der::kSequence || !fields.Expect(der::kOid, type) || !fields.Next(value) ||
        !fields.finished() || ++count > kMaxNameParts) {
      return false;
    }
    if (count > 1) {
      text.append(" + ");
    }
    if (!AppendType(type.content, text)) {
      return false;
    }
    AppendValue(value, text);
  }
  return count > 0 && attributes.finished();
}

}  // namespace

bool NameText(der::Bytes name, std::string& text) {
  text.clear();
  std::array<der::Bytes, kMaxNameParts> rdns;
  std::size_t count = 0;
  der::Walker walker(name);
  der::Element rdn;
  while (walker.Next(rdn)) {
    if (rdn.tag != der::kSet || count == rdns.size()) {
      return false;
    }
    rdns[count++] = rdn.content;
  }
  for (std::size_t i = count; i > 0; --i) {
    if (i < count) {
      text.append(", ");
    }
    if (!AppendRdn(rdns[i - 1], text)) {
      return false;
    }
  }
  return walker.finished();
}

}  // namespace whfb::readers
