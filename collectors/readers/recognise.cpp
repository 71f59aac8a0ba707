#include "collectors/readers/reader.h"

namespace whfb::readers {

const ReaderSpec* Recognise(std::span<const std::byte> bytes, std::string_view name) {
  const Head head(bytes, name);
  const ReaderSpec* best = nullptr;
  int best_score = 0;
  for (const ReaderSpec* const reader : AllReaders()) {
    const int score = reader->recognise(head);
    if (score > best_score) {
      best = reader;
      best_score = score;
    }
  }
  return best;
}

}  // namespace whfb::readers
