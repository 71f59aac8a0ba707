#include "samples/evtx_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <libdeflate.h>
#include <map>
#include <string_view>
#include <utility>

#include "samples/evtx_bytes.h"

namespace whfb::samples {

namespace {

constexpr std::size_t kFileHeader = 4096;
constexpr std::size_t kChunkBytes = 65'536;
constexpr std::size_t kChunkHeader = 512;
constexpr std::uint64_t kKeywords = 0x8000000000000000;

// [MS-EVEN6] 2.2.12, value types
constexpr std::uint8_t kUnicodeString = 0x01;
constexpr std::uint8_t kUInt8 = 0x04;
constexpr std::uint8_t kUInt16 = 0x06;
constexpr std::uint8_t kUInt32 = 0x08;
constexpr std::uint8_t kUInt64 = 0x0a;
constexpr std::uint8_t kFileTime = 0x11;
constexpr std::uint8_t kSid = 0x13;
constexpr std::uint8_t kHexInt32 = 0x14;
constexpr std::uint8_t kHexInt64 = 0x15;

// Numbers of the values in every template; those of the fields follow.
enum SystemValue : std::uint16_t {
  kIdValue,
  kLevelValue,
  kKeywordsValue,
  kTimeValue,
  kRecordValue,
  kComputerValue,
  kUserValue,
  kFirstField,
};

using Attribute = BinXmlWriter::Attribute;

std::uint8_t TypeOf(SampleType type) {
  return type == SampleType::kUnicodeString ? kUnicodeString
         : type == SampleType::kUInt32      ? kUInt32
                                            : kHexInt32;
}

// Events of one shape share a template.
std::string Shape(const SampleEvent& event) {
  std::string shape = event.channel + '\n' + event.provider + '\n' + event.provider_guid;
  for (const SampleField& field : event.fields) {
    shape += '\n' + field.name + '\t' + std::to_string(static_cast<int>(field.type));
  }
  return shape;
}

struct Values {
  Bytes descriptors{};
  Bytes data{};
  std::uint32_t count = 0;

  void Add(std::uint8_t type, std::span<const std::byte> bytes) {
    descriptors.Put(static_cast<std::uint16_t>(bytes.size()));
    descriptors.Put(type);
    descriptors.Put<std::uint8_t>(0);
    data.Append(bytes);
    ++count;
  }

  template <typename T>
  void AddNumber(std::uint8_t type, T number) {
    Bytes bytes;
    bytes.Put(number);
    Add(type, bytes.view());
  }

  void AddText(std::string_view text) {
    Bytes bytes;
    for (const char16_t unit : Utf16(text)) {
      bytes.Put(static_cast<std::uint16_t>(unit));
    }
    Add(kUnicodeString, bytes.view());
  }
};

// "S-1-5-18" as [MS-DTYP] 2.4.2.2; empty when it is no SID.
std::vector<std::byte> SidBytes(std::string_view text) {
  std::vector<std::uint64_t> parts;
  while (!text.empty()) {
    const std::size_t dash = std::min(text.find('-'), text.size());
    std::uint64_t part = 0;
    std::from_chars(text.data(), text.data() + dash, part);
    parts.push_back(part);
    text.remove_prefix(std::min(dash + 1, text.size()));
  }
  if (parts.size() < 3) {
    return {};
  }
  Bytes bytes;
  bytes.Put(static_cast<std::uint8_t>(parts[1]));
  bytes.Put(static_cast<std::uint8_t>(parts.size() - 3));
  for (unsigned shift = 48; shift > 0; shift -= 8) {
    bytes.Put(static_cast<std::uint8_t>(parts[2] >> (shift - 8)));
  }
  for (std::size_t i = 3; i < parts.size(); ++i) {
    bytes.Put(static_cast<std::uint32_t>(parts[i]));
  }
  return std::move(bytes).Take();
}

Values ValuesOf(const SampleEvent& event) {
  Values values;
  values.AddNumber(kUInt16, static_cast<std::uint16_t>(event.id));
  values.AddNumber(kUInt8, static_cast<std::uint8_t>(event.level));
  values.AddNumber(kHexInt64, kKeywords);
  values.AddNumber(kFileTime, static_cast<std::uint64_t>(event.time));
  values.AddNumber(kUInt64, event.record_id);
  values.AddText(event.computer);
  const std::vector<std::byte> sid = SidBytes(event.user_sid);
  values.Add(sid.empty() ? 0 : kSid, sid);
  for (const SampleField& field : event.fields) {
    if (field.type == SampleType::kUnicodeString) {
      values.AddText(field.text);
    } else {
      values.AddNumber(TypeOf(field.type), field.number);
    }
  }
  return values;
}

class Chunk {
 public:
  explicit Chunk(std::uint64_t first_number) : number_(first_number) { bytes_.PadTo(kChunkHeader); }

  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  Chunk(Chunk&&) = delete;
  Chunk& operator=(Chunk&&) = delete;
  ~Chunk() = default;

