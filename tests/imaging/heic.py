"""
A writer of tiny HEIC files, so that the decoder is tested on pixels that are known.

One HEVC picture of 16 × 16 blocks in pulse-code form: the samples stand in the stream as they are, and only
two flags a block are arithmetically coded. Sources: ITU-T H.265 (7.3, 9.3), ISO/IEC 14496-12 and 23008-12.
"""

import struct

BLOCK = 16


class _Bits:
    def __init__(self) -> None:
        self.text: list[str] = []

    def u(self, value: int, count: int) -> None:
        self.text.append(format(value, f"0{count}b") if count else "")

    def ue(self, value: int) -> None:
        word = format(value + 1, "b")
        self.text.append("0" * (len(word) - 1) + word)

    def se(self, value: int) -> None:
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def align(self, first: int = 1) -> None:
        self.u(first, 1)
        self.pad()

    def pad(self) -> None:
        self.text = ["".join(self.text)]
        self.text.append("0" * (-len(self.text[0]) % 8))

    def bytes(self) -> bytes:
        text = "".join(self.text)
        assert len(text) % 8 == 0
        return int(text, 2).to_bytes(len(text) // 8, "big")


class _Arithmetic:
    """The encoder of 9.3.5, for one context (part_mode, value 1 always) and for terminating bins."""

    def __init__(self, out: _Bits) -> None:
        self.out = out
        self.start()

    def start(self) -> None:
        self.low, self.range, self.first, self.outstanding = 0, 510, True, 0

    def _put(self, bit: int) -> None:
        if self.first:
            self.first = False
        else:
            self.out.u(bit, 1)
        for _ in range(self.outstanding):
            self.out.u(1 - bit, 1)
        self.outstanding = 0

    def _renormalise(self) -> None:
        while self.range < 256:
            if self.low < 256:
                self._put(0)
            elif self.low >= 512:
                self.low -= 512
                self._put(1)
            else:
                self.low -= 256
                self.outstanding += 1
            self.range *= 2
            self.low *= 2

    def likely(self, lps_range: int) -> None:
        """A bin that has its more probable value."""
        self.range -= lps_range
        self._renormalise()

    def terminate(self, bit: int) -> None:
        self.range -= 2
        if not bit:
            self._renormalise()
            return
        self.low += self.range
        self.range = 2
        self._renormalise()
        self._put((self.low >> 9) & 1)
        self.out.u(((self.low >> 7) & 3) | 1, 2)


LPS = [
    [128, 176, 208, 240], [128, 167, 197, 227], [128, 158, 187, 216], [123, 150, 178, 205],
    [116, 142, 169, 195], [111, 135, 160, 185], [105, 128, 152, 175], [100, 122, 144, 166],
    [95, 116, 137, 158], [90, 110, 130, 150], [85, 104, 123, 142], [81, 99, 117, 135],
    [77, 94, 111, 128], [73, 89, 105, 122], [69, 85, 100, 116], [66, 80, 95, 110],
    [62, 76, 90, 104], [59, 72, 86, 99], [56, 69, 81, 94], [53, 65, 77, 89],
    [51, 62, 73, 85], [48, 59, 69, 80], [46, 56, 66, 76], [43, 53, 63, 72],
    [41, 50, 59, 69], [39, 48, 56, 65], [37, 45, 54, 62], [35, 43, 51, 59],
    [33, 41, 48, 56], [32, 39, 46, 53], [30, 37, 43, 50], [29, 35, 41, 48],
]  # fmt: skip
"""Range of the less probable value, by state (table 9-52); as far as a picture of 16 blocks walks."""


def _initial_state(value: int, qp: int) -> tuple[int, int]:
    slope, offset = (value >> 4) * 5 - 45, ((value & 15) << 3) - 16
    state = min(max(1, ((slope * min(max(0, qp), 51)) >> 4) + offset), 126)
    return (state - 64, 1) if state >= 64 else (63 - state, 0)


def _escaped(payload: bytes) -> bytes:
    out, zeros = bytearray(), 0
    for byte in payload:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


def _nal(kind: int, bits: _Bits) -> bytes:
    return struct.pack(">H", (kind << 9) | 1) + _escaped(bits.bytes())


def _profile(bits: _Bits) -> None:
    bits.u(0, 3)
    bits.u(3, 5)  # Main Still Picture
    bits.u(0x70000000, 32)
    bits.u(0b1001, 4)
    bits.u(0, 44)
    bits.u(93, 8)


def _vps() -> bytes:
    bits = _Bits()
    for value, count in ((0, 4), (3, 2), (0, 6), (0, 3), (1, 1), (0xFFFF, 16)):
        bits.u(value, count)
    _profile(bits)
    bits.u(1, 1)
    for value in (0, 0, 0):
        bits.ue(value)
    bits.u(0, 6)
    bits.ue(0)
    bits.u(0, 1)
    bits.u(0, 1)
    bits.align()
    return _nal(32, bits)


def _sps(width: int, height: int) -> bytes:
    bits = _Bits()
    bits.u(0, 4)
    bits.u(0, 3)
    bits.u(1, 1)
    _profile(bits)
    bits.ue(0)
    bits.ue(1)  # 4:2:0
    bits.ue(width)
    bits.ue(height)
    bits.u(0, 1)
    bits.ue(0)
    bits.ue(0)
    bits.ue(0)
    bits.u(1, 1)
    for value in (0, 0, 0):
        bits.ue(value)
    bits.ue(1)  # smallest coding block 16
    bits.ue(0)  # and no larger one
    bits.ue(0)  # smallest transform 4
    bits.ue(2)  # largest 16
    bits.ue(0)
    bits.ue(0)
    bits.u(0, 1)  # scaling lists
    bits.u(0, 1)  # asymmetric partitions
    bits.u(0, 1)  # sample adaptive offset
    bits.u(1, 1)  # pulse-code blocks
    bits.u(7, 4)
    bits.u(7, 4)
    bits.ue(1)  # smallest 16
    bits.ue(0)
    bits.u(1, 1)  # no loop filter on them
    bits.ue(0)
    bits.u(0, 1)
    bits.u(0, 1)
    bits.u(0, 1)
    bits.u(0, 1)
    bits.u(0, 1)
    bits.align()
    return _nal(33, bits)


def _pps() -> bytes:
    bits = _Bits()
    bits.ue(0)
    bits.ue(0)
    bits.u(0, 1 + 1 + 3 + 1 + 1)
    bits.ue(0)
    bits.ue(0)
    bits.se(0)
    bits.u(0, 1 + 1 + 1)
    bits.se(0)
    bits.se(0)
    bits.u(0, 1 + 1 + 1 + 1 + 1 + 1)
    bits.u(0, 1)  # loop filter across slices
    bits.u(1, 1)  # deblocking control
    bits.u(0, 1)
    bits.u(1, 1)  # switched off
    bits.u(0, 1 + 1)
    bits.ue(0)
    bits.u(0, 1 + 1)
    bits.align()
    return _nal(34, bits)


def _slice(luma: list[list[int]], cb: list[list[int]], cr: list[list[int]]) -> bytes:
    bits = _Bits()
    bits.u(1, 1)
    bits.u(0, 1)
    bits.ue(0)
    bits.ue(2)  # intra
    bits.se(0)
    bits.align()
    coder = _Arithmetic(bits)
    state, _ = _initial_state(184, 26)
    rows, columns = len(luma) // BLOCK, len(luma[0]) // BLOCK
    for row in range(rows):
        for column in range(columns):
            coder.likely(LPS[state][(coder.range >> 6) & 3])  # one partition
            state = min(state + 1, 62)
            coder.terminate(1)  # pulse-code
            bits.pad()
            for plane, side in ((luma, 16), (cb, 8), (cr, 8)):
                for line in plane[row * side : (row + 1) * side]:
                    for sample in line[column * side : (column + 1) * side]:
                        bits.u(sample, 8)
            coder.start()
            last = row == rows - 1 and column == columns - 1
            coder.terminate(int(last))
    bits.pad()
    return _nal(19, bits)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", (version << 24) | flags), *parts)


def encode(
    luma: list[list[int]],
    cb: list[list[int]],
    cr: list[list[int]],
    *,
    turns: int = 0,
    primaries: int = 1,
    transfer: int = 13,
) -> bytes:
    """A HEIC file of full-range Y, Cb, Cr (4:2:0); sides are multiples of 16; `turns` of 90° to the left."""
    height, width = len(luma), len(luma[0])
    arrays = b"".join(
        struct.pack(">BHH", 0x80 | kind, 1, len(nal)) + nal
        for kind, nal in ((32, _vps()), (33, _sps(width, height)), (34, _pps()))
    )
    config = struct.pack(
        ">BBIHIBHBBBBHBB", 1, 3, 0x70000000, 0x9000, 0, 93, 0xF000, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0x0F, 3
    )
    data = _slice(luma, cb, cr)
    data = struct.pack(">I", len(data)) + data
    properties = _box(
        b"ipco",
        _box(b"hvcC", config, arrays),
        _full(b"ispe", struct.pack(">II", width, height)),
        _box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, 5, 0x80)),
        _box(b"irot", bytes([turns])),
    )
    uses = _full(b"ipma", struct.pack(">IHB4B", 1, 1, 4, 0x81, 2, 3, 0x84))
    kind = _box(b"ftyp", b"heic", struct.pack(">I", 0), b"mif1heic")

    def meta(offset: int) -> bytes:
        place = _full(b"iloc", struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, len(data)))
        return _full(
            b"meta",
            _full(b"hdlr", struct.pack(">I4s", 0, b"pict"), bytes(13)),
            _full(b"pitm", struct.pack(">H", 1)),
            place,
            _full(
                b"iinf",
                struct.pack(">H", 1),
                _full(b"infe", struct.pack(">HH4s", 1, 0, b"hvc1"), b"\0", version=2),
            ),
            _box(b"iprp", properties, uses),
        )

    start = len(kind) + len(meta(0)) + 8
    return kind + meta(start) + _box(b"mdat", data)
