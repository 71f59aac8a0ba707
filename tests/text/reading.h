// Runs a reader over a text and keeps what it found.

#ifndef WHFB_TESTS_TEXT_READING_H_
#define WHFB_TESTS_TEXT_READING_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

struct Reading {
  std::unique_ptr<TextPool> pool = std::make_unique<TextPool>();
  std::unique_ptr<Records> records = std::make_unique<Records>(*pool);
  std::vector<Gap> gaps{};
  std::string note{};
  bool ok = false;

  [[nodiscard]] std::span<const CertificateRecord> certificates() const {
    return records->Of<CertificateRecord>();
  }

  [[nodiscard]] std::span<const StoreListing> listings() const {
    return records->Of<StoreListing>();
  }
};

inline Reading ReadWith(const ReaderSpec& reader,
                        std::string_view text,
                        std::string_view path = "capture.txt",
                        Ticks now = 0) {
  Reading reading;
  RecordSink sink{.records = *reading.records};
  const EvidenceView evidence{
      .number = 1,
      .path = path,
      .bytes = {reinterpret_cast<const std::byte*>(text.data()), text.size()},
      .now = now};
  reading.ok = reader.read(evidence, sink).has_value();
  reading.gaps = std::move(sink.gaps);
  reading.note = std::move(sink.note);
  return reading;
}

}  // namespace whfb::readers

#endif  // WHFB_TESTS_TEXT_READING_H_
