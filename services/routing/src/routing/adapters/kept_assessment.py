"""An assessment as it is kept in JSON, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from routing.domain.policy import Assessment, Fired, Request


def written(assessment: Assessment) -> dict[str, Any]:
    return asdict(assessment)


def read(kept: Mapping[str, Any]) -> Assessment:
    return Assessment(
        **{
            **kept,
            "tracks": tuple(kept["tracks"]),
            "requests": tuple(
                Request(one["part"], one["track"], one["question"], (one["term"][0], one["term"][1]))
                for one in kept["requests"]
            ),
            "fired": tuple(Fired(one["rule"], one["because"], tuple(one["facts"])) for one in kept["fired"]),
            "instruments": tuple(kept["instruments"]),
        }
    )
