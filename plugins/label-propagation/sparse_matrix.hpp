// SPDX-License-Identifier: Apache-2.0
#pragma once

// A square matrix with few elements in a row, times a few columns. The elements are kept as jagged
// diagonals (Y. Saad, "Iterative Methods for Sparse Linear Systems", 2003, section 3.4): the first
// element of every row, the second of every row that has one, and so on. A sum then has one order,
// on every device and with any number of threads.

#include <vector>

#include "sslhost/types.hpp"

namespace label_propagation {

class SparseMatrix {
 public:
  /// `values` [E] float64 at (rows [E], columns [E]) of n x n; those at the same place are added.
  SparseMatrix(int64_t n, const sslhost::Tensor& rows, const sslhost::Tensor& columns,
               const sslhost::Tensor& values);
  /// [n,K] -> [n,K], float64.
  sslhost::Tensor times(const sslhost::Tensor& x) const;

 private:
  struct Diagonal {
    sslhost::Tensor columns;  ///< [r] int64, of the r rows with most elements
    sslhost::Tensor values;   ///< [r,1]
  };
  std::vector<Diagonal> diagonals_;
  sslhost::Tensor
      place_;  ///< [n] int64: where a row is in the order of falling numbers of elements
};

}  // namespace label_propagation
