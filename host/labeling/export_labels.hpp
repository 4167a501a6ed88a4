// SPDX-License-Identifier: Apache-2.0
#pragma once

// Answers for other programs. No photo is moved or changed.

#include <filesystem>
#include <string>
#include <vector>

#include "host/labeling/session.hpp"

namespace sslhost::host {

/// csv, folders, copies, label-studio, cvat, coco.
const std::vector<std::string>& export_formats();

/// Throws Error (usage) unless it is one of them.
void require_export_format(const std::string& format);

/// Throws Error (usage) where `to` is there already, unless `replace`; and in any case where it is
/// one of the pictures, or a file that holds the answers or would be taken for it.
void require_free(const Pictures& pictures, const std::filesystem::path& to, bool replace);

/// `to`: a file as in require_free(), written whole or not at all; for `folders` and `copies` a
/// folder that is new or empty, with one folder for each class, of links or of copies of the
/// photos. Returns how many pictures have a label there. Throws Error (usage, storage).
int64_t export_labels(const Session& session, const std::string& format,
                      const std::filesystem::path& to, bool replace = false);

}  // namespace sslhost::host
