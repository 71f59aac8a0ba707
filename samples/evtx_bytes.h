// Bytes: little-endian output with places to fill in later, and BinXml tokens on top of it.

#ifndef WHFB_SAMPLES_EVTX_BYTES_H_
#define WHFB_SAMPLES_EVTX_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whfb::samples {

class Bytes {
 public:
  template <typename T>
  void Put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
  }

  template <typename T>
  void PutAt(std::size_t at, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_[at + i] = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
  }

  void Append(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  void PadTo(std::size_t size) { bytes_.resize(size); }

  // Room for a 32-bit number; returns its place.
  [[nodiscard]] std::size_t Hole() {
    Put<std::uint32_t>(0);
    return size() - 4;
  }

  // Fills a hole with the number of bytes behind it.
  void FillSize(std::size_t hole) { PutAt(hole, static_cast<std::uint32_t>(size() - hole - 4)); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  [[nodiscard]] std::span<const std::byte> view() const { return bytes_; }

  [[nodiscard]] std::vector<std::byte> Take() && { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

// UTF-8 to UTF-16LE units.
[[nodiscard]] std::u16string Utf16(std::string_view utf8);

// The tokens of one chunk: names are written inline at first use and referred to afterwards.
// Positions in `chunk` are offsets from the start of the chunk.
class BinXmlWriter {
 public:
  explicit BinXmlWriter(Bytes& chunk) : chunk_(&chunk) {}

  struct Attribute {
    std::string_view name{};
    std::string_view literal{};
    int substitution = -1;  // number of the value instead of the literal
    std::uint8_t type = 0;  // of the value
  };

  // <name attributes>; returns the token for End.
  [[nodiscard]] std::size_t Begin(std::string_view name, std::span<const Attribute> attributes);
  void End(std::size_t token);
  void Empty(std::string_view name, std::span<const Attribute> attributes);

  void Literal(std::string_view text);
  void Substitution(std::uint16_t index, std::uint8_t type, bool optional);

 private:
  [[nodiscard]] std::size_t Open(std::string_view name, std::span<const Attribute> attributes);
  void Name(std::string_view name);

  Bytes* chunk_;
  std::map<std::string, std::uint32_t, std::less<>> names_;
};

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_EVTX_BYTES_H_
