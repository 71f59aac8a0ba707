// .reg text: exports of regedit and reg.exe, scripts, and the registry dump of the MDM
// diagnostics package (formats.md section 6).

#include <algorithm>
#include <string>

#include "collectors/readers/reader.h"
#include "collectors/readers/reg_parser.h"
#include "collectors/readers/reg_scep.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;

int RecogniseRegText(const Head& head) {
  RegLines lines(head.bytes().first(std::min<std::size_t>(head.bytes().size(), 1024)));
  std::string_view line;
  for (int count = 0; count < 16 && lines.Next(line); ++count) {
    if (line.starts_with("Windows Registry Editor Version") || line.starts_with("REGEDIT4")) {
      return 100;
    }
    if (line.starts_with("[HKEY_")) {
      return 90;
    }
    if (!line.empty() && line.front() != ';') {
      break;
    }
  }
  return head.name().ends_with(".reg") && !head.bytes().empty() ? 20 : 0;
}

std::string_view EncodingName(RegEncoding encoding) {
  switch (encoding) {
    case RegEncoding::kUtf16Le:
      return "utf-16le";
    case RegEncoding::kUtf16Be:
      return "utf-16be";
    case RegEncoding::kEightBit:
      break;
  }
  return "8-bit";
}

Status ReadRegText(const EvidenceView& evidence, RecordSink& sink) {
  const std::size_t first_value = sink.records.Of<RegistryValue>().size();
  RegParser parser(evidence, sink);
  parser.Run();
  if (parser.keys() == 0 && !parser.has_header()) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 "no registry key; is this the output of 'reg export'?"};
  }
  AddScepStates(sink.records.Of<RegistryValue>().subspan(first_value), sink);
  sink.note = std::string(EncodingName(DetectRegEncoding(evidence.bytes)))
                  .append(parser.has_header() ? ", " : ", registry dump, ")
                  .append(std::to_string(parser.keys()))
                  .append(parser.keys() == 1 ? " key" : " keys");
  return Ok{};
}

}  // namespace

extern const ReaderSpec kRegTextReader;  // declared again by the generated list

const ReaderSpec kRegTextReader = {
    .kind = "reg-text", .max_bytes = kMaxBytes, .recognise = RecogniseRegText, .read = ReadRegText};

}  // namespace whfb::readers
