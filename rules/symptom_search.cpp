#include "rules/symptom_search.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::rules {

namespace {

using Tokens = std::vector<std::string>;

constexpr std::array<std::string_view, 33> kIdle = {
    "a",   "after", "an",  "and", "are", "as", "at",   "be",  "but",  "by",   "do",
    "for", "from",  "i",   "in",  "is",  "it", "my",   "no",  "not",  "of",   "on",
    "or",  "that",  "the", "to",  "was", "we", "when", "why", "with", "does", "get"};

bool IsWordLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

// Lower-case words that say something.
Tokens TokensOf(std::string_view text) {
  Tokens tokens;
  std::string word;
  for (const char letter : LowerAscii(text) + ' ') {
    if (IsWordLetter(letter)) {
      word += letter;
    } else if (!word.empty()) {
      if (std::ranges::find(kIdle, word) == kIdle.end()) {
        tokens.push_back(word);
      }
      word.clear();
    }
  }
  return tokens;
}

// "cert" and "certificate", "elevate" and "elevation"; never "13" and "1385".
bool SameWord(std::string_view a, std::string_view b) {
  constexpr std::size_t kShort = 4;   // as a whole
  constexpr std::size_t kStem = 5;    // with other endings
  constexpr std::size_t kEnding = 3;  // "ion"
  if (a.size() > b.size()) {
    std::swap(a, b);
  }
  if (a == b || a.empty() || a.front() <= '9') {
    return a == b;
  }
  const auto differ = std::ranges::mismatch(a, b);
  const auto same = static_cast<std::size_t>(differ.in1 - a.begin());
  return (a.size() >= kShort && same == a.size()) || (same >= kStem && b.size() - same <= kEnding);
}

bool Has(const Tokens& tokens, std::string_view word) {
  return std::ranges::any_of(tokens,
                             [&](const std::string& token) { return SameWord(token, word); });
}

// The words of a symptom by how much they tell.
struct Indexed {
  const Symptom* symptom = nullptr;
  Tokens title{};
  Tokens causes{};
  Tokens rest{};

  [[nodiscard]] int Weight(std::string_view word) const {
    constexpr int kTitle = 4;
    constexpr int kCause = 2;
    return Has(title, word) ? kTitle : Has(causes, word) ? kCause : Has(rest, word) ? 1 : 0;
  }
};

void Append(Tokens& tokens, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    Tokens more = TokensOf(text);
    tokens.insert(tokens.end(), more.begin(), more.end());
  }
}

std::vector<Indexed> IndexOf(const Knowledge& knowledge) {
  std::vector<Indexed> index;
  for (const Symptom& symptom : knowledge.symptoms) {
    Indexed one{.symptom = &symptom, .title = TokensOf(symptom.title)};
    for (const ShownMessage& message : knowledge.messages) {
      if (std::ranges::find(message.symptoms, symptom.id) != message.symptoms.end()) {
        Append(one.title, {message.text});
      }
    }
    Append(one.causes, symptom.notes.causes);
    Append(one.rest, symptom.notes.confirm);
    Append(one.rest, symptom.notes.fixes);
    Append(one.rest, {symptom.notes.means});
    index.push_back(std::move(one));
  }
  return index;
}

struct Scored {
  const Symptom* symptom = nullptr;
  std::size_t words = 0;  // of the question that it has
  double score = 0;
};

std::vector<Scored> Score(const std::vector<Indexed>& index, const Tokens& words) {
  std::vector<Scored> scored;
  scored.reserve(index.size());
  for (const Indexed& one : index) {
    scored.push_back({.symptom = one.symptom});
  }
  for (const std::string& word : words) {
    const auto having =
        std::ranges::count_if(index, [&](const Indexed& one) { return one.Weight(word) > 0; });
    for (std::size_t i = 0; i < index.size(); ++i) {
      if (const int weight = index[i].Weight(word); weight > 0) {
        ++scored[i].words;
        scored[i].score +=
            weight * (1.0 + static_cast<double>(index.size()) / static_cast<double>(having));
      }
    }
  }
  return scored;
}

}  // namespace

Answer AskWords(const Knowledge& knowledge, std::string_view question) {
  constexpr std::size_t kMost = 5;
  constexpr double kNear = 0.5;  // of the score of the best
  Answer answer;
  Tokens words = TokensOf(question);
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  if (words.empty()) {
    return answer;
  }
  std::vector<Scored> scored = Score(IndexOf(knowledge), words);
  std::erase_if(scored, [&](const Scored& one) { return one.words * 2 <= words.size(); });
  std::ranges::stable_sort(scored, std::greater{}, &Scored::score);
  for (const Scored& one : scored) {
    if (answer.symptoms.size() < kMost && one.score > scored.front().score * kNear) {
      answer.symptoms.push_back(one.symptom);
    }
  }
  for (const ShownMessage& message : knowledge.messages) {
    const Tokens text = TokensOf(message.text);
    if (std::ranges::all_of(words, [&](const std::string& word) { return Has(text, word); })) {
      answer.messages.push_back(&message);
    }
  }
  return answer;
}

}  // namespace whfb::rules
