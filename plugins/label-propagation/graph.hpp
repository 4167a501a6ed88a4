// SPDX-License-Identifier: Apache-2.0
#pragma once

// The graph over all samples, and labels that spread on it. Equation numbers are those of
// label_propagation.cpp.

#include "nearest.hpp"
#include "options.hpp"
#include "sparse_matrix.hpp"

namespace label_propagation {

/// Weights of edges of these squared lengths, float64 (eq. 1).
sslhost::Tensor edge_weights(const sslhost::Tensor& squares, Weights kind, double square_width);

/// w² of eq. 1: the median of the squared distances to the farthest neighbor; 1 without neighbors.
double square_width(const Neighbors& neighbors);

/// S (eq. 2), of the neighbors of each sample and the weights of these edges, both [M,k].
SparseMatrix normalized_graph(const sslhost::Tensor& neighbors, const sslhost::Tensor& weights,
                              Edges edges);

/// F* (eq. 4) for labels Y [M,K] float64, by eq. 3 until no score of a sample changes by more than
/// `tolerance` of its largest one. A sample that no label reaches keeps zeros.
sslhost::Tensor spread_labels(const SparseMatrix& s, const sslhost::Tensor& labels, double spread,
                              double tolerance);

/// Every class has the share of all scores that it has of the labels (eq. 5).
sslhost::Tensor with_class_mass(const sslhost::Tensor& scores, const sslhost::Tensor& labels);

/// Rows that sum to 1; rows of zeros stay.
sslhost::Tensor normalized_rows(const sslhost::Tensor& scores);

}  // namespace label_propagation
