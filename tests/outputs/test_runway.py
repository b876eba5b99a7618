"""The timeline on paper, at every depth of colour."""

import re
from datetime import UTC

import pytest

from creditsui.outputs.runway import table
from creditsui.outputs.sgr import Color
from tests.outputs.boards import BOARD


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
def test_refills_and_the_signs_below_have_a_colour_at_every_depth(color: Color) -> None:
    painted = table(BOARD, UTC, 100, color)
    assert "↻" in painted and "refills" in painted and "\x1b[" in painted


@pytest.mark.parametrize("color", ["none", "16", "256", "truecolor"])
def test_weekends_stand_as_dots_in_the_axis_and_shade_no_ground_that_nobody_knows(color: Color) -> None:
    painted = table(BOARD, UTC, 120, color)
    assert "now " in painted and "··" in painted and "· weekend" in re.sub(r"\x1b\[[\d;]*m", "", painted)
    assert "48;" not in painted