  // Whether it fits is known afterwards, by fits().
  void Add(const SampleEvent& event);

  [[nodiscard]] bool fits() const { return bytes_.size() <= kChunkBytes; }

  // The finished chunk. Requires fits() and no event that did not fit.
  [[nodiscard]] std::vector<std::byte> Finish() &&;

 private:
  struct Definition {
    std::uint32_t id = 0;
    std::uint32_t offset = 0;
  };

  void Template(const SampleEvent& event);
  void System(const SampleEvent& event);

  std::uint64_t number_;
  Bytes bytes_;
  BinXmlWriter xml_{bytes_};
  std::map<std::string, Definition, std::less<>> templates_;
  std::uint64_t count_ = 0;
  std::uint64_t first_id_ = 0;
  std::uint64_t last_id_ = 0;
  std::size_t last_record_ = 0;
};

void Chunk::System(const SampleEvent& event) {
  const std::size_t system = xml_.Begin("System", {});
  std::vector<Attribute> provider = {{.name = "Name", .literal = event.provider}};
  if (!event.provider_guid.empty()) {
    provider.push_back({.name = "Guid", .literal = event.provider_guid});
  }
  xml_.Empty("Provider", provider);
  const auto element = [this](std::string_view name, std::uint16_t value, std::uint8_t type) {
    const std::size_t token = xml_.Begin(name, {});
    xml_.Substitution(value, type, false);
    xml_.End(token);
  };
  element("EventID", kIdValue, kUInt16);
  element("Level", kLevelValue, kUInt8);
  element("Keywords", kKeywordsValue, kHexInt64);
  const std::array time = {
      Attribute{.name = "SystemTime", .substitution = kTimeValue, .type = kFileTime}};
  xml_.Empty("TimeCreated", time);
  element("EventRecordID", kRecordValue, kUInt64);
  const std::size_t channel = xml_.Begin("Channel", {});
  xml_.Literal(event.channel);
  xml_.End(channel);
  element("Computer", kComputerValue, kUnicodeString);
  const std::array user = {Attribute{.name = "UserID", .substitution = kUserValue, .type = kSid}};
  xml_.Empty("Security", user);
  xml_.End(system);
}

// An inline definition: header with a GUID that counts the templates, then the body.
void Chunk::Template(const SampleEvent& event) {
  bytes_.Put<std::uint32_t>(0);  // no next template with this id
  bytes_.Put(static_cast<std::uint32_t>(templates_.size()));
  bytes_.Put<std::uint32_t>(0);
  bytes_.Put<std::uint64_t>(0);
  const std::size_t size = bytes_.Hole();
  bytes_.Put<std::uint32_t>(0x0001010f);  // fragment header 1.1
  const std::array space = {Attribute{
      .name = "xmlns", .literal = "http://schemas.microsoft.com/win/2004/08/events/event"}};
  const std::size_t root = xml_.Begin("Event", space);
  System(event);
  const std::size_t data = xml_.Begin("EventData", {});
  for (std::size_t i = 0; i < event.fields.size(); ++i) {
    const std::array name = {Attribute{.name = "Name", .literal = event.fields[i].name}};
    const std::size_t field = xml_.Begin("Data", name);
    xml_.Substitution(static_cast<std::uint16_t>(kFirstField + i), TypeOf(event.fields[i].type),
                      false);
    xml_.End(field);
  }
  xml_.End(data);
  xml_.End(root);
  bytes_.Put<std::uint8_t>(0);  // end of the fragment
  bytes_.FillSize(size);
}

void Chunk::Add(const SampleEvent& event) {
  last_record_ = bytes_.size();
  bytes_.Put<std::uint32_t>(0x00002a2a);
  const std::size_t size = bytes_.Hole();
  bytes_.Put(event.file_number == 0 ? event.record_id : event.file_number);
  bytes_.Put(static_cast<std::uint64_t>(event.time));
  bytes_.Put<std::uint32_t>(0x0001010f);
  bytes_.Put<std::uint8_t>(0x0c);  // template instance
  bytes_.Put<std::uint8_t>(1);
  const std::string shape = Shape(event);
  const auto known = templates_.find(shape);
  const auto here = static_cast<std::uint32_t>(bytes_.size() + 8);
  if (known != templates_.end()) {
    bytes_.Put(known->second.id);
    bytes_.Put(known->second.offset);
  } else {
    const Definition made = {.id = static_cast<std::uint32_t>(templates_.size() + 1),
                             .offset = here};
    templates_.emplace(shape, made);
    bytes_.Put(made.id);
    bytes_.Put(made.offset);
    Template(event);
  }
  const Values values = ValuesOf(event);
  bytes_.Put(values.count);
  bytes_.Append(values.descriptors.view());
  bytes_.Append(values.data.view());
  bytes_.Put<std::uint8_t>(0);  // end of the fragment
  while (bytes_.size() % 8 != 4) {
    bytes_.Put<std::uint8_t>(0);  // records are aligned to eight bytes
  }
  const auto total = static_cast<std::uint32_t>(bytes_.size() + 4 - last_record_);
  bytes_.Put(total);
  bytes_.PutAt(size, total);
  first_id_ = count_ == 0 ? event.record_id : first_id_;
  last_id_ = event.record_id;
  ++count_;
}

std::vector<std::byte> Chunk::Finish() && {
  const std::size_t free = bytes_.size();
  bytes_.PadTo(kChunkBytes);
  static constexpr std::string_view kMagic{"ElfChnk\0", 8};
  for (std::size_t i = 0; i < kMagic.size(); ++i) {
    bytes_.PutAt(i, static_cast<std::uint8_t>(kMagic[i]));
  }
  bytes_.PutAt(8, number_);
  bytes_.PutAt(16, number_ + count_ - 1);
  bytes_.PutAt(24, first_id_);
  bytes_.PutAt(32, last_id_);
  bytes_.PutAt(40, std::uint32_t{128});
  bytes_.PutAt(44, static_cast<std::uint32_t>(last_record_));
  bytes_.PutAt(48, static_cast<std::uint32_t>(free));
  const std::byte* const data = bytes_.view().data();
  bytes_.PutAt(52, libdeflate_crc32(0, data + kChunkHeader, free - kChunkHeader));
  bytes_.PutAt(120, std::uint32_t{1});
  const std::uint32_t start = libdeflate_crc32(0, data, 120);
  bytes_.PutAt(124, libdeflate_crc32(start, data + 128, kChunkHeader - 128));
  return std::move(bytes_).Take();
}

Bytes FileHeader(std::size_t chunks, std::uint64_t next_record) {
  Bytes file;
  for (const char letter : std::string_view{"ElfFile\0", 8}) {
    file.Put(static_cast<std::uint8_t>(letter));
  }
  file.Put<std::uint64_t>(0);
  file.Put<std::uint64_t>(chunks == 0 ? 0 : chunks - 1);
  file.Put(next_record);
  file.Put<std::uint32_t>(128);
  file.Put<std::uint16_t>(1);
  file.Put<std::uint16_t>(3);
  file.Put(static_cast<std::uint16_t>(kFileHeader));
  file.Put(static_cast<std::uint16_t>(chunks));
  file.PadTo(kFileHeader);
  file.PutAt(124, libdeflate_crc32(0, file.view().data(), 120));
  return file;
}

struct Filled {
  std::vector<std::byte> bytes{};
  std::size_t count = 0;
  std::uint64_t last_id = 0;
};

// One chunk with as many events as fit. That is found by writing one too many, and then again
// without it.
Filled Fill(std::span<const SampleEvent> events, std::uint64_t number, std::uint64_t last_id) {
  std::size_t fitting = events.size();
  while (true) {
    Chunk chunk(number);
    std::uint64_t id = last_id;
    std::size_t count = 0;
    for (; count < fitting && chunk.fits(); ++count) {
      SampleEvent event = events[count];
      event.record_id = event.record_id == 0 ? id + 1 : event.record_id;
      id = event.record_id;
      chunk.Add(event);
    }
    if (chunk.fits()) {
      return {.bytes = std::move(chunk).Finish(), .count = count, .last_id = id};
    }
    fitting = count - 1;
  }
}

}  // namespace

Result<std::vector<std::byte>> WriteEvtx(std::span<const SampleEvent> events) {
  std::vector<std::vector<std::byte>> chunks;
  std::uint64_t id = 0;
  std::size_t begin = 0;
  while (begin < events.size() || chunks.empty()) {
    Filled filled = Fill(events.subspan(begin), begin + 1, id);
    if (filled.count == 0 && begin < events.size()) {
      return Error{.code = ErrorCode::kTooLarge,
                   .where = "event " + std::to_string(begin + 1),
                   .message = "does not fit into a chunk of an event log"};
    }
    chunks.push_back(std::move(filled.bytes));
    begin += filled.count;
    id = filled.last_id;
  }
  Bytes file = FileHeader(chunks.size(), id + 1);
  for (const std::vector<std::byte>& chunk : chunks) {
    file.Append(chunk);
  }
  return std::move(file).Take();
}

}  // namespace whfb::samples
