// What the reader of LDIF has to know of the schema of Active Directory: how the values of an
// attribute are encoded, and which objects are of interest. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_DIRECTORY_SCHEMA_H_
#define WHFB_COLLECTORS_READERS_DIRECTORY_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/readers/directory_record.h"

namespace whfb::readers {

enum class Syntax : std::uint8_t {
  kText,
  kExactText,  // blanks at its end count
  kName,       // distinguished name
  kOctets,     // as lower-case hex
  kSid,
  kGuid,
  kDescriptor,   // as SDDL
  kCertificate,  // as SHA-1; the certificate is a record of its own
  kPresence,     // key material: no octet of it is kept
};

struct SchemaAttribute {
  std::string_view name{};
  Syntax syntax = Syntax::kText;
};

// Null for attributes that nobody reads. Without regard to case.
[[nodiscard]] const SchemaAttribute* FindSchemaAttribute(std::string_view name);

// What is known of an object before it is classified.
struct ObjectTraits {
  std::string classes{};      // lower case, each with a blank before and behind
  std::string_view dn{};      // in the printed form
  bool has_account = false;   // userAccountControl or userPrincipalName is shown
  bool has_computer = false;  // the account name ends with "$"

  [[nodiscard]] bool Is(std::string_view lower_class) const {
    return classes.find(std::string(" ").append(lower_class).append(" ")) != std::string::npos;
  }
};

[[nodiscard]] bool IsTemplate(const ObjectTraits& object);

// Nothing for objects that nobody reads.
[[nodiscard]] std::optional<DirectoryKind> KindOf(const ObjectTraits& object);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DIRECTORY_SCHEMA_H_
