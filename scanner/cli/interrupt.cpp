#include "scanner/cli/interrupt.h"

#include <csignal>

namespace whfb::cli {

namespace {

volatile std::sig_atomic_t interrupted = 0;  // set by the signal handler only

void OnInterrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void HandleInterrupts() {
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGTERM, OnInterrupt);
}

bool Interrupted() {
  return interrupted != 0;
}

}  // namespace whfb::cli
