// The octets of stores, property by property (formats.md section 12), for the tests.

#ifndef WHFB_TESTS_CERTIFICATES_STORE_BYTES_H_
#define WHFB_TESTS_CERTIFICATES_STORE_BYTES_H_

#include <cstdint>
#include <string_view>

#include "generated_certificate.h"

namespace whfb::tests {

inline void AddNumber(Bytes& bytes, std::uint32_t number) {
  for (unsigned i = 0; i < 4; ++i) {
    bytes.push_back(static_cast<std::byte>(number >> (8 * i)));
  }
}

inline void AddProperty(Bytes& bytes, std::uint32_t id, const Bytes& data) {
  AddNumber(bytes, id);
  AddNumber(bytes, 1);
  AddNumber(bytes, static_cast<std::uint32_t>(data.size()));
  bytes.insert(bytes.end(), data.begin(), data.end());
}

inline Bytes Utf16(std::string_view text) {
  Bytes bytes;
  for (const char character : text) {
    bytes.push_back(static_cast<std::byte>(character));
    bytes.push_back(std::byte{0});
  }
  bytes.resize(bytes.size() + 2);
  return bytes;
}

// CRYPT_KEY_PROV_INFO as stored: offsets from the start of the value.
inline Bytes KeyProvider(std::string_view container, std::string_view provider) {
  const Bytes first = Utf16(container);
  const Bytes second = Utf16(provider);
  Bytes bytes;
  AddNumber(bytes, 28);
  AddNumber(bytes, static_cast<std::uint32_t>(28 + first.size()));
  for (int i = 0; i < 5; ++i) {
    AddNumber(bytes, 0);
  }
  bytes.insert(bytes.end(), first.begin(), first.end());
  bytes.insert(bytes.end(), second.begin(), second.end());
  return bytes;
}

inline Bytes SomeCertificate(const char* name) {
  const Recipe recipe = {.subject = {{"CN", name}}, .not_before = 0, .not_after = 1};
  return Der(Issue(recipe, SharedKey(), nullptr, nullptr).get());
}

inline constexpr std::string_view kContainer =
    "S-1-12-1-1-2-3-4/5f3c0000-0000-0000-0000-000000000000/login.windows.net/"
    "11111111-1111-1111-1111-111111111111/amanda@contoso.com";
inline constexpr std::string_view kPassport = "Microsoft Passport Key Storage Provider";

}  // namespace whfb::tests

#endif  // WHFB_TESTS_CERTIFICATES_STORE_BYTES_H_
