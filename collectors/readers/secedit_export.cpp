// `secedit /export /cfg`: the security policy database of one device. Without /mergedpolicy it
// leaves out what domain policy sets (learn.microsoft.com, secedit export), so it is no reading of
// what is in effect.

#include "collectors/readers/security_inf.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;

int RecogniseSeceditExport(const Head& head) {
  constexpr int kLikely = 85;
  return head.name() != "gpttmpl.inf" && ShapeOfInf(head) == InfShape::kExport ? kLikely : 0;
}

Status ReadSeceditExport(const EvidenceView& evidence, RecordSink& sink) {
  Status status = ReadSecurityInf(evidence, PolicyOrigin::kSecurityExport, "LocalGPO", sink);
  sink.note.append(", the policy database of the device: the registry tells what is in effect");
  return status;
}

}  // namespace

extern const ReaderSpec kSeceditExportReader;  // declared again by the generated list

const ReaderSpec kSeceditExportReader = {.kind = "secedit-export",
                                         .max_bytes = kMaxBytes,
                                         .recognise = RecogniseSeceditExport,
                                         .read = ReadSeceditExport};

}  // namespace whfb::readers
