// The elements and attributes of the intent file (docs/intent.md) and what their values must be.

#ifndef WHFB_COLLECTORS_READERS_INTENT_SCHEMA_H_
#define WHFB_COLLECTORS_READERS_INTENT_SCHEMA_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace whfb::readers {

enum class IntentValue : std::uint8_t {
  kNothing,     // an element without text
  kText,        // anything but nothing
  kRoute,       // intune-scep intune-pkcs adcs third-party
  kJoinType,    // entra hybrid
  kGuid,        // with or without braces
  kDnsName,     // contoso.com
  kThumbprint,  // 40 hexadecimal digits, blanks and colons allowed
  kDate,        // 2025-09-09, or with a time
  kBool,        // true false
  kVersion,     // 1
};

struct IntentAttribute {
  std::string_view name{};
  IntentValue value = IntentValue::kText;
  bool required = false;
};

struct IntentElement {
  std::string_view path{};  // "forest/domain"; the root is ""
  IntentValue text = IntentValue::kNothing;
  std::span<const IntentAttribute> attributes{};
  bool any_attribute = false;  // at least one of the attributes must be there
};

// Null: there is no such element.
[[nodiscard]] const IntentElement* FindIntentElement(std::string_view path);

// The name of a child of `parent` that is most like `name`; empty: none is near.
[[nodiscard]] std::string_view NearestIntentChild(std::string_view parent, std::string_view name);
[[nodiscard]] std::string_view NearestIntentAttribute(const IntentElement& element,
                                                      std::string_view name);

// Empty: `text` is such a value. Else what was expected ("a GUID").
[[nodiscard]] std::string_view IntentValueError(IntentValue value, std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_INTENT_SCHEMA_H_
