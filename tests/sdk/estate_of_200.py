"""An estate before and after 200 changes of every sort."""

DUMP = {"obs_bucket_name": "acme-log-archive", "storage_format": "JSON", "period": "1hour"}
# The longest names that the service takes are 64 characters.
LONG = "a-name-of-sixty-four-characters-which-no-box-of-a-picture-holds"


def before():
    """Eight groups of six streams and a dump."""
    return {
        f"team-{number}": {
            "ttl_in_days": 30,
            "streams": {f"stream-{stream}": {"ttl_in_days": 14} for stream in range(6)},
            "dumps": {"archive": {**DUMP, "streams": ["stream-0", "stream-1"]}},
        }
        for number in range(8)
    }


def after():
    """Those with 9 changes each, and 16 groups more of 8 objects each."""
    groups = before()
    for number, group in enumerate(groups.values()):
        streams = group["streams"]
        group["ttl_in_days"] = 60
        for stream in (2, 3):
            streams[f"stream-{stream}"]["ttl_in_days"] = 90
        for stream in (4, 5):
            streams[f"stream-{stream}"] = {"ensure": "absent"}
        for stream in range(3):
            streams[f"new-{stream}"] = None
        archive = group["dumps"]["archive"]
        match number % 4:
            case 0:
                group["dumps"]["archive"] = {
                    "ensure": "absent", "streams": archive["streams"], "obs_bucket_name": archive["obs_bucket_name"],
                }
            case 1:
                archive["streams"] = ["stream-0", "stream-1", "new-0"]
            case _:
                archive |= {"period": "12hour", "dir_prefix_name": LONG}
    for number in range(16):
        name = f"{LONG[:60]}-{number:02}" if number == 15 else f"service-{number:02}"
        streams = [f"{LONG[:60]}-{stream:02}" if number == 15 else f"log-{stream}" for stream in range(6)]
        groups[name] = {
            "ttl_in_days": 30,
            "tags": {"team": "payments", "cost-centre": "0815"},
            "streams": dict.fromkeys(streams),
            "dumps": {"archive": {**DUMP, "streams": streams[:3]}},
        }
    return groups
