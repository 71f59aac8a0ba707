#include "samples/contoso_accounts.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <openssl/evp.h>
#include <string_view>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_identity.h"

namespace whfb::samples {

namespace {

// "S-1-5-21-..." as the directory keeps it ([MS-DTYP] 2.4.2.2), in base64 as LDIF writes octets.
std::string SidBase64(std::string_view sid) {
  constexpr std::string_view kStart = "S-1-5-";
  std::string octets = {'\x01', '\0', '\0', '\0', '\0', '\0', '\0', '\x05'};
  sid.remove_prefix(kStart.size());
  while (!sid.empty()) {
    std::uint32_t part = 0;
    const auto parsed = std::from_chars(sid.data(), sid.data() + sid.size(), part);
    for (unsigned shift = 0; shift < 32; shift += 8) {
      octets.push_back(static_cast<char>(part >> shift & 0xFFU));
    }
    ++octets[1];
    sid.remove_prefix(static_cast<std::size_t>(parsed.ptr - sid.data()));
    sid.remove_prefix(sid.starts_with('-') ? 1 : 0);
  }
  std::array<unsigned char, 128> text{};
  const int size =
      EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(octets.data()),
                      static_cast<int>(octets.size()));
  return {text.begin(), text.begin() + size};
}

}  // namespace

std::string AccountsExport(const std::vector<Story>& stories) {
  std::string text;
  for (const Story& story : stories) {
    text += fmt::format(
        "dn: CN={0},OU=Staff,DC=corp,DC=contoso,DC=com\r\nchangetype: add\r\nobjectClass: top\r\n"
        "objectClass: person\r\nobjectClass: organizationalPerson\r\nobjectClass: user\r\n"
        "whenCreated: 20210301080000.0Z\r\nuserAccountControl: 512\r\nobjectSid:: {1}\r\n"
        "accountExpires: 9223372036854775807\r\nsAMAccountName: {0}\r\nuserPrincipalName: {2}\r\n"
        "msDS-User-Account-Control-Computed: 0\r\n\r\n",
        story.user, SidBase64(AdSid(story)), Upn(story));
  }
  return text;
}

}  // namespace whfb::samples
