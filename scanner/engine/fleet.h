// Runs one function per group of bundles on a few threads and hands each result, on the calling
// thread and in the order of the input, to one consumer. The consumer needs no lock (it may own
// the SQLite connection), and what it sees does not depend on the number of threads.

#ifndef WHFB_SCANNER_ENGINE_FLEET_H_
#define WHFB_SCANNER_ENGINE_FLEET_H_

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace whfb::engine {

// Calls work(i, thread) for each i below `count`, on `threads` threads, and consume(i, result)
// here for i = 0, 1, 2, ... . A worker starts no item more than 4 x threads ahead of the
// consumer, so results that wait are few. `work` reports failure inside its result; what it or
// consume throws all the same ends the work of all threads and is thrown here. consume returns
// false to stop early: no further item is started.
template <typename Work, typename Consume>
void ForEachInOrder(std::size_t count, std::size_t threads, const Work& work, Consume&& consume) {
  using Item = decltype(work(std::size_t{}, std::size_t{}));
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::size_t, Item> finished;  // guarded by mutex
  std::exception_ptr failure;            // guarded by mutex
  std::size_t next = 0;                  // guarded by mutex
  std::size_t consumed = 0;              // guarded by mutex
  bool stop = false;                     // guarded by mutex
  const std::size_t ahead = 4 * threads;

  // The next item to start, or `count`: no more.
  const auto claim = [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stop || next >= count || next < consumed + ahead; });
    return stop || next >= count ? count : next++;
  };
  const auto run = [&](std::size_t thread) {
    try {
      for (std::size_t mine = claim(); mine < count; mine = claim()) {
        Item item = work(mine, thread);
        const std::lock_guard lock(mutex);
        finished.emplace(mine, std::move(item));
        changed.notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
      changed.notify_all();
    }
  };

  std::vector<std::jthread> workers;
  // Whatever ends this function ends the workers, before they are joined.
  const auto end_workers = [&](void*) {
    const std::lock_guard lock(mutex);
    stop = true;
    changed.notify_all();
  };
  workers.reserve(threads);
  const std::unique_ptr<void, decltype(end_workers)> at_end(&workers, end_workers);
  for (std::size_t t = 0; t < threads; ++t) {
    workers.emplace_back(run, t);
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return failure != nullptr || finished.contains(i); });
    if (failure != nullptr) {
      std::rethrow_exception(failure);
    }
    auto node = finished.extract(i);
    consumed = i + 1;
    changed.notify_all();
    lock.unlock();
    if (!consume(i, std::move(node.mapped()))) {
      return;
    }
  }
}

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_FLEET_H_
