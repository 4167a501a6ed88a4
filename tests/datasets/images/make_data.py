# SPDX-License-Identifier: Apache-2.0
"""Writes the pictures of this folder's tests, and beside each its pixels as Pillow decodes them, into data/.

python3 make_data.py FOLDER, with Pillow 13.0.0. What Pillow cannot write is put together here, byte by byte.
"""
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageOps

WIDTH, HEIGHT = 13, 10  # neither fills whole blocks, bytes or padded rows


def color(x, y):
    return (x * 19) % 256, (y * 25 + x) % 256, (255 - x * 9 - y * 11) % 256


def base(width=WIDTH, height=HEIGHT):
    image = Image.new("RGB", (width, height))
    image.putdata([color(x, y) for y in range(height) for x in range(width)])
    return image


def alpha(width=WIDTH, height=HEIGHT):
    """From clear to opaque, both ends included."""
    image = Image.new("L", (width, height))
    image.putdata([min(255, (x * 31 + y * 17) // 2) for y in range(height) for x in range(width)])
    return image


def rgba():
    image = base()
    image.putalpha(alpha())
    return image


def decoded(path):
    """Upright, on white, RGB."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def exif(orientation, big=False):
    data = Image.Exif()
    data.endian = ">" if big else "<"
    data[0x010F] = "maker"  # so that the orientation is not the only entry
    data[0x0112] = orientation
    return data.tobytes()


class Folder:
    def __init__(self, path):
        self.path = Path(path)

    def expect(self, name, image=None, expected=None):
        image = image or decoded(self.path / name)
        image.save(self.path / f"{expected or name}.ppm")

    def save(self, name, image, **options):
        image.save(self.path / name, **options)
        self.expect(name)

    def write(self, name, content, image=None):
        (self.path / name).write_bytes(content)
        self.expect(name, image)


# --- JPEG

def without_segment(jpeg, marker):
    at = jpeg.index(bytes([0xFF, marker]))
    return jpeg[:at] + jpeg[at + 2 + int.from_bytes(jpeg[at + 2:at + 4], "big"):]


def cmyk():
    red, green, blue = base().split()
    black = Image.new("L", (WIDTH, HEIGHT))
    black.putdata([(x * y) % 120 for y in range(HEIGHT) for x in range(WIDTH)])
    return Image.merge("CMYK", [part.point(lambda v: 255 - v) for part in (red, green, blue)] + [black])


def ycck(path):
    """A CMYK file whose channels hold YCC and K, declared as such in its Adobe segment."""
    parts = base().convert("YCbCr").split()
    parts = [part.point(lambda v: 255 - v) for part in parts]  # Pillow stores CMYK inverted
    Image.merge("CMYK", [*parts, cmyk().split()[3]]).save(path, quality=90, optimize=True)
    content = bytearray(path.read_bytes())
    content[content.index(b"Adobe") + 11] = 2
    return bytes(content)


def write_jpeg(folder):
    image = base()
    options = {"quality": 90, "optimize": True}
    for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
        folder.save(f"rgb-{name}.jpg", image, subsampling=subsampling, **options)
    folder.save("rgb-kept.jpg", image, keep_rgb=True, **options)
    folder.save("progressive.jpg", base(18, 17), progressive=True, **options)
    folder.save("restarts.jpg", base(18, 17), restart_marker_blocks=1, **options)
    folder.save("gray.jpg", image.convert("L"), **options)
    folder.save("cmyk.jpg", cmyk(), **options)
    folder.write("cmyk-unmarked.jpg", without_segment((folder.path / "cmyk.jpg").read_bytes(), 0xEE))
    folder.write("ycck.jpg", ycck(folder.path / "ycck.jpg"))
    folder.save("two.mpo", image, append_images=[image.rotate(180)], save_all=True, **options)
    folder.write("jpeg-named.png", (folder.path / "rgb-444.jpg").read_bytes())
    folder.save("exif-garbage.jpg", image, exif=b"Exif\0\0MM\0*\xff\xff\xff\xf0garbage", **options)


# --- PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(depth, kind, rows, interlaced=False, extra=b"", size=(WIDTH, HEIGHT)):
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, int(interlaced))
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def adam7(pixel):
    """The rows of the seven passes over base(), each pixel as pixel(x, y) gives its bytes."""
    for left, top, right, down in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                                   (0, 1, 1, 2)):
        for y in range(top, HEIGHT, down):
            yield b"".join(pixel(x, y) for x in range(left, WIDTH, right))


def rows_of(form, values):
    return [b"".join(struct.pack(form, *values(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]


def deep(x, y):
    return tuple(257 * v + (x * 7 + y) % 200 - 100 if 0 < v < 255 else 257 * v for v in color(x, y))


def write_png(folder):
    image = base()
    folder.save("rgb.png", image)
    folder.save("rgba.png", rgba())
    folder.save("gray.png", image.convert("L"))
    folder.save("gray-1-bit.png", image.convert("1"))
    folder.save("gray-alpha.png", Image.merge("LA", (image.convert("L"), alpha())))
    folder.save("gray-key.png", image.convert("L").point(lambda v: v & 0xF0), transparency=0x80)
    folder.save("rgb-key.png", image, transparency=color(3, 4))
    for colors, bits in ((2, 1), (4, 2), (16, 4), (60, 8)):
        folder.save(f"palette-{bits}-bit.png", image.quantize(colors), bits=bits)
    folder.save("palette-alpha.png", image.quantize(16), transparency=bytes(range(0, 256, 17)))
    folder.save("animated.png", image, save_all=True, append_images=[image.rotate(180)])
    folder.write("rgb-interlaced.png", png(8, 2, adam7(lambda x, y: bytes(color(x, y))), True))
    folder.write("rgba-interlaced.png",
                 png(8, 6, adam7(lambda x, y: bytes((*color(x, y), (x * 20 + y) % 256))), True))
    folder.write("rgb-16-bit.png", png(16, 2, rows_of(">3H", deep)))
    folder.write("rgba-16-bit.png", png(16, 6, rows_of(">4H", lambda x, y: (*deep(x, y), x * 5000 + y))))
    # Pillow maps 16-bit gray to 8 bits by cutting off at 255: the high byte is taken here, as it does for colors.
    high = Image.new("L", (WIDTH, HEIGHT))
    high.putdata([deep(x, y)[1] >> 8 for y in range(HEIGHT) for x in range(WIDTH)])
    folder.write("gray-16-bit.png", png(16, 0, rows_of(">H", lambda x, y: deep(x, y)[1:2])), high.convert("RGB"))
    small = png(8, 2, [bytes(v for x in range(6) for v in color(x, y)) for y in range(4)], size=(6, 4))
    late = chunk(b"eXIf", exif(6)[6:]) + chunk(b"IEND", b"")
    folder.write("exif-late.png", small[:-12] + late)


# --- GIF

def write_gif(folder):
    image = base(16, 17)  # Pillow interlaces from 16 pixels on
    colors = image.quantize(16)
    folder.save("plain.gif", colors, interlace=0)
    folder.save("interlaced.gif", colors, interlace=1)
    folder.save("transparent.gif", colors, transparency=5)
    folder.save("animated.gif", colors, save_all=True, append_images=[colors.rotate(180)])
    # The frame of the transparent one moved inside a larger screen.
    moved = bytearray((folder.path / "transparent.gif").read_bytes())
    moved[6:10] = struct.pack("<HH", 23, 21)
    frame = moved.index(b"\x2c\0\0\0\0\x10\0\x11\0")
    moved[frame + 1:frame + 5] = struct.pack("<HH", 5, 3)
    folder.write("moved.gif", bytes(moved))
    # And beyond a smaller one, which viewers enlarge.
    moved[6:10] = struct.pack("<HH", 4, 4)
    folder.write("screen-too-small.gif", bytes(moved))


# --- WebP

def write_webp(folder):
    folder.save("lossless.webp", base(), lossless=True)
    folder.save("lossless-alpha.webp", rgba(), lossless=True, exact=True)
    folder.save("lossy.webp", base(), quality=80)
    folder.save("lossy-alpha.webp", rgba(), quality=80)
    folder.save("animated.webp", base(), save_all=True, append_images=[base().rotate(180)], lossless=True)
    folder.save("animated-alpha.webp", rgba(), save_all=True, append_images=[base().convert("RGBA")], lossless=True,
                exact=True)


# --- BMP

def bmp(header, bits, rows, masks=b"", palette=b"", size=(WIDTH, HEIGHT), compression=0):
    """`rows` as they lie in the file; `header` is its length."""
    if header == 12:
        info = struct.pack("<IHHHH", 12, *size, 1, bits)
    else:
        colors = len(palette) // 4
        info = struct.pack("<IiiHHIIiiII", header, *size, 1, bits, compression, 0, 2835, 2835, colors, 0)
        info = (info + masks).ljust(max(header, 40 + len(masks)), b"\0")
    pixels = b"".join(row.ljust((len(row) + 3) // 4 * 4, b"\0") for row in rows)
    start = 14 + len(info) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + info + palette + pixels


def upwards(rows):
    return list(reversed(rows))


def packed(x, y, widths):
    """color(x, y) in one number, red highest."""
    number = 0
    for value, width in zip(color(x, y), widths):
        number = number << width | value >> (8 - width)
    return (number,)


def write_bmp(folder):
    image = base()
    folder.save("rgb.bmp", image)
    folder.save("gray.bmp", image.convert("L"))
    folder.save("one-bit.bmp", image.convert("1"))
    folder.save("palette.bmp", image.quantize(60))
    folder.save("rgbx.bmp", rgba())  # 32 bits without masks: the fourth byte means nothing
    sixteen = image.quantize(16)
    index = [[sixteen.getpixel((x, y)) for x in range(WIDTH)] + [0] for y in range(HEIGHT)]
    rows = upwards([bytes(row[x] << 4 | row[x + 1] for x in range(0, WIDTH, 2)) for row in index])
    colors = [bytes(reversed(sixteen.getpalette()[3 * i:3 * i + 3])) for i in range(16)]
    folder.write("four-bit.bmp", bmp(40, 4, rows, palette=b"".join(entry + b"\0" for entry in colors)))
    folder.write("old-four-bit.bmp", bmp(12, 4, rows, palette=b"".join(colors)))
    bgr = [bytes(v for x in range(WIDTH) for v in reversed(color(x, y))) for y in range(HEIGHT)]
    folder.write("old-header.bmp", bmp(12, 24, upwards(bgr)))
    folder.write("top-down.bmp", bmp(40, 24, bgr, size=(WIDTH, -HEIGHT)))
    folder.write("555.bmp", bmp(40, 16, upwards(rows_of("<H", lambda x, y: packed(x, y, (5, 5, 5))))))
    folder.write("565.bmp", bmp(40, 16, upwards(rows_of("<H", lambda x, y: packed(x, y, (5, 6, 5)))),
                                masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F), compression=3))
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    bgra = upwards([bytes(v for x in range(WIDTH) for v in (*reversed(color(x, y)), (x * 20 + y) % 256))
                    for y in range(HEIGHT)])
    for header in (56, 108, 124):
        folder.write(f"alpha-{header}.bmp", bmp(header, 32, bgra, masks=masks, compression=3))
    swapped = struct.pack("<III", 0xFF000000, 0xFF0000, 0xFF00)
    folder.write("masks-52.bmp", bmp(52, 32, upwards(rows_of("<I", lambda x, y: (packed(x, y, (8, 8, 8))[0] << 8,))),
                                     masks=swapped, compression=3))


# --- orientations: one expectation for JPEG, one for what loses nothing

def write_orientations(folder):
    image = base(6, 4)
    for turn in range(1, 9):
        for name, options in ((f"exif-{turn}.jpg", {"exif": exif(turn)}),
                              (f"exif-{turn}-big.jpg", {"exif": exif(turn, big=True)})):
            image.save(folder.path / name, quality=90, optimize=True, subsampling=0, **options)
            folder.expect(name, expected=f"exif-{turn}.jpg")
        image.save(folder.path / f"exif-{turn}.png", exif=exif(turn, big=turn % 2 == 1))
        image.save(folder.path / f"exif-{turn}.webp", lossless=True, exif=exif(turn, big=turn % 2 == 0))
        folder.expect(f"exif-{turn}.png")


def main():
    folder = Folder(sys.argv[1])
    folder.path.mkdir(parents=True, exist_ok=True)
    for write in (write_jpeg, write_png, write_gif, write_webp, write_bmp, write_orientations):
        write(folder)


if __name__ == "__main__":
    main()
