// Readers: one format each, bytes in, records out. A reader knows a format and nothing of what
// it means; a collector knows meanings and nothing of bytes.
//
// A reader is pure: no clock, no files, no globals; any thread. Damage inside the input goes to
// the sink as a Gap with its place; only input that is not this format at all is an Error.
// Nothing in the input may crash a reader, make it loop, or make it hold more than its limit.

#ifndef WHFB_COLLECTORS_READERS_READER_H_
#define WHFB_COLLECTORS_READERS_READER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include "collectors/readers/head.h"
#include "scanner/core/cell.h"
#include "scanner/core/result.h"
#include "scanner/core/short_text.h"
#include "scanner/core/text_pool.h"
#include "scanner/core/time.h"

namespace whfb::readers {

// Which account ran the tool that produced the evidence.
enum class Account : std::uint8_t { kUnknown, kSystem, kUser };

// What is known about how the evidence came to be.
struct Context {
  Account account = Account::kUnknown;
  std::string_view user_sid{};  // of that account, where known
  std::string_view user_upn{};
  TimeInterval collected{};  // both 0: not known
};

// Sequential or random access to bytes that need not be in memory. Not thread-safe.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ByteSource(ByteSource&&) = delete;
  ByteSource& operator=(ByteSource&&) = delete;
  virtual ~ByteSource() = default;

  [[nodiscard]] virtual std::uint64_t size() const = 0;

  // Up to `length` bytes at `offset`; fewer only at the end. The view lives until the next
  // call. Offsets never go backwards by more than `length` of the call before, unless whoever
  // hands the source out says that it allows any offset.
  [[nodiscard]] virtual Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                                  std::size_t length) = 0;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }

  [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                          std::size_t length) override {
    const std::size_t start =
        offset < bytes_.size() ? static_cast<std::size_t>(offset) : bytes_.size();
    return bytes_.subspan(start, std::min(length, bytes_.size() - start));
  }

 private:
  std::span<const std::byte> bytes_;
};

// The files that lie beside a piece of evidence, in the same folder of the same container: for
// formats that need more than one file (a registry hive and its logs). Nothing is looked for until
// a reader asks, so that evidence which needs nothing costs nothing. Not thread-safe.
class Companions {
 public:
  Companions() = default;
  Companions(const Companions&) = delete;
  Companions& operator=(const Companions&) = delete;
  Companions(Companions&&) = delete;
  Companions& operator=(Companions&&) = delete;
  virtual ~Companions() = default;

  // One answer a name, in their order. Names are compared without case with the last part of the
  // path; a companion that is compressed by itself ("x.log1.xz" for "x.log1") counts. kNotFound:
  // there is none; any other Error: it is there and cannot be had (denied, damaged, beyond a limit
  // on companions, which the caller of the reader sets). A source allows any offset and keeps its
  // bytes in memory only while they are few. It must go before the read ends.
  [[nodiscard]] virtual std::vector<Result<std::unique_ptr<ByteSource>>> Open(
      std::span<const std::string_view> names) = 0;
};

// One piece of evidence, as a reader gets it.
struct EvidenceView {
  std::uint32_t number = 0;            // for Provenance::evidence
  std::string_view path{};             // relative to the scan root, nested with "!/"
  std::span<const std::byte> bytes{};  // everything; streamed readers: or empty
  ByteSource* source = nullptr;        // set for streamed readers
  Companions* companions = nullptr;    // null: the evidence stands alone
  Context context{};
  Ticks now = 0;  // --as-of, for judging dates that cannot be right; never the clock

  [[nodiscard]] std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  [[nodiscard]] Provenance At(std::uint64_t place, std::string_view key = {}) const {
    return {.evidence = number, .place = place, .key = key};
  }
};

// Something that could not be read, and where.
struct Gap {
  std::uint64_t place = 0;  // line, record or offset
  WhyUnknown why = WhyUnknown::kMalformed;
  std::string message{};  // "chunk 3: signature is not ElfChnk"
};

// Records of every type, by type. Text in records points into `pool`, which belongs to the
// FactSpace that the records will become facts of.
class Records {
 public:
  // The pool must outlive the records.
  explicit Records(TextPool& pool) : pool_(&pool) {}

  template <typename T>
  [[nodiscard]] std::span<const T> Of() const {
    const Slot* const slot = Find(typeid(T));
    return slot == nullptr ? std::span<const T>{}
                           : std::span<const T>(static_cast<const Holder<T>*>(slot->get())->items);
  }

