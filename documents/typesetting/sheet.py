"""GB/T 9704-2012 in figures: millimetres from the top left corner of the page, type in points.

Whatever the standard leaves open stands here with the reason for the value taken.
"""

from __future__ import annotations

MM = 72 / 25.4  # points in a millimetre

# 5.1, 5.2.1: A4, 天头 37, 订口 28, 版心 156 × 225.
WIDTH, HEIGHT = 210.0, 297.0
LEFT, TOP = 28.0, 37.0
ACROSS, DOWN = 156.0, 225.0
RIGHT, BOTTOM = LEFT + ACROSS, TOP + DOWN

# 5.2.2, 5.2.3: 3号, 22 lines of 28 characters fill the 版心. The first line touches its upper
# edge, the last one its lower edge: that is what a ruler finds. Brackets reach below their square.
BRACKET = 0.4
LINES, CELLS = 22, 28
SIZE3, SIZE2, SIZE4 = 16.0, 22.0, 14.0
EM = SIZE3 / MM
CELL = ACROSS / CELLS
PITCH = (DOWN - BRACKET - EM) / (LINES - 1)
TIGHTEST = 0.9  # 7.3.5.5: as close may the lines of a page come for a signature to fit
GAP = PITCH - EM  # between two lines
BLANK2 = 20.9  # 空二行, from ink to ink: between 20.45 (two lines of the grid) and 21.2 (3.2)

# 7.2: the head.
MARK_TOP = TOP + 35  # 7.2.4: 发文机关标志
MARK_LARGEST = 62.0  # points; 7.2.4 says only 醒目, 美观
MARK_SMALLEST = 24.0
MARK_OF_MANY, MARK_DOWN = 36.0, 66.0  # points of three names or more; mm of all, without gaps
MARK_ACROSS = 150.0  # a little less than the red line
RED_BELOW_NUMBER = 4.0  # 7.2.7
RED_LINE = 0.7  # thickness; not in the standard, custom 0.35 to 1 pt and more
RED = "#e60012"  # red Y80 M80 of 6.2 as a screen shows it
BLACK = "#000000"

# 7.3.5: the end of the body. A seal of an institution is at most 4.5 cm (国发〔1999〕25号).
SEAL = 42.0
DATE_FROM_RIGHT, NAME_FROM_RIGHT = 4, 2  # characters

# 7.4, 7.5: 版记 and page number.
THICK, THIN = 0.35, 0.25
NUMBER_BELOW = 7.0  # the dashes below the 版心
IMPRINT_PITCH = 8.4  # a line of 4号: 4.94 and 7/10 of it, the lines stand between rules

# 10: 信函, 命令（令）.
LETTER_MARK_TOP, LETTER_LINE, LETTER_FOOT = 30.0, 170.0, 20.0
LETTER_GAP = 4.94  # 7/8 of a 3号 character
ORDER_MARK_TOP = TOP + 20
