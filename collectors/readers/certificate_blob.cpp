#include "collectors/readers/certificate_blob.h"

#include <string>

#include "collectors/readers/asn1_text.h"
#include "collectors/readers/der.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

using Text = Known<std::string_view>;

constexpr std::size_t kPropertyHead = 12;
constexpr std::size_t kProviderHead = 28;  // seven u32 (CRYPT_KEY_PROV_INFO as stored)

std::uint32_t Number(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) {
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i - 1]);
  }
  return value;
}

// UTF-16 up to its terminator; unknown when the offset lies outside or no terminator follows.
Text StringAt(std::span<const std::byte> data, std::uint32_t offset, TextPool& pool) {
  if (offset < kProviderHead || offset >= data.size()) {
    return Text::Unknown(WhyUnknown::kMalformed);
  }
  const std::span<const std::byte> rest = data.subspan(offset);
  for (std::size_t at = 0; at + 1 < rest.size(); at += 2) {
    if (rest[at] == std::byte{0} && rest[at + 1] == std::byte{0}) {
      std::string text;
      AppendUtf16(rest.first(at), false, text);
      return Text::Present(pool.Intern(text));
    }
  }
  return Text::Unknown(WhyUnknown::kMalformed);
}

bool ApplyKeyProvider(std::span<const std::byte> data, TextPool& pool, CertificateRecord& record) {
  if (data.size() < kProviderHead) {
    record.provider = Text::Unknown(WhyUnknown::kMalformed);
    record.container = Text::Unknown(WhyUnknown::kMalformed);
    return false;
  }
  record.container = StringAt(data, Number(data, 0), pool);
  record.provider = StringAt(data, Number(data, 4), pool);
  return record.container.present() && record.provider.present();
}

bool ApplyFriendlyName(std::span<const std::byte> data, TextPool& pool, CertificateRecord& record) {
  const bool terminated = data.size() >= 2 && data[data.size() - 1] == std::byte{0} &&
                          data[data.size() - 2] == std::byte{0};
  std::string text;
  AppendUtf16(data.first(data.size() - (terminated ? 2 : 0)), false, text);
  record.friendly_name = Text::Present(pool.Intern(text));
  return true;
}

// The thumbprint that the place keeps, against the certificate that it holds.
bool SameThumbprint(std::span<const std::byte> stored, const CertificateRecord& record) {
  std::string hex;
  der::HexText(stored, hex);
  return hex == record.fields.sha1.value;
}

}  // namespace

bool NextProperty(std::span<const std::byte>& bytes, StoreProperty& property) {
  if (bytes.size() < kPropertyHead) {
    return false;
  }
  const std::uint32_t length = Number(bytes, 8);
  if (length > bytes.size() - kPropertyHead) {
    return false;
  }
  property.id = Number(bytes, 0);
  property.data = bytes.subspan(kPropertyHead, length);
  bytes = bytes.subspan(kPropertyHead + length);
  return true;
}

bool ApplyProperty(const StoreProperty& property, TextPool& pool, CertificateRecord& record) {
  switch (property.id) {
    case kKeyProviderProperty:
      return ApplyKeyProvider(property.data, pool, record);
    case kFriendlyNameProperty:
      return ApplyFriendlyName(property.data, pool, record);
    case kArchivedProperty:
      record.archived = Known<bool>::Present(true);
      return true;
    default:
      return true;
  }
}

void MarkWithoutKey(CertificateRecord& record) {
  record.provider = Text::Absent();
  record.container = Text::Absent();
  record.key_present = Known<bool>::Present(false);
}

namespace {

Error MalformedList(std::string_view where, const char* message) {
  return {.code = ErrorCode::kMalformed, .where = std::string(where), .message = message};
}

struct BlobParts {
  std::span<const std::byte> certificate{};  // null data: there is none
  std::span<const std::byte> thumbprint{};
  bool another = false;  // certificate
};

BlobParts TakeProperty(const StoreProperty& property, BlobParts parts) {
  if (property.id == kSha1Property) {
    parts.thumbprint = property.data;
  } else if (property.id == kCertificateElement) {
    parts.another = parts.certificate.data() != nullptr;
    parts.certificate = property.data;
  }
  return parts;
}

}  // namespace

Result<CertificateRecord> ParseCertificateBlob(std::span<const std::byte> blob,
                                               TextPool& pool,
                                               std::string_view where) {
  CertificateRecord record{.archived = Known<bool>::Present(false),
                           .friendly_name = Text::Absent()};
  MarkWithoutKey(record);
  std::span<const std::byte> rest = blob;
  BlobParts parts;
  StoreProperty property;
  while (NextProperty(rest, property)) {
    if (property.id == kKeyProviderProperty) {
      record.key_present = {};  // an association; whether the key is still there is not told
    }
    ApplyProperty(property, pool, record);
    parts = TakeProperty(property, parts);
    if (parts.another) {
      return MalformedList(where, "two certificates in the property list of one");
    }
  }
  if (parts.certificate.data() == nullptr) {
    return MalformedList(where, "no certificate in the property list");
  }
  if (!rest.empty()) {
    return MalformedList(where, "the property list ends inside a property");
  }
  const Result<CertificateFields> fields =
      ParseCertificate(parts.certificate, pool, Hashes::kSha1AndSha256, where);
  if (!fields) {
    return fields.error();
  }
  record.fields = *fields;
  if (!parts.thumbprint.empty() && !SameThumbprint(parts.thumbprint, record)) {
    return MalformedList(where, "the stored thumbprint is not that of the certificate");
  }
  return record;
}

}  // namespace whfb::readers
