"""A report has an end, however many rows there are."""

from pathlib import Path

import pytest

from services.nlp.imports import reports


def test_rows_behind_the_end_are_counted_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_BYTES", 100)
    with reports.report_in(tmp_path) as report:
        for row in range(50):
            report.add(row, "broken", "x")
    assert report.counts["broken"] == 50
    assert 0 < report.path.stat().st_size <= 100
    assert report.path.read_bytes().endswith(b"}\n")
