#include "db/bundle_writer.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "db/fingerprint.h"
#include "db/packed.h"
#include "db/schema.h"

namespace whfb::db {
namespace {

std::int64_t Digest(const std::vector<const CoverageRecord*>& entries) {
  std::string text;
  std::uint64_t hash = kFingerprintStart;
  for (const CoverageRecord* entry : entries) {
    text.clear();
    AppendField(text, entry->file);
    AppendField(text, entry->kind);
    AppendField(text, ToString(entry->status));
    AppendField(text, entry->reason);
    for (const std::uint64_t number :
         {entry->records, entry->damaged, entry->size, std::uint64_t{entry->crc32}}) {
      AppendNumber(text, number);
    }
    hash = Fingerprint(text, hash);
  }
  return static_cast<std::int64_t>(hash);
}

std::int64_t Signed(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

}  // namespace

Result<BundleWriter> BundleWriter::Prepare(sqlite3* database) {
  BundleWriter writer;
  const StatementList statements = {
      {"SELECT bundle FROM run_bundle WHERE id=?1", &writer.of_run_},
      {"SELECT id FROM bundle WHERE file=?1 AND size=?2 AND sha256=?3 AND collected=?4 "
       "AND digest=?5 AND entries>=0",
       &writer.find_},
      {"INSERT INTO bundle VALUES(?1,?2,?3,?4,?5,?6,0)", &writer.insert_},
      {"INSERT INTO run_bundle VALUES(?1,?2,?3)", &writer.link_},
      {"UPDATE run_bundle SET bundle=?2 WHERE id=?1", &writer.relink_},
      // Never found as an equal again: its coverage came in parts.
      {"INSERT INTO bundle SELECT ?2,file,size,sha256,collected,digest,-1 FROM bundle WHERE id=?1",
       &writer.copy_bundle_},
      {"INSERT INTO coverage SELECT id-(?1<<24)+(?2<<24),file,kind,status,reason,records,damaged,"
       "size,crc32 FROM coverage WHERE id>=?1<<24 AND id<(?1+1)<<24",
       &writer.copy_coverage_},
      {"SELECT coalesce(max(id)+1-(?1<<24),0) FROM coverage WHERE id>=?1<<24 AND id<(?1+1)<<24",
       &writer.count_},
      {"INSERT INTO coverage VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)", &writer.insert_coverage_},
  };
  if (Status status = PrepareAll(database, statements); !status) {
    return status.error();
  }
  const Result<std::int64_t> last = QueryInt(database, "SELECT coalesce(max(id),0) FROM bundle");
  if (!last) {
    return last.error();
  }
  writer.last_ = *last;
  return writer;
}

Status BundleWriter::Add(const SubjectResult& result, std::int64_t run) {
  std::map<std::uint32_t, Entries> by_bundle;
  for (const CoverageRecord& entry : result.coverage) {
    by_bundle[entry.bundle].push_back(&entry);
  }
  for (auto& [number, entries] : by_bundle) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto* a, const auto* b) { return a->file < b->file; });
  }
  for (const BundleRecord& bundle : result.bundles) {
    if (Status status = AddBundle(bundle, by_bundle[bundle.number], true, run); !status) {
      return status;
    }
    by_bundle.erase(bundle.number);
  }
  for (const auto& [number, entries] : by_bundle) {
    if (Status status = AddBundle({.number = number}, entries, false, run); !status) {
      return status;
    }
  }
  return Ok{};
}

Status BundleWriter::AddBundle(const BundleRecord& bundle,
                               const Entries& entries,
                               bool named,
                               std::int64_t run) {
  const std::int64_t row = (run << kRunBits) | bundle.number;
  const Result<bool> known = of_run_.Bind(1, row).Step();
  of_run_.Reset();
  if (!known) {
    return known.error();
  }
  if (*known) {
    return Append(row, entries);
  }
  const std::int64_t digest = Digest(entries);
  Result<std::int64_t> number = FindEqual(bundle, digest);
  if (number && *number == 0) {
    number = Insert(bundle, digest);
    if (number) {
      if (Status status = WriteEntries(*number, 0, entries); !status) {
        return status;
      }
    }
  }
  if (!number) {
    return number.error();
  }
  return link_.Bind(1, row).Bind(2, *number).Bind(3, std::int64_t{named}).Run();
}

Result<std::int64_t> BundleWriter::FindEqual(const BundleRecord& bundle, std::int64_t digest) {
  const Result<bool> row = find_.Bind(1, bundle.file)
                               .Bind(2, Signed(bundle.size))
                               .Bind(3, bundle.sha256)
                               .Bind(4, bundle.collected)
                               .Bind(5, digest)
                               .Step();
  if (!row) {
    return row.error();
  }
  const std::int64_t number = *row ? find_.Int(0) : 0;
  find_.Reset();
  return number;
}

Result<std::int64_t> BundleWriter::Insert(const BundleRecord& bundle, std::int64_t digest) {
  const Status status = insert_.Bind(1, ++last_)
                            .Bind(2, bundle.file)
                            .Bind(3, Signed(bundle.size))
                            .Bind(4, bundle.sha256)
                            .Bind(5, bundle.collected)
                            .Bind(6, digest)
                            .Run();
  if (!status) {
    return status.error();
  }
  return last_;
}

Status BundleWriter::WriteEntries(std::int64_t bundle, std::int64_t first, const Entries& entries) {
  std::int64_t sequence = first;
  for (const CoverageRecord* entry : entries) {
    if (sequence >> kCoverageBits != 0) {
      return Error{ErrorCode::kTooLarge, entry->file, "a bundle holds more than 16,777,216 files"};
    }
    Status status = insert_coverage_.Bind(1, (bundle << kCoverageBits) | sequence++)
                        .Bind(2, entry->file)
                        .Bind(3, entry->kind)
                        .Bind(4, ToString(entry->status))
                        .Bind(5, entry->reason)
                        .Bind(6, Signed(entry->records))
                        .Bind(7, Signed(entry->damaged))
                        .Bind(8, Signed(entry->size))
                        .Bind(9, std::int64_t{entry->crc32})
                        .Run();
    if (!status) {
      return status;
    }
  }
  return Ok{};
}

Status BundleWriter::Append(std::int64_t row, const Entries& entries) {
  if (entries.empty()) {
    return Ok{};
  }
  const Result<bool> found = of_run_.Bind(1, row).Step();
  const std::int64_t old = of_run_.Int(0);
  of_run_.Reset();
  if (!found) {
    return found.error();
  }
  const std::int64_t copy = ++last_;
  if (Status status = copy_bundle_.Bind(1, old).Bind(2, copy).Run(); !status) {
    return status;
  }
  if (Status status = copy_coverage_.Bind(1, old).Bind(2, copy).Run(); !status) {
    return status;
  }
  if (Status status = relink_.Bind(1, row).Bind(2, copy).Run(); !status) {
    return status;
  }
  const Result<bool> counted = count_.Bind(1, copy).Step();
  const std::int64_t next = count_.Int(0);
  count_.Reset();
  return counted ? WriteEntries(copy, next, entries) : Status(counted.error());
}

}  // namespace whfb::db
