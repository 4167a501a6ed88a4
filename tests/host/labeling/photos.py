# SPDX-License-Identifier: Apache-2.0
"""Small pictures made here: a PNG of one color with a shape, different for each number."""
import struct
import zlib


def png(width, height, pixel):
    rows = b"".join(b"\0" + bytes(value for x in range(width) for value in pixel(x, y)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def picture(number, side=32):
    """A disc (even numbers) or a square on a color of its own."""
    back = (37 * number % 200 + 30, 91 * number % 200 + 30, 53 * number % 200 + 30)
    middle, reach = side / 2 - 0.5, side * 0.3

    def pixel(x, y):
        dx, dy = abs(x - middle), abs(y - middle)
        inside = dx * dx + dy * dy < reach * reach if number % 2 == 0 else max(dx, dy) < reach
        return (250, 240, 220) if inside else back
    return png(side, side, pixel)


def two_kinds(path, count):
    """Even numbers reddish, odd ones bluish, each with spots of its own."""
    path.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        red, blue = (200, 30) if number % 2 == 0 else (30, 200)

        def pixel(x, y):
            spot = zlib.crc32(b"%d %d %d" % (number, x // 5, y // 5)) % 50
            return (red + spot, 10 + spot, blue + spot)
        (path / f"photo_{number:05}.png").write_bytes(png(40, 40, pixel))
    return path


def folder_of(path, count, side=32, kinds=200):
    """`count` files; `kinds` of them differ, the others are the same again (making PNGs in Python takes time)."""
    path.mkdir(parents=True, exist_ok=True)
    made = [picture(number, side) for number in range(min(count, kinds))]
    for number in range(count):
        (path / f"photo_{number:05}.png").write_bytes(made[number % len(made)])
    return path
