"""What was acknowledged to the vendor's client is there after a kill."""

from vendor import Desk, every_hour, lts_client


def test_a_killed_emulator_loses_nothing_it_acknowledged(fresh):
    first = fresh()
    desk = Desk(lts_client(first))
    group = desk.create_group("web", 14)
    streams = [desk.create_stream(group, f"stream-{number}", 3) for number in range(5)]
    desk.create_transfer(group, streams[:2], **every_hour())
    desk.change_tags("topics", streams[0], "create", {"class": "evidence"})
    desk.delete_stream(group, streams[4])
    first.log("web", "stream-0", [{"content": "kept", "line_num": "1595659490239433654"}])
    first.kill()

    second = Desk(lts_client(fresh()))
    assert {name: shown.log_group_id for name, shown in second.groups().items()} == {"web": group}
    kept = {name: shown.log_stream_id for name, shown in second.streams(group).items()}
    assert kept == {f"stream-{number}": streams[number] for number in range(4)}
    assert second.streams(group)["stream-0"].tag["class"] == "evidence"
    (transfer,) = second.transfers()
    assert [covered.log_stream_id for covered in transfer.log_streams] == streams[:2]
    (line,) = second.query(group, streams[0], 1595659200000, 1595659500000).logs
    assert line.content == "kept"
