// SPDX-License-Identifier: Apache-2.0
// c10d: Gloo, and who meets whom.
#include "host/parallel/group.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <ATen/ops/zeros.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>  // with gloo_headers/
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "sslhost/error.hpp"

#include "host/device/cards.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace {

using Milliseconds = std::chrono::milliseconds;
using Gloo = c10d::ProcessGroupGloo;

// Gloo's objects are pointers in both, whatever they are; of another LibTorch they may be more.
static_assert(sizeof(Gloo) == 0x1e8 && sizeof(Gloo::Options) == 0xb0,
              "another c10d than the one that gloo_headers/ was checked with");

std::string first_line(const std::exception& error) {
  const auto* of_torch = dynamic_cast<const c10::Error*>(&error);
  const std::string text = of_torch ? of_torch->what_without_backtrace() : error.what();
  return text.substr(0, text.find('\n'));
}

/// On 127.0.0.1 alone, where all ranks are here; c10d's own store listens on every interface.
int listen_here(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(socket.get(), SOMAXCONN) != 0)
    throw Error(ExitCode::device,
                {"rank 0, 127.0.0.1:" + std::to_string(port), "a port to meet the other ranks on",
                 std::strerror(errno), "take another one (MASTER_PORT)"});
  return fcntl(socket.get(), F_DUPFD_CLOEXEC, 0);  // the store closes it
}

c10::intrusive_ptr<c10d::Store> meet(const Launch& launch, Milliseconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = launch.port;
  options.isServer = launch.leads() && !launch.served;
  options.numWorkers = launch.size;
  options.waitWorkers = false;
  options.timeout = timeout;
  if (options.isServer && launch.on_one_machine())
    options.masterListenFd = listen_here(launch.port);
  auto store = c10::make_intrusive<c10d::TCPStore>(launch.host, options);
  store->setTimeout(timeout);
  // A store that outlives its processes still has the addresses of those before.
  return c10::make_intrusive<c10d::PrefixStore>("sslhost/" + std::to_string(launch.attempt), store);
}

c10::intrusive_ptr<Gloo> connect(const Launch& launch, const c10::intrusive_ptr<c10d::Store>& store,
                                 Milliseconds timeout) {
  auto options = Gloo::Options::create(timeout);
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  options->devices.push_back(interface                 ? Gloo::createDeviceForInterface(interface)
                             : launch.on_one_machine() ? Gloo::createDeviceForHostname("127.0.0.1")
                                                       : Gloo::createDefaultDevice());
  return c10::make_intrusive<Gloo>(store, launch.rank, launch.size, options);
}

/// Gloo adds what is in the host's memory: what the host itself has to know, and everything of a
/// run on CPUs. What is on cards stays there.
class C10dGroup final : public ProcessGroup {
 public:
  C10dGroup(const Launch& launch, c10::Device device, Milliseconds timeout)
      : launch_(launch), timeout_(timeout) {
    guarded("all of them", timeout, " (--timeout)", [&] {
      store_ = meet(launch, timeout);
      gloo_ = connect(launch, store_, timeout);
      if (device.is_cuda())
        cards_ = cards()->join(c10::make_intrusive<c10d::PrefixStore>("cards", store_), launch.rank,
                               launch.size, timeout);
    });
  }
  int rank() const override { return launch_.rank; }
  int size() const override { return launch_.size; }

  void sum(const Tensor& tensor) override { begin_sum(tensor)->wait(); }

  std::unique_ptr<Sum> begin_sum(const Tensor& tensor) override {
    auto sum = std::make_unique<SumUnderWay>(*this, tensor);
    answered([&] { sum->begin(); });
    return sum;
  }

  void wait_for_all(std::chrono::seconds most) override {
    guarded("all of them, ready to train", most, "", [&] {
      std::vector<Tensor> all = {at::zeros({1})};
      c10d::AllreduceOptions options;
      options.timeout = most;
      gloo_->allreduce(all, options)->wait();
    });
  }

 private:
  class SumUnderWay final : public Sum {
   public:
    SumUnderWay(C10dGroup& group, const Tensor& tensor) : group_(group), tensor_(tensor) {}
    void begin() {
      const bool here = tensor_.is_cpu() || tensor_.is_cuda();
      summed_ = {here ? tensor_ : tensor_.cpu()};  // of a device that is pretended
      auto& backend = tensor_.is_cuda() ? *group_.cards_ : *group_.gloo_;
      work_ = backend.allreduce(summed_);
    }
    void wait() override {
      group_.answered([&] {
        work_->wait();
        if (!summed_[0].is_same(tensor_)) tensor_.copy_(summed_[0]);
      });
    }

   private:
    C10dGroup& group_;
    Tensor tensor_;
    std::vector<Tensor> summed_;
    c10::intrusive_ptr<c10d::Work> work_;
  };

  template <class F>
  void answered(F&& f) {
    guarded("an answer of each", timeout_, " (--timeout)", std::forward<F>(f));
  }

  /// c10d says which socket failed, and not whose. `option`: where the limit comes from.
  template <class F>
  void guarded(const std::string& expected, Milliseconds within, const char* option, F&& f) {
    try {
      f();
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(within).count();
      throw Error(
          ExitCode::device,
          {"rank " + std::to_string(launch_.rank) + " of " + std::to_string(launch_.size),
           expected + " within " + std::to_string(seconds) + " s" + option,
           silent_ranks() + first_line(error),
           "look at what that rank said, then start all again; a run with a checkpoint goes "
           "on with --resume"});
    }
  }

  /// "rank 1 does not answer: "; each rank that finds a failure says so in the store.
  std::string silent_ranks() {
    constexpr auto kPatience = Milliseconds(3000);
    if (!store_) return "";
    try {
      store_->setTimeout(kPatience);
      const auto key = [](int rank) { return "failed/" + std::to_string(rank); };
      store_->set(key(launch_.rank), std::string("here"));
      std::string names;
      for (int rank = 0; rank < launch_.size; ++rank) {
        if (rank == launch_.rank) continue;
        try {
          store_->wait({key(rank)}, kPatience);
        } catch (const std::exception&) {
          names += (names.empty() ? "rank " : ", ") + std::to_string(rank);
        }
      }
      return names.empty() ? "" : "no answer of " + names + ": ";
    } catch (const std::exception&) {
      return launch_.leads() ? "" : "no answer of rank 0, or of the program that started us: ";
    }
  }

  Launch launch_;
  Milliseconds timeout_;
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<Gloo> gloo_;
  c10::intrusive_ptr<c10d::Backend> cards_;  // null: on CPUs
};

}  // namespace

std::unique_ptr<ProcessGroup> join_group(const Launch& launch, c10::Device device,
                                         std::chrono::seconds timeout) {
  return std::make_unique<C10dGroup>(launch, device, timeout);
}

}  // namespace sslhost::host
