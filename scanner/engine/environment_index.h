// Which environments a run has, told before the evidence is read: by the intent files in it.
//
// One environment unless intent files declare several (another tenant, or another forest): then
// each holds the environment evidence beside and below its intent file, and what lies elsewhere
// belongs to none. Folders that are called like a declared domain controller are that controller,
// not a client.

#ifndef WHFB_SCANNER_ENGINE_ENVIRONMENT_INDEX_H_
#define WHFB_SCANNER_ENGINE_ENVIRONMENT_INDEX_H_

#include <string>
#include <vector>

#include "scanner/core/result.h"
#include "scanner/engine/grouping.h"

namespace whfb::engine {

// What one intent file says of where it belongs.
struct DeclaredEnvironment {
  std::string folder{};                    // canonical, of the intent file
  std::string forest{};                    // lower case; empty: not said
  std::string tenant{};                    // lower case; empty: not said
  std::vector<std::string> controllers{};  // FQDNs in lower case
};

struct EnvironmentIndex {
  std::vector<std::vector<BundleInput>> environments{};  // at least one, perhaps empty
  std::vector<BundleInput> unassigned{};  // several are declared; nothing tells to which it belongs
};

// Takes the environment evidence, and bundles of declared domain controllers, out of the index.
// What lies in a folder of them and has a name that tells when it was taken is an input of its own:
// an archive, or a file that is read without those beside it.
[[nodiscard]] EnvironmentIndex TakeEnvironments(InputIndex& index);

// Ok when the file is an intent file that is read whole; else why not, with line and column. For a
// file that the operator names as one: half an intention, or none, would decide other verdicts.
[[nodiscard]] Status CheckIntent(const std::string& path);

// The parts of the above, for tests.
[[nodiscard]] std::vector<DeclaredEnvironment> ReadIntents(const std::vector<BundleInput>& inputs);
[[nodiscard]] bool SameEnvironment(const DeclaredEnvironment& a, const DeclaredEnvironment& b);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ENVIRONMENT_INDEX_H_
