#include "collectors/readers/certutil_verbs.h"

#include <algorithm>
#include <array>
#include <string>

#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/certutil_loss.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kStore = "store";
constexpr std::string_view kScInfo = "scinfo";
constexpr std::string_view kDcInfo = "dcinfo";
constexpr std::string_view kKey = "key";
constexpr std::string_view kTemplate = "template";

// Those that have a reader, and others that people run beside them. None is an option as well.
constexpr std::array<std::string_view, 12> kVerbs = {
    kStore, kScInfo, kDcInfo,  kKey,         kTemplate, "catemplates",
    "dump", "ping",  "cainfo", "dstemplate", "tcainfo", "adtemplate"};

// Those that certutil has an alias for; their names are the same in every language.
constexpr std::array<std::string_view, 4> kProviders = {
    "Microsoft Passport Key Storage Provider", "Microsoft Software Key Storage Provider",
    "Microsoft Platform Crypto Provider", "Microsoft Smart Card Key Storage Provider"};

// The verb that a command or a closing line names; empty for other lines.
std::string_view NamedVerb(std::string_view line, std::string_view own) {
  // One command may name its own verb beside what looks like another.
  if (!ContainsNoCase(line, "certutil") || NamesVerb(line, own)) {
    return {};
  }
  const auto* const verb = std::ranges::find_if(kVerbs, [line](std::string_view known) {
    return ContainsNoCase(line, known) && NamesVerb(line, known);
  });
  return verb == kVerbs.end() ? std::string_view{} : *verb;
}

// The verb that alone prints such a line; empty for lines that others may print.
std::string_view PrintingVerb(std::string_view line, std::string_view own) {
  if (ReadBanner(line)) {
    return own == kScInfo ? kScInfo : kStore;
  }
  if (IsStoreHeader(line)) {
    return kStore;
  }
  if (line.starts_with("Microsoft ") && !KeyListProvider(line).empty()) {
    return kKey;
  }
  return line.find("TemplatePropCommonName") != std::string_view::npos ? kTemplate
                                                                       : std::string_view{};
}

}  // namespace

std::string_view KeyListProvider(std::string_view line) {
  line = TrimBlanks(line);
  if (!line.ends_with(':')) {
    return {};
  }
  line.remove_suffix(1);
  const bool known = std::ranges::find(kProviders, line) != kProviders.end();
  return known ? line : std::string_view{};
}

bool BelongsToCertificates(std::string_view line) {
  return ReadBanner(line) || IsStoreHeader(line) || BelongsToAnElement(line) ||
         NamesVerb(line, kStore) || NamesVerb(line, kScInfo) || NamesVerb(line, kDcInfo);
}

void AddOtherCommandGap(const DecodedText& decoded, std::string_view own, RecordSink& sink) {
  TextLines lines(decoded);
  std::string_view line;
  while (lines.Next(line)) {
    std::string_view verb;
    if (!lines.damaged()) {
      verb = NamedVerb(line, own);
      verb = verb.empty() ? PrintingVerb(line, own) : verb;
    }
    if (!verb.empty() && verb != own) {
      sink.AddGap({.place = lines.number(),
                   .why = WhyUnknown::kNotCollected,
                   .message = std::string("another command of certutil follows from line ")
                                  .append(std::to_string(lines.number()))
                                  .append(" (-")
                                  .append(verb)
                                  .append("); split the file")});
      return;
    }
  }
}

}  // namespace whfb::readers
