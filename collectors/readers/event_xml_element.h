// EventXmlDecoder: one <Event> element through the FlatBuilder of the EVTX reader, so that both
// formats give the same events.
//
// XML does not say of which type a value was. What has the shape of a GUID, or of a FILETIME as
// Windows renders it, is written as event_record.h says, also where the log held it as a text. A
// value of blanks that holds a line end is the layout of whoever printed the event: it is empty.

#ifndef WHFB_COLLECTORS_READERS_EVENT_XML_ELEMENT_H_
#define WHFB_COLLECTORS_READERS_EVENT_XML_ELEMENT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "collectors/readers/evtx.h"
#include "collectors/readers/evtx_flat.h"
#include "collectors/readers/evtx_names.h"

namespace whfb::readers {

class EventXmlDecoder {
 public:
  EventXmlDecoder() : builder_(names_) {}

  // Asks the visitor after the System section, and shows it the event if it wants to. What cannot
  // be told is damage. `prefix` is that of the element's name.
  void Decode(std::string_view text, std::string_view prefix, EvtxVisitor& visitor);

 private:
  enum class Step : std::uint8_t { kGoOn, kEnough, kTooMuch };

  [[nodiscard]] const char* ReadSystem(const pugi::xml_node& event);
  [[nodiscard]] Step Walk(const pugi::xml_node& event, EvtxVisitor& visitor);
  [[nodiscard]] bool Begin(const pugi::xml_node& node);
  [[nodiscard]] bool Attributes(const pugi::xml_node& element);
  [[nodiscard]] Step Leave(const pugi::xml_node& node, EvtxVisitor& visitor);
  [[nodiscard]] evtx::NameTable::Id NameOf(std::string_view name);
  [[nodiscard]] std::string_view Own(std::string_view name) const;
  void Text(std::string_view text);
  void Value(std::string_view value);

  evtx::NameTable names_;
  evtx::FlatBuilder builder_;
  pugi::xml_document document_;
  std::string_view prefix_{};
  std::uint64_t record_id_ = 0;  // 0: not told
  Ticks time_ = 0;
  std::string units_;  // a name in UTF-16
  bool asked_ = false;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_EVENT_XML_ELEMENT_H_
