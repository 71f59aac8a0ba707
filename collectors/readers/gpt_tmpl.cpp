// GptTmpl.inf: the security half of a GPO (Machine\Microsoft\Windows NT\SecEdit), and templates of
// the same form, such as baselines. UAC settings of a GPO stand here, not in Registry.pol.

#include "collectors/readers/gpo_path.h"
#include "collectors/readers/security_inf.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;

int RecogniseGptTmpl(const Head& head) {
  constexpr int kSure = 95;
  constexpr int kLikely = 80;
  const InfShape shape = ShapeOfInf(head);
  if (shape == InfShape::kOther) {
    return 0;
  }
  if (head.name() == "gpttmpl.inf") {
    return kSure;
  }
  return shape == InfShape::kTemplate ? kLikely : 0;
}

Status ReadGptTmpl(const EvidenceView& evidence, RecordSink& sink) {
  return ReadSecurityInf(evidence, PolicyOrigin::kSecurityTemplate,
                         sink.Keep(GpoPlaceOf(evidence.path).gpo), sink);
}

}  // namespace

extern const ReaderSpec kGptTmplReader;  // declared again by the generated list

const ReaderSpec kGptTmplReader = {.kind = "gpt-tmpl",
                                   .max_bytes = kMaxBytes,
                                   .recognise = RecogniseGptTmpl,
                                   .read = ReadGptTmpl,
                                   .environment = true};

}  // namespace whfb::readers
