// Command-line values: parsing with messages that say what would have been right.

#ifndef WHFB_SCANNER_CLI_ARGUMENTS_H_
#define WHFB_SCANNER_CLI_ARGUMENTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>

#include "scanner/core/result.h"
#include "scanner/core/time.h"

namespace whfb::cli {

// "30d", "12h", "2w" to ticks; more than zero.
[[nodiscard]] Result<Ticks> ParseDuration(std::string_view text, std::string_view option);

// One of `known`, else an error with "did you mean".
[[nodiscard]] Status CheckChoice(std::string_view text,
                                 std::string_view option,
                                 std::span<const std::string_view> known);

// "a, b;c" to its parts, blanks trimmed, empty ones dropped.
[[nodiscard]] std::vector<std::string> SplitList(std::string_view text);

// The nearest of `known` within two edits, or nothing.
[[nodiscard]] std::string_view Nearest(std::string_view written,
                                       std::span<const std::string_view> known);

// One "--output FORMAT=FILE"; "-" is standard output.
struct OutputTarget {
  std::string format{};
  std::string file{};
};

// Every --output; text on standard output when there is none. Two of them never share a file.
[[nodiscard]] Result<std::vector<OutputTarget>> ParseOutputs(
    const boost::program_options::variables_map& values, std::span<const std::string_view> formats);

// Parses `arguments`; what is no option goes to `positional`, which `options` need not describe.
// Unknown options come with a suggestion.
[[nodiscard]] Result<boost::program_options::variables_map> ParseArguments(
    const std::vector<std::string>& arguments,
    const boost::program_options::options_description& options,
    const std::string& positional);

// The options for a help text.
[[nodiscard]] std::string Described(const boost::program_options::options_description& options);

// The value of an option that may be repeated, and of one that may not; empty when not given.
[[nodiscard]] std::vector<std::string> Many(const boost::program_options::variables_map& values,
                                            const std::string& name);
[[nodiscard]] std::string One(const boost::program_options::variables_map& values,
                              const std::string& name);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_ARGUMENTS_H_
