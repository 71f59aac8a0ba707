// Adds directory records up to a limit: far more than any forest has, and no more than memory and
// the collectors bear. Beyond it each is a gap (too-large).

#ifndef WHFB_COLLECTORS_READERS_DIRECTORY_SINK_H_
#define WHFB_COLLECTORS_READERS_DIRECTORY_SINK_H_

#include <cstddef>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"

namespace whfb::readers {

inline constexpr std::size_t kMaxTemplates = 5'000;
inline constexpr std::size_t kMaxDirectoryObjects = 1'000'000;
inline constexpr std::size_t kMaxDirectorySearches = 4'096;

// False: the limit is reached.
bool AddTemplate(const TemplateRecord& record, RecordSink& sink);
bool AddDirectoryObject(DirectoryObject object, RecordSink& sink);
bool AddDirectorySearch(const DirectorySearch& search, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DIRECTORY_SINK_H_
