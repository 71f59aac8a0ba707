#include "scanner/cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <sstream>

#include <spdlog/fmt/fmt.h>

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

Error Usage(std::string message) {
  return {ErrorCode::kInvalidInput, "whfbscan", std::move(message)};
}

std::string UnknownOption(const std::string& written, const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) {
    names.push_back("--" + option->long_name());
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = Nearest(written, views);
  return near.empty() ? fmt::format("{} is not an option; --help lists them", written)
                      : fmt::format("{} is not an option; did you mean {}?", written, near);
}

}  // namespace

std::string_view Nearest(std::string_view written, std::span<const std::string_view> known) {
  constexpr std::size_t kTelling = 4;  // "--ou" begins one option, "--" all of them
  std::string_view best;
  // Of three letters, with two of them other ones, hardly anything is left.
  std::size_t best_distance = written.size() < kTelling ? 2 : 3;
  for (const std::string_view candidate : known) {
    if (written.size() >= kTelling && candidate.starts_with(written)) {
      return candidate;
    }
    const std::size_t distance = EditDistance(written, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

Result<Ticks> ParseDuration(std::string_view text, std::string_view option) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const Ticks hour = kTicksPerDay / 24;
  const Ticks each = unit == "h"   ? hour
                     : unit == "d" ? kTicksPerDay
                     : unit == "w" ? 7 * kTicksPerDay
                                   : 0;
  constexpr std::int64_t kMostUnits = 100'000;
  if (error != std::errc{} || each == 0 || number <= 0 || number > kMostUnits) {
    return Usage(fmt::format("{}={} is not a duration; write 12h, 30d or 4w", option, text));
  }
  return number * each;
}

Status CheckChoice(std::string_view text,
                   std::string_view option,
                   std::span<const std::string_view> known) {
  if (std::ranges::find(known, text) != known.end()) {
    return Ok{};
  }
  const std::string_view near = Nearest(text, known);
  if (!near.empty()) {
    return Usage(fmt::format("{}={} is not known; did you mean '{}'?", option, text, near));
  }
  return Usage(fmt::format("{}={} is not known; choose from: {}", option, text,
                           fmt::join(known.begin(), known.end(), ", ")));
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(",;"), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t first = part.find_first_not_of(' ');
    if (first != std::string_view::npos) {
      part = part.substr(first, part.find_last_not_of(' ') - first + 1);
      parts.emplace_back(part);
    }
  }
  return parts;
}

namespace {

Result<OutputTarget> ParseOutput(std::string_view text, std::span<const std::string_view> formats) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals + 1 == text.size()) {
    return Usage(
        fmt::format("--output={} needs FORMAT=FILE, for example html=report.html or json=-", text));
  }
  const std::string_view format = text.substr(0, equals);
  if (const Status known = CheckChoice(format, "--output", formats); !known) {
    return known.error();
  }
  return OutputTarget{std::string(format), std::string(text.substr(equals + 1))};
}

}  // namespace

Result<std::vector<OutputTarget>> ParseOutputs(const po::variables_map& values,
                                               std::span<const std::string_view> formats) {
  std::vector<OutputTarget> targets;
  for (const std::string& text : Many(values, "output")) {
    Result<OutputTarget> target = ParseOutput(text, formats);
    if (!target) {
      return target.error();
    }
    if (std::ranges::find(targets, target->file, &OutputTarget::file) != targets.end()) {
      return Usage(target->file == "-"
                       ? "only one --output can go to standard output"
                       : fmt::format("two --output cannot go to one file, {}", target->file));
    }
    targets.push_back(*std::move(target));
  }
  if (targets.empty()) {
    targets.push_back({"text", "-"});
  }
  return targets;
}

Result<po::variables_map> ParseArguments(const std::vector<std::string>& arguments,
                                         const po::options_description& options,
                                         const std::string& positional) {
  po::options_description all;
  all.add(options);
  all.add_options()(positional.c_str(), po::value<std::vector<std::string>>());
  po::positional_options_description positions;
  positions.add(positional.c_str(), -1);
  po::variables_map values;
  try {
    po::store(
        po::command_line_parser(arguments)
            .options(all)
            .positional(positions)
            .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
            .run(),
        values);
    po::notify(values);
  } catch (const po::unknown_option& unknown) {
    return Usage(UnknownOption(unknown.get_option_name(), options));
  } catch (const po::multiple_occurrences& twice) {
    return Usage(fmt::format("{} is given more than once", twice.get_option_name()));
  } catch (const po::invalid_syntax& wrong) {
    const bool extra = wrong.kind() == po::invalid_syntax::extra_parameter;
    return Usage(
        fmt::format("{} {}", wrong.get_option_name(), extra ? "takes no value" : "needs a value"));
  } catch (const po::error& error) {
    return Usage(error.what());
  }
  return values;
}

std::string Described(const po::options_description& options) {
  std::ostringstream stream;
  stream << options;
  std::string text;
  for (const char letter : stream.str()) {
    // The library leaves a blank where it breaks a line.
    while (letter == '\n' && text.ends_with(' ')) {
      text.pop_back();
    }
    text += letter;
  }
  return text;
}

std::vector<std::string> Many(const po::variables_map& values, const std::string& name) {
  return values.count(name) == 0 ? std::vector<std::string>{}
                                 : values[name].as<std::vector<std::string>>();
}

std::string One(const po::variables_map& values, const std::string& name) {
  return values.count(name) == 0 ? std::string() : values[name].as<std::string>();
}

}  // namespace whfb::cli
