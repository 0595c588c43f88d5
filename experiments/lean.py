"""Mesa without what the model does not use of it; imported first, it keeps the start of a process short.

Mesa imports its grids and networks, and pandas for tables of agents, when it is imported: two thirds of the
time that a worker took to start, and 60 MB. Here they are put off until somebody asks for one of their names.
"""

import inspect
import sys
from importlib import import_module
from types import FrameType, ModuleType

PUT_OFF = (
    "mesa.discrete_space",
    "mesa.experimental.continuous_space",
    "mesa.space",
    "networkx",
    "pandas",
)
"""What Mesa imports and the model does not use."""


class PutOff(ModuleType):
    """Stands for a module of the same name until a name of it is asked for."""

    def __getattr__(self, name: str) -> object:
        """Import the module and hand out its name.

        Raises
        ------
        AttributeError
            For what the import system and `inspect` look for in every module, which must not import this one.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def callers(frame: FrameType | None, _context: int = 1) -> list[inspect.FrameInfo]:
    """As `inspect.getouterframes`, without looking for the sources of any frame.

    Mesa asks it for the name of every class with logged methods as the class is made, and the search for the
    sources of the import system, which has none, took a sixth of the start of a worker.
    """
    found = []
    while frame is not None:
        code = frame.f_code
        found.append(inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
        frame = frame.f_back
    return found


def import_mesa() -> None:
    """Import Mesa, unless it is there, with stand-ins for what is put off.

    Only Mesa holds them: whoever imports one of these modules later gets the module itself.
    """
    if "mesa" in sys.modules:
        return
    stand_ins = {name: PutOff(name) for name in PUT_OFF if name not in sys.modules}
    sys.modules.update(stand_ins)
    searching = inspect.getouterframes
    setattr(inspect, "getouterframes", callers)  # noqa: B010 - it takes any frame, ours a frame or none
    try:
        import_module("mesa")
    finally:
        inspect.getouterframes = searching
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


import_mesa()
