// Security templates: GptTmpl.inf of a GPO and what `secedit /export` writes (formats.md section 6;
// MS-GPSB 2.2). UTF-16 or 8-bit text in sections; [Registry Values] and [Privilege Rights] are
// read.

#ifndef WHFB_COLLECTORS_READERS_SECURITY_INF_H_
#define WHFB_COLLECTORS_READERS_SECURITY_INF_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/policy_record.h"

namespace whfb::readers {

enum class InfShape : std::uint8_t {
  kOther,     // not a security template
  kTemplate,  // [Version] stands before the settings, as every editor of templates writes it
  kExport,    // the settings come first: secedit /export puts [Version] at the end
};

[[nodiscard]] InfShape ShapeOfInf(const Head& head);

// Reads one template. `gpo` must live in the pool of the sink, or be a literal.
[[nodiscard]] Status ReadSecurityInf(const EvidenceView& evidence,
                                     PolicyOrigin origin,
                                     std::string_view gpo,
                                     RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_SECURITY_INF_H_
