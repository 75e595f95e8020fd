"""Work aside: done by threads that get a core only where nothing else wants one."""

import os
import sys
import threading

import pytest

from knowledge.kit.aside import run_aside


def test_the_result_comes_back_and_so_does_an_error():
    assert run_aside(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        run_aside(lambda: 1 // 0)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_it_gives_way_and_who_asked_does_not():
    here = os.getpriority(os.PRIO_PROCESS, 0)

    assert run_aside(lambda: os.getpriority(os.PRIO_PROCESS, 0)) == 19
    assert run_aside(threading.get_ident) != threading.get_ident()
    assert os.getpriority(os.PRIO_PROCESS, 0) == here
