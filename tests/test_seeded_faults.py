"""The faults that `python -m tests.seeded_faults` seeds can still be seeded."""

import pytest
from tests.seeded_faults import FAULTS, ROOT, Fault


@pytest.mark.every_case
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_fault_replaces_stands_in_its_file(fault: Fault) -> None:
    assert fault.old in (ROOT / fault.path).read_text("utf-8")
