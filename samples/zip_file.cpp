#include "samples/zip_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <stdexcept>

namespace whfb::samples {

namespace {

struct FreeArchive {
  void operator()(archive* object) const { archive_write_free(object); }
};

struct FreeEntry {
  void operator()(archive_entry* object) const { archive_entry_free(object); }
};

la_ssize_t Append(archive* /*object*/, void* text, const void* data, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void Require(archive* object, int status) {
  if (status != ARCHIVE_OK) {
    throw std::runtime_error(archive_error_string(object));
  }
}

void AddFile(archive* zip, const std::string& path, const std::string& content, std::int64_t time) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  archive_entry_set_mtime(entry.get(), time, 0);
  Require(zip, archive_write_header(zip, entry.get()));
  if (!content.empty()) {
    archive_write_data(zip, content.data(), content.size());
  }
}

}  // namespace

std::string MakeZip(const Files& files, std::int64_t unix_time) {
  std::string bytes;
  const std::unique_ptr<archive, FreeArchive> zip(archive_write_new());
  Require(zip.get(), archive_write_set_format_zip(zip.get()));
  Require(zip.get(), archive_write_open(zip.get(), &bytes, nullptr, Append, nullptr));
  for (const auto& [path, content] : files) {
    AddFile(zip.get(), path, content, unix_time);
  }
  Require(zip.get(), archive_write_close(zip.get()));
  return bytes;
}

}  // namespace whfb::samples
