"""The faces of the pack "Classic" in numbers."""

from __future__ import annotations

from dataclasses import replace

from tools.art.face import INK, Eye, Face, Mouth, Skin, lip, oval, smile

HONEY = Skin("#ffe6a8", "#f8c258", "#e3973a", "#a8621f", "#f0b04c", "#f0793c", 0.5)
SUN = Skin("#fff6a6", "#ffdb2e", "#fbae17", "#c27a08", "#ffd02a", "#ff5f4f", 0.8)
GLOW = Skin("#fff2a0", "#ffcb2b", "#ff8f1c", "#c25f08", "#ffcb2b", "#ff4f4f", 0.9)
ORANGE = Skin("#ffdcae", "#ffa65a", "#ee7a2b", "#b04c10", "#f7954a", "#ee4f35", 0.5)
BLUE = Skin("#c3e0ff", "#74adf2", "#3d78cf", "#23508f", "#5f99e3", "#3358b8", 0.5)
RED = Skin("#ff9a72", "#ec4b33", "#b82420", "#7a1010", "#d93c2b", "#8f0d1c", 0.6)
GREEN = Skin("#d9ef8f", "#95c742", "#5a8f24", "#36600f", "#7fb338", "#3f6f14", 0.5)
VIOLET = Skin("#f1e6ff", "#bfa2f1", "#8765cd", "#543693", "#ab8ce2", "#6241b8", 0.4)
TEAL = Skin("#c4f4e6", "#57c3ae", "#258d7c", "#125c50", "#45ae9b", "#14695b", 0.4)
SAND = Skin("#fffaf0", "#fbe6c2", "#e6c48c", "#9c7438", "#fbe6c2", "#f59272", 0.7)
STEEL = Skin("#dde6f2", "#a5b6cc", "#7488a5", "#495a75", "#95a8c0", "#6a80a0", 0.5)

#: Lips without an opening: the two lie on each other.
SHUT = smile(66, 368, 9, 9)

RELAXED = [(104, 148), (120, 134), (140, 127), (162, 126), (184, 126), (204, 131), (220, 141)]
HIGH = [(98, 130), (112, 104), (136, 90), (162, 88), (188, 88), (212, 98), (230, 122)]

FACES: dict[str, Face] = {
    "neutral": Face(HONEY, RELAXED, SHUT, brow_width=24),
    "happiness": Face(
        SUN,
        [(98, 142), (114, 118), (138, 106), (162, 105), (188, 105), (210, 114), (228, 134)],
        replace(smile(126, 308, 26, 128, 0.55), teeth=0.3, tongue=46),
        Eye(low=(0.72, 0.72, 0.72), pupil=(0, -8, 32, 37)),
    ),
    "surprise": Face(
        ORANGE,
        [(98, 118), (112, 92), (136, 78), (162, 76), (188, 76), (212, 86), (230, 110)],
        replace(oval(52, 62, 388), tongue=30),
        Eye(rx=58, ry=68, lid=(0.16, 0.0, 0.16), pupil=(0, 0, 22, 25)),
    ),
    "sadness": Face(
        BLUE,
        [(84, 190), (104, 182), (128, 168), (150, 154), (172, 140), (194, 126), (214, 118)],
        Mouth(lip(78, 402, -42, 0.6), lip(78, 402, -42, 0.6), width=22),
        Eye(lid=(0.6, 0.38, 0.22), pupil=(0, 14, 29, 34)),
        drops=((128, 346, 1.25),),
        pitch=3,
    ),
    "anger": Face(
        RED,
        [(76, 132), (100, 142), (128, 158), (152, 172), (176, 186), (200, 200), (226, 214)],
        Mouth(lip(94, 408, -52, 0.8), lip(94, 408, 8, 0.5), teeth=1, lines=8),
        Eye(lid=(0.2, 0.44, 0.7), pupil=(0, 12, 23, 26)),
        brow_width=38,
    ),
    "disgust": Face(
        GREEN,
        [(84, 162), (104, 156), (128, 164), (150, 174), (172, 184), (196, 190), (222, 182)],
        Mouth(
            [(160, 412), (160, 366), (204, 340), (256, 340), (308, 340), (352, 366), (352, 412)],
            [(160, 412), (186, 418), (220, 404), (256, 404), (292, 404), (326, 418), (352, 412)],
        ),
        Eye(lid=(0.4, 0.42, 0.52), low=(0.76, 0.72, 0.74), pupil=(0, 6, 22, 24)),
        nose=1,
        tongue_out=(256, 412, 48, 50),
        brow_width=30,
    ),
    "fear": Face(
        VIOLET,
        [(88, 152), (106, 138), (130, 122), (154, 108), (176, 96), (198, 88), (220, 86)],
        Mouth(
            [(150, 404), (146, 340), (206, 340), (256, 356), (306, 340), (366, 340), (362, 404)],
            [(150, 404), (158, 446), (210, 432), (256, 418), (302, 432), (354, 446), (362, 404)],
            teeth=0.34,
        ),
        Eye(rx=58, ry=70, lid=(0.16, 0.0, 0.16), pupil=(0, 0, 16, 18)),
        drops=((440, 172, 1.3),),
    ),
    "contempt": Face(
        TEAL,
        [(86, 178), (106, 174), (132, 172), (158, 174), (182, 176), (206, 182), (226, 190)],
        Mouth(
            [(186, 382), (214, 388), (246, 390), (272, 386), (304, 380), (334, 358), (346, 316)],
            [(186, 382), (214, 388), (246, 390), (272, 386), (304, 380), (334, 358), (346, 316)],
            width=22,
        ),
        Eye(lid=(0.5, 0.46, 0.5), pupil=(15, 10, 28, 33)),
        Eye(lid=(0.4, 0.34, 0.4), pupil=(15, 6, 28, 33)),
        brow_right=[
            (418, 132),
            (402, 104),
            (378, 92),
            (352, 92),
            (328, 92),
            (306, 104),
            (290, 126),
        ],
    ),
    "looking_away": Face(
        HONEY,
        RELAXED,
        smile(46, 372, 3, 3),
        Eye(pupil=(19, 2, 30, 36)),
        brow_width=24,
        yaw=16,
        pitch=-2,
    ),
    "starting": Face(
        SAND, RELAXED, replace(SHUT, width=0), Eye(shut=True, lash=17), brow_width=24, dots=21
    ),
    "paused": Face(
        STEEL,
        RELAXED,
        smile(50, 372, 20, 20),
        Eye(rx=31, ry=68, pupil=(0, 0, 0, 0), ink=INK, square=0.84, inward=26, lash=0),
        brow_width=24,
    ),
    "laughing": Face(
        GLOW,
        HIGH,
        replace(smile(134, 292, 18, 146, 0.55), teeth=0.26, tongue=56),
        Eye(shut=True, arch=-1),
        drops=((72, 262, 1.15), (440, 262, 1.15)),
    ),
}
