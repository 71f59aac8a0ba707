#include "db/evidence_code.h"

#include "db/packed.h"

namespace whfb::db {
namespace {

// Bits of the first number of a reference.
constexpr std::uint64_t kOwnBundle = 1;  // the number is a position in the subject's bundles
constexpr std::uint64_t kBelow = 2;      // the file is what follows the bundle's own name
constexpr std::uint64_t kHasLine = 4;
constexpr std::uint64_t kHasRecord = 8;

std::size_t PositionOf(std::uint32_t number, const std::vector<BundleName>& bundles) {
  std::size_t position = 0;
  while (position < bundles.size() && bundles[position].number != number) {
    ++position;
  }
  return position;
}

void EncodeOne(std::string& out, const EvidenceRef& ref, const std::vector<BundleName>& bundles) {
  const std::size_t position = PositionOf(ref.bundle, bundles);
  std::uint64_t flags = 0;
  std::string_view file = ref.file;
  if (position < bundles.size()) {
    flags |= kOwnBundle;
    if (file.starts_with(bundles[position].file)) {
      flags |= kBelow;
      file.remove_prefix(bundles[position].file.size());
    }
  }
  flags |= ref.line ? kHasLine : 0U;
  flags |= ref.record ? kHasRecord : 0U;
  AppendNumber(out, flags);
  AppendNumber(out, (flags & kOwnBundle) != 0 ? position : ref.bundle);
  AppendField(out, file);
  if (ref.line) {
    AppendNumber(out, *ref.line);
  }
  if (ref.record) {
    AppendNumber(out, *ref.record);
  }
  AppendField(out, ref.key);
}

}  // namespace

std::string EncodeEvidence(const std::vector<EvidenceRef>& refs,
                           const std::vector<BundleName>& bundles) {
  std::string out;
  AppendNumber(out, refs.size());
  for (const EvidenceRef& ref : refs) {
    EncodeOne(out, ref, bundles);
  }
  return out;
}

std::vector<EvidenceRef> DecodeEvidence(std::string_view text,
                                        const std::vector<BundleName>& bundles) {
  std::vector<EvidenceRef> refs;
  FieldReader fields(text);
  std::uint64_t left = fields.NextNumber();
  for (; left > 0; --left) {
    EvidenceRef ref;
    const std::uint64_t flags = fields.NextNumber();
    const std::uint64_t number = fields.NextNumber();
    const std::optional<std::string_view> file = fields.Next();
    if (!file) {
      break;
    }
    if ((flags & kOwnBundle) == 0) {
      ref.bundle = static_cast<std::uint32_t>(number);
    } else if (number < bundles.size()) {
      ref.bundle = bundles[number].number;
      ref.file = (flags & kBelow) != 0 ? bundles[number].file : std::string();
    }
    ref.file.append(*file);
    if ((flags & kHasLine) != 0) {
      ref.line = fields.NextNumber();
    }
    if ((flags & kHasRecord) != 0) {
      ref.record = fields.NextNumber();
    }
    ref.key = fields.Next().value_or(std::string_view{});
    refs.push_back(std::move(ref));
  }
  return refs;
}

}  // namespace whfb::db
