#include "collectors/readers/directory_sink.h"

#include <string>
#include <utility>

namespace whfb::readers {

namespace {

template <typename Record>
bool Add(Record record, std::size_t limit, const char* what, RecordSink& sink) {
  if (sink.records.Of<Record>().size() >= limit) {
    sink.AddGap({.place = record.source.place,
                 .why = WhyUnknown::kTooLarge,
                 .message = std::string("more than ").append(std::to_string(limit)).append(what)});
    return false;
  }
  sink.records.Add(std::move(record));
  return true;
}

}  // namespace

bool AddTemplate(const TemplateRecord& record, RecordSink& sink) {
  return Add(record, kMaxTemplates, " certificate templates", sink);
}

bool AddDirectoryObject(DirectoryObject object, RecordSink& sink) {
  return Add(std::move(object), kMaxDirectoryObjects, " objects of the directory", sink);
}

bool AddDirectorySearch(const DirectorySearch& search, RecordSink& sink) {
  return Add(search, kMaxDirectorySearches, " searches", sink);
}

}  // namespace whfb::readers
