"""Which font serves each role on paper (GB/T 9704 names typeface classes, not files).

The office's own licensed fonts come first, then the free Fandol ones, then Noto. A font is found
in `settings.FONT_DIRS` (served by @font-face) or among the fonts of the system (by its name).
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

SUFFIXES = {".otf", ".ttf"}
SUBSETTERS = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "harfbuzz-subset.dll")
RARE = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC")
RARE_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC")


@dataclass(frozen=True)
class Role:
    """A class of typeface the law asks for, and the families that can be it, best first."""

    key: str
    label: str
    licensed: tuple[str, ...]
    free: tuple[str, ...]
    weight: int = 400
    rare: tuple[str, ...] = RARE


# Names as the fonts themselves give them; white space and case do not count.
ROLES: tuple[Role, ...] = (
    Role("title", "小标宋", (
        "FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05S_GB18030", "方正小标宋_GB18030", "STZhongsong", "华文中宋",
    ), ("FandolSong",), weight=700),
    Role("body", "仿宋", (
        "FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FZFangSong-Z02S", "方正仿宋简体",
        "FZFangSong-Z02", "方正仿宋_GBK", "STFangsong", "华文仿宋",
    ), ("FandolFang", "FandolFang R")),
    Role("kai", "楷体", (
        "KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FZKai-Z03S", "方正楷体简体",
        "FZKai-Z03", "方正楷体_GBK", "STKaiti", "华文楷体",
    ), ("FandolKai",)),
    Role("hei", "黑体", (
        "SimHei", "黑体", "FZHei-B01S", "方正黑体简体", "FZHei-B01", "方正黑体_GBK", "STHeiti",
        "华文黑体",
    ), ("FandolHei",), rare=RARE_SANS),
    Role("song", "宋体", (
        "SimSun", "宋体", "NSimSun", "新宋体", "FZShuSong-Z01S", "方正书宋简体", "STSong",
        "华文宋体",
    ), ("FandolSong",)),
    # The figures of FandolFang are a sans; those of its 宋体 are right: cut out by `cut_figures`.
    Role("figures", "数字、字母", (), ("Office Figures",)),
)  # fmt: skip
FIGURES_FROM = ("FandolSong",)


@dataclass(frozen=True)
class Face:
    """One font: its family, and its file when we serve it ourselves."""

    family: str
    is_bold: bool = False
    path: Path | None = None


@dataclass(frozen=True)
class Found:
    """What serves a role; `standing` is licensed, free, rare (Noto stands in) or missing."""

    role: Role
    face: Face | None
    standing: str

    @property
    def family(self) -> str:
        """Return the name under which a stylesheet asks for it: the font's own, as papers say."""
        return self.face.family if self.face else ""


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _own() -> Iterator[Face]:
    """Read the fonts in our folders; collections (.ttc) are left to the system."""
    from PIL import ImageFont

    for folder in map(Path, settings.FONT_DIRS):
        for path in sorted(folder.glob("**/*")):
            if path.suffix.lower() not in SUFFIXES or not is_ours(path):
                continue
            try:
                family, style = ImageFont.truetype(str(path)).getname()
            except OSError:
                continue
            yield Face(family or path.stem, "bold" in (style or "").lower(), path)


def is_ours(path: Path) -> bool:
    """Tell whether a file really lies in one of the font folders, links followed."""
    real = path.resolve()
    return any(real.is_relative_to(Path(folder).resolve()) for folder in settings.FONT_DIRS)


def _system() -> Iterator[Face]:
    command = shutil.which("fc-list")
    if command is None:
        return
    listed = subprocess.run(  # noqa: S603  a fixed command, nothing of a user's
        [command, "-f", "%{family}\t%{style}\n"],
        capture_output=True, text=True, timeout=20, check=False,
    ).stdout  # fmt: skip
    for line in listed.splitlines():
        families, _tab, style = line.partition("\t")
        for family in families.split(","):
            yield Face(family, "bold" in style.lower())


def _choose(faces: Sequence[Face], names: Iterable[str], *, bold: bool) -> Face | None:
    """Return the first name that is there; our own files before the system's."""
    for name in names:
        same = [face for face in faces if _plain(face.family) == _plain(name)]
        if same:
            return min(same, key=lambda face: (face.is_bold != bold, face.path is None))
    return None


