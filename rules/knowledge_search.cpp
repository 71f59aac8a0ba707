#include "rules/knowledge_search.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "rules/knowledge_notes.h"
#include "rules/symptom_search.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::rules {

namespace {

constexpr std::size_t kCodeDigits = 8;
constexpr std::uint32_t kFromWin32 = 0x80070000U;  // HRESULT_FROM_WIN32

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// "(0x82ab0011)." to what is between; a sign stays.
std::string_view Bare(std::string_view word) {
  constexpr std::string_view kAround = "()[]{}<>\"'.,;:";
  const std::size_t first = word.find_first_not_of(kAround);
  return first == std::string_view::npos
             ? std::string_view()
             : word.substr(first, word.find_last_not_of(kAround) - first + 1);
}

void AddOnce(std::vector<const KnownCode*>& codes, const KnownCode* code) {
  if (code != nullptr && std::ranges::find(codes, code) == codes.end()) {
    codes.push_back(code);
  }
}

bool IsCalled(std::string_view name, std::string_view word) {
  if (SameNoCase(name, word)) {
    return true;
  }
  // Without "KDC_ERR_", "NTE_", "SEC_E_"
  return name.size() > word.size() && name[name.size() - word.size() - 1] == '_' &&
         word.find('_') != std::string_view::npos &&
         SameNoCase(name.substr(name.size() - word.size()), word);
}

std::string LettersOf(std::string_view text) {
  std::string letters;
  for (const char letter : LowerAscii(text)) {
    if (IsDigit(letter) || (letter >= 'a' && letter <= 'z')) {
      letters += letter;
    }
  }
  return letters;
}

struct EventQuestion {
  std::optional<std::uint32_t> id{};
  std::vector<std::string> words{};  // letters only; that name a channel, or do not
};

// Nothing: not one number among the words.
EventQuestion EventQuestionOf(std::string_view question) {
  constexpr std::array<std::string_view, 7> kIdle = {"event", "events",  "id",      "eventid",
                                                     "log",   "channel", "provider"};
  std::string spaced(question);
  std::ranges::replace_if(
      spaced, [](char c) { return c == '/' || c == ':' || c == ','; }, ' ');
  EventQuestion asked;
  for (const std::string& word : Words(spaced)) {
    const std::string_view bare = Bare(word);
    if (!bare.empty() && std::ranges::all_of(bare, IsDigit)) {
      const auto id = ParseWhole<std::uint32_t>(bare);
      if (asked.id || !id) {
        return {};
      }
      asked.id = id;
    } else if (std::string letters = LettersOf(bare);
               !letters.empty() && std::ranges::find(kIdle, letters) == kIdle.end()) {
      asked.words.push_back(std::move(letters));
    }
  }
  return asked;
}

bool Names(std::string_view word, const KnownChannel& channel) {
  constexpr std::size_t kTelling = 4;  // letters, to be a part of a name
  std::vector<std::string> names = {LettersOf(channel.name), LettersOf(channel.provider),
                                    channel.key};
  std::ranges::transform(channel.aliases, std::back_inserter(names), LettersOf);
  return std::ranges::any_of(names, [&](const std::string& name) {
    return name == word || (word.size() >= kTelling && name.find(word) != std::string::npos);
  });
}

bool NamedByAll(const std::vector<std::string>& words, const KnownChannel& channel) {
  return std::ranges::all_of(words, [&](const std::string& word) { return Names(word, channel); });
}

std::vector<const KnownEvent*> EventsOf(const Knowledge& knowledge, const EventQuestion& asked) {
  std::vector<const KnownEvent*> events;
  for (const KnownEvent& event : knowledge.events) {
    if (asked.id && std::ranges::find(event.ids, *asked.id) != event.ids.end() &&
        NamedByAll(asked.words, knowledge.channels[event.channel])) {
      events.push_back(&event);
    }
  }
  return events;
}

// Codes inside of words: "Result: (Unknown Win32 Error code: 0x82ab0011)". Bare decimal numbers
// and plain words are none.
std::vector<const KnownCode*> CodesInside(const Knowledge& knowledge, std::string_view question) {
  std::vector<const KnownCode*> codes;
  for (const std::string& word : Words(question)) {
    const std::string_view bare = Bare(word);
    const bool telling = bare.size() >= kCodeDigits || bare.starts_with("0x") ||
                         bare.find('_') != std::string_view::npos;
    for (const KnownCode* const code :
         telling ? CodesOf(knowledge, bare) : std::vector<const KnownCode*>()) {
      AddOnce(codes, code);
    }
  }
  return codes;
}

}  // namespace

std::vector<std::uint32_t> NumbersOf(std::string_view word) {
  word = Bare(word);
  if (word.starts_with("0x") || word.starts_with("0X")) {
    const auto number = ParseWhole<std::uint32_t>(word.substr(2), 16);
    return number ? std::vector{*number} : std::vector<std::uint32_t>();
  }
  std::vector<std::uint32_t> numbers;
  const auto decimal = ParseWhole<std::int64_t>(word);
  if (decimal && *decimal >= std::numeric_limits<std::int32_t>::min() &&
      *decimal <= std::numeric_limits<std::uint32_t>::max()) {
    numbers.push_back(static_cast<std::uint32_t>(*decimal));
  }
  if (word.size() == kCodeDigits) {
    if (const auto hex = ParseWhole<std::uint32_t>(word, 16)) {
      numbers.push_back(*hex);
    }
  }
  return numbers;
}

std::vector<const KnownCode*> CodesOf(const Knowledge& knowledge, std::string_view word) {
  word = Bare(word);
  std::vector<const KnownCode*> codes;
  for (const std::uint32_t number : NumbersOf(word)) {
    AddOnce(codes, knowledge.FindCode(number));
    const KnownCode* const win32 =
        (number & 0xffff0000U) == kFromWin32 ? knowledge.FindCode(number & 0xffffU) : nullptr;
    AddOnce(codes, win32 != nullptr && win32->kind == CodeKind::kWin32 ? win32 : nullptr);
  }
  for (const KnownCode& code : knowledge.codes) {
    const auto called = [&](const OtherName& other) { return IsCalled(other.name, word); };
    if (!word.empty() &&
        (IsCalled(code.name, word) || std::ranges::any_of(code.also_called, called))) {
      AddOnce(codes, &code);
    }
  }
  return codes;
}

Answer Ask(const Knowledge& knowledge, std::string_view question) {
  Answer answer;
  const std::vector<std::string> words = Words(question);
  if (words.size() == 1) {
    answer.codes = CodesOf(knowledge, words.front());
  }
  answer.events = EventsOf(knowledge, EventQuestionOf(question));
  if (answer.empty()) {
    answer.codes = CodesInside(knowledge, question);
  }
  for (const Symptom& symptom : knowledge.symptoms) {
    if (SameNoCase(symptom.id, question)) {
      answer.symptoms.push_back(&symptom);
    }
  }
  return answer.empty() ? AskWords(knowledge, question) : answer;
}

std::vector<const KnownChannel*> ChannelsOf(const Knowledge& knowledge, std::string_view question) {
  const EventQuestion asked = EventQuestionOf(question);
  std::vector<const KnownChannel*> channels;
  for (const KnownChannel& channel : knowledge.channels) {
    if (asked.id && !asked.words.empty() && NamedByAll(asked.words, channel)) {
      channels.push_back(&channel);
    }
  }
  return channels;
}

}  // namespace whfb::rules
