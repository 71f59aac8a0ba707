#include "samples/evtx_bytes.h"

namespace whfb::samples {

namespace {

// [MS-EVEN6] 2.2.12
constexpr std::uint8_t kOpen = 0x01;
constexpr std::uint8_t kOpenWithAttributes = 0x41;
constexpr std::uint8_t kCloseStart = 0x02;
constexpr std::uint8_t kCloseEmpty = 0x03;
constexpr std::uint8_t kEnd = 0x04;
constexpr std::uint8_t kValue = 0x05;
constexpr std::uint8_t kAttribute = 0x06;
constexpr std::uint8_t kMore = 0x40;
constexpr std::uint8_t kNormal = 0x0d;
constexpr std::uint8_t kOptional = 0x0e;
constexpr std::uint8_t kUnicodeString = 0x01;
constexpr std::uint16_t kNoDependency = 0xffff;

// The continuation octets of a UTF-8 sequence that starts with `lead`; 4: not UTF-8.
unsigned Following(unsigned lead) {
  return lead < 0x80 ? 0U : lead >= 0xf0 ? 3U : lead >= 0xe0 ? 2U : lead >= 0xc0 ? 1U : 4U;
}

}  // namespace

std::u16string Utf16(std::string_view utf8) {
  constexpr char16_t kReplacement = 0xfffd;
  std::u16string units;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i++]);
    const unsigned following = Following(lead);
    if (following > 3 || following > utf8.size() - i) {
      units += kReplacement;
      continue;
    }
    std::uint32_t point = following == 0 ? lead : lead & (0x3fU >> following);
    for (unsigned k = 0; k < following; ++k) {
      point = point << 6U | (static_cast<unsigned char>(utf8[i++]) & 0x3fU);
    }
    if (point >= 0x10000) {
      units += static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10U));
      units += static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ffU));
    } else {
      units += static_cast<char16_t>(point);
    }
  }
  return units;
}

void BinXmlWriter::Name(std::string_view name) {
  if (const auto known = names_.find(name); known != names_.end()) {
    chunk_->Put(known->second);
    return;
  }
  const auto offset = static_cast<std::uint32_t>(chunk_->size() + 4);
  names_.emplace(name, offset);
  const std::u16string units = Utf16(name);
  std::uint32_t hash = 0;
  for (const char16_t unit : units) {
    hash = hash * 65'599U + unit;
  }
  chunk_->Put(offset);
  chunk_->Put<std::uint32_t>(0);  // no next name with this hash
  chunk_->Put(static_cast<std::uint16_t>(hash));
  chunk_->Put(static_cast<std::uint16_t>(units.size()));
  for (const char16_t unit : units) {
    chunk_->Put(static_cast<std::uint16_t>(unit));
  }
  chunk_->Put<std::uint16_t>(0);
}

std::size_t BinXmlWriter::Open(std::string_view name, std::span<const Attribute> attributes) {
  chunk_->Put(attributes.empty() ? kOpen : kOpenWithAttributes);
  chunk_->Put(kNoDependency);
  const std::size_t size = chunk_->Hole();
  Name(name);
  if (attributes.empty()) {
    return size;
  }
  const std::size_t list = chunk_->Hole();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const bool more = i + 1 < attributes.size();
    chunk_->Put(static_cast<std::uint8_t>(kAttribute | (more ? kMore : 0)));
    Name(attributes[i].name);
    if (attributes[i].substitution < 0) {
      Literal(attributes[i].literal);
    } else {
      Substitution(static_cast<std::uint16_t>(attributes[i].substitution), attributes[i].type,
                   true);
    }
  }
  chunk_->FillSize(list);
  return size;
}

std::size_t BinXmlWriter::Begin(std::string_view name, std::span<const Attribute> attributes) {
  const std::size_t token = Open(name, attributes);
  chunk_->Put(kCloseStart);
  return token;
}

void BinXmlWriter::End(std::size_t token) {
  chunk_->Put(kEnd);
  chunk_->FillSize(token);
}

void BinXmlWriter::Empty(std::string_view name, std::span<const Attribute> attributes) {
  const std::size_t token = Open(name, attributes);
  chunk_->Put(kCloseEmpty);
  chunk_->FillSize(token);
}

void BinXmlWriter::Literal(std::string_view text) {
  const std::u16string units = Utf16(text);
  chunk_->Put(kValue);
  chunk_->Put(kUnicodeString);
  chunk_->Put(static_cast<std::uint16_t>(units.size()));
  for (const char16_t unit : units) {
    chunk_->Put(static_cast<std::uint16_t>(unit));
  }
}

void BinXmlWriter::Substitution(std::uint16_t index, std::uint8_t type, bool optional) {
  chunk_->Put(optional ? kOptional : kNormal);
  chunk_->Put(index);
  chunk_->Put(type);
}

}  // namespace whfb::samples