  template <typename T>
  T& Add(T record) {
    Slot* slot = Find(typeid(T));
    if (slot == nullptr) {
      types_.emplace_back(typeid(T));
      slots_.push_back(std::make_unique<Holder<T>>());
      slot = &slots_.back();
    }
    auto& items = static_cast<Holder<T>*>(slot->get())->items;
    items.push_back(std::move(record));
    return items.back();
  }

  // To mark what the records themselves could not know.
  template <typename T>
  [[nodiscard]] std::span<T> Edit() {
    Slot* const slot = Find(typeid(T));
    return slot == nullptr ? std::span<T>{}
                           : std::span<T>(static_cast<Holder<T>*>(slot->get())->items);
  }

  template <typename T, typename Predicate>
  void EraseIf(const Predicate& gone) {
    if (Slot* const slot = Find(typeid(T)); slot != nullptr) {
      std::erase_if(static_cast<Holder<T>*>(slot->get())->items, gone);
    }
  }

  [[nodiscard]] TextPool& pool() const { return *pool_; }

  void Clear() {
    types_.clear();
    slots_.clear();
  }

 private:
  struct AnyHolder {
    AnyHolder() = default;
    AnyHolder(const AnyHolder&) = delete;
    AnyHolder& operator=(const AnyHolder&) = delete;
    AnyHolder(AnyHolder&&) = delete;
    AnyHolder& operator=(AnyHolder&&) = delete;
    virtual ~AnyHolder() = default;
  };

  template <typename T>
  struct Holder final : AnyHolder {
    std::vector<T> items{};
  };

  using Slot = std::unique_ptr<AnyHolder>;

  [[nodiscard]] const Slot* Find(std::type_index type) const {
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (types_[i] == type) {
        return &slots_[i];
      }
    }
    return nullptr;
  }

  [[nodiscard]] Slot* Find(std::type_index type) {
    return const_cast<Slot*>(std::as_const(*this).Find(type));
  }

  TextPool* pool_;
  std::vector<std::type_index> types_;
  std::vector<Slot> slots_;
};

// An event that some collector wants decoded: readers may skip the fields of all others.
struct EventInterest {
  std::string_view provider;  // compared without case
  std::uint32_t id = 0;       // 0: every event of the provider
};

// Where a reader puts what it found. One sink per evidence item.
struct RecordSink {
  Records& records;
  std::span<const EventInterest> interests{};  // empty: decode every event
  // Records that nobody asks about are counted and checked too. False: a reader that can go
  // straight to what is asked for may do so, and counts what it looked at.
  bool count_all = true;

  std::uint64_t record_count = 0;   // live records or rows, whether kept or not
  std::uint64_t damaged_count = 0;  // records, rows or chunks that could not be read
  std::string note{};               // how it was read: "windows-1252", "3 local dates ambiguous"
  std::vector<Gap> gaps{};          // at most kMaxGaps; damaged_count goes on

  static constexpr std::size_t kMaxGaps = 64;

  [[nodiscard]] std::string_view Keep(std::string_view text) const {
    return records.pool().Intern(text);
  }

  void AddGap(Gap gap) {
    ++damaged_count;
    if (gaps.size() < kMaxGaps) {
      Shorten(gap.message);
      gaps.push_back(std::move(gap));
    }
  }
};

struct ReaderSpec {
  std::string_view kind;  // "dsregcmd"; also the folder under tests/golden/
  // Larger items are unknown (too-large). For streamed readers the limit of the item, not of
  // memory.
  std::uint64_t max_bytes = 0;
  bool streamed = false;
  bool random_access = false;  // of a streamed reader: its source must allow any offset
  PlaceKind places = PlaceKind::kLine;
  // `head` holds the first kHeadBytes at most. Content decides; the name may only confirm or break
  // a tie. 0 = not mine; more = surer; 100 = magic.
  int (*recognise)(const Head& head) = nullptr;
  Status (*read)(const EvidenceView& evidence, RecordSink& sink) = nullptr;
  // Certificates, templates, profiles, intent: evidence that belongs to the environment wherever
  // it lies (design: public contract, inputs).
  bool environment = false;
};

inline constexpr std::size_t kHeadBytes = 4096;

// Every reader, in the order of collectors/readers/CMakeLists.txt.
[[nodiscard]] std::span<const ReaderSpec* const> AllReaders();

// The reader that is surest of this item, or null. `head` is the first kHeadBytes at most; `name`
// the lower-case last part of the path.
[[nodiscard]] const ReaderSpec* Recognise(std::span<const std::byte> head, std::string_view name);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_READER_H_
