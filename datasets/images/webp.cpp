// SPDX-License-Identifier: Apache-2.0
// WebP through libwebp; of an animation its first frame.
#include <memory>
#include <vector>

#include <webp/decode.h>
#include <webp/demux.h>

#include "datasets/images/codecs.hpp"
#include "datasets/images/exif.hpp"
#include "datasets/images/on_white.hpp"

namespace sslhost::images {

namespace {

constexpr uint8_t kWhite = 255;

struct Delete {
  void operator()(WebPDemuxer* file) const { WebPDemuxDelete(file); }
};
using File = std::unique_ptr<WebPDemuxer, Delete>;

/// `least`: how much of the file must be there.
File open(Bytes bytes, WebPDemuxState least = WEBP_DEMUX_DONE) {
  const WebPData data = {bytes.data(), bytes.size()};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  File file(WebPDemuxPartial(&data, &state));
  if (file != nullptr && state >= least) return file;
  throw BadImage(state == WEBP_DEMUX_PARSE_ERROR ? "damaged WebP"
                                                 : "cut: the WebP ends before its picture does");
}

Size size_in(const File& file) {
  return {WebPDemuxGetI(file.get(), WEBP_FF_CANVAS_WIDTH),
          WebPDemuxGetI(file.get(), WEBP_FF_CANVAS_HEIGHT)};
}

int orientation_in(const File& file) {
  WebPChunkIterator chunk = {};
  int orientation = 1;
  if (WebPDemuxGetChunk(file.get(), "EXIF", 1, &chunk) != 0)
    orientation = exif_orientation({chunk.chunk.bytes, chunk.chunk.size});
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

class FirstFrame {
 public:
  explicit FirstFrame(const File& file) {
    if (WebPDemuxGetFrame(file.get(), 1, &frame_) == 0 || frame_.complete == 0) {
      WebPDemuxReleaseIterator(&frame_);
      throw BadImage("damaged WebP: no frame");
    }
  }
  FirstFrame(const FirstFrame&) = delete;
  FirstFrame& operator=(const FirstFrame&) = delete;
  ~FirstFrame() { WebPDemuxReleaseIterator(&frame_); }

  const WebPIterator* operator->() const { return &frame_; }

  /// Into rows of `stride` bytes, of which the memory at `out` has `size` bytes.
  void decode(WEBP_CSP_MODE mode, uint8_t* out, int64_t stride, size_t size) const {
    WebPDecoderConfig config;
    if (WebPInitDecoderConfig(&config) == 0) throw BadImage("libwebp cannot be started");
    config.output.colorspace = mode;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = {out, static_cast<int>(stride), size};
    const VP8StatusCode status = WebPDecode(frame_.fragment.bytes, frame_.fragment.size, &config);
    WebPFreeDecBuffer(&config.output);
    if (status != VP8_STATUS_OK) throw BadImage("damaged WebP: its pixels cannot be unpacked");
  }

 private:
  WebPIterator frame_ = {};
};

}  // namespace

/// Of the beginning of a file, too; EXIF may lie behind it.
Header webp_header(Bytes file) {
  const File opened = open(file, WEBP_DEMUX_PARSED_HEADER);
  return {size_in(opened), orientation_in(opened)};
}

Image webp_image(Bytes file) {
  const File opened = open(file);
  const FirstFrame frame(opened);
  Image image = new_image(size_in(opened), kWhite);
  const int64_t left = frame->x_offset, top = frame->y_offset;
  const int64_t width = frame->width, height = frame->height;
  if (left < 0 || top < 0 || width < 1 || height < 1 || left + width > image.width ||
      top + height > image.height)
    throw BadImage("damaged WebP: a frame outside the picture");

  const int64_t stride = image.width * 3;
  const size_t start = static_cast<size_t>(top * stride + left * 3);
  if (frame->has_alpha == 0) {
    frame.decode(MODE_RGB, image.pixels.data() + start, stride, image.pixels.size() - start);
    return image;
  }
  std::vector<uint8_t> rgba(static_cast<size_t>(width * height * 4));
  frame.decode(MODE_RGBA, rgba.data(), width * 4, rgba.size());
  for (int64_t y = 0; y < height; ++y)
    put_on_white(rgba.data() + y * width * 4, width, image.pixels.data() + start + y * stride);
  return image;
}

}  // namespace sslhost::images
