#include "collectors/readers/evtx_template.h"

#include <array>

#include "collectors/readers/evtx.h"

namespace whfb::readers::evtx {

namespace {

constexpr std::uint32_t kChunk = kEvtxChunkBytes;
constexpr std::uint32_t kMaxElementDepth = 64;
constexpr std::uint32_t kDefinitionHeader = 24;  // next, GUID, size of the body
constexpr std::uint32_t kNameHeader = 8;         // next, hash, length
constexpr std::size_t kKnownSlots = 4096;        // a power of two
constexpr std::uint32_t kMaxValues = 4096;       // of one instance

// Tokens, [MS-EVEN6] 2.2.12; 0x40 marks "more follows" and is masked.
constexpr std::uint8_t kTokenEnd = 0x00;
constexpr std::uint8_t kTokenOpen = 0x01;
constexpr std::uint8_t kTokenContent = 0x02;
constexpr std::uint8_t kTokenCloseEmpty = 0x03;
constexpr std::uint8_t kTokenClose = 0x04;
constexpr std::uint8_t kTokenValue = 0x05;
constexpr std::uint8_t kTokenAttribute = 0x06;
constexpr std::uint8_t kTokenCData = 0x07;
constexpr std::uint8_t kTokenChar = 0x08;
constexpr std::uint8_t kTokenEntity = 0x09;
constexpr std::uint8_t kTokenInstructionTarget = 0x0a;
constexpr std::uint8_t kTokenInstructionData = 0x0b;
constexpr std::uint8_t kTokenInstance = 0x0c;
constexpr std::uint8_t kTokenNormal = 0x0d;
constexpr std::uint8_t kTokenOptional = 0x0e;
constexpr std::uint8_t kTokenHeader = 0x0f;
constexpr std::uint8_t kMoreFollows = 0x40;

// What stands between the token of an element and its name: the dependency id, and the size.
std::uint32_t HeadBytes(Dependency dependency) {
  return dependency == Dependency::kYes ? 6 : 4;
}

}  // namespace

ChunkPrograms::ChunkPrograms()
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): std::make_unique would touch every page
    : literals_(new char[kMaxLiteralBytes]), known_(kKnownSlots) {
  ops_.reserve(kMaxOps);
}

void ChunkPrograms::Begin(const std::byte* chunk) {
  chunk_ = chunk;
  ops_.clear();
  literal_bytes_ = 0;
  known_count_ = 0;
  ++generation_;
  names_.Trim();
}

bool ChunkPrograms::Add(const Op& op) {
  if (ops_.size() >= kMaxOps) {
    return false;
  }
  ops_.push_back(op);
  return true;
}

ChunkPrograms::Known& ChunkPrograms::Slot(std::uint32_t offset) {
  std::size_t slot = (offset >> 2U) * 0x9e3779b1U >> 7U & (kKnownSlots - 1);
  while (known_[slot].generation == generation_ && known_[slot].offset != offset) {
    slot = (slot + 1) & (kKnownSlots - 1);
  }
  return known_[slot];
}

bool ChunkPrograms::Definition(std::uint32_t offset, Program& program) {
  Known& known = Slot(offset);
  if (known.generation == generation_) {
    program = Program(ops_).subspan(known.first, known.count);
    return true;
  }
  if (offset < kNameHeader || offset > kChunk - kDefinitionHeader ||
      known_count_ >= kKnownSlots / 2) {
    return false;
  }
  const auto size = Load<std::uint32_t>(chunk_ + offset + kDefinitionHeader - 4);
  const std::uint32_t body = offset + kDefinitionHeader;
  if (size > kChunk - body) {
    return false;
  }
  const auto first = static_cast<std::uint32_t>(ops_.size());
  if (!Compile({.at = body, .end = body + size}, program)) {
    return false;
  }
  ++known_count_;
  known = {.offset = offset,
           .generation = generation_,
           .first = first,
           .count = static_cast<std::uint32_t>(program.size())};
  return true;
}

bool ChunkPrograms::Fragment(std::uint32_t begin,
                             std::uint32_t end,
                             Dependency dependency,
                             Program& program) {
  return Compile({.at = begin, .end = end, .dependency = dependency}, program);
}

bool ChunkPrograms::Compile(Cursor cursor, Program& program) {
  const std::size_t first = ops_.size();
  bool end = false;
  while (!end && cursor.at < cursor.end) {
    if (!Token(cursor, end)) {
      return false;
    }
  }
  if (cursor.depth != 0) {
    return false;
  }
  program = Program(ops_).subspan(first);
  return true;
}

