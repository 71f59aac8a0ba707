// Programs: the token stream of a template definition or fragment, compiled once a chunk into a
// flat list of operations with every name resolved. No tree is ever built.
//
// Programs live as long as their chunk. Definitions are told apart by their place in the chunk,
// never by GUID: names are resolved relative to the chunk, and crafted logs reuse GUIDs. What
// outlives the chunk is the name table and the memory. Compiling is bounded by kMaxOps for each
// chunk: a chunk whose definitions overlap to cost more is not an honest one.

#ifndef WHFB_COLLECTORS_READERS_EVTX_TEMPLATE_H_
#define WHFB_COLLECTORS_READERS_EVTX_TEMPLATE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/evtx_names.h"
#include "collectors/readers/evtx_value.h"

namespace whfb::readers::evtx {

enum class OpKind : std::uint8_t {
  kOpen,        // a = name
  kAttribute,   // a = name
  kContent,     // the start tag is closed
  kClose,       // the element ends
  kText,        // a, b = place and length in the literals
  kSubstitute,  // index = number of the value
  kOptional,    // the same; a NULL value removes the element or attribute
  kInstance,    // a = offset of a template instance token
};

struct Op {
  OpKind kind = OpKind::kContent;
  std::uint16_t index = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

// Whether elements carry a dependency id: in definitions and top-level fragments, not inside a
// value of type 0x21. Real logs break the rule, so the other form is tried too.
enum class Dependency : std::uint8_t { kYes, kNo };

// A run of operations. The memory is valid until the next chunk.
using Program = std::span<const Op>;

struct TemplateInstance {
  std::uint32_t definition = 0;   // offset of the definition
  std::uint32_t descriptors = 0;  // offset of the value descriptors
  std::uint32_t count = 0;        // of values
  std::uint32_t values = 0;       // offset of the first value
  std::uint32_t end = 0;          // offset behind the last value
};

class ChunkPrograms {
 public:
  static constexpr std::size_t kMaxOps = 262'144;
  static constexpr std::size_t kMaxLiteralBytes = 524'288;

  ChunkPrograms();

  // Begins a chunk of kEvtxChunkBytes, which must stay valid until the next call.
  void Begin(const std::byte* chunk);

  // False: it does not parse or the bound is reached. The program of a definition is compiled
  // once.
  [[nodiscard]] bool Definition(std::uint32_t offset, Program& program);
  [[nodiscard]] bool Fragment(std::uint32_t begin,
                              std::uint32_t end,
                              Dependency dependency,
                              Program& program);

  // Reads the instance whose token is at `offset`. False: it does not fit before `end`.
  [[nodiscard]] bool Instance(std::uint32_t offset,
                              std::uint32_t end,
                              TemplateInstance& instance) const;

  [[nodiscard]] const NameTable& names() const { return names_; }

  [[nodiscard]] std::string_view Literal(const Op& op) const {
    return {literals_.get() + op.a, op.b};
  }

  [[nodiscard]] const std::byte* chunk() const { return chunk_; }

 private:
  struct Cursor {
    std::uint32_t at = 0;
    std::uint32_t end = 0;
    Dependency dependency = Dependency::kYes;
    bool first_element = true;
    std::uint32_t depth = 0;

    [[nodiscard]] bool Has(std::uint32_t size) const { return end - at >= size; }
  };

  struct Known {
    std::uint32_t offset = 0;
    std::uint32_t generation = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  [[nodiscard]] bool Compile(Cursor cursor, Program& program);
  [[nodiscard]] bool Token(Cursor& cursor, bool& end);
  void CheckDependency(Cursor& cursor) const;
  [[nodiscard]] bool OpenElement(Cursor& cursor, bool attributes);
  [[nodiscard]] bool Attribute(Cursor& cursor);
  [[nodiscard]] bool Markup(Cursor& cursor, std::uint8_t token);
  [[nodiscard]] bool TextValue(Cursor& cursor);
  [[nodiscard]] bool CountedText(Cursor& cursor, bool keep);
  [[nodiscard]] bool CharReference(Cursor& cursor);
  [[nodiscard]] bool EntityReference(Cursor& cursor);
  [[nodiscard]] bool Substitution(Cursor& cursor, OpKind kind);
  [[nodiscard]] bool NestedInstance(Cursor& cursor);
  [[nodiscard]] bool PlausibleName(const Cursor& cursor, std::uint32_t at) const;
  [[nodiscard]] bool Name(Cursor& cursor, NameTable::Id& name);
  [[nodiscard]] bool AddText(std::span<const std::byte> utf16);
  [[nodiscard]] bool AddReadyText(std::string_view text);
  [[nodiscard]] bool Add(const Op& op);
  [[nodiscard]] Known& Slot(std::uint32_t offset);

  const std::byte* chunk_ = nullptr;
  NameTable names_;
  std::vector<Op> ops_;               // reserved once, never grows
  std::unique_ptr<char[]> literals_;  // NOLINT(modernize-avoid-c-arrays): of fixed size
  std::size_t literal_bytes_ = 0;
  std::vector<Known> known_;  // open addressing by offset
  std::size_t known_count_ = 0;
  std::uint32_t generation_ = 0;
};

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_TEMPLATE_H_
