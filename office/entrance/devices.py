"""What a browser says it is, in two words a person recognises: “Chrome, Windows”."""

# The first that is named in the text wins: Edge and Opera call themselves Chrome, too.
BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("OPR", "Opera"), ("QQBrowser", "QQ"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def words(agent: str) -> str:
    """Return the names of browser and system; nothing of the text itself is kept."""
    found = [
        next((name for sign, name in names if sign in agent), "") for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found))
