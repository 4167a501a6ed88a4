// SPDX-License-Identifier: Apache-2.0
// Nothing: a library of headers must have a source.