bool ChunkPrograms::Token(Cursor& cursor, bool& end) {
  const auto raw = std::to_integer<std::uint8_t>(chunk_[cursor.at]);
  const auto token = static_cast<std::uint8_t>(raw & ~kMoreFollows);
  ++cursor.at;
  switch (token) {
    case kTokenEnd:
      end = true;
      return true;
    case kTokenOpen:
      return OpenElement(cursor, raw != token);
    case kTokenContent:
      return Add({.kind = OpKind::kContent});
    case kTokenCloseEmpty:
    case kTokenClose:
      if (cursor.depth == 0) {
        return false;
      }
      --cursor.depth;
      return Add({.kind = OpKind::kClose});
    case kTokenAttribute:
      return Attribute(cursor);
    case kTokenNormal:
      return Substitution(cursor, OpKind::kSubstitute);
    case kTokenOptional:
      return Substitution(cursor, OpKind::kOptional);
    case kTokenInstance:
      return NestedInstance(cursor);
    default:
      return Markup(cursor, token);
  }
}

bool ChunkPrograms::Markup(Cursor& cursor, std::uint8_t token) {
  switch (token) {
    case kTokenValue:
      return TextValue(cursor);
    case kTokenCData:
      return CountedText(cursor, true);
    case kTokenInstructionData:
      return CountedText(cursor, false);
    case kTokenChar:
      return CharReference(cursor);
    case kTokenEntity:
      return EntityReference(cursor);
    case kTokenInstructionTarget: {
      NameTable::Id name = 0;
      return Name(cursor, name);
    }
    case kTokenHeader:
      if (!cursor.Has(3)) {
        return false;
      }
      cursor.at += 3;
      return true;
    default:
      return false;
  }
}

// A name is plausible at `at` when its offset points to a name record inside the chunk.
bool ChunkPrograms::PlausibleName(const Cursor& cursor, std::uint32_t at) const {
  if (at + 4 > cursor.end) {
    return false;
  }
  const auto offset = Load<std::uint32_t>(chunk_ + at);
  if (offset < kNameHeader || offset > kChunk - kNameHeader) {
    return false;
  }
  const std::uint32_t units = Load<std::uint16_t>(chunk_ + offset + 6);
  const std::uint32_t end = offset + kNameHeader + units * 2;
  return units > 0 && units <= NameTable::kMaxUnits && end + 2 <= kChunk &&
         Load<std::uint16_t>(chunk_ + end) == 0;
}

// Turns the expected dependency id around when a name follows only without it, or only with it.
void ChunkPrograms::CheckDependency(Cursor& cursor) const {
  const bool expected = cursor.dependency == Dependency::kYes;
  const std::uint32_t as_expected = cursor.at + HeadBytes(cursor.dependency);
  const Dependency other = expected ? Dependency::kNo : Dependency::kYes;
  if (!PlausibleName(cursor, as_expected) && PlausibleName(cursor, cursor.at + HeadBytes(other))) {
    cursor.dependency = other;
  }
}

bool ChunkPrograms::OpenElement(Cursor& cursor, bool attributes) {
  if (cursor.first_element) {
    cursor.first_element = false;
    CheckDependency(cursor);
  }
  const std::uint32_t head = HeadBytes(cursor.dependency);
  if (!cursor.Has(head) || ++cursor.depth > kMaxElementDepth) {
    return false;
  }
  cursor.at += head;
  NameTable::Id name = 0;
  if (!Name(cursor, name)) {
    return false;
  }
  if (attributes) {
    if (!cursor.Has(4)) {
      return false;
    }
    cursor.at += 4;
  }
  return Add({.kind = OpKind::kOpen, .a = name});
}

bool ChunkPrograms::Attribute(Cursor& cursor) {
  NameTable::Id name = 0;
  return Name(cursor, name) && Add({.kind = OpKind::kAttribute, .a = name});
}

bool ChunkPrograms::Name(Cursor& cursor, NameTable::Id& name) {
  if (!PlausibleName(cursor, cursor.at)) {
    return false;
  }
  const auto offset = Load<std::uint32_t>(chunk_ + cursor.at);
  cursor.at += 4;
  const std::size_t bytes = std::size_t{Load<std::uint16_t>(chunk_ + offset + 6)} * 2;
  if (offset == cursor.at) {  // the record is inline: behind it is a NUL
    const auto size = static_cast<std::uint32_t>(kNameHeader + bytes + 2);
    if (!cursor.Has(size)) {
      return false;
    }
    cursor.at += size;
  }
  name = names_.Find({chunk_ + offset + kNameHeader, bytes});
  return name != NameTable::kNoName;
}

bool ChunkPrograms::AddText(std::span<const std::byte> utf16) {
  const std::size_t units = utf16.size() / 2;
  if (units * 3 > kMaxLiteralBytes - literal_bytes_) {
    return false;
  }
  const std::size_t length = Utf16ToUtf8(utf16.data(), units, literals_.get() + literal_bytes_);
  const Op op = {.kind = OpKind::kText,
                 .a = static_cast<std::uint32_t>(literal_bytes_),
                 .b = static_cast<std::uint32_t>(length)};
  literal_bytes_ += length;
  return Add(op);
}

