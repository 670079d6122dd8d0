"""What the entries of the printers into a folder share: for development, nothing comes out on paper."""

from pathlib import Path

from pydantic import Field

from kiosk.devices.driver import Section
from kiosk.domain.text import Text

FOLDER_REMEDY = Text("检查该文件夹是否可写", "See that the folder can be written")


class FolderSection(Section):
    """``driver = "folder"`` of a printer."""

    folder: Path = Field(description="the folder in which the printed pages lie, as PDF")
