#include "collectors/hresult_meaning.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>

namespace whfb::collectors {

namespace {

struct Meaning {
  std::uint32_t code;
  std::string_view text;
};

constexpr std::array kMeanings = {
    Meaning{0x00000000, "success"},
    Meaning{0x02ab0003, "accepted for processing"},
    Meaning{0x82ab0010, "the Entra key identifier of the Hello key is not in the profile"},
    Meaning{0x82ab0011,
            "Windows Hello for Business is configured by Group Policy while the certificate comes "
            "from Intune"},
    Meaning{0x82ab0012, "the Hello key cannot be used in a remote session"},
    Meaning{0x86000000, "node options are invalid"},
    Meaning{0x86000001, "data type is invalid"},
    Meaning{0x86000002, "node does not exist"},
    Meaning{0x86000003, "illegal inside a transaction"},
    Meaning{0x86000011, "command is not allowed on the target"},
    Meaning{0x86000022, "no target SID for impersonation"},
    Meaning{0x86000023, "already provisioned by another configuration source"},
    Meaning{0x86000025, "not applicable in this edition"},
    Meaning{0x80070005, "access denied"},
    Meaning{0x800706ba, "RPC server is unavailable"},
    Meaning{0x80072f8f, "TLS certificate of the SCEP server is not accepted"},
    Meaning{0x80090005, "NTE_BAD_DATA"},
    Meaning{0x8009000b, "NTE_BAD_KEY_STATE"},
    Meaning{0x8009000d, "NTE_NO_KEY"},
    Meaning{0x8009000f, "NTE_EXISTS: the object exists already"},
    Meaning{0x80090010, "NTE_PERM: access denied"},
    Meaning{0x80090011, "NTE_NOT_FOUND: key or object not found"},
    Meaning{0x80090016, "NTE_BAD_KEYSET: the key set does not exist"},
    Meaning{0x80090020, "NTE_FAIL"},
    Meaning{0x80090022, "NTE_SILENT_CONTEXT: a prompt was needed and not allowed"},
    Meaning{0x80090026, "NTE_INVALID_HANDLE"},
    Meaning{0x80090027, "NTE_INVALID_PARAMETER"},
    Meaning{0x80090029, "NTE_NOT_SUPPORTED"},
    Meaning{0x8009002d, "NTE_INTERNAL_ERROR"},
    Meaning{0x80090030, "NTE_DEVICE_NOT_READY"},
    Meaning{0x80090031, "NTE_AUTHENTICATION_IGNORED: TPM lockout"},
    Meaning{0x80090035, "NTE_DEVICE_NOT_FOUND: policy requires a TPM and there is none"},
    Meaning{0x80090036, "NTE_USER_CANCELLED"},
    Meaning{0x80091007, "CRYPT_E_HASH_VALUE: the hash value is not correct"},
    Meaning{0x80092004, "CRYPT_E_NOT_FOUND"},
    Meaning{0x80092010, "CRYPT_E_REVOKED"},
    Meaning{0x80092012, "CRYPT_E_NO_REVOCATION_CHECK"},
    Meaning{0x80092013, "CRYPT_E_REVOCATION_OFFLINE"},
    Meaning{0x80094001, "CERTSRV_E_BAD_REQUESTSUBJECT"},
    Meaning{0x80094011, "CERTSRV_E_ENROLL_DENIED"},
    Meaning{0x80094012, "CERTSRV_E_TEMPLATE_DENIED"},
    Meaning{0x80094800, "CERTSRV_E_UNSUPPORTED_CERT_TYPE: the CA does not offer the template"},
    Meaning{0x80094801, "CERTSRV_E_NO_CERT_TYPE"},
    Meaning{0x80094802, "CERTSRV_E_TEMPLATE_CONFLICT"},
    Meaning{0x8009480d, "CERTSRV_E_SUBJECT_UPN_REQUIRED"},
    Meaning{0x80094811, "CERTSRV_E_KEY_LENGTH"},
    Meaning{0x80094812, "CERTSRV_E_SUBJECT_EMAIL_REQUIRED"},
    Meaning{0x80094813, "CERTSRV_E_UNKNOWN_CERT_TYPE"},
    Meaning{0x800b0101, "CERT_E_EXPIRED"},
    Meaning{0x800b0109, "CERT_E_UNTRUSTEDROOT"},
    Meaning{0x800b010a, "CERT_E_CHAINING"},
    Meaning{0x800b010c, "CERT_E_REVOKED"},
    Meaning{0x800b010e, "CERT_E_REVOCATION_FAILURE"},
    Meaning{0x800b010f, "CERT_E_CN_NO_MATCH"},
    Meaning{0x800b0110, "CERT_E_WRONG_USAGE"},
    Meaning{0x800b0112, "CERT_E_UNTRUSTEDCA"},
};

}  // namespace

std::string_view HresultMeaning(std::uint32_t hresult) {
  const auto* const found = std::ranges::find(kMeanings, hresult, &Meaning::code);
  return found == kMeanings.end() ? "not in public tables" : found->text;
}

bool ParseHresult(std::string_view text, std::uint32_t& hresult) {
  // "Result: (0x82ab0011)" and "Result: (Unknown Win32 Error code: 0x82ab0011)"
  if (const std::size_t hex = text.rfind("0x"); hex != std::string_view::npos) {
    text.remove_prefix(hex + 2);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hresult, 16);
    return error == std::errc{};
  }
  if (const std::size_t open = text.rfind('('); open != std::string_view::npos) {
    text.remove_prefix(open + 1);
  }
  while (text.ends_with(')') || text.ends_with('.')) {
    text.remove_suffix(1);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() ||
      number < std::numeric_limits<std::int32_t>::min() ||
      number > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  hresult = static_cast<std::uint32_t>(number);
  return true;
}

}  // namespace whfb::collectors
