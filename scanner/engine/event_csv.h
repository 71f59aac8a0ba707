// Events as CSV: `Get-WinEvent | Export-Csv` and `Get-EventLog | Export-Csv`, with any separator,
// any choice of columns, quoted or not.
//
// They are named and not read. No cell holds the fields of an event (Properties is the name of a
// type, Message is in the language of Windows), and TimeCreated is a local time in the order of its
// culture without a zone: nothing could be said of any event that a rule asks for, nor of a window
// of time. A log whose window nothing proves would only stand in the way of a better copy of it.

#ifndef WHFB_SCANNER_ENGINE_EVENT_CSV_H_
#define WHFB_SCANNER_ENGINE_EVENT_CSV_H_

#include <string_view>

namespace whfb::engine {

// `text` is the beginning of a file without BOM. The first line counts, which names properties;
// no language changes them.
[[nodiscard]] bool IsEventCsv(std::string_view text);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_EVENT_CSV_H_
