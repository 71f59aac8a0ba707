// Symptoms and shown messages by their words.

#ifndef WHFB_RULES_SYMPTOM_SEARCH_H_
#define WHFB_RULES_SYMPTOM_SEARCH_H_

#include <string_view>

#include "rules/knowledge_search.h"

namespace whfb::rules {

// The symptoms with most of the words, a few, the nearest first: what stands in a title counts
// most, and a word that few symptoms have more than one that many have. At least half of the words
// must be there. Messages that hold all of the words.
[[nodiscard]] Answer AskWords(const Knowledge& knowledge, std::string_view question);

}  // namespace whfb::rules

#endif  // WHFB_RULES_SYMPTOM_SEARCH_H_
