// Certificates with their store properties: the property list that serialized stores and the
// registry share ({ id u32, 1 u32, length u32, data }; formats.md section 12). Never key
// material: property 2 names a key, it does not hold it.

#ifndef WHFB_COLLECTORS_READERS_CERTIFICATE_BLOB_H_
#define WHFB_COLLECTORS_READERS_CERTIFICATE_BLOB_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "scanner/core/result.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

// wincrypt.h: CERT_*_PROP_ID, and the element kinds of a serialized store.
inline constexpr std::uint32_t kSha1Property = 3;
inline constexpr std::uint32_t kKeyProviderProperty = 2;
inline constexpr std::uint32_t kFriendlyNameProperty = 11;
inline constexpr std::uint32_t kArchivedProperty = 19;
inline constexpr std::uint32_t kCertificateElement = 32;
inline constexpr std::uint32_t kCrlElement = 33;
inline constexpr std::uint32_t kCtlElement = 34;

struct StoreProperty {
  std::uint32_t id = 0;
  std::span<const std::byte> data{};
};

// One { id, encoding, length, data } from the front of `bytes`, which is moved past it. False
// when there is none whole.
bool NextProperty(std::span<const std::byte>& bytes, StoreProperty& property);

// Applies a property that stands before its certificate. False when its value is malformed (the
// field is then unknown). Properties that the scanner does not judge change nothing.
bool ApplyProperty(const StoreProperty& property, TextPool& pool, CertificateRecord& record);

// The value `Blob` of ...\SystemCertificates\<store>\Certificates\<thumbprint>, or the file of
// that name under %APPDATA%. Place, store and context are the caller's. A blob without key
// property says that no key belongs to the certificate: provider and container are absent.
// `where` names the input for the Error.
[[nodiscard]] Result<CertificateRecord> ParseCertificateBlob(std::span<const std::byte> blob,
                                                             TextPool& pool,
                                                             std::string_view where);

// No key property in a place that keeps them.
void MarkWithoutKey(CertificateRecord& record);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTIFICATE_BLOB_H_
