// The inputs that the command line names, before anything is written.

#ifndef WHFB_SCANNER_CLI_INPUTS_H_
#define WHFB_SCANNER_CLI_INPUTS_H_

#include <string>
#include <vector>

#include "scanner/cli/arguments.h"
#include "scanner/core/result.h"

namespace whfb::cli {

// An Error for the first path that is neither a file nor a folder. What is wrong inside of them is
// no Error but a matter of coverage.
[[nodiscard]] Status CheckInputs(const std::vector<std::string>& paths);

// An Error for an output that would replace evidence, an archive or a database, or that goes where
// the database of the run goes. `db` may be empty.
[[nodiscard]] Status CheckOutputs(const std::vector<OutputTarget>& outputs, const std::string& db);

// --intent FILE names one file, an intent file that is read whole.
[[nodiscard]] Status CheckIntent(const std::string& path);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_INPUTS_H_
