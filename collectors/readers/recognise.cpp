#include "collectors/readers/reader.h"

namespace whfb::readers {

const ReaderSpec* Recognise(std::span<const std::byte> head, std::string_view name) {
  const ReaderSpec* best = nullptr;
  int best_score = 0;
  for (const ReaderSpec* const reader : AllReaders()) {
    const int score = reader->recognise(head, name);
    if (score > best_score) {
      best = reader;
      best_score = score;
    }
  }
  return best;
}

}  // namespace whfb::readers
