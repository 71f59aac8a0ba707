// Whether one certificate signed another, by OpenSSL.
//
// Not a chain: names, key identifiers, validity and usages are the caller's questions.

#ifndef WHFB_COLLECTORS_CERTIFICATE_SIGNATURE_H_
#define WHFB_COLLECTORS_CERTIFICATE_SIGNATURE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace whfb::collectors {

// kCannotTell: one of the two does not parse, or an algorithm that this OpenSSL does not do, which
// proves nothing either way.
enum class Signature : std::uint8_t { kGood, kBad, kCannotTell };

// Both are DER.
[[nodiscard]] Signature VerifySignature(std::span<const std::byte> child,
                                        std::span<const std::byte> issuer);

// A certificate by its thumbprint.
struct Signed {
  std::string_view sha1{};
  std::span<const std::byte> der{};
};

// The same, remembered in each thread: the devices of a fleet show the same certificates again and
// again.
[[nodiscard]] Signature VerifyOnce(const Signed& child, const Signed& issuer);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_CERTIFICATE_SIGNATURE_H_