@lru_cache(maxsize=1)
def found() -> tuple[Found, ...]:
    """Return what serves each role, looked up once per process."""
    faces = [*_own(), *_system()]
    return tuple(_for(role, faces) for role in ROLES)


def _for(role: Role, faces: Sequence[Face]) -> Found:
    bold = role.weight > 400
    # A licensed face has one weight, and it is the right one; of the free ones 宋 has two.
    if face := _choose(faces, role.licensed, bold=False):
        return Found(role, face, "licensed")
    if face := _choose(faces, role.free, bold=bold):
        return Found(role, face, "free")
    if face := _choose(faces, role.rare, bold=bold):
        return Found(role, face, "rare")
    return Found(role, None, "missing")


def stylesheet() -> str:
    """Return the faces and, per role, the variables --title, --body, --kai, --hei."""
    cut = next((each for each in found() if each.role.key == "figures"), None)
    figures = cut.family if cut and cut.standing == "free" else ""
    lines = [_font_face(each) for each in found() if each.face and each.face.path]
    lines.append(":root {")
    for each in found():
        names = [figures] if each.role.key == "body" and each.standing == "free" else []
        names += [each.family, *each.role.rare]
        quoted = ", ".join(f'"{name}"' for name in dict.fromkeys(names) if name)
        lines.append(f"--{each.role.key}: {quoted}, serif;")
        # A licensed face of the system is asked for in the weight it has: never made bolder.
        light = each.standing == "licensed" and each.face and not each.face.path
        lines.append(f"--{each.role.key}-weight: {400 if light else each.role.weight};")
    lines.append("}")
    return "\n".join(lines)


def _font_face(each: Found) -> str:
    assert each.face is not None  # noqa: S101  the caller looked
    assert each.face.path is not None  # noqa: S101
    return (
        f'@font-face {{ font-family: "{each.family}"; font-weight: {each.role.weight};'
        f' src: url("{each.face.path.resolve().as_uri()}") }}'
    )


def cut_figures() -> Path | None:
    """Cut Latin letters and figures out of 宋体 into a font of their own, once per installation.

    A whole 宋体 before 仿宋 would hide it: fontconfig drops a font that adds no characters. Returns
    None when there is nothing to cut, or no place to keep it.
    """
    source = _choose(list(_own()), FIGURES_FROM, bold=False)
    place = Path(settings.FONT_DIRS[0]) / "made" / "figures.otf"
    if place.exists() or source is None or source.path is None:
        return place if place.exists() else None
    from fontTools import subset  # it takes a while to load

    font = subset.load_font(str(source.path), subset.Options())
    cutter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
    cutter.populate(unicodes=range(0x20, 0x7F))
    cutter.subset(font)
    for number in (1, 3, 4, 16):
        font["name"].setName("Office Figures", number, 3, 1, 0x409)
    font["name"].setName("OfficeFigures", 6, 3, 1, 0x409)
    font["name"].names = [name for name in font["name"].names if name.platformID == 3]
    if "CFF " in font:
        font["CFF "].cff.fontNames[0] = "OfficeFigures"
        font["CFF "].cff.topDictIndex[0].FamilyName = "Office Figures"
    try:
        place.parent.mkdir(exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, suffix=".new", delete=False) as file:
            font.save(file)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(place)
    except OSError:
        return None
    found.cache_clear()
    return place


def can_subset() -> bool:
    """Tell whether HarfBuzz can cut fonts down: 0.09 s instead of 2.6 s for three pages."""
    for name in SUBSETTERS:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


@checks.register("paper")
def check_paper(**_options: Any) -> list[checks.CheckMessage]:
    """Warn when paper would come slowly, or in the wrong typeface."""
    warnings: list[checks.CheckMessage] = []
    if not can_subset():
        warnings.append(checks.Warning(
            _("libharfbuzz-subset is missing: a PDF takes seconds instead of a tenth of one."),
            hint="apt-get install libharfbuzz-subset0", id="office.W001",
        ))  # fmt: skip
    poor = [
        each.role.label
        for each in found()
        if each.standing in ("rare", "missing") and each.role.key != "figures"
    ]
    if poor:
        warnings.append(checks.Warning(
            _("No font for %(roles)s: paper does not look as it should.")
            % {"roles": "、".join(poor)},
            hint=_("Put the office's fonts into %(folder)s, or run script/setup.")
            % {"folder": settings.FONT_DIRS[0]},
            id="office.W002",
        ))  # fmt: skip
    return warnings
