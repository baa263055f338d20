"""Say which font really serves each role on paper."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from office import fonts

STANDINGS = {
    "licensed": "单位自有字体",
    "free": "自由字体（替代）",
    "rare": "仅有 Noto，请补装字体",
    "missing": "没有可用字体",
}


class Command(BaseCommand):
    """Print role, font, where it was found, and what stands in for rare characters."""

    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per role."""
        fonts.cut_figures()
        for each in fonts.found():
            name = each.face.family if each.face else "—"
            if each.face and each.face.is_bold:
                name += " Bold"
            place = str(each.face.path) if each.face and each.face.path else "系统"
            line = f"{each.role.label}\t{name}\t{STANDINGS[each.standing]}\t{place}"
            self.stdout.write(line)
        self.stdout.write(f"生僻字\t{'、'.join(fonts.RARE)}\t依次替补")
        subset = "有" if fonts.can_subset() else "没有：apt-get install libharfbuzz-subset0"
        self.stdout.write(f"字体子集\t{subset}")
        self.stdout.write(f"单位字体放在\t{'、'.join(map(str, settings.FONT_DIRS))}")
