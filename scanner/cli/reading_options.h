// The options that say which evidence is read, and how: alike for every command that reads some, so
// that two of them never see one input differently.

#ifndef WHFB_SCANNER_CLI_READING_OPTIONS_H_
#define WHFB_SCANNER_CLI_READING_OPTIONS_H_

#include <boost/program_options.hpp>

#include "scanner/engine/scan.h"

namespace whfb::cli {

// --environment, --intent, --route, --users, --collected-as, --as-of, --max-age, --jobs.
void AddReadingOptions(boost::program_options::options_description& options);

// What they and the paths say; the intent file is environment evidence.
[[nodiscard]] Status ReadReadingOptions(const boost::program_options::variables_map& values,
                                        engine::ScanOptions& scan);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_READING_OPTIONS_H_
