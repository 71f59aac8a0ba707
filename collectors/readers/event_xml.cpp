// Events as XML: `wevtutil qe /f:xml` and `/f:RenderedXml`, "Save as XML" of Event Viewer, and what
// people copy from there. The schema of an event is [MS-EVEN6] 2.2.13.
//
// A query wrote it, so that it need not hold the whole log: LogSummary::query. RenderingInfo, whose
// texts are localised, is passed over.

#include <algorithm>
#include <string>
#include <string_view>

#include "collectors/readers/event_collector.h"
#include "collectors/readers/event_xml_element.h"
#include "collectors/readers/event_xml_tags.h"
#include "collectors/readers/event_xml_text.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/xml_places.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 30;

// The first element is an event, or its first child is one.
int RecogniseEventXml(const Head& head) {
  constexpr int kSure = 90;
  const std::string_view text = head.Text();
  if (text.find("/events/event") == std::string_view::npos) {
    return 0;  // the namespace that each of them declares
  }
  std::string_view root;
  for (Tag tag = FindTag(text, 0);; tag = FindTag(text, tag.end)) {
    if (tag.kind == TagKind::kOther) {
      continue;
    }
    if (tag.kind != TagKind::kStart) {
      return 0;
    }
    const std::string_view own = text.substr(tag.begin, tag.end - tag.begin);
    const std::string_view prefix = PrefixOf(tag.name);
    if (WithoutPrefix(tag.name) == "Event" &&
        (DeclaresEvents(own, prefix) || DeclaresEvents(root, prefix))) {
      return kSure;
    }
    if (!root.empty()) {
      return 0;
    }
    root = own;
  }
}

Status ReadEventXml(const EvidenceView& evidence, RecordSink& sink) {
  const auto failure = [&evidence](std::string_view message) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), std::string(message)};
  };
  MemorySource memory(evidence.bytes);
  EventTexts texts(evidence.source == nullptr ? memory : *evidence.source);
  EventCollector collector(evidence, sink, EventCollector::Origin::kQuery);
  EventXmlDecoder decoder;
  for (EventTexts::Piece piece = texts.Next(); piece.kind != EventTexts::Kind::kEnd;
       piece = texts.Next()) {
    if (piece.kind == EventTexts::Kind::kDocumentType) {
      return failure(kDocumentTypeMessage);
    }
    if (piece.kind == EventTexts::Kind::kDamage) {
      collector.Damage(std::move(piece.gap));
    } else {
      decoder.Decode(piece.text, piece.prefix, collector);
    }
  }
  if (texts.events() == 0) {
    return failure("no <Event> element in the namespace of event logs");
  }
  collector.Finish(texts.events());
  sink.note = std::string(texts.encoding());
  return Ok{};
}

}  // namespace

extern const ReaderSpec kEventXmlReader;  // declared again by the generated list

const ReaderSpec kEventXmlReader = {.kind = "event-xml",
                                    .max_bytes = kMaxBytes,
                                    .streamed = true,
                                    .places = PlaceKind::kRecord,
                                    .recognise = RecogniseEventXml,
                                    .read = ReadEventXml};

}  // namespace whfb::readers
