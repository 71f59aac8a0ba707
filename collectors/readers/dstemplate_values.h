// Values of `certutil -dstemplate` text brought to the form that LDAP exports have: integers as
// decimal text, periods and key usage as lower-case hex. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_DSTEMPLATE_VALUES_H_
#define WHFB_COLLECTORS_READERS_DSTEMPLATE_VALUES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/directory_record.h"

namespace whfb::readers {

struct TemplateAssignment {
  std::string_view name{};
  std::vector<std::string> values{};
  bool open_quote = false;  // the line ends inside a quoted value
  bool continues = false;   // more values follow on the next line
};

// `name = "a", "b"`, with `-v` also `name = "209020" 0x3307c`; nothing for other lines.
[[nodiscard]] std::optional<TemplateAssignment> ReadTemplateAssignment(std::string_view line);

// A line of quoted values that continues an assignment; false for other lines.
bool ReadTemplateValues(std::string_view line, TemplateAssignment& assignment);

// "    Allow Enroll	CONTOSO\Domain Users", which certutil prints behind a security descriptor.
// The words are those of an English system: on others only the descriptor tells.
[[nodiscard]] std::optional<TemplateRight> ReadRightLine(std::string_view line);

// "2 Years" to the octets of a negative FILETIME interval; other text as it is.
[[nodiscard]] std::string NormaliseTemplateValue(std::string_view attribute, std::string value);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DSTEMPLATE_VALUES_H_
