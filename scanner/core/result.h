// Result<T>: a value of type T, or the Error that prevented it.
//
// For failures of THIS PROGRAM (unreadable file, malformed rule, full disk).
// "We could not find out" about the audited device is never an Error: it is
// Knowledge::kUnknown on a Fact (see fact.h).
//
// The member names are a subset of std::expected, so that the class can become
// an alias once the toolchain ships <expected> (libstdc++ 13).

#ifndef WHFB_SCANNER_CORE_RESULT_H_
#define WHFB_SCANNER_CORE_RESULT_H_

#include <string>
#include <utility>
#include <variant>

namespace whfb {

enum class ErrorCode {
  kNotFound,      // the named thing does not exist
  kDenied,        // it exists and may not be read
  kMalformed,     // it was read and does not parse
  kTooLarge,      // it exceeds a documented limit
  kIo,            // the operating system or SQLite reported a failure
  kInvalidInput,  // the caller (command line, rule author) gave something unusable
  kInternal,      // a defect of the program or a lack of memory; never the input's fault
};

struct Error {
  ErrorCode code = ErrorCode::kIo;
  std::string where{};    // "rules/catalog/rcg/host-allows.xml:14:9"; never empty
  std::string message{};  // one clause, lower case, no trailing full stop

  [[nodiscard]] std::string ToString() const { return where + ": " + message; }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, and in std::expected's spelling, on purpose.
  // NOLINTBEGIN(google-explicit-constructor, readability-identifier-naming)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }

  // Requires !has_value().
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

  // NOLINTEND(google-explicit-constructor, readability-identifier-naming)

  explicit operator bool() const { return has_value(); }

  // These require has_value(); a violation throws, it is never undefined behaviour.
  T& operator*() & { return std::get<0>(state_); }

  const T& operator*() const& { return std::get<0>(state_); }

  T&& operator*() && { return std::move(**this); }

  T* operator->() { return &**this; }

  const T* operator->() const { return &**this; }

 private:
  std::variant<T, Error> state_;
};

struct Ok {};

using Status = Result<Ok>;  // success or an Error, with nothing to carry

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_RESULT_H_
