// Values of `certutil -dstemplate` text brought to the form that LDAP exports have: integers as
// decimal text, periods and key usage as lower-case hex. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_DSTEMPLATE_VALUES_H_
#define WHFB_COLLECTORS_READERS_DSTEMPLATE_VALUES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::readers {

// No attribute of the directory: the text is one that certutil -dsaddtemplate takes (a dump without
// -v), but for the line of CertUtil, which has to go before (TemplateRecord::has_dump_trailer).
inline constexpr std::string_view kImportAttribute = "certutil import";

struct TemplateAssignment {
  std::string_view name{};
  std::vector<std::string> values{};
  bool open_quote = false;  // the line ends inside a quoted value
  bool explained = false;   // more stands behind the values, which only `-v` writes
};

// `name = "a", "b"`, with `-v` also `name = "209020" 0x3307c`; nothing for other lines.
[[nodiscard]] std::optional<TemplateAssignment> ReadTemplateAssignment(std::string_view line);

// "2 Years" to the octets of a negative FILETIME interval; other text as it is.
[[nodiscard]] std::string NormaliseTemplateValue(std::string_view attribute, std::string value);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DSTEMPLATE_VALUES_H_
