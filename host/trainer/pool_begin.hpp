// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's Begin: whole pools in pieces.

#include "sslhost/step.hpp"

#include "host/data/run_data.hpp"

namespace sslhost::host {

class PoolBegin final : public Begin {
 public:
  PoolBegin(const Phase& phase, const RunData& data) : phase_(phase), data_(data) {}
  std::string_view phase() const override { return phase_.name; }
  int64_t size(Pool pool) const override { return of(pool).size(); }
  Tensor images(Pool pool, int64_t first, int64_t count) const override {
    return gather(of(pool).data, of(pool).rows.narrow(0, first, count), of(pool).scale);
  }
  Tensor labels() const override { return data_.labeled.labels.clone(); }

 private:
  const ResidentPool& of(Pool pool) const {
    return pool == Pool::labeled ? data_.labeled : data_.unlabeled;
  }
  const Phase& phase_;
  const RunData& data_;
};

}  // namespace sslhost::host
