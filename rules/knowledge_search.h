// What a question of a person is about: an error code, an event, or words of a symptom.

#ifndef WHFB_RULES_KNOWLEDGE_SEARCH_H_
#define WHFB_RULES_KNOWLEDGE_SEARCH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/knowledge.h"

namespace whfb::rules {

// Entries of the Knowledge that was asked.
struct Answer {
  std::vector<const KnownCode*> codes{};
  std::vector<const KnownEvent*> events{};
  std::vector<const Symptom*> symptoms{};  // the nearest first
  std::vector<const ShownMessage*> messages{};

  [[nodiscard]] bool empty() const {
    return codes.empty() && events.empty() && symptoms.empty() && messages.empty();
  }
};

// The numbers that a word may be: "0x82ab0011", "82AB0011", "-2102722543", "2192244753". None: it
// is no number of 32 bits.
[[nodiscard]] std::vector<std::uint32_t> NumbersOf(std::string_view word);

// Codes of that number or name, with or without what the name begins with ("NTE_PERM",
// "CLIENT_NOT_TRUSTED"). An HRESULT of a Win32 code (0x8007...) is that code.
[[nodiscard]] std::vector<const KnownCode*> CodesOf(const Knowledge& knowledge,
                                                    std::string_view word);

// A whole question: a code, an event with or without its channel ("AAD 1098", "1149",
// "HelloForBusiness/8045"), the id of a symptom, else words. Empty: nothing fits.
[[nodiscard]] Answer Ask(const Knowledge& knowledge, std::string_view question);

// The channels that the words of a question name, where it is a number and at least one such word.
[[nodiscard]] std::vector<const KnownChannel*> ChannelsOf(const Knowledge& knowledge,
                                                          std::string_view question);

}  // namespace whfb::rules

#endif  // WHFB_RULES_KNOWLEDGE_SEARCH_H_
