// A capture may hold the output of several commands of certutil, and each reader knows one of
// them. What is surely of another one is told, so that nobody believes that all was read.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_VERBS_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_VERBS_H_

#include <string_view>

#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

// The provider of "Microsoft Passport Key Storage Provider:", the head of a list of its keys; empty
// for other lines and for providers that certutil has no alias for.
[[nodiscard]] std::string_view KeyListProvider(std::string_view line);

// A line that comes from a listing of certificates, or a command or closing line of one: what
// follows is no export of the directory.
[[nodiscard]] bool BelongsToCertificates(std::string_view line);

// A gap at the first line that is surely the command or the output of another verb than `own`
// ("store", "scinfo", "dcinfo", "key", "template", "catemplates").
void AddOtherCommandGap(const DecodedText& decoded, std::string_view own, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_VERBS_H_