bool ChunkPrograms::AddReadyText(std::string_view text) {
  if (text.size() > kMaxLiteralBytes - literal_bytes_) {
    return false;
  }
  std::memcpy(literals_.get() + literal_bytes_, text.data(), text.size());
  const Op op = {.kind = OpKind::kText,
                 .a = static_cast<std::uint32_t>(literal_bytes_),
                 .b = static_cast<std::uint32_t>(text.size())};
  literal_bytes_ += text.size();
  return Add(op);
}

bool ChunkPrograms::TextValue(Cursor& cursor) {
  // Only UnicodeString occurs as a literal; anything else has no length that could be trusted.
  if (!cursor.Has(1) || std::to_integer<std::uint8_t>(chunk_[cursor.at]) != kUtf16) {
    return false;
  }
  ++cursor.at;
  return CountedText(cursor, true);
}

bool ChunkPrograms::CountedText(Cursor& cursor, bool keep) {
  if (!cursor.Has(2)) {
    return false;
  }
  const std::uint32_t bytes = Load<std::uint16_t>(chunk_ + cursor.at) * 2U;
  cursor.at += 2;
  if (!cursor.Has(bytes)) {
    return false;
  }
  const std::span<const std::byte> text{chunk_ + cursor.at, bytes};
  cursor.at += bytes;
  return !keep || AddText(text);
}

bool ChunkPrograms::CharReference(Cursor& cursor) {
  if (!cursor.Has(2)) {
    return false;
  }
  const std::span<const std::byte> text{chunk_ + cursor.at, 2};
  cursor.at += 2;
  return AddText(text);
}

bool ChunkPrograms::EntityReference(Cursor& cursor) {
  struct Entity {
    std::string_view name;
    std::string_view text;
  };

  static constexpr std::array kEntities = {Entity{"amp", "&"}, Entity{"lt", "<"}, Entity{"gt", ">"},
                                           Entity{"quot", "\""}, Entity{"apos", "'"}};
  NameTable::Id name = 0;
  if (!Name(cursor, name)) {
    return false;
  }
  for (const Entity& entity : kEntities) {
    if (entity.name == names_.Text(name)) {
      return AddReadyText(entity.text);
    }
  }
  return AddReadyText(names_.Text(name));
}

bool ChunkPrograms::Substitution(Cursor& cursor, OpKind kind) {
  if (!cursor.Has(3)) {
    return false;
  }
  const auto index = Load<std::uint16_t>(chunk_ + cursor.at);
  cursor.at += 3;
  return Add({.kind = kind, .index = index});
}

bool ChunkPrograms::NestedInstance(Cursor& cursor) {
  TemplateInstance instance{};
  const std::uint32_t token = cursor.at - 1;
  if (!Instance(token, cursor.end, instance)) {
    return false;
  }
  cursor.at = instance.end;
  return Add({.kind = OpKind::kInstance, .a = token, .b = cursor.end});
}

bool ChunkPrograms::Instance(std::uint32_t offset,
                             std::uint32_t end,
                             TemplateInstance& instance) const {
  Cursor cursor = {.at = offset, .end = end};
  constexpr std::uint32_t kHead = 10;  // token, version, template id, offset of the definition
  if (!cursor.Has(kHead)) {
    return false;
  }
  instance.definition = Load<std::uint32_t>(chunk_ + offset + 6);
  cursor.at += kHead;
  if (instance.definition == cursor.at) {  // inline: step over it
    if (!cursor.Has(kDefinitionHeader)) {
      return false;
    }
    const auto size = Load<std::uint32_t>(chunk_ + cursor.at + kDefinitionHeader - 4);
    cursor.at += kDefinitionHeader;
    if (!cursor.Has(size)) {
      return false;
    }
    cursor.at += size;
  }
  if (!cursor.Has(4)) {
    return false;
  }
  instance.count = Load<std::uint32_t>(chunk_ + cursor.at);
  cursor.at += 4;
  if (instance.count > kMaxValues || !cursor.Has(instance.count * 4)) {
    return false;
  }
  instance.descriptors = cursor.at;
  cursor.at += instance.count * 4;
  instance.values = cursor.at;
  for (std::uint32_t i = 0; i < instance.count; ++i) {
    const auto size = Load<std::uint16_t>(chunk_ + instance.descriptors + std::size_t{i} * 4);
    if (!cursor.Has(size)) {
      return false;
    }
    cursor.at += size;
  }
  instance.end = cursor.at;
  return true;
}

}  // namespace whfb::readers::evtx
