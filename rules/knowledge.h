// What error codes, events and symptoms mean for this sign-in: rules/knowledge/*.xml.

#ifndef WHFB_RULES_KNOWLEDGE_H_
#define WHFB_RULES_KNOWLEDGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/result.h"

namespace whfb::rules {

// An event of a channel, in references "mdm/306".
struct EventRef {
  std::string channel{};  // KnownChannel::key
  std::uint32_t id = 0;

  bool operator==(const EventRef&) const = default;
};

// A name that another document gives to the same number.
struct OtherName {
  std::string name{};
  std::string document{};
};

// What codes, events, symptoms and messages have in common.
struct Notes {
  std::string means{};
  std::vector<std::string> causes{};   // the most likely one first
  std::vector<std::string> confirm{};  // how to tell that it is this
  std::vector<std::string> fixes{};
  std::vector<std::string> rules{};  // ids of requirements, which are those of rules
  std::vector<EventRef> events{};
  std::vector<std::uint32_t> codes{};
  std::string collect{};               // as RuleInfo::collect
  std::vector<std::string> sources{};  // "document, section"
  std::vector<std::string> threads{};  // field reports
  std::string unconfirmed{};           // what no document confirms
};

enum class CodeKind : std::uint8_t { kHresult, kNtstatus, kKerberos, kWin32 };

struct KnownCode {
  std::uint32_t value = 0;
  CodeKind kind = CodeKind::kHresult;
  std::string name{};  // of the public header; empty: it has none
  std::vector<OtherName> also_called{};
  std::string short_text{};
  Notes notes{};
};

struct KnownEvent {
  std::vector<std::uint32_t> ids{};  // that mean one thing, in the order of the file
  std::size_t channel = 0;           // in Knowledge::channels
  std::string level{};
  std::string fields{};
  std::string title{};
  Notes notes{};
};

struct KnownChannel {
  std::string key{};
  std::string name{};
  std::string provider{};
  std::vector<std::string> aliases{};
  std::string note{};
};

struct Symptom {
  std::string id{};     // "S01"
  std::string stage{};  // the earliest that fails is the one to mend
  std::string title{};
  Notes notes{};
};

// A text that Windows shows.
struct ShownMessage {
  std::string text{};
  std::vector<std::string> symptoms{};
  Notes notes{};
};

struct Knowledge {
  std::vector<KnownCode> codes{};
  std::vector<KnownChannel> channels{};
  std::vector<KnownEvent> events{};
  std::vector<Symptom> symptoms{};
  std::vector<ShownMessage> messages{};

  // Null when there is none.
  [[nodiscard]] const KnownCode* FindCode(std::uint32_t value) const;
  [[nodiscard]] const KnownEvent* FindEvent(const EventRef& ref) const;
  [[nodiscard]] const Symptom* FindSymptom(std::string_view id) const;
};

struct KnowledgeTexts {
  std::string_view error_codes{};
  std::string_view events{};
  std::string_view symptoms{};
};

// The first mistake ends it: an element or attribute that is not known, a number that does not
// parse or is there twice, a reference to nothing.
[[nodiscard]] Result<Knowledge> ReadKnowledge(const KnowledgeTexts& texts);

// That of this build.
[[nodiscard]] Result<Knowledge> EmbeddedKnowledge();

}  // namespace whfb::rules

#endif  // WHFB_RULES_KNOWLEDGE_H_
