"""One edition of the knowledge as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from needlework.protocol.schema.consent import Consenting
from needlework.protocol.schema.devices import Devices
from needlework.protocol.schema.edition import Edition
from needlework.protocol.schema.learn import Learning
from needlework.protocol.schema.measure import Measure
from needlework.protocol.schema.places import Places
from needlework.protocol.schema.plan import Planning
from needlework.protocol.schema.recover import Recovering
from needlework.protocol.schema.screen import Screen
from needlework.protocol.schema.skin import SkinTypes
from needlework.protocol.schema.sources import Source
from needlework.protocol.schema.treat import Treating
from needlework.protocol.schema.zones import Zones


@dataclass(frozen=True, slots=True)
class Protocol:
    """One edition of the knowledge, every source key resolved."""

    edition: Edition
    sources: Mapping[str, Source]
    screen: Screen
    devices: Devices
    zones: Zones
    places: Places
    plan: Planning
    treat: Treating
    recover: Recovering
    measure: Measure
    learn: Learning
    consent: Consenting
    skin: SkinTypes
