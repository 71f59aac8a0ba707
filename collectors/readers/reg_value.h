// The data of one registry value as .reg text writes it: "text", dword:, hex:, hex(n):, and the
// spellings of the MDM registry dump (DWORD:, QWORD:, MULTI_SZ:, text without escapes).

#ifndef WHFB_COLLECTORS_READERS_REG_VALUE_H_
#define WHFB_COLLECTORS_READERS_REG_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/registry_record.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

enum class RegDialect : std::uint8_t {
  kStandard,  // version 5.00: octets of texts are UTF-16
  kRegedit4,  // octets of texts are 8-bit
  kDump,
};

// Splits `"name"=data` or `@=data` and unescapes the name (not in the dump). False: no value line.
[[nodiscard]] bool SplitValueLine(std::string_view line,
                                  RegDialect dialect,
                                  std::string& name,
                                  std::string_view& data);

// The quoted text in `data` ends on this line. True as well for data that is no quoted text.
[[nodiscard]] bool QuotedTextIsClosed(std::string_view data);

// The data can be no longer than this, even if the input ends here: a closed text, or a number with
// all its digits. Octets could always be followed by more.
[[nodiscard]] bool ValueShowsItsEnd(std::string_view data);

// Fills type, number, text, bytes, deleted and malformed. Text is kept in `pool`; 8-bit text that
// is no UTF-8 is decoded.
void ParseValueData(std::string_view data,
                    RegDialect dialect,
                    TextPool& pool,
                    RegistryValue& value);

// Fills type, number, text, bytes and malformed from the bytes of a value as the registry stores
// it; `type` is the number behind REG_SZ and the like.
void FillRegistryData(std::uint32_t type,
                      std::span<const std::byte> bytes,
                      TextPool& pool,
                      RegistryValue& value);

// UTF-16LE text of the registry as UTF-8; NULs between strings become '\n', those at the end go.
[[nodiscard]] std::string TextOfUtf16(std::span<const std::byte> bytes);

// Text as UTF-8 kept in `pool`.
[[nodiscard]] std::string_view KeepRegText(std::string_view text, TextPool& pool);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REG_VALUE_H_
